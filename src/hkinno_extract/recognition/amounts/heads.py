"""The unit that a head or a caption states for cells that hold a bare number: 撥款（百萬元）, 個案宗數, 單位：億元.

In: a View's tables. Out: for each such cell its place and what it is worth. Look first at `HeadUnits.cells`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from hkinno_extract.characters import fold
from hkinno_extract.normalisation.numerals import read_number
from hkinno_extract.pattern_files import Word
from hkinno_extract.recognition.amounts.cells import Tables
from hkinno_extract.recognition.amounts.grid import GridCell
from hkinno_extract.recognition.amounts.surface import MEASURES
from hkinno_extract.recognition.amounts.values import FIXED_UNITS, KINDS, Kind, Worth, bounds
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Block

RULE = "table-cell"
_NUMBERS = frozenset({"NUMBER", "NUMERAL", "SCALE"})
_BRACKETED = re.compile(r"[（(\[［]([^（()）\[\]［］]{1,12})[）)\]］]")
_STATED = re.compile(r"(?:單位|单位)\s*[:：為为]?\s*([^，。；、\s]{1,8})|以([^，。；\s]{1,8}?)[計计](?:算)?")
_COUNTED = frozenset("數数")
_NOTES = frozenset("#*^@＃＊†‡")


class Unit(NamedTuple):
    """What a bare number below a head is: 百萬元 is money of the currency HKD, times 1,000,000."""

    kind: Kind
    unit: str | None
    factor: Decimal


class BareCell(NamedTuple):
    """Tokens `start` to `end` of a cell that is a number, and its worth.

    `change` says that a head speaks of a change (升幅), `direction` which way it goes where the number is above 0.
    """

    start: int
    end: int
    worth: Worth
    change: bool
    direction: str | None


class _Number(NamedTuple):
    """The number of a cell: its tokens, value and comparator."""

    start: int
    end: int
    value: Decimal
    comparator: str


class HeadUnits:
    """Reads units of heads by the words of patterns/."""

    def __init__(self, words: Mapping[str, Word]) -> None:
        self._words = words
        self._longest = max((len(word) for word, entry in words.items() if entry.cls in MEASURES), default=0)

    def cells(self, view: View, tables: Tables) -> Iterator[BareCell]:
        """The bare cells of all tables whose head, row or caption states a unit, by place."""
        for cell in tables.grid:
            number = self._number(view, cell.block)
            if number is None:
                continue
            unit = next((u for b in (*cell.tops, *cell.sides) if (u := self._of_head(view, b)) is not None), None)
            if unit is None and cell.caption is not None and not any(_is_other(view, b) for b in (*cell.tops, *cell.sides)):
                unit = self._of_caption(view, cell.caption)
                if unit is None and tables.headed(cell) is None:
                    unit = self._counted(tables.caption(cell.caption) or "")
            if unit is not None:
                value, direction = number.value * unit.factor, _direction(view, cell)
                worth = Worth(unit.kind, *bounds(value, value, number.comparator), number.comparator, unit.unit)
                yield BareCell(number.start, number.end, worth, bool(direction), direction if value > 0 else None)

    def _number(self, view: View, block: Block) -> _Number | None:
        """The one number that a cell holds, with its comparator or a minus sign; the sign of a note behind it stays outside (130#)."""
        first, last = view.token_at(block.start), view.token_at(block.end - 1) + 1
        places = [i for i in range(first, last) if view.tags[i] != "SPACE"]
        while len(places) > 1 and view.words[places[-1]] in _NOTES:
            places.pop()
        if not places or len(places) > 2 or view.tags[places[-1]] != "NUMBER":
            return None
        reading = read_number(view.text[view.starts[places[-1]] : view.ends[places[-1]]])
        if reading is None or reading.low != reading.high:
            return None
        if len(places) == 1:
            return _Number(places[0], places[0] + 1, reading.low, "eq")
        if view.words[places[0]] in "-−":
            return _Number(places[0], places[1] + 1, -reading.low, "eq")
        compared = view.tags[places[0]] == "COMPARATOR" and view.values[places[0]] not in ("", "range")
        return _Number(places[0], places[1] + 1, reading.low, view.values[places[0]]) if compared else None

    def _of_head(self, view: View, block: Block) -> Unit | None:
        """The unit of a head: in brackets (撥款（百萬元）), the head itself (百萬元, %), or what it counts (個案宗數)."""
        text = view.text[block.start : block.end].strip()
        bracketed = [m[1] for m in _BRACKETED.finditer(text)]
        for stated in (*reversed(bracketed), text):
            unit = self._stated(view, stated)
            if unit is not None:
                return unit
        return self._counted(_BRACKETED.sub("", text).strip())

    def _of_caption(self, view: View, block: Block) -> Unit | None:
        text = view.text[block.start : block.end].strip()
        stated = [m[1] or m[2] for m in _STATED.finditer(text)]
        bracketed = [m[1] for m in _BRACKETED.finditer(text[-16:])] if text[-1:] in "）)]］：:" else []
        return next((u for said in (*stated, *bracketed) if (u := self._stated(view, said)) is not None), None)

    def _stated(self, view: View, text: str) -> Unit | None:
        """A unit that is all of `text`: scales and a measuring word (百萬元, 千人, 公頃, %), 單位 and 以…計 aside."""
        said = _STATED.fullmatch(text)
        folded = fold((said[1] or said[2]) if said else text).strip()
        for size in range(min(len(folded), self._longest), 0, -1):
            entry = self._words.get(folded[-size:])
            if entry is None or entry.cls not in MEASURES:
                continue
            kind = KINDS[entry.cls]
            scale = self._scale(folded[:-size], money=kind == "money")
            if scale is None or entry.value == "discount":
                continue
            if kind == "money":
                return Unit(kind, scale[1] or entry.value or view.currency, scale[0])
            factor = Decimal(entry.value) if kind in FIXED_UNITS and entry.value else Decimal(1)
            return Unit(kind, FIXED_UNITS.get(kind) or entry.value, scale[0] * factor)
        return None

    def _scale(self, text: str, *, money: bool) -> tuple[Decimal, str] | None:
        """The factor that stands in front of a unit, and the currency where one does (港幣百萬[元]); None where anything else does."""
        currency = ""
        for size in range(len(text), 0, -1):
            entry = self._words.get(text[:size]) if money else None
            if entry is not None and entry.cls == "CURRENCY":
                text, currency = text[size:].strip(), entry.value
                break
        if not text:
            return Decimal(1), currency
        reading = read_number(text) or read_number("一" + text) if set(text) <= _SCALES else None
        return None if reading is None else (reading.low, currency)

    def _counted(self, head: str) -> Unit | None:
        """What a head counts that ends in a classifier and 數 (個案宗數, 人數), or in one of two characters (入場人次)."""
        folded = fold(head)
        counted, least = (folded[:-1], 1) if folded[-1:] in _COUNTED else (folded, 2)
        for size in range(min(len(counted), self._longest), least - 1, -1):
            entry = self._words.get(counted[-size:])
            if entry is not None and entry.cls == "CLASSIFIER" and entry.value:
                return Unit("count", entry.value, Decimal(1))
        return None


def _direction(view: View, cell: GridCell) -> str | None:
    for block in (*cell.tops, *cell.sides):
        for i in range(view.token_at(block.start), view.token_at(block.end - 1) + 1):
            if view.tags[i] == "CHANGE" and view.values[i] in ("up", "down"):
                return view.values[i]
    return None


def _is_other(view: View, head: Block) -> bool:
    """Whether a head is of numbers that a caption's unit is not meant for: what it counts (個案數目), rates, numbers of items (編號)."""
    last = view.token_at(head.end - 1)
    return view.tags[last] == "RATE" or view.words[last].endswith(_NUMBERED)


_NUMBERED = tuple(map(fold, ("數", "數目", "號", "率")))
_SCALES = frozenset(fold("十百千萬億"))
