"""What the report says: counts, what repeats over time, and the releases that are shown.

In: an output folder with its store. Out: `Facts`. Look first at `collect`. Releases are read one at a time; what is shown stays in memory.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.review.listing import outcomes
from hkinno_extract.review.outcome import STALE, Reviews
from hkinno_extract.review.report.series import Collector, Series
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.rows import shown

QUALITIES = ("intact", "repaired", "damaged")


@dataclass(slots=True)
class Facts:
    """`counts` are by table; `releases` are JSON with outcomes, newest first, `left_out` those with records that are not among them."""

    documents: Counter[str] = field(default_factory=Counter)
    counts: dict[str, Counter[str]] = field(default_factory=lambda: {table: Counter() for table in RECORD_TABLES})
    first: str = ""
    last: str = ""
    series: list[Series] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0


def collect(out: Path, *, releases: int) -> Facts:
    """The facts of the output folder `out`, with at most `releases` releases. Raises UsageError, OutputError."""
    facts, collector = Facts(), Collector()
    newest: list[tuple[tuple[str, str], dict[str, Any]]] = []
    held = 0
    for outcome in outcomes(out, Reviews.load(out)):
        release = outcome.release
        _count(facts, release["document"])
        rows = [(table, shown(row)) for table in RECORD_TABLES for row in release[table]]
        for table, row in rows:
            facts.counts[table].update(("all", row["quality"], row["review"] or "open"))
            facts.counts[table]["decided"] += row["review"] not in (None, STALE)
            collector.take(table, row)
        if rows:
            held += 1
            entry = ((release["document"]["published_at"] or "", release["document"]["doc_id"]), release)
            (heapq.heappush if len(newest) < releases else heapq.heappushpop)(newest, entry)
    facts.releases = [release for _, release in sorted(newest, key=lambda e: e[0], reverse=True)]
    facts.left_out = held - len(newest)
    facts.series = collector.series()
    return facts


def _count(facts: Facts, document: Mapping[str, Any]) -> None:
    facts.documents.update(("all", document["status"]))
    day = (document["published_at"] or "")[:10]
    if day:
        facts.first = min(facts.first or day, day)
        facts.last = max(facts.last, day)
