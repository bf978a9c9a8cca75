"""What the name pass finds, and who wins where two mentions meet.

In: mentions of all sources. Out: those that stay. Look first at `resolve`.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Table = Literal["organisations", "programmes"]

GAZETTEER, DEFINED, QUOTED, RULED, LISTED, REPEATED = range(6)
"""Where a mention comes from, best first: of two that are equally long the better stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Characters `start` to `end` of the text name a body or a programme.

    `id` is its row of the gazetteer, None for a new name; `full` is the canonical name where it isn't the span itself (a short form).
    One that is not `sure` needs support from what stands beside it (support.py).
    """

    start: int
    end: int
    table: Table
    type: str
    pattern: str
    source: int
    id: str | None = None
    full: str | None = None
    sure: bool = True

    def replace(self, **changes: object) -> Mention:
        """A copy with `changes`."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def resolve(mentions: Iterable[Mention], taken: Sequence[tuple[int, int]] = ()) -> list[Mention]:
    """The overlap policy of names: nothing inside `taken`; the longest name stays, then the better source, then the leftmost.

    `taken` are places (start, end) in order, without overlaps. The result is in order of place.
    """
    chosen: list[Mention] = []
    starts: list[int] = []
    blocked = [s for s, _ in taken]
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.source, m.start, m.table, m.pattern)):
        at = bisect.bisect_left(blocked, mention.end)
        if at and taken[at - 1][1] > mention.start:
            continue
        at = bisect.bisect_left(starts, mention.start)
        if (at and chosen[at - 1].end > mention.start) or (at < len(starts) and starts[at] < mention.end):
            continue
        starts.insert(at, mention.start)
        chosen.insert(at, mention)
    return chosen
