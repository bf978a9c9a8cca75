"""A record as the list of the page shows and filters it.

In: the outcome of a release. Out: `Entry`s in the order of its text. Look first at `entries_of`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hkinno_extract.characters import fold
from hkinno_extract.review.marks import visible
from hkinno_extract.review.outcome import Outcome
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.rows import shown

_NAMES: Mapping[str, tuple[str, ...]] = {
    "rankings": ("subject", "index_name", "factor", "edition", "scope"),
    "amounts": ("measure", "period", "programme", "organisation"),
    "organisations": ("name", "type"),
    "programmes": ("name", "type"),
}
_SIGNS = {"approx": "≈", "gt": ">", "ge": "≥", "lt": "<", "le": "≤", "vague": "~"}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. `line` says its values in short, `search` is what is searched, folded."""

    id: str
    doc_id: str
    table: str
    start: int
    text: str
    line: str
    review: str
    quality: str
    known: bool | None
    pattern: str
    date: str
    source: str
    search: str
    name: str

    def row(self) -> dict[str, Any]:
        """What the list gets."""
        names = ("id", "doc_id", "table", "text", "line", "review", "quality", "known", "date")
        return {name: getattr(self, name) for name in names}


def entries_of(outcome: Outcome) -> Iterator[Entry]:
    """The records of a release in the order of its text."""
    document = outcome.release["document"]
    rows = [(table, row) for table in RECORD_TABLES for row in outcome.release[table]]
    rows.sort(key=lambda pair: (pair[1]["start"], -pair[1]["end"], pair[0], pair[1]["record_id"]))
    for table, row in rows:
        yield _entry(table, shown(row), document)


def _entry(table: str, row: Mapping[str, Any], document: Mapping[str, Any]) -> Entry:
    line = summary(table, row)
    return Entry(
        id=row["record_id"],
        doc_id=row["doc_id"],
        table=table,
        start=row["start"],
        text=visible(row["text"][:_SHOWN]),
        line=line,
        review=row["review"] or "",
        quality=row["quality"],
        known=row.get("known"),
        pattern=row["pattern"],
        date=(row["published_at"] or "")[:10],
        source=document["source"],
        search=fold(f"{row['text']}\n{row['sentence'] or ''}\n{line}\n{row['doc_id']}").lower(),
        name=row.get("name") or "",
    )


def summary(table: str, row: Mapping[str, Any]) -> str:
    """The values of a record on one line.

    >>> summary("rankings", {"subject": "香港", "index_name": None, "factor": None, "edition": "2024", "scope": None, "rank_from": 1,
    ...                      "rank_to": 3, "out_of": 69})
    '1–3/69 · 香港 · 2024'
    """
    parts = []
    if table == "rankings" and row["rank_from"] is not None:
        out_of = f"/{row['out_of']}" if row["out_of"] else ""
        parts.append(f"{_span(row['rank_from'], row['rank_to'])}{out_of}")
    if table == "amounts":
        values = _span(row["value_from"], row["value_to"])
        sign = _SIGNS.get(row["comparator"] or "", "") if values else ""
        parts.append(" ".join(part for part in (sign, values, row["unit"]) if part))
    parts.extend(row[name] for name in _NAMES[table] if row[name])
    return visible(" · ".join(parts))[: 4 * _SHOWN]


def _span(first: Decimal | int | None, last: Decimal | int | None) -> str:
    ends = [f"{value:,}" for value in (first, last) if value is not None]
    return "–".join(dict.fromkeys(ends))
