"""Signs that something changed without an error: a source whose newest releases hold little.

In: the tables of a run. Out: warnings. Look first at `rate_warnings`.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from hkinno_extract.tables.columns import RECORD_TABLES

NEWEST = 20
"""Releases of a source that are compared with those before them; with fewer than twice as many a rate says nothing."""

BEFORE = 200
"""Releases before the newest ones that say what is usual."""


def rate_warnings(out: Path) -> list[str]:
    """A warning for each source whose newest releases hold less than half as many records as those before; none before the first run."""
    if not (out / "documents.csv").is_file():
        return []
    records: Counter[str] = Counter(row["doc_id"] for table in RECORD_TABLES for row in _rows(out / f"{table}.csv"))
    by_source: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(out / "documents.csv"):
        if row["status"] == "ok" and row["language"] != "en":
            by_source[row["source"].partition("/")[0]].append((row["published_at"], row["doc_id"]))
    found = ((source, rate_warning([records[doc_id] for _, doc_id in sorted(by_source[source])])) for source in sorted(by_source))
    return [f"{source}: {text}" for source, text in found if text]


def rate_warning(counts: Sequence[int]) -> str | None:
    """A warning where the newest of the records a release, oldest first, fell by more than half; medians, as some releases are long.

    >>> rate_warning([10] * 40 + [4] * 20)
    'the newest 20 releases hold 4 records each, those before 10: the extraction rate fell by more than half'
    >>> rate_warning([10] * 40 + [5] * 20), rate_warning([10] * 19 + [0] * 20)
    (None, None)
    """
    newest, before = counts[-NEWEST:], counts[-NEWEST - BEFORE : -NEWEST]
    if len(before) < NEWEST:
        return None
    now, usual = median(newest), median(before)
    if now >= usual / 2:
        return None
    return f"the newest {NEWEST} releases hold {now:g} records each, those before {usual:g}: the extraction rate fell by more than half"


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        yield from csv.DictReader(handle)
