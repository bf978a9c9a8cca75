"""One decision of a reviewer, and the line of `reviews.jsonl` that holds it.

In: a line of JSON. Out: `Decision`, and back. Look first at its fields. Numbers of a table are plain decimal strings in it, so that no
program that copies the file can change them.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hkinno_extract.records import Plain, format_decimal
from hkinno_extract.tables.columns import COLUMNS, FIRST, LAST, RECORD_TABLES

DECISIONS = ("accepted", "corrected", "rejected", "added", "withdrawn")
WITHDRAWN = "withdrawn"
VALUES: dict[str, tuple[str, ...]] = {t: tuple(c.name for c in COLUMNS[t][len(FIRST) : -len(LAST)]) for t in RECORD_TABLES}
"""Table to the columns that a reviewer may correct."""
SEEN: dict[str, tuple[str, ...]] = {t: (*names, "text", "quality") for t, names in VALUES.items()}
"""Table to the columns that a reviewer judged; where one of them changes later the decision is stale."""
_TYPES = {t: {c.name: c.type for c in COLUMNS[t]} for t in RECORD_TABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where a record stood when it was decided on. All counts and texts leave white space out.

    `before` and `after` are the text around it; `start` counts from the start of the release and `left` from its end; `nth` of `of`
    numbers places with the same text and surroundings, from 0; `sha256` is of the release's bytes.
    """

    text: str
    before: str = ""
    after: str = ""
    start: int = 0
    left: int = 0
    nth: int = 0
    of: int = 1
    kind: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about one record.

    `record` is the id that the record had when it was first decided on; later decisions about it carry the same. `changes` maps a
    corrected column to its extracted and its new value, `seen` the judged columns to what the extraction said, `values` are those of a
    record that the rules missed. `when` is ISO 8601 in UTC and orders decisions.
    """

    record: str
    table: str
    doc_id: str
    decision: str
    anchor: Anchor
    who: str = ""
    when: str = ""
    note: str | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    seen: Plain = field(default_factory=dict)
    values: Plain = field(default_factory=dict)
    pattern: str = ""
    sentence: str = ""

    def line(self) -> str:
        """The decision as one line of JSON, without its line feed."""
        plain = {name: getattr(self, name) for name in _FIELDS}
        plain["anchor"] = {name: getattr(self.anchor, name) for name in _ANCHOR_FIELDS}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> Decision:
        """The decision in `line`. Raises ValueError that says what is wrong with it."""
        plain = json.loads(line)
        if not isinstance(plain, dict):
            raise ValueError("no JSON object")
        try:
            decision = cls(**{**plain, "anchor": Anchor(**plain["anchor"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"no decision ({error})") from error
        if decision.table not in VALUES or decision.decision not in DECISIONS:
            raise ValueError(f"no decision: {decision.table!r}, {decision.decision!r}")
        _check_time(decision.when)
        return decision

    def replace(self, **changes: Any) -> Decision:
        """A copy with `changes`."""
        return dataclasses.replace(self, **changes)


_FIELDS = tuple(f.name for f in dataclasses.fields(Decision))
_ANCHOR_FIELDS = tuple(f.name for f in dataclasses.fields(Anchor))


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions by time; equal times by their lines, so that the order of a file does not matter."""
    ordered = sorted(decisions, key=lambda d: d.when)
    if any(a.when == b.when for a, b in pairwise(ordered)):
        ordered.sort(key=lambda d: (d.when, d.line()))
    return ordered


def _check_time(when: str) -> None:
    if not when.endswith("+00:00") or datetime.datetime.fromisoformat(when).isoformat(timespec="microseconds") != when:
        raise ValueError(f"{when!r} is no time in UTC with microseconds")


def plain_value(table: str, column: str, value: Any) -> Any:
    """`value` of a column as a decision holds it: a number as a plain decimal string, an empty text as None.

    >>> plain_value("amounts", "value_from", Decimal("3.30E+10")), plain_value("rankings", "rank_from", 7)
    ('33000000000', 7)
    """
    if value is None or value == "":
        return None
    return format_decimal(Decimal(value)) if _TYPES[table][column] == "number" else value


def json_value(table: str, column: str, value: Any) -> Any:
    """A value of a decision as a release's JSON holds it: numbers are Decimals."""
    return Decimal(value) if value is not None and _TYPES[table][column] == "number" else value


def seen_of(table: str, row: Mapping[str, Any]) -> Plain:
    """What the extraction says in `row`, in the columns that are judged."""
    return {name: plain_value(table, name, row[name]) for name in SEEN[table]}


def latest(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that stands for each `record`: the last of them."""
    return {decision.record: decision for decision in in_order(decisions)}
