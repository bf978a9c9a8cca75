"""Which words and numbers make a range: 至少三十, 一千到一千五百, 大於10小於20, 1000以上，1500以下, 500多億.

In: the numbers of a text in order, and the words of the tables. Out: ranges as `Numeric`s. Look first at `RangeFinder.find`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import Patterns, Word
from hkinno_extract.recognition.numbers.percents import Numeric
from hkinno_extract.recognition.numbers.scan import Scanned

_UPWARD = frozenset({"gt", "ge"})
_DOWNWARD = frozenset({"lt", "le"})
_JOINTS = re.compile(r"[\s,;、，；并且而但]*")


class Bound(NamedTuple):
    """One end of a range, at characters `start` to `end`; `up` for a lower end."""

    start: int
    end: int
    up: bool
    value: Decimal


class RangeFinder:
    """Finds ranges by the comparators, words of range and conjunctions of the tables."""

    def __init__(self, patterns: Patterns) -> None:
        words = list(patterns.words.values())
        bounding = [w for w in words if w.value in _UPWARD | _DOWNWARD]
        fillers = {fold(w.word) for w in words if len(w.word) == 1 and (w.cls == "LINK" or w.value == "be" or w.cls == "PARTICLE")}
        self._front = {_close(w): w.value in _UPWARD for w in bounding if w.cls in ("COMPARATOR", "SUPERLATIVE")}
        self._behind = {_close(w): w.value in _UPWARD for w in bounding if w.cls == "COMPARATOR_AFTER"}
        self._degrees = {_close(w): w.value == "up" for w in words if w.cls == "DEGREE" and w.value}
        self._before = re.compile(rf"({_any(self._front)})\s*(?:[{''.join(map(re.escape, sorted(fillers)))}]\s*)?$")
        self._after = re.compile(rf"\s*({_any(self._behind)})")
        self._than = re.compile(rf"(?:{_any(_close(w) for w in words if w.cls == 'COMPARE')})\s*$")
        self._degree = re.compile(rf"\s*({_any(self._degrees)})")
        self._to = re.compile(rf"\s*(?:{_any(_close(w) for w in words if w.cls == 'RANGE')})\s*")
        self._and = re.compile(rf"\s*(?:{_any(_close(w) for w in words if w.cls == 'AND' and len(w.word) == 1)})\s*")
        between = [_close(w) for w in words if w.cls == "BETWEEN"]
        self._between = re.compile(rf"\s*(?:{_any(between)}|(?:{_any(w[-1] for w in between)})(?!\w))")

    def find(self, text: str, folded: str, numbers: Sequence[tuple[Scanned, Numeric]]) -> list[Numeric]:
        """The ranges of `text`, by place."""
        plain = [n for n, measured in numbers if measured.kind == "number"]
        found, used = self._pairs(folded, plain)
        bounds = [b for i, n in enumerate(plain) if i not in used and (b := self._bound(folded, n)) is not None]
        found += _joined(folded, bounds)
        found.sort()
        return [Numeric(s, e, "range", low, high, text[s:e]) for s, e, low, high in found]

    def _pairs(self, folded: str, plain: Sequence[Scanned]) -> tuple[list[tuple[int, int, Decimal | None, Decimal | None]], set[int]]:
        found: list[tuple[int, int, Decimal | None, Decimal | None]] = []
        used: set[int] = set()
        for i in range(len(plain) - 1):
            low, high = plain[i], plain[i + 1]
            if i in used or low.value > high.value:
                continue
            closing = self._between.match(folded, high.end)
            if self._to.fullmatch(folded, low.end, high.start) or (closing and self._and.fullmatch(folded, low.end, high.start)):
                found.append((low.start, closing.end() if closing else high.end, low.value, high.value))
                used |= {i, i + 1}
        return found, used

    def _bound(self, folded: str, number: Scanned) -> Bound | None:
        start, end, value = number.start, number.end, number.value
        front = self._before.search(folded, max(0, start - 12), start)
        if front is not None:
            return Bound(front.start(1), end, self._front["".join(front.group(1).split())], value)
        behind = self._after.match(folded, end)
        if behind is not None:
            return Bound(start, behind.end(1), self._behind["".join(behind.group(1).split())], value)
        than, degree = self._than.search(folded, max(0, start - 4), start), self._degree.match(folded, end)
        if than is not None and degree is not None:
            return Bound(than.start(), degree.end(1), self._degrees[degree.group(1)], value)
        return Bound(start, end, True, value) if number.more and "多" in folded[start:end] else None


def _joined(folded: str, bounds: Sequence[Bound]) -> list[tuple[int, int, Decimal | None, Decimal | None]]:
    """Bounds as ranges; a lower and an upper one next to each other make one range, where they leave room between them."""
    found: list[tuple[int, int, Decimal | None, Decimal | None]] = []
    i = 0
    while i < len(bounds):
        one, two = bounds[i], bounds[i + 1] if i + 1 < len(bounds) else None
        if two is not None and one.up != two.up and _JOINTS.fullmatch(folded, one.end, two.start):
            low, high = (one.value, two.value) if one.up else (two.value, one.value)
            if low <= high:
                found.append((one.start, two.end, low, high))
                i += 2
                continue
        found.append((one.start, one.end, one.value if one.up else None, None if one.up else one.value))
        i += 1
    return found


def _close(word: Word) -> str:
    return fold(word.word)


def _any(words: Iterable[str]) -> str:
    """An expression for any of `words`, longest first, with spaces between their characters; one that never matches for none."""
    return "|".join(r"\s*".join(map(re.escape, w)) for w in sorted(words, key=lambda w: (-len(w), w))) or "(?!)"
