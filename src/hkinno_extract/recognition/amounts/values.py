"""What an amount is worth: kind, values, comparator and unit.

In: a `Surface`. Out: a `Worth`, None where the number is not understood. Look first at `worth_of`.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, NamedTuple, cast

from hkinno_extract.characters import SCALE_VALUES
from hkinno_extract.normalisation.numerals import Reading, read_number, share_scale
from hkinno_extract.recognition.amounts.surface import Part, Surface
from hkinno_extract.recognition.view import View

Kind = Literal["money", "percent", "percentage_point", "multiple", "count", "quantity"]

KINDS: dict[str, Kind] = {
    "CURRENCY": "money",
    "PERCENT": "percent",
    "POINT": "percentage_point",
    "MULTIPLE": "multiple",
    "UNIT": "quantity",
    "CLASSIFIER": "count",
    "CLASSIFIER_OR_RANK": "count",
    "CLASSIFIER_OR_PLACE": "count",
}
FIXED_UNITS = {"percent": "%", "percentage_point": "pp", "multiple": "倍"}
_STRONG = frozenset({"gt", "ge", "lt", "le"})
_FOUR, _ONE = Decimal("0.0001"), Decimal(1)


class Worth(NamedTuple):
    """Kind, values, comparator and unit of an amount; `direction` where its word says one (倍增)."""

    kind: Kind
    low: Decimal | None
    high: Decimal | None
    comparator: str | None
    unit: str | None
    direction: str | None = None


def worth_of(view: View, found: Surface, bare: Kind = "count") -> Worth | None:
    """The worth of `found`; `bare` is the kind of a number that has no unit."""
    last = found.parts[-1]
    kind, unit = _kind_and_unit(view, found, bare)
    if found.damaged:
        return Worth(kind, None, None, None, unit)
    if found.word:
        return _word(found, kind if last.unit else None, unit)
    readings = _readings(found)
    if readings is None:
        return None
    kind = "percent" if found.parts[0].fraction and last.unit is None else kind
    ends = [_scaled(reading, part, kind, last) for reading, part in zip(readings, found.parts, strict=True)]
    low, high = ends[0].low, ends[-1].high
    spoken = "range" if len(ends) > 1 else ends[0].kind
    comparator = spoken if spoken != "eq" else _comparator(found)
    if len(ends) > 1 and low > high:
        return None
    return Worth(kind, *bounds(low, high, comparator), comparator, "%" if kind == "percent" else unit)


def _kind_and_unit(view: View, found: Surface, bare: Kind) -> tuple[Kind, str | None]:
    unit = found.parts[-1].unit or next((p.unit for p in reversed(found.parts) if p.unit is not None), None)
    if found.currency is not None and (unit is None or unit[0] == "CURRENCY"):
        return "money", found.currency or view.currency
    if unit is None:
        return bare, view.currency if bare == "money" else None
    kind = KINDS[unit[0]]
    return kind, FIXED_UNITS.get(kind) or unit[1]


def _readings(found: Surface) -> list[Reading] | None:
    if len(found.parts) == 1:
        reading = _reading(found, found.parts[0].text)
        return None if reading is None else [reading]
    texts = [p.text for p in found.parts]
    if found.parts[0].unit is None:
        texts[0] = share_scale(texts[0], texts[1])
    below = found.parts[0].fraction
    if below and not found.parts[1].fraction:
        texts[1] = texts[0][:below] + texts[1]
        found.parts[1].fraction = below
    readings: list[Reading] = []
    for text in texts:
        reading = _reading(found, text)
        if reading is None:
            return None
        readings.append(reading)
    return readings


def _reading(found: Surface, text: str) -> Reading | None:
    """The number of a part; a scale that a comparator touches counts once (上萬, 萬餘間)."""
    reading = read_number(text)
    if reading is None and text[:1] in SCALE_VALUES and (found.front or found.more):
        return read_number("一" + text)
    return reading


def _scaled(reading: Reading, part: Part, kind: Kind, last: Part) -> Reading:
    unit = part.unit or last.unit
    factor, rest = _ONE, part.cents
    if part.fraction:
        factor = Decimal(100)
    elif kind == "percent" and unit is not None and unit[1] == "discount":
        factor = Decimal(10 if reading.high < 10 else 1)
    elif unit is not None and kind in ("percent", "percentage_point") and unit[1]:
        factor = Decimal(unit[1])
    if part.rest:
        tail = read_number(part.rest)
        if tail is None:
            return reading
        rest += tail.low if tail.low < 1 else tail.low / 10
    if factor is _ONE and not rest and "/" not in part.text:
        return reading
    return Reading(_round((reading.low + rest) * factor), _round((reading.high + rest) * factor), reading.kind)


def _round(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return value.quantize(_FOUR, ROUND_HALF_EVEN) if isinstance(exponent, int) and exponent < -12 else value


def _word(found: Surface, kind: Kind | None, unit: str | None) -> Worth:
    said, low, high, comparator, *direction = found.word.split(":")
    ends = (Decimal(low) if low else None, Decimal(high) if high else None)
    spoken = _comparator(found)
    if spoken not in ("eq", comparator) and ends[0] is not None:
        comparator = spoken
        ends = bounds(ends[0], ends[1] or ends[0], comparator)
    said_kind = kind or cast(Kind, said)
    said_unit = unit if kind else FIXED_UNITS.get(said_kind)
    return Worth(said_kind, *ends, comparator, said_unit, direction[0] if direction else None)


def _comparator(found: Surface) -> str:
    if found.front and (front := [c for c in found.front if c not in ("eq", "range")]):
        return next((c for c in front if c in _STRONG), front[0])
    return found.more or (found.behind if found.behind else "eq")


def bounds(low: Decimal, high: Decimal, comparator: str) -> tuple[Decimal | None, Decimal | None]:
    """The two values of an amount: a comparator of one side leaves the other open."""
    if comparator in ("gt", "ge"):
        return low, None
    if comparator in ("lt", "le"):
        return None, high
    return low, high
