"""One piece as spacy_pkuseg itself computes it: floating point, and its order of additions and comparisons.

In: the rows of weights that fire at each place, in pkuseg's order. Out: tags. Where two paths are equally good, rounding decides which one
spacy_pkuseg takes; so those few pieces are done here, after its `getLogYY` and `run_viterbi`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def reference_tags(rows: Sequence[Sequence[Array]], edges: Array, scale: int) -> list[int]:
    """The tags of a piece. `rows[i]` are the weights (times `scale`) of the features at place i, `edges[left, right]` those of tags."""
    nodes = [_sum(fired, scale) for fired in rows]
    table = [[1.0 + float(weight) / scale for weight in line] for line in edges.tolist()]
    count, size = len(table), len(nodes)
    best = [nodes[-1]]  # from the last place to the first
    following: list[list[int]] = []
    for node in reversed(nodes[:-1]):
        right, scores, choices = best[-1], [], []
        for tag in range(count):
            top, choice = right[0] + node[tag] + table[tag][0], 0
            for behind in range(1, count):
                score = right[behind] + node[tag] + table[tag][behind]
                if score >= top:
                    top, choice = score, behind
            scores.append(top)
            choices.append(choice)
        best.append(scores)
        following.append(choices)
    tags = [best[-1].index(max(best[-1]))]
    for place in range(size - 1):
        tags.append(following[size - 2 - place][tags[-1]])
    return tags


def _sum(fired: Sequence[Array], scale: int) -> list[float]:
    total = np.zeros(len(fired[0]))
    for row in fired:
        total += row / scale
    return [float(value) for value in total]
