"""What repeats over time: a place in the same index, an amount of the same measure.

In: records as the tables show them. Out: `Series` with at least two times. Look first at `series_of`. What was rejected or damaged counts
nowhere. Years stand beside years, quarters beside quarters; nothing is added up or converted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

RANKS, AMOUNTS = "rankings", "amounts"
_MOVING = "change"


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A value of a time; `low` and `high` are the same but for a range. A fall of a change is negative."""

    when: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one thing, in order of their time."""

    table: str
    title: str
    unit: str
    points: tuple[Point, ...]


class Collector:
    """Takes records one by one and groups what is the same thing."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], set[Point]] = defaultdict(set)

    def take(self, table: str, row: Mapping[str, Any]) -> None:
        """Counts a record, where it says a value of something at a time."""
        if row["review"] == "rejected" or row["quality"] == "damaged":
            return
        if table == RANKS and row["kind"] == "position" and row["index_name"] and row["rank_from"] is not None:
            names = (row["subject"], row["index_name"], row["factor"], row["scope"])
            self._add(row["edition"], row, (RANKS, _title(names), ""), (row["rank_from"], row["rank_to"]))
        elif table == AMOUNTS and row["measure"] and (row["value_from"] is not None or row["value_to"] is not None):
            sign = -1 if row["role"] == _MOVING and row["direction"] == "down" else 1
            values = [sign * v for v in (row["value_from"], row["value_to"]) if v is not None]
            role = row["role"] if row["role"] not in (None, "level") else ""
            names = (row["measure"], row["programme"], row["organisation"], role)
            self._add(row["period"], row, (AMOUNTS, _title(names), row["unit"] or ""), values)

    def _add(self, stated: str | None, row: Mapping[str, Any], key: tuple[str, str, str], values: Iterable[Any]) -> None:
        when = stated or (row["published_at"] or "")[: 4 if key[0] == RANKS else 10]
        numbers = sorted(Decimal(v) for v in values if v is not None)
        if when:
            self._found[(*key, re.sub(r"\d", "0", when))].add(Point(when, numbers[0], numbers[-1]))

    def series(self) -> list[Series]:
        """What has at least two times, the longest first."""
        found = [
            Series(table, title, unit, tuple(sorted(points)))
            for (table, title, unit, _), points in self._found.items()
            if len({point.when for point in points}) > 1
        ]
        return sorted(found, key=lambda s: (-len({p.when for p in s.points}), s.table, s.title, s.unit, s.points))


def _title(names: Iterable[str | None]) -> str:
    return " · ".join(dict.fromkeys(name for name in names if name))


def series_of(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Series]:
    """The series of `rows` (table, record as shown).

    >>> row = {"kind": "position", "subject": "香港", "index_name": "指數", "factor": None, "scope": None, "rank_to": 7, "review": None,
    ...        "quality": "intact", "published_at": None}
    >>> rows = [("rankings", {**row, "rank_from": rank, "rank_to": rank, "edition": year}) for rank, year in ((7, "2024"), (4, "2025"))]
    >>> [(s.title, [(p.when, str(p.low)) for p in s.points]) for s in series_of(rows)]
    [('香港 · 指數', [('2024', '7'), ('2025', '4')])]
    """
    collector = Collector()
    for table, row in rows:
        collector.take(table, row)
    return collector.series()
