"""Places, years and spans of time as a ranking states them.

In: the characters of a number, or the value of a word of the lexicon. Out: plain integers and the strings of the table; None where not
understood. Look first at `place` and `word_places`.
"""

from __future__ import annotations

from hkinno_extract.normalisation.numerals import parse_number

LAST_PLACE = 100_000
YEARS = range(1900, 2101)
HOME = "香港"
"""Whom a text of Hong Kong's speaks of where it names nobody."""


def place(text: str) -> int | None:
    """The place that the number `text` names, at least 1.

    >>> place("33"), place("一百五十"), place("１２"), place("0"), place("3.5"), place("幾")
    (33, 150, 12, None, None, None)
    """
    number = parse_number(text)
    if number is None or number != number.to_integral_value() or not 1 <= number <= LAST_PLACE:
        return None
    return int(number)


def word_places(value: str) -> tuple[int, int] | None:
    """Best and worst place that a word of the lexicon stands for: its value is a place or two joined by `-`.

    >>> word_places("1"), word_places("1-3"), word_places(""), word_places("up")
    ((1, 1), (1, 3), None, None)
    """
    first, _, last = value.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        return None
    return int(first), int(last or first)


def from_end(place_from_end: int, out_of: int | None) -> int | None:
    """The place counted from the top of one counted from the end: 倒數第二 of 60 is 59; None without a total, or past it.

    >>> from_end(2, 60), from_end(1, 60), from_end(61, 60), from_end(2, None)
    (59, 60, None, None)
    """
    if out_of is None or place_from_end > out_of:
        return None
    return out_of - place_from_end + 1


def year(text: str) -> str | None:
    """The year of four digits that `text` writes, in Arabic digits.

    >>> year("2024"), year("二○二四"), year("２０２４"), year("24"), year("2,024"), year("3024")
    ('2024', '2024', '2024', None, None, None)
    """
    if len(text) != 4:
        return None
    number = place(text)
    return str(number) if number in YEARS else None


def years_span(text: str) -> str | None:
    """The span of `text` years as the column since has it.

    >>> years_span("二十"), years_span("10"), years_span("幾")
    ('20年', '10年', None)
    """
    number = place(text)
    return None if number is None else f"{number}年"
