"""A text under repair, with its way back to the raw text kept exact through every edit.

In: the raw text, then edits of the text as it stands. Out: a `RepairedText`. Look first at `Edit` and `Draft.apply`.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from hkinno_extract.characters import LOST
from hkinno_extract.records import Block, RepairedText, Stretch


class Piece(NamedTuple):
    """`text` came from the characters [start, end) of the text that the edit changes; pieces may share characters."""

    text: str
    start: int
    end: int


class Edit(NamedTuple):
    """Puts the pieces in the place of [start, end); the pieces are in order and cover the place."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


def replace(start: int, end: int, text: str) -> Edit:
    """The edit that puts `text` in the place of [start, end) as a whole."""
    return Edit(start, end, (Piece(text, start, end),))


class Firing(NamedTuple):
    """One repair at one place of the raw text: what stood there and what it became (at the time)."""

    repair: str
    raw_start: int
    raw_end: int
    before: str
    after: str


_Plain = tuple[int, int, int, int, str | None]


class Draft:
    """The text as it stands, and the stretches that lead back to `raw`."""

    def __init__(self, raw: str, blocks: Sequence[Block] = ()) -> None:
        self.raw = self.text = raw
        self.blocks: tuple[Block, ...] = tuple(blocks)
        self.misread = False
        self.fired: Counter[str] = Counter()
        self.firings: list[Firing] = []
        self._stretches: list[_Plain] = [(0, len(raw), 0, len(raw), None)] if raw else []
        self._starts: list[int] = [0] if raw else []

    def apply(self, name: str, edits: Sequence[Edit]) -> None:
        """Makes `edits` (in order, without overlap) under the name of their repair."""
        new: list[_Plain] = []
        parts: list[str] = []
        at = size = 0
        for edit in edits:
            size = self._copy(new, at, edit.start, size)
            parts.append(self.text[at : edit.start])
            after = "".join(p.text for p in edit.pieces)
            first = last = self._raw_place(edit.start, edit.end)
            for piece in edit.pieces:
                raw_start, raw_end = self._raw_place(piece.start, piece.end)
                if new and raw_start > new[-1][3]:
                    raw_start = new[-1][3]
                _append(new, (size, size + len(piece.text), raw_start, raw_end, name))
                size += len(piece.text)
            if not edit.pieces:
                _append(new, (size, size, first[0], last[1], name))
            parts.append(after)
            self.firings.append(Firing(name, first[0], last[1], self.text[edit.start : edit.end], after))
            at = edit.end
        self._copy(new, at, len(self.text), size)
        parts.append(self.text[at:])
        self.text = "".join(parts)
        self.blocks = moved_blocks(self.blocks, edits)
        self._stretches = new
        self._starts = [s[0] for s in new]
        self.fired[name] += len(edits)

    def _copy(self, new: list[_Plain], start: int, end: int, size: int) -> int:
        """Copies the stretches of [start, end) to `new`, where the text is `size` long so far; returns its new length."""
        index = bisect.bisect_left(self._starts, start)
        while index > 0 and self._stretches[index - 1][1] > start:
            index -= 1
        while index < len(self._stretches):
            begin, stop, raw_start, raw_end, name = self._stretches[index]
            if begin > end or (begin == end and stop > begin):
                break
            index += 1
            if stop == begin:
                _append(new, (size, size, raw_start, raw_end, name))
                continue
            low, high = max(begin, start), min(stop, end)
            if high <= low:
                continue
            if name is None:
                raw_start, raw_end = raw_start + low - begin, raw_start + high - begin
            _append(new, (size, size + high - low, raw_start, raw_end, name))
            size += high - low
        return size

    def _raw_place(self, start: int, end: int) -> tuple[int, int]:
        first = self._stretches[bisect.bisect_right(self._starts, start) - 1]
        last = self._stretches[bisect.bisect_right(self._starts, max(start, end - 1)) - 1]
        return (
            first[2] if first[4] else first[2] + start - first[0],
            last[3] if last[4] else last[2] + end - last[0],
        )

    def finish(self) -> RepairedText:
        """The repaired text; every U+FFFD in it is a lost place, also one that came with the raw text."""
        return RepairedText(
            raw=self.raw,
            text=self.text,
            stretches=tuple(Stretch(start=s, end=e, raw_start=rs, raw_end=re, repair=n) for s, e, rs, re, n in self._stretches),
            lost=lost_places(self.text),
            fired=dict(sorted(self.fired.items())),
        )


def moved_blocks(blocks: Sequence[Block], edits: Sequence[Edit]) -> tuple[Block, ...]:
    """`blocks` of a text as they are once `edits` are made; those that an edit emptied go."""
    if not blocks or not edits:
        return tuple(blocks)
    starts, shifts = [e.start for e in edits], [0]
    sizes = [sum(len(p.text) for p in e.pieces) for e in edits]
    for edit, size in zip(edits, sizes, strict=True):
        shifts.append(shifts[-1] + size - (edit.end - edit.start))

    def place(at: int) -> int:
        number = bisect.bisect_right(starts, at) - 1
        if number >= 0 and at < edits[number].end:
            return starts[number] + shifts[number] + (min(at - starts[number], sizes[number]) if sizes[number] > 1 else 0)
        return at + shifts[number + 1]

    moved = (Block(kind=b.kind, start=place(b.start), end=place(b.end), level=b.level) for b in blocks)
    return tuple(b for b in moved if b.end > b.start)


def lost_places(text: str) -> tuple[tuple[int, int], ...]:
    """The places (start, end) of every run of U+FFFD in `text`.

    >>> lost_places("突\\ufffd\\ufffd10萬\\ufffd")
    ((1, 3), (6, 7))
    """
    places: list[tuple[int, int]] = []
    at = text.find(LOST)
    while at >= 0:
        end = at + 1
        while text.startswith(LOST, end):
            end += 1
        places.append((at, end))
        at = text.find(LOST, end)
    return tuple(places)


def _append(stretches: list[_Plain], new: _Plain) -> None:
    if stretches and new[4] is None:
        last = stretches[-1]
        if last[4] is None and last[3] == new[2] and last[1] == new[0]:
            stretches[-1] = (last[0], new[1], last[2], new[3], None)
            return
    stretches.append(new)
