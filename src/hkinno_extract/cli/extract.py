"""`hkinno extract`: one file's records on standard output, without Prefect.

In: a file or standard input. Out: text, the contract's JSON, or one table as CSV.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hkinno_extract.cli.options import CurrencyOption, PatternsOption, SegmenterOption, read_argument
from hkinno_extract.cli.quick import import_spacy
from hkinno_extract.cli.text import columns
from hkinno_extract.errors import UsageError
from hkinno_extract.tables.columns import COLUMNS, RECORD_TABLES, column_names

if TYPE_CHECKING:
    from hkinno_extract.pipeline import Result

_HIDDEN = frozenset({"record_id", "doc_id", "published_at", "section", "sentence", "start", "end", "raw_start", "raw_end", "review"})
_IDS = ("subject_id", "publisher_id", "programme_id", "organisation_id", "index_id", "org_id", "name_en")


class Format(StrEnum):
    """How records are printed."""

    table = "table"
    json = "json"
    csv = "csv"


def extract(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A release: HTML, plain text, or a file of several; - reads standard input.")
    ],
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the records.")] = Format.table,
    table: Annotated[str | None, typer.Option("--table", "-t", metavar="NAME", help=f"One of {', '.join(COLUMNS)}.")] = None,
    published_at: Annotated[
        str | None,
        typer.Option("--published-at", metavar="DATE", help="ISO 8601; what 去年 is resolved against where the release has no date."),
    ] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", metavar="NAME", help="Who issued it, where the release does not say.")] = None,
    patterns: PatternsOption = None,
    currency: CurrencyOption = "HKD",
    segmenter: SegmenterOption = "hkinno",
) -> None:
    """Print the records of one release.

    \b
    Examples:
      hkinno extract raw/samples/itib-2025-review.txt
      hkinno extract - --format csv --table amounts < release.htm
    """
    _check(format, table)
    import_spacy()
    from hkinno_extract.pipeline import Extractor
    from hkinno_extract.pipeline.plan import members_of
    from hkinno_extract.settings import Settings

    name, data = read_argument(file)
    hints = {key: value for key, value in (("published_at", published_at), ("issuer", issuer)) if value is not None}
    extractor = Extractor(Settings(patterns=patterns, currency=currency, segmenter=segmenter))
    results = [extractor.extract(release) for release in members_of(name, data, hints=hints)]
    if format is Format.json:
        _print_json(results, table)
    elif format is Format.csv:
        _print_csv([r.as_json() for r in results], table or "")
    else:
        _print_tables([r.as_json() for r in results], table)


def _check(format: Format, table: str | None) -> None:
    if table is not None and table not in COLUMNS:
        raise UsageError(f"no table is called {table!r}", remedy=f"Use one of {', '.join(COLUMNS)}.")
    if format is Format.csv and table is None:
        raise UsageError("CSV holds one table", remedy=f"Say which with --table: {', '.join(COLUMNS)}.")


def _rows(releases: Sequence[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    return [r["document"] for r in releases] if table == "documents" else [row for r in releases for row in r[table]]


def _print_json(results: Sequence[Result], table: str | None) -> None:
    from hkinno_extract.tables.json_text import json_text

    releases = [r.as_json() for r in results]
    if table is not None:
        sys.stdout.write(json_text(_rows(releases, table)))
    else:
        sys.stdout.write(json_text(releases[0] if len(releases) == 1 else releases))


def _print_csv(releases: Sequence[dict[str, Any]], table: str) -> None:
    from hkinno_extract.tables.rows import csv_cells

    writer = csv.writer(sys.stdout, lineterminator="\r\n" if not sys.stdout.isatty() else "\n")
    writer.writerow(column_names(table))
    writer.writerows(csv_cells(table, row) for row in _rows(releases, table))


def _print_tables(releases: Sequence[dict[str, Any]], table: str | None) -> None:
    from hkinno_extract.tables.rows import csv_cell

    for name in RECORD_TABLES if table is None else (table,):
        rows = _rows(releases, name)
        shown = [c for c in column_names(name) if name == "documents" or (c not in _HIDDEN and c not in _IDS)]
        shown.sort(key=lambda c: c != "text")
        print(f"{name} ({len(rows)})")
        if rows:
            for line in columns(shown, [[csv_cell(row[c], text=False) for c in shown] for row in rows]):
                print(f"  {line}")
        print()
