"""The best path of tags through a linear chain, for all pieces of a text at once.

In: scores of tags at places, of tag beside tag, and where pieces begin and how long they are. Out: the best tag of each place, and the
pieces whose best path is not the only one. Viterbi's algorithm, one step of all pieces at a time, longest first, so nothing is padded.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def best_tags(scores: Array, edges: Array, begins: Array, lengths: Array, *, slack: float = 0) -> tuple[Array, Array]:
    """The tags (intp) of all places, and the numbers of the pieces where a choice was made between paths within `slack` of each other.

    `scores` is places x tags, `edges[left, right]` tags x tags; piece i is the places `begins[i]` to `begins[i] + lengths[i]`, exclusive.
    """
    tags = np.zeros(len(scores), np.intp)
    if not len(begins):
        return tags, begins
    order = np.argsort(-lengths, kind="stable")
    begins, lengths = begins[order], lengths[order]
    steps = int(lengths[0])
    active = np.searchsorted(-lengths, -np.arange(steps), side="left").tolist()  # how many pieces are longer than each step
    best = _forward(scores, edges, begins, active)
    tied = np.zeros(len(begins), np.bool_)
    flat_edges = np.ascontiguousarray(edges.T)  # [right, left]
    state = np.zeros(0, np.intp)
    for step in range(steps - 1, -1, -1):
        runs, going = active[step], len(state)
        totals = best[step]
        if going:
            totals[:, :going] += flat_edges.take(state, 0).T
        state = totals.argmax(0)
        top = totals.max(0)
        tied[:runs] |= np.count_nonzero(totals >= top - slack, axis=0) > 1
        tags[begins[:runs] + step] = state
    return tags, order[tied]


def _forward(scores: Array, edges: Array, begins: Array, active: list[int]) -> list[Array]:
    """For each step the best score of a path to each tag: tags x pieces that are long enough."""
    count = len(edges)
    best = [np.ascontiguousarray(scores.take(begins, 0).T)]
    through = np.empty((count, count, len(begins)), scores.dtype)
    spread = np.ascontiguousarray(edges[:, :, None])  # [from, to, piece]
    for step in range(1, len(active)):
        runs = active[step]
        here = through[:, :, :runs]
        np.add(best[-1][:, None, :runs], spread, out=here)
        top = np.maximum.reduce(here, axis=0)
        top += scores.take(begins[:runs] + step, 0).T
        best.append(top)
    return best
