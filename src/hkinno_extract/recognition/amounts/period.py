"""When an amount holds: the times of a sentence, and which of them an amount takes.

In: a View and a sentence. Out: `Time`s in order of place; `period_for` picks one. Look first at `times_of`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from hkinno_extract.normalisation import periods
from hkinno_extract.normalisation.numerals import parse_number
from hkinno_extract.recognition.view import View

_NUMBERS = frozenset({"NUMBER", "NUMERAL"})
_IN_MULTIPLE = frozenset({"COMPARATOR", "SPACE", "NUMBER", "NUMERAL", "COMPARATOR_BOTH", "RANGE"})
_MONTH = re.compile(r"\d{4}-\d\d$")
_SPAN = re.compile(r"/\d{4}")
_DESCRIBING = frozenset({"STOP", "TOP", "WORD", "NOUN", "GENERIC", "ADVERB", "TIME"})
_LEADING = frozenset({"STOP", "SPACE", "TIME", "ORDINAL"})
_COUNTED = frozenset({"year", "month", "quarter"})


class Time(NamedTuple):
    """Tokens `start` to `end` say `period`.

    `alone` is the token of the clause behind it where it makes a clause of its own (2024年10月，政府…), else -1.
    `use`: `plain`, `edition` (2024年全球創新指數), `base` (較2023年), `old` (由2022年的), `since` (自2019年以來) or `between` (十年間).
    """

    start: int
    end: int
    period: str
    use: str
    alone: int = -1


def times_of(view: View, start: int, end: int, earlier: Sequence[Time] = ()) -> list[Time]:
    """The times of tokens `start` to `end` that can be resolved, in order, behind `earlier` ones that are still good."""
    tags = view.tags
    found = list(earlier)
    at = start
    while "TIME" in tags[at:end]:
        at = tags.index("TIME", at, end)
        time = _time_at(view, at, start, end, found)
        if time is not None:
            found.append(time)
            at = max(at, time.end - 1)
        at += 1
    return found


def _time_at(view: View, i: int, start: int, end: int, found: list[Time]) -> Time | None:
    code = view.values[i]
    first, number = _number_before(view, i, start)
    if code == "fyear":
        return _financial(view, i, start, first, number)
    if code == "year":
        if number is None:
            return None
        year = periods.year_of(number)
        if year is None:
            return _span(view, i, start, first, number, found)
        return _with_parts(view, i, start, end, first, year)
    year = _year_nearby(found)
    if code in _COUNTED:
        if number is None or (_is_date(view, i, end) and not _as_of(view, start, first)):
            return None
        behind = i + (3 if _is_date(view, i, end) else 1)
        return _made(view, start, first, behind, _counted(view, code, first, number, year, start))
    if code == "months" and first - 1 >= start:
        return _made(view, start, first - 1, i + 1, _first_months(view, first - 1, end, periods.published_year(view.published_at)))
    if code.startswith("B"):
        return None
    said = periods.relative(code, view.published_at)
    named = periods.year_of(said or "")
    if named is not None and i + 1 < end and view.tags[i + 1] == "TIME" and (part := periods.relative(view.values[i + 1], None, named)):
        return _made(view, start, i, i + 2, part)
    months = _first_months(view, i + 1, end, named)
    return _made(view, start, i, i + 1 + 3 * (months is not None), months or said)


def _number_before(view: View, i: int, start: int) -> tuple[int, str | None]:
    at = i - 1
    if at >= start and view.tags[at] == "SPACE":
        at -= 1
    if at < start or view.tags[at] not in _NUMBERS:
        return i, None
    return at, view.text[view.starts[at] : view.ends[at]]


def _joined(view: View, at: int, start: int) -> tuple[int, int | None]:
    """The year that a range or slash joins to the number at token `at` (二○二四至二五, 2024/25), and its token."""
    if at - 2 >= start and view.tags[at - 2] in _NUMBERS and (view.tags[at - 1] == "RANGE" or view.words[at - 1] in "/／"):
        return at - 2, periods.year_of(view.text[view.starts[at - 2] : view.ends[at - 2]])
    if at - 3 >= start and view.tags[at - 1] == "RANGE" and view.values[at - 2] == "year" and view.tags[at - 3] in _NUMBERS:
        return at - 3, periods.year_of(view.text[view.starts[at - 3] : view.ends[at - 3]])
    return at, None


def _financial(view: View, i: int, start: int, first: int, number: str | None) -> Time | None:
    if number is None:
        return None
    before, year = _joined(view, first, start)
    if year is not None:
        return _made(view, start, before, i + 1, periods.financial_year(year, number))
    year = periods.year_of(number)
    return _made(view, start, first, i + 1, None if year is None else str(year))


def _with_parts(view: View, i: int, start: int, end: int, first: int, year: int) -> Time | None:
    """A year, and the month, quarter or half that stands behind it."""
    before, earlier = _joined(view, first, start)
    if earlier is not None:
        return _made(view, start, before, i + 1, periods.years(earlier, year))
    at = i + 1
    if at < end and view.words[at] == "度":
        at += 1
    if at + 1 < end and view.values[at] == "de" and view.tags[at + 1] in ("TOP", "ORDINAL", "TIME"):
        at += 1  # 二○二四年的首六個月
    if at < end and view.tags[at] == "TIME":
        period = periods.relative(view.values[at], None, year)
        if period is not None:
            return _made(view, start, first, at + 1, period)
    if (first_months := _first_months(view, at, end, year)) is not None:
        return _made(view, start, first, at + 3, first_months)
    at += at < end and view.tags[at] == "ORDINAL"
    if at + 1 < end and view.tags[at] in _NUMBERS and view.values[at + 1] in _COUNTED - {"year"} and not _is_date(view, at + 1, end):
        number = view.text[view.starts[at] : view.ends[at]]
        if view.values[at + 1] == "month" and (months := _months(view, at, end, year, number)) is not None:
            return _made(view, start, first, months[1], months[0])
        return _made(view, start, first, at + 2, _counted(view, view.values[at + 1], at, number, year, start))
    if at + 1 < end and view.tags[at] in _NUMBERS and view.values[at + 1] == "month":
        month = _month(year, _text(view, at)) if _as_of(view, start, first) else None
        return _made(view, start, first, at + (4 if _is_date(view, at + 1, end) else 2), month)
    return _made(view, start, first, i + 1, str(year))


def _first_months(view: View, at: int, end: int, year: int | None) -> str | None:
    """A year's first months where 首十個月 begins at token `at`."""
    if year is None or at + 2 >= end or view.tags[at] != "TOP" or view.tags[at + 1] not in _NUMBERS or view.values[at + 2] != "months":
        return None
    count = parse_number(view.text[view.starts[at + 1] : view.ends[at + 1]])
    return periods.first_months(year, int(count)) if count is not None and count == int(count) else None


def _months(view: View, at: int, end: int, year: int, number: str) -> tuple[str, int] | None:
    """The months from that at token `at` to another (2025年1月至9月, 2023年12月至2024年2月), and the token behind them."""
    first, last = _month(year, number), at + 3
    if last + 1 >= end or view.tags[at + 2] != "RANGE" or view.tags[last] not in _NUMBERS:
        return None
    if view.values[last + 1] == "year" and last + 3 < end and view.tags[last + 2] in _NUMBERS:
        year = periods.year_of(_text(view, last)) or 0
        last += 2
    second = _month(year, _text(view, last)) if view.values[last + 1] == "month" else None
    return (f"{first}/{second}", last + 2) if first and second and first < second else None


def _month(year: int, number: str) -> str | None:
    value = parse_number(number)
    return None if value is None or value != int(value) else periods.month_of(year, int(value))


def _text(view: View, at: int) -> str:
    return view.text[view.starts[at] : view.ends[at]]


def _counted(view: View, code: str, first: int, number: str, year: int | None, start: int) -> str | None:
    value = parse_number(number)
    if value is None or value != int(value):
        return None
    if code == "month":
        return periods.month_before(int(value), view.published_at) if year is None else periods.month_of(year, int(value))
    if first == start or view.tags[first - 1] != "ORDINAL":
        return None
    return periods.quarter_before(int(value), view.published_at) if year is None else periods.quarters(year, int(value))


def _span(view: View, i: int, start: int, first: int, number: str, found: list[Time]) -> Time | None:
    """過去五年, and 十年間 between two years that were named before."""
    value = parse_number(number)
    if value is None or value != int(value):
        return None
    named = [t.period for t in found if t.period.isdigit()]
    if len(named) > 1 and int(named[-1]) - int(named[0]) in (int(value), int(value) - 1):
        return Time(first, i + 1, f"{named[0]}/{named[-1]}", "between")
    if first > start and view.tags[first - 1] == "SINCE" and not _closed(view, i + 1):
        return _made(view, start, first, i + 1, periods.past_years(int(value), view.published_at))
    return None


def _as_of(view: View, start: int, first: int) -> bool:
    """Whether a date is the end of what is counted: 截至2024年12月31日."""
    while first > start and view.tags[first - 1] in ("SPACE", "TIME"):
        first -= 1
    return first > start and view.values[first - 1] == "asof"


def _is_date(view: View, i: int, end: int) -> bool:
    return i + 2 < end and view.tags[i + 1] in _NUMBERS and view.values[i + 2] == "day"


def _year_nearby(found: list[Time]) -> int | None:
    return next((int(t.period[:4]) for t in reversed(found) if t.use == "plain"), None)


def _closed(view: View, at: int) -> bool:
    return at < len(view.tags) and view.tags[at] == "SINCE_BEHIND"


def _made(view: View, start: int, first: int, end: int, period: str | None) -> Time | None:
    if period is None:
        return None
    before = first - 1
    while before > start and view.tags[before] in ("ORDINAL", "SPACE"):
        before -= 1
    tag = view.tags[before] if before >= start else ""
    if tag == "STOP" and view.values[before] == "de":  # 較疫情前的2019年
        while before > start and view.tags[before] in _DESCRIBING:
            before -= 1
        tag = "COMPARE" if view.tags[before] == "COMPARE" else tag
    use = {"COMPARE": "base", "RELATIVE": "base", "FROM": "old"}.get(tag, "plain")
    if use == "old" and _SPAN.search(period):
        use = "plain"
    if use == "plain" and (_measures(view, end) or (end < len(view.tags) and view.tags[end] == "COMPARE")):
        use = "base"
    if use == "plain" and end < len(view.tags) and view.tags[end] == "INDEX":
        use = "edition"
    if _closed(view, end) or (tag == "SINCE" and "/" not in period):
        use = "since"
    return Time(first, end, period, use, _alone(view, start, first, end))


def _alone(view: View, start: int, first: int, end: int) -> int:
    if end >= len(view.tags) or view.words[end] not in ",，":
        return -1
    while first > start and view.tags[first - 1] in _LEADING:
        first -= 1
    return end + 1 if first == start or view.tags[first - 1] == "PUNCT" else -1


def _measures(view: View, at: int) -> bool:
    """Whether a time is what a multiple is measured against: 2015年的三倍."""
    tags, last = view.tags, len(view.tags)
    if at >= last or view.values[at] != "de":
        return False
    at += 1
    while at < last and tags[at] in _IN_MULTIPLE:
        at += 1
    return at < last and tags[at] == "MULTIPLE"


def period_for(times: list[Time], clause: int, start: int, end: int, clause_end: int, used: Set[Time] = frozenset()) -> Time | None:
    """The time of the amount at tokens `start` to `end` of the clause that spans tokens `clause` to `clause_end`."""
    before = [t for t in times if t.end <= start and t.use not in ("base", "since", "edition")]
    if before and before[-1].start >= clause:
        return before[-1]
    behind = next((t for t in times if end <= t.start < clause_end and t.use == "plain"), None)
    if behind:
        return behind
    return next((t for t in reversed(before) if t.use == "plain" and (t in used or not _MONTH.match(t.period) or t.alone == clause)), None)
