"""The way from repaired text back to raw text, and of blocks the other way.

In: the stretches of a `RepairedText`. Out: an `Alignment` that maps places either way and says how good a place is.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable

from hkinno_extract.records import Block, Quality, RepairedText


class Alignment:
    """Maps places between the texts of `repaired`."""

    def __init__(self, repaired: RepairedText) -> None:
        self._stretches = repaired.stretches
        self._starts = [s.start for s in repaired.stretches]
        self._raw_starts = [s.raw_start for s in repaired.stretches]
        self._lost = repaired.lost
        self._lost_ends = [end for _, end in repaired.lost]

    def raw_place(self, start: int, end: int) -> tuple[int, int]:
        """The raw characters that `text[start:end]` came from; of a shifted run, every one that holds a byte of it."""
        if not self._stretches:
            return 0, 0
        first = self._stretches[max(0, bisect.bisect_right(self._starts, start) - 1)]
        last = self._stretches[max(0, bisect.bisect_right(self._starts, max(start, end - 1)) - 1)]
        raw_start = first.raw_start if first.repair else first.raw_start + start - first.start
        raw_end = last.raw_end if last.repair else last.raw_start + end - last.start
        return raw_start, raw_end

    def quality(self, start: int, end: int) -> Quality:
        """`damaged` where something of the place was lost, `repaired` where a repair touched it, else `intact`."""
        for at in range(bisect.bisect_left(self._lost_ends, start), len(self._lost)):
            lost_start, lost_end = self._lost[at]
            if lost_start >= end:
                break
            if lost_end > start or (lost_start == lost_end and start <= lost_start):
                return "damaged"
        for at in range(max(0, bisect.bisect_right(self._starts, start) - 1), len(self._stretches)):
            stretch = self._stretches[at]
            if stretch.start >= end:
                break
            if stretch.repair and stretch.end > start:
                return "repaired"
        return "intact"

    def text_place(self, raw: int) -> int:
        """The place in the repaired text of the raw place `raw`; inside a repaired stretch, its start."""
        if not self._stretches:
            return 0
        stretch = self._stretches[max(0, bisect.bisect_right(self._raw_starts, raw) - 1)]
        if stretch.repair:
            return stretch.start if raw < stretch.raw_end else stretch.end
        return stretch.start + min(raw - stretch.raw_start, stretch.end - stretch.start)

    def move(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """`blocks` of the raw text as blocks of the repaired one; those that a repair emptied go."""
        moved = (Block(kind=b.kind, start=self.text_place(b.start), end=self.text_place(b.end), level=b.level) for b in blocks)
        return tuple(b for b in moved if b.end > b.start)
