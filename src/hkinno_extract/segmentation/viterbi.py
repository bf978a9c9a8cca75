"""The best path of tags through a linear chain, by doubling instead of step by step.

In: scores of tags at places, of tag beside tag, and where pieces begin. Out: the best tag of each place, and the places where the best
path is not the only one.

Instead of Viterbi's walk, neighbouring places are joined to blocks of 2, 4, 8 …: of each block the best score from every tag
before it to every tag at its end (a product of matrices with max for + and + for x, which is associative). The way down then fixes the tag
in the middle of each block. So a text of n places takes about log n array operations, whatever its pieces are.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
CHUNK = 1 << 14
"""Places that are worked on at a time; bounds the memory that a text without white space takes."""


def best_tags(scores: Array, edges: Array, first: Array, live: Array, *, slack: float = 0, chunk: int = CHUNK) -> tuple[Array, Array]:
    """The tags (intp) of all places, and the places where a choice was made between paths within `slack` of each other.

    `scores` is places x tags, `edges[left, right]` tags x tags. `first` marks the places where a piece begins, `live` those that belong
    to a piece; the last place must not. `chunk` is a power of two.
    """
    dead = np.flatnonzero(~live)
    tags, found = [], []
    begin = 0
    while begin < len(scores):
        behind = int(np.searchsorted(dead, begin + chunk))  # a part ends where a piece does, if one does within the chunk
        end = int(dead[behind - 1]) + 1 if behind and dead[behind - 1] >= begin else int(dead[behind]) + 1
        part = slice(begin, end)
        solve = _solve if end - begin <= chunk else functools.partial(_solve_long, chunk=chunk)
        best, tied = solve(scores[part], edges, first[part], live[part], slack)
        tags.append(best)
        found.append(tied + begin)
        begin = end
    return np.concatenate(tags), np.concatenate(found)


def _solve(scores: Array, edges: Array, first: Array, live: Array, slack: float) -> tuple[Array, Array]:
    return _down(_up(_leaves(scores, edges, first, live)), (0, 0), live, slack)


def _solve_long(scores: Array, edges: Array, first: Array, live: Array, slack: float, *, chunk: int) -> tuple[Array, Array]:
    """As `_solve`, in two passes over chunks: the first leaves one block of each chunk, which give the tags where chunks meet."""
    size = len(scores)
    begins = range(0, size, chunk)
    whole = np.concatenate([_up(_leaves(*_part(begin, chunk, scores, edges, first, live)))[-1] for begin in begins], axis=2)
    ends, torn = _down(_up(whole), (0, 0), np.ones(len(begins), np.bool_), slack)
    found = [np.minimum((torn + 1) * chunk, size) - 1]
    tags = np.zeros(size, np.intp)
    before = 0
    for begin, end in zip(begins, ends.tolist(), strict=True):
        levels = _up(_leaves(*_part(begin, chunk, scores, edges, first, live)))
        tags[begin : begin + chunk], tied = _down(levels, (before, end), live[begin : begin + chunk], slack)
        found.append(tied + begin)
        before = end
    ties = np.concatenate(found)
    return tags, ties[live[ties]]


def _part(begin: int, chunk: int, scores: Array, edges: Array, first: Array, live: Array) -> tuple[Array, Array, Array, Array]:
    part = slice(begin, begin + chunk)
    return scores[part], edges, first[part], live[part]


def _leaves(scores: Array, edges: Array, first: Array, live: Array) -> Array:
    """[tag before, tag, place]: the score of a place's tag behind the one before; the first place of a piece knows no tag before."""
    leaves = np.ascontiguousarray(scores.T)[None, :, :] + edges[:, :, None]
    at = np.flatnonzero(first)
    leaves[:, :, at] = scores[at].T
    leaves[:, :, ~live] = 0
    return leaves


def _up(leaves: Array) -> list[Array]:
    """Blocks of 1, 2, 4 … places, up to one that holds all; a level of odd length has an empty block behind it but for the last."""
    levels = [leaves]
    while levels[-1].shape[2] > 1:
        blocks = levels[-1]
        if blocks.shape[2] % 2:
            blocks = levels[-1] = np.concatenate([blocks, np.zeros_like(blocks[:, :, :1])], axis=2)
        joined = _join(np.ascontiguousarray(blocks[:, :, 0::2]), np.ascontiguousarray(blocks[:, :, 1::2]))
        joined -= joined.max((0, 1))  # scores matter only beside each other; this keeps them small
        levels.append(joined)
    return levels


def _join(left: Array, right: Array) -> Array:
    """The product of blocks: [before, end] is the best of left [before, middle] + right [middle, end]."""
    best: Array = left[:, 0, None] + right[None, 0]
    way = np.empty_like(best)
    for middle in range(1, len(right)):
        np.add(left[:, middle, None], right[None, middle], out=way)
        np.maximum(best, way, out=best)
    return best


def _down(levels: list[Array], outer: tuple[int, int], live: Array, slack: float) -> tuple[Array, Array]:
    """The tags of the places, given the tag before the first and that of the last, and the live places where a choice was equal."""
    left, right = np.array([outer[0]]), np.array([outer[1]])
    found = [np.zeros(0, np.intp)]
    for height in range(len(levels) - 2, -1, -1):
        blocks = levels[height]
        number = 2 * np.arange(len(right))
        ways = blocks[left, :, number] + blocks[:, right, number + 1].T  # [block, tag in the middle]
        middle = ways.argmax(1)
        tied = np.flatnonzero(np.count_nonzero(ways >= ways.max(1)[:, None] - slack, axis=1) > 1)
        found.append(((2 * tied + 1) << height) - 1)
        size = levels[height - 1].shape[2] // 2 if height else len(live)
        left = np.stack([left, middle], axis=1).reshape(-1)[:size]
        right = np.stack([middle, right], axis=1).reshape(-1)[:size]
    ties = np.concatenate(found)
    ties = ties[ties < len(live)]
    return right[: len(live)], ties[live[ties]]
