"""Which numbers are percentages: 百分之三, 12.1%, 七成六, 八五折, 六個百分點.

In: the scanned numbers of a text. Out: the same numbers, in order, as `Numeric`s of kind number, percent or percentage_point.
Look first at `measured`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from hkinno_extract.characters import SCALE_VALUES, fold
from hkinno_extract.normalisation.numerals import parse_number
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.numbers.scan import Scanned

_REST = re.compile(r"\s*([一二三四五六七八九半])(?![十百千万亿分点])")
_SCALES = frozenset(fold("".join(SCALE_VALUES)))


class Numeric(NamedTuple):
    """`text[start:end]` is of `kind`. `value` is the number, or the lower end of a range, `value_to` its upper end.

    An end left open is None.
    """

    start: int
    end: int
    kind: Literal["number", "percent", "percentage_point", "range"]
    value: Decimal | None
    value_to: Decimal | None
    text: str


class PercentUnits:
    """The words of classes PERCENT and POINT as one expression; spaces may stand between their characters."""

    def __init__(self, patterns: Patterns) -> None:
        words = sorted((w for w in patterns.words.values() if w.cls in ("PERCENT", "POINT")), key=lambda w: -len(w.word))
        self._words = {fold(w.word): (w.cls, w.value) for w in words}
        self._expression = re.compile(r"\s*(" + "|".join(r"\s*".join(map(re.escape, fold(w.word))) for w in words) + ")")

    def behind(self, folded: str, at: int) -> tuple[int, str, str] | None:
        """End, class and value of the unit that follows character `at`."""
        match = self._expression.match(folded, at)
        if match is None:
            return None
        cls, value = self._words["".join(match.group(1).split())]
        return match.end(), cls, value


def measured(text: str, folded: str, scanned: Iterable[Scanned], units: PercentUnits) -> Iterator[tuple[Scanned, Numeric]]:
    """Each number with what it is."""
    last: Scanned | None = None
    end = 0
    for number in scanned:
        if number.start < end:
            continue
        found = _numeric(text, folded, number, units, last)
        last, end = number, found.end
        yield number, found


def _numeric(text: str, folded: str, number: Scanned, units: PercentUnits, last: Scanned | None) -> Numeric:
    start, end, low, high = number.start, number.end, number.value, number.high
    if number.fraction and _bare(folded[start:end]):
        return Numeric(start, end, "percent", low * 100, high * 100, text[start:end])
    unit = units.behind(folded, end)
    if unit is None:
        return Numeric(start, end, "number" if low == high else "range", low, high, text[start:end])
    end, cls, factor = unit
    if factor == "discount":
        if last is not None and last.end < start and not text[last.end : start].strip() and 0 <= last.value < 10 and 0 <= low < 10:
            start, low, high = last.start, last.value * 10 + low, last.value * 10 + high
        low, high = (low * 10, high * 10) if high < 10 else (low, high)
    elif factor:
        rest = _REST.match(folded, end) if cls == "PERCENT" else None
        part = Decimal(0)
        if rest is not None:
            digit, end = parse_number(rest.group(1)) or Decimal(0), rest.end()
            part = digit * 10 if digit < 1 else digit
        low, high = low * Decimal(factor) + part, high * Decimal(factor) + part
    return Numeric(start, end, "percent" if cls == "PERCENT" else "percentage_point", low, high, text[start:end])


def _bare(folded: str) -> bool:
    """Whether what stands before 分之 is a scale alone, as in 百分之三 (一百分之三 is a fraction)."""
    below = folded[: folded.index("分")].strip("-−負负 ")
    return all(c in _SCALES or c.isspace() for c in below)
