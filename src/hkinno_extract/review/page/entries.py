"""A record as the list of the page shows and filters it.

In: the outcome of a release. Out: `Entry`s in the order of its text. Look first at `entries_of`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hkinno_extract.characters import fold
from hkinno_extract.review.marks import visible
from hkinno_extract.review.outcome import Outcome
from hkinno_extract.review.summaries import summary
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.rows import shown

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
