"""One cell that came back from a spreadsheet: the same in other clothes, another value, or one that lost digits.

In: the column's type, the value that stood there, and the cell as a file holds it: text, or what a workbook has (numbers, dates, booleans).
Out: `SAME`, `New` or `Lost`. Look first at `compare`. Nothing is guessed: what cannot be understood is refused with its reason.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from hkinno_extract.records import format_decimal
from hkinno_extract.tables.columns import ColumnType
from hkinno_extract.tables.rows import plain_cell


@dataclass(frozen=True, slots=True)
class New:
    """Another value, as a decision holds it; None for a cell that was emptied."""

    value: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """A cell that cannot be taken, and why."""

    reason: str


SAME: Final = None
DIGITS = "digits were lost on the way through the spreadsheet"
_SCIENTIFIC = re.compile(r"([-+]?)(\d(?:[.,]\d+)?)[eE]([+-]?\d{1,3})")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[,' \u00a0\u202f]\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE, _FALSE = frozenset({"true", "1", "yes", "是", "真", "wahr", "vrai"}), frozenset({"false", "0", "no", "否", "假", "falsch", "faux"})
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_EPOCH = datetime.date(1899, 12, 30)
Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | None


def compare(kind: ColumnType, old: Any, cell: Cell, *, column: str = "", encoding: str = "utf-8") -> New | Lost | None:
    """What `cell` says where `old`, a value as a decision holds it, stood.

    >>> compare("number", "33000000000", "3.3E+10"), compare("string", "2024-12", "Dec-24"), compare("boolean", True, "TRUE")
    (None, None, None)
    >>> compare("number", "12.1", "12.3"), compare("string", "甲", "")
    (New(value='12.3'), New(value=None))
    >>> compare("number", "33123456789", "3.31235E+10")
    Lost(reason='digits were lost on the way through the spreadsheet')
    """
    if isinstance(cell, str) and (not cell.strip() or cell == "\ufeff"):
        cell = None
    if cell is None:
        return SAME if old is None else New(None)
    if kind in ("number", "integer"):
        return _number(kind, old, cell)
    if kind == "boolean":
        return _boolean(old, cell)
    return _text(old, cell, column, encoding)


def _boolean(old: Any, cell: Cell) -> New | Lost | None:
    word = str(cell).strip().casefold()
    if word not in _TRUE | _FALSE:
        return Lost(f"{cell!r} is neither true nor false")
    value = word in _TRUE
    return SAME if value is old else New(value)


def _number(kind: ColumnType, old: Any, cell: Cell) -> New | Lost | None:
    before = None if old is None else Decimal(old)
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta, bool)):
        return Lost(f"{cell} is no number")
    if isinstance(cell, float) and before is not None and float(before) == cell:
        return SAME
    text = unicodedata.normalize("NFKC", str(cell)).strip().removeprefix("'").replace("−", "-")
    scientific = _SCIENTIFIC.fullmatch(text)
    found = _scientific(scientific, before, from_text=isinstance(cell, str)) if scientific else parse_number(text)
    if found is SAME or isinstance(found, Lost):
        return found
    if before == found:
        return SAME
    if kind == "integer" and found != found.to_integral_value():
        return Lost(f"{cell} is no whole number")
    if len(found.normalize().as_tuple().digits) > 15 and not isinstance(cell, str):
        return Lost(DIGITS)
    return New(int(found) if kind == "integer" else format_decimal(found))


def parse_number(text: str) -> Decimal | Lost:
    """A number with or without separators of thousands, and nothing else.

    >>> parse_number("33,000,000,000"), parse_number("33 000.5"), parse_number("330億")
    (Decimal('33000000000'), Decimal('33000.5'), Lost(reason="'330億' is no number"))
    """
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[,' \u00a0\u202f]", "", text)
    if not _PLAIN.fullmatch(text):
        return Lost(f"{text!r} is no number")
    return Decimal(text)


def _scientific(match: re.Match[str], before: Decimal | None, *, from_text: bool) -> Decimal | Lost | None:
    """A number with exponent. A workbook's is whole; a text file's shows only some of its digits, unless it has one or two."""
    sign, mantissa, exponent = match.groups()
    mantissa = mantissa.replace(",", ".")
    try:
        value = Decimal(f"{sign}{mantissa}E{exponent}")
    except InvalidOperation:
        return Lost(f"{match[0]!r} is no number")
    if value == before or not from_text:
        return value
    places = len(mantissa.partition(".")[2])
    if before is not None and before and abs(before - value) <= Decimal(f"0.5E{int(exponent) - places}"):
        return Lost(DIGITS)
    return value if places <= 1 else Lost(DIGITS)


def _text(old: Any, cell: Cell, column: str, encoding: str) -> New | Lost | None:
    before = "" if old is None else str(old)
    if isinstance(cell, str):
        if _same_text(before, cell, encoding):
            return SAME
        if _in_clothes(before, cell):
            return SAME
        text = _unescaped(plain_cell(cell)).strip()
        if encoding != "utf-8" and "?" in text and "?" not in before:
            return Lost(f"characters that {encoding} does not have were lost on the way through the spreadsheet")
        month = _month(text) if column == "period" else None
        return New(month or text)
    if before and _in_clothes(before, cell):
        return SAME
    if isinstance(cell, (bool, datetime.time, datetime.timedelta)):
        return Lost(f"{cell} is no text")
    if isinstance(cell, datetime.date):
        return New(f"{cell:%Y-%m}" if column == "period" and cell.day == 1 else f"{cell:%Y-%m-%d}")
    value = Decimal(repr(cell))
    return New(format_decimal(value)) if len(value.normalize().as_tuple().digits) <= 15 else Lost(DIGITS)


def _same_text(before: str, cell: str, encoding: str) -> bool:
    forms = {cell, plain_cell(cell), _unescaped(cell), _unescaped(plain_cell(cell))}
    if before in forms or _bare(before) in {_bare(form) for form in forms}:
        return True
    if encoding == "utf-8" or "?" not in cell:
        return False
    wanted = "".join(re.escape(c) if _fits(c, encoding) else r"\?{1,2}" for c in _bare(before))
    return any(re.fullmatch(wanted, _bare(form)) for form in forms)


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _bare(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\ufeff", "").split())


def _unescaped(text: str) -> str:
    r"""Control characters as a workbook's XML writes them, read back.

    >>> _unescaped("a_x000D_b")
    'a\rb'
    """
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


def _in_clothes(before: str, cell: Cell) -> bool:
    """Whether a spreadsheet would show or keep the text `before` as `cell`: as a date, a number, a boolean."""
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:T.*)?", before):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
        if (year, month, day) in set(_dates(cell)) or (not match[3] and _month(str(cell)) == f"{year}-{month:02}"):
            return True
    if isinstance(cell, bool) or before.casefold() in ("true", "false"):
        return str(cell).casefold() == before.casefold()
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        return False
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    percent = before.endswith("%") and not isinstance(cell, str)
    then = parse_number(before.removesuffix("%") if percent else unicodedata.normalize("NFKC", before))
    if isinstance(then, Lost):
        return False
    then = then / 100 if percent else then
    if match := _SCIENTIFIC.fullmatch(text):
        places = len(match[2].partition(".")[2])
        return abs(then - Decimal(text.replace(",", "."))) <= Decimal(f"0.5E{int(match[3]) - places}")
    now = parse_number(text)
    return not isinstance(now, Lost) and (then == now or (isinstance(cell, float) and float(then) == cell))


def _dates(cell: Cell) -> Iterator[tuple[int, int, int]]:
    """Every date that `cell` may mean, as year, month, day."""
    if isinstance(cell, datetime.date):
        yield cell.year, cell.month, cell.day
        return
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1 < cell < 80_000:
        date = _EPOCH + datetime.timedelta(days=int(cell))
        yield date.year, date.month, date.day
    text = str(cell).strip()
    numbers = [int(n) for n in re.findall(r"\d+", text.split("T")[0].split(" ")[0])]
    if len(numbers) == 3 and re.fullmatch(r"[\d/.\-年月日]+(?:[T ].*)?", text):
        a, b, c = numbers
        yield a if a > 99 else 2000 + a, b, c
        yield (c if c > 99 else 2000 + c), b, a
        yield (c if c > 99 else 2000 + c), a, b


def _month(text: str) -> str | None:
    """`2024-12` of a month that a spreadsheet wrote its own way.

    >>> _month("Dec-24"), _month("24-Dec"), _month("2024年12月"), _month("12/2024"), _month("甲")
    ('2024-12', '2024-12', '2024-12', '2024-12', None)
    """
    words, numbers = re.findall(r"[A-Za-z]+", text), re.findall(r"\d+", text)
    if len(words) == 1 and len(numbers) == 1 and words[0].lower() in _MONTHS and len(numbers[0]) in (2, 4):
        year = int(numbers[0]) % 100 + 2000 if len(numbers[0]) == 2 else int(numbers[0])
        return f"{year}-{_MONTHS[words[0].lower()]:02}"
    if not words and len(numbers) == 2 and re.fullmatch(r"\d+[/.\-年]\d+月?", text):
        year, month = (int(n) for n in (numbers if len(numbers[0]) == 4 else reversed(numbers)))
        if 1900 < year < 2100 and 1 <= month <= 12:
            return f"{year}-{month:02}"
    return None
