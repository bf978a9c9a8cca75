"""A release's text cut into pieces that can be shown: records, repaired places, what was lost, signs that would hide or turn text.

In: a release's JSON. Out: `Piece`s that cover the repaired text in order. Look first at `pieces`. The page and the report show the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hkinno_extract.tables.columns import RECORD_TABLES

LOST = "lost"
HIDDEN = "hidden"
_SIGNS = re.compile(
    r"\ufffd+|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` from the character `start` on. `records` are the ids of those that it lies in, the shortest last.

    `repair` names what changed it, `raw` is then what the source says; `text` is empty where a repair took something out. `sign` is LOST
    for characters that could not be recovered, HIDDEN for one that shows nothing or turns the direction of text.
    """

    start: int
    text: str
    records: tuple[str, ...] = ()
    repair: str | None = None
    raw: str | None = None
    sign: str | None = None


def visible(text: str) -> str:
    """`text` with its hidden signs written out.

    >>> visible("甲\u202e乙")
    '甲⟨U+202E⟩乙'
    """
    return _SIGNS.sub(lambda m: m[0] if m[0][0] == "\ufffd" else named(m[0]), text)


def named(sign: str) -> str:
    """A hidden sign by its number."""
    return f"⟨U+{ord(sign):04X}⟩"


def described(sign: str) -> str:
    """A hidden sign by its number and its name in Unicode.

    >>> described("\u202e")
    'U+202E right-to-left override'
    """
    return f"U+{ord(sign):04X} {unicodedata.name(sign, 'control character').lower()}"


def pieces(release: Mapping[str, Any]) -> Iterator[Piece]:
    """The pieces of the release's repaired text."""
    text: str = release["text"] or ""
    raw: str = release["raw_text"] or ""
    rows = [row for table in RECORD_TABLES for row in release[table]]
    repaired = [s for s in release["alignment"] if s[4] and (s[0] < s[1] or s[2] < s[3])]
    signs = [(m.start(), m.end()) for m in _SIGNS.finditer(text)]
    cuts = {0, len(text), *(row[k] for row in rows for k in ("start", "end")), *(at for sign in signs for at in sign)}
    cuts.update(at for stretch in repaired for at in stretch[:2])
    inside = _Inside(rows)
    stretches, marks = _Cursor(repaired), _Cursor(signs)
    ordered = sorted(cuts)
    for start, end in zip(ordered, [*ordered[1:], len(text)], strict=True):
        for gone in stretches.empty_at(start):
            yield Piece(start, "", inside.at(start), gone[4], raw[gone[2] : gone[3]])
        if start == end:
            continue
        stretch, mark = stretches.over(start), marks.over(start)
        sign = None if mark is None else LOST if text[start] == "\ufffd" else HIDDEN
        repair, source = (stretch[4], raw[stretch[2] : stretch[3]]) if stretch else (None, None)
        yield Piece(start, text[start:end], inside.at(start), repair, source, sign)


class _Inside:
    """Which records a place lies in, asked in ascending order."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._rows = sorted(rows, key=lambda r: (r["start"], -r["end"]))
        self._next = 0
        self._open: list[Mapping[str, Any]] = []

    def at(self, place: int) -> tuple[str, ...]:
        while self._next < len(self._rows) and self._rows[self._next]["start"] <= place:
            self._open.append(self._rows[self._next])
            self._next += 1
        self._open = [row for row in self._open if row["end"] > place]
        return tuple(row["record_id"] for row in sorted(self._open, key=lambda r: r["start"] - r["end"]))


class _Cursor:
    """Stretches (start, end, …) in order, asked in ascending order."""

    def __init__(self, stretches: Sequence[Sequence[Any]]) -> None:
        self._stretches = stretches
        self._next = 0

    def empty_at(self, place: int) -> Iterator[Sequence[Any]]:
        """Stretches of no text that stand at `place`."""
        while self._next < len(self._stretches) and self._stretches[self._next][1] <= place:
            stretch = self._stretches[self._next]
            self._next += 1
            if stretch[0] == stretch[1]:
                yield stretch

    def over(self, place: int) -> Sequence[Any] | None:
        """The stretch that `place` lies in."""
        while self._next < len(self._stretches) and self._stretches[self._next][1] <= place:
            self._next += 1
        if self._next < len(self._stretches) and self._stretches[self._next][0] <= place:
            return self._stretches[self._next]
        return None
