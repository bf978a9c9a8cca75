"""Periods in the form of SCHEMA.md, and relative times resolved against a publication date.

In: numbers and codes of the lexicon's class TIME; `published_at` (ISO 8601) or None. Out: `2023`, `2024-12`, `2024-Q4`, `2024-H1`,
`2024/25`, `2014/2024`; None where it can't be said. No clock: what is relative stays empty without a publication date.
Look first at `relative`.

Codes: a letter for what is counted (Y year, F financial year from April, Q quarter, M month) and how far it is from the publication
(Y-1 last year, F0 this financial year), perhaps with a half (Y0H1); Q1 or Q1-3 alone are quarters of a year that stands elsewhere.
"""

from __future__ import annotations

import re

from hkinno_extract.normalisation.numerals import parse_number

_CODE = re.compile(r"([YFQM])([+-]?\d+)(?:(H[12])|-(\d))?")


def year_of(text: str) -> int | None:
    """A year of four digits in any style.

    >>> year_of("2024"), year_of("二○二四"), year_of("二千"), year_of("24")
    (2024, 2024, 2000, None)
    """
    value = parse_number(text)
    return int(value) if value is not None and 1900 <= value <= 2100 and value == int(value) else None


def financial_year(first: int, second: str) -> str | None:
    """A year that spans two calendar years, of its first year and what is written of its second.

    >>> financial_year(2024, "25"), financial_year(2024, "二五"), financial_year(1999, "2000"), financial_year(2024, "27")
    ('2024/25', '2024/25', '1999/00', None)
    """
    value = parse_number(second)
    if value is None or int(value) % 100 != (first + 1) % 100 or int(value) > 2100:
        return None
    return f"{first}/{(first + 1) % 100:02d}"


def years(first: int, last: int) -> str | None:
    """First and last year with a slash; None where they are in the wrong order.

    >>> years(2014, 2024), years(2024, 2014)
    ('2014/2024', None)
    """
    return f"{first}/{last}" if first < last else None


def month_of(year: int, month: int) -> str | None:
    """A month of a year; None for a month that is none.

    >>> month_of(2024, 3), month_of(2024, 13)
    ('2024-03', None)
    """
    return f"{year}-{month:02d}" if 1 <= month <= 12 else None


def first_months(year: int, count: int) -> str | None:
    """The first `count` months of a year; None where that is no more than one or than a year has.

    >>> first_months(2024, 10), first_months(2024, 1), first_months(2024, 13)
    ('2024-01/2024-10', None, None)
    """
    return f"{year}-01/{year}-{count:02d}" if 1 < count <= 12 else None


def quarters(year: int, first: int, last: int | None = None) -> str | None:
    """A quarter, or the first and last of several.

    >>> quarters(2024, 4), quarters(2024, 1, 3), quarters(2024, 5)
    ('2024-Q4', '2024-Q1/2024-Q3', None)
    """
    if not 1 <= first <= 4 or (last is not None and not first < last <= 4):
        return None
    return f"{year}-Q{first}" if last is None else f"{year}-Q{first}/{year}-Q{last}"


def published_year(published_at: str | None) -> int | None:
    """The year of a publication date, None without one."""
    return int(published_at[:4]) if published_at and published_at[:4].isdigit() else None


def published_month(published_at: str | None) -> int | None:
    """The month of a publication date, None without one."""
    return int(published_at[5:7]) if published_at and published_at[5:7].isdigit() else None


def past_years(count: int, published_at: str | None) -> str | None:
    """The last `count` years up to that of the publication.

    >>> past_years(5, "2024-12-27"), past_years(5, None)
    ('2019/2024', None)
    """
    year = published_year(published_at)
    return None if year is None or not 1 < count < 200 else f"{year - count}/{year}"


def month_before(month: int, published_at: str | None) -> str | None:
    """The latest such month up to the publication.

    >>> month_before(12, "2025-01-21"), month_before(1, "2025-01-21"), month_before(1, None)
    ('2024-12', '2025-01', None)
    """
    year, now = published_year(published_at), published_month(published_at)
    return None if year is None or now is None else month_of(year - (month > now), month)


def quarter_before(quarter: int, published_at: str | None) -> str | None:
    """The latest such quarter that has begun at the publication.

    >>> quarter_before(4, "2025-02-13"), quarter_before(1, "2025-02-13"), quarter_before(1, None)
    ('2024-Q4', '2025-Q1', None)
    """
    year, month = published_year(published_at), published_month(published_at)
    return None if year is None or month is None else quarters(year - (quarter > (month + 2) // 3), quarter)


def relative(code: str, published_at: str | None, year: int | None = None) -> str | None:
    """The period of a relative time; `year` is the year that stands beside it, which a half or a quarter belongs to.

    >>> [relative(code, "2025-02-10") for code in ("Y-1", "Y0H1", "F0", "F-1", "Q-1", "M-1")]
    ['2024', '2025-H1', '2024/25', '2023/24', '2024-Q4', '2025-01']
    >>> relative("Q1-3", None, 2024), relative("Y0H2", None, 2024), relative("Y-1", None), relative("year", "2025-02-10")
    ('2024-Q1/2024-Q3', '2024-H2', None, None)
    """
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    what, number, half, last = match.groups()
    now, month = published_year(published_at), published_month(published_at)
    if half or (what == "Q" and number[0] not in "+-0"):
        base = year if year is not None else (now + int(number if half else 0) if now is not None else None)
        if base is None:
            return None
        return f"{base}-{half}" if half else quarters(base, int(number), int(last) if last else None)
    if now is None:
        return None
    shift = int(number)
    if what == "Y":
        return str(now + shift)
    if month is None:
        return None
    if what == "F":
        start = now - (month < 4) + shift
        return f"{start}/{(start + 1) % 100:02d}"
    count = now * 12 + month - 1
    if what == "M":
        count += shift
        return month_of(count // 12, count % 12 + 1)
    quarter = count // 3 + shift
    return quarters(quarter // 4, quarter % 4 + 1)
