"""The rows of an output folder as a reviewer sees them: today's decisions in place, stale rows first.

In: the JSON of a run and its store. Out: `Listing`: documents, and `Row`s by table. Look first at `read_listing`.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.errors import UsageError
from hkinno_extract.review.decisions import VALUES, Decision, plain_value
from hkinno_extract.review.outcome import STALE, Outcome, Reviews
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.files import output_errors
from hkinno_extract.tables.json_text import read_json
from hkinno_extract.tables.rows import shown
from hkinno_extract.tables.writing import JSON_FOLDER


@contextlib.contextmanager
def many_objects() -> Iterator[None]:
    """Keeps Python's cycle collector from walking through millions of cells that live to the end of the block anyway."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Row:
    """A record as the tables show it (`values`) and as it was extracted; `bold` is where its text begins in its sentence, else -1."""

    values: Mapping[str, Any]
    extracted: Mapping[str, Any]
    bold: int
    note: str | None
    check: str


@dataclass(slots=True)
class Listing:
    """What an output folder holds. `lost` are decisions without a record."""

    documents: list[Mapping[str, Any]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in RECORD_TABLES})
    lost: list[Decision] = field(default_factory=list)


def outcomes(out: Path, reviews: Reviews) -> Iterator[Outcome]:
    """Every release of the output folder, in order of its id, with today's outcomes. Raises UsageError where there is none."""
    folder = out / JSON_FOLDER
    paths = sorted(p for p in folder.glob("*.json") if not p.name.startswith("."))
    if not paths:
        raise UsageError("holds no run's results", where=str(out), remedy="Run hkinno run first, or name its output folder with --out.")
    for path in paths:
        with output_errors(path):
            release = read_json(path)
        yield reviews.outcome(release)


def read_listing(out: Path, reviews: Reviews) -> Listing:
    """The rows of the output folder in the contract's order, but that stale ones come first. Raises UsageError, OutputError."""
    listing = Listing()
    for outcome in outcomes(out, reviews):
        release = outcome.release
        listing.documents.append(release["document"])
        listing.lost.extend(outcome.lost)
        for table in RECORD_TABLES:
            listing.rows[table].extend(_row(table, row, release["text"], outcome) for row in release[table])
    listing.lost.extend(reviews.without_release(d["doc_id"] for d in listing.documents))
    for rows in listing.rows.values():
        rows.sort(key=lambda r: r.values["review"] != STALE)
    return listing


def _row(table: str, row: Mapping[str, Any], text: str, outcome: Outcome) -> Row:
    values = shown(row)
    decision = outcome.standing.get(values["record_id"])
    note = decision.note if decision and values["review"] else None
    return Row(values, row, _bold(values, text), note, check(table, values))


def _bold(values: Mapping[str, Any], text: str) -> int:
    sentence: str = values["sentence"] or ""
    core, start = sentence.strip("…"), values["start"]
    at = text.rfind(core, max(0, start - len(core)), start + len(core)) if core else -1
    if 0 <= at <= start and values["end"] <= at + len(core):
        return len(sentence) - len(sentence.lstrip("…")) + int(start) - at
    return sentence.find(str(values["text"]))


def check(table: str, values: Mapping[str, Any]) -> str:
    """A mark of what a row said when it was written: tells a row that a rerun changed from one that its reader changed."""
    said = [plain_value(table, name, values.get(name)) for name in (*VALUES[table], "text")]
    digest = hashlib.blake2b("\x1f".join("" if v is None else str(v) for v in said).encode("utf-8", "surrogatepass"), digest_size=5)
    return f"c{digest.hexdigest()}"
