"""The tables of a run: CSV files rebuilt from the JSON of its releases, a chunk at a time, and datapackage.json.

In: the folder of JSON files and the ids to take. Out: documents.csv, rankings.csv … and datapackage.json; memory does not grow with the
number of releases. Look first at `write_tables`.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.tables.columns import COLUMNS, RECORD_TABLES, Column, column_names
from hkinno_extract.tables.files import beside, output_errors, write_text
from hkinno_extract.tables.json_text import json_text, read_json
from hkinno_extract.tables.rows import csv_cells, shown

_TITLE = "Rankings, amounts, organisations and programmes from Hong Kong government press releases"
_APOSTROPHE = (
    "A text cell that a spreadsheet would take for a formula (its first character is = + - @ ＝ ＋ － ＠, a tab, a return or a line feed, "
    "and it is no plain number) has an apostrophe in front that is not part of the text."
)
JSON_FOLDER = "json"
COPIES_FOLDER = "copies"
PACKAGE = "datapackage.json"
Settle = Callable[[dict[str, Any]], dict[str, Any]]
"""Puts reviewers' outcomes into a release's JSON; the same object where there are none."""


def json_path(out: Path, doc_id: str) -> Path:
    """Where the JSON of a release lies."""
    return out / JSON_FOLDER / f"{doc_id}.json"


def copy_path(out: Path, doc_id: str) -> Path:
    """Where the JSON of a release lies that one of another source stands for."""
    return out / COPIES_FOLDER / f"{doc_id}.json"


@dataclass(frozen=True, slots=True)
class Written:
    """What the tables hold: rows by table, id and error of each quarantined release, releases by language, and the size of each JSON that
    was settled anew."""

    rows: dict[str, int]
    quarantined: list[tuple[str, str]]
    settled: dict[str, int] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)


def write_tables(out: Path, doc_ids: Iterable[str], settle: Settle | None = None) -> Written:
    """Writes the five tables and datapackage.json of the releases `doc_ids` into `out`; `settle` puts outcomes into their JSON first.

    All files are written beside and renamed at the end, so that a run that fails leaves the tables of the last one. Raises OutputError.
    """
    written = Written(dict.fromkeys(COLUMNS, 0), [])
    with contextlib.ExitStack() as stack:
        handles, writers = [], {}
        for table in COLUMNS:
            handle = stack.enter_context(beside(out / f"{table}.csv", newline="", encoding="utf-8-sig"))
            handles.append(handle)
            writers[table] = csv.writer(handle, lineterminator="\r\n")
            writers[table].writerow(column_names(table))
        for table, rows in _chunks(out, sorted(doc_ids), settle, written.settled):
            written.rows[table] += len(rows)
            writers[table].writerows(csv_cells(table, shown(row)) for row in rows)
            if table == "documents":
                written.quarantined.extend((r["doc_id"], r["error"] or "") for r in rows if r["status"] == "quarantined")
                written.languages.update(r["language"] for r in rows if r["language"])
        for handle in handles:
            handle.flush()  # a full disk shows before the first of them is renamed
    write_text(out / PACKAGE, json_text(datapackage()))
    return written


def _chunks(
    out: Path, doc_ids: Iterable[str], settle: Settle | None, sizes: dict[str, int]
) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for doc_id in doc_ids:
        path = json_path(out, doc_id)
        with output_errors(path):
            release = read_json(path)
        settled = settle(release) if settle else release
        if settled != release:
            sizes[doc_id] = write_text(path, json_text(settled))
            release = settled
        yield "documents", [release["document"]]
        for table in RECORD_TABLES:
            yield table, release[table]


def table_digests(out: Path) -> dict[str, str]:
    """SHA-256 of each table's file in `out`, by file name."""
    digests = {}
    for table in COLUMNS:
        path = out / f"{table}.csv"
        with output_errors(path), path.open("rb") as handle:
            digests[path.name] = hashlib.file_digest(handle, "sha256").hexdigest()
    return digests


def datapackage() -> dict[str, Any]:
    """The Frictionless description of the tables, made from columns.py."""
    return {
        "profile": "tabular-data-package",
        "name": "hkinno-extract",
        "title": _TITLE,
        "description": f"An empty cell means that the text does not say. {_APOSTROPHE}",
        "resources": [_resource(table) for table in COLUMNS],
    }


def _resource(table: str) -> dict[str, Any]:
    documents = table == "documents"
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in COLUMNS[table]],
        "missingValues": [""],
        "primaryKey": "doc_id" if documents else "record_id",
    }
    if not documents:
        schema["foreignKeys"] = [{"fields": "doc_id", "reference": {"resource": "documents", "fields": "doc_id"}}]
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": f"{table}.csv",
        "description": _APOSTROPHE,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.description}
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.required:
        field["constraints"] = {"required": True}
    return field
