"""The workbook of a review: a sheet a table, written with XlsxWriter a row at a time.

In: a `Listing`. Out: one .xlsx, the same bytes for the same rows. Texts are cells of type text, so no formula starts and `2024-12` stays;
what identifies a row and what tells a later edit from a later rerun stand in the last columns. Look first at `write_workbook`.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hkinno_extract.errors import OutputError, UsageError
from hkinno_extract.review.decisions import VALUES
from hkinno_extract.review.listing import Listing, Row, many_objects
from hkinno_extract.tables.columns import COLUMNS, RECORD_TABLES, column_names
from hkinno_extract.tables.files import TEMPORARY, ensure_folder, output_errors

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NOTE, SOURCE, CHECK = "note", "source", "check"
CHOICES = ("accepted", "corrected", "rejected", "added", "withdrawn")
ROWS, LINKS, CELL, DIGITS = 1_048_575, 65_000, 32_767, 15
"""Most rows of a sheet, links of a sheet, characters of a cell, digits of a number that a spreadsheet keeps."""
_SPARE = 200
_WIDTHS = {"review": 11, NOTE: 18, "text": 22, "sentence": 70, "section": 22, "doc_id": 20, "title": 50, "error": 50, "sha256": 14}
_WIDE = ("subject", "index_name", "measure", "name", "name_en", "programme", "organisation", "publisher", "source", "repairs")
_HIDDEN = ("start", "end", "raw_start", "raw_end", CHECK)
_COLOURS = {
    "damaged": "#F8CBAD",
    "unknown": "#FFF2CC",
    "stale": "#F4B084",
    "rejected": "#D9D9D9",
    "accepted": "#E2EFDA",
    "corrected": "#DDEBF7",
}
_CREATED = datetime.datetime(2000, 1, 1)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def sheet_columns(table: str) -> tuple[str, ...]:
    """The columns of a table's sheet: what is reviewed first, then where it comes from."""
    if table == "documents":
        return tuple(column_names(table))
    last = ("sentence", "section", "quality", "doc_id", "published_at", SOURCE, "pattern", "start", "end", "raw_start", "raw_end")
    return ("review", NOTE, "text", *VALUES[table], *last, "record_id", CHECK)


def write_workbook(path: Path, listing: Listing, *, raw: Path = Path("raw")) -> None:
    """Writes the rows of `listing` to `path`, whole or not at all. `raw` is the folder that the sources of releases lie in.

    Raises UsageError where a table has more rows than a sheet, OutputError where the file cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    for table, rows in listing.rows.items():
        if len(rows) > ROWS:
            raise UsageError(f"{table} has {len(rows)} rows, a sheet holds {ROWS}", remedy="Review the CSV tables instead.")
    ensure_folder(path.parent)
    part = path.with_name(f".{path.name[:80]}.{os.getpid()}{TEMPORARY}")
    try:
        with output_errors(path), many_objects():
            part.touch()
            workbook = Workbook(part, {"strings_to_formulas": False, "strings_to_urls": False})
            workbook.set_properties({"created": _CREATED, "title": "hkinno-extract: review"})
            _write_sheets(workbook, listing, Links(listing.documents, raw, path.parent))
            try:
                workbook.close()
            except XlsxWriterException as error:
                cause = error.args[0] if error.args else error
                raise cause if isinstance(cause, OSError) else OutputError(str(error), where=str(path)) from error
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class Links:
    """Where a release's source opens from the workbook: its address, or its file where that is there."""

    def __init__(self, documents: Sequence[Mapping[str, Any]], raw: Path, folder: Path) -> None:
        self._targets: dict[str, tuple[str, str]] = {}
        for document in documents:
            source = document["source"]
            target = source
            if not _ADDRESS.match(source):
                there = raw / source
                target = f"external:{os.path.relpath(there, folder)}" if there.is_file() else ""
            self._targets[document["doc_id"]] = (source, target if len(target) < 2000 else "")

    def of(self, doc_id: str) -> tuple[str, str]:
        """The source of a release and its link, empty where there is none."""
        return self._targets.get(doc_id, ("", ""))


def _write_sheets(workbook: Workbook, listing: Listing, links: Links) -> None:
    formats = Formats(workbook)
    for table in RECORD_TABLES:
        _Sheet(workbook.add_worksheet(table), table, formats, links).records(listing.rows[table])
    _Sheet(workbook.add_worksheet("documents"), "documents", formats, links).documents(listing.documents)


class Formats:
    """The formats of a workbook, made once."""

    def __init__(self, workbook: Workbook) -> None:
        top = {"valign": "top"}
        self.header = workbook.add_format({"bold": True, "bg_color": "#D9E1F2", "bottom": 1})
        self.text = workbook.add_format({"num_format": "@", **top})
        self.wrapped = workbook.add_format({"num_format": "@", "text_wrap": True, **top})
        self.all_bold = workbook.add_format({"num_format": "@", "text_wrap": True, "bold": True, **top})
        self.bold = workbook.add_format({"bold": True})
        self.whole = workbook.add_format({"num_format": "#,##0", **top})
        self.place = workbook.add_format({"num_format": "0", **top})
        self.broken = workbook.add_format({"num_format": "#,##0.0###", **top})
        self.general = workbook.add_format(top)
        self.link = workbook.add_format({"font_color": "#0563C1", "underline": 1, **top})
        self.colours = {name: workbook.add_format({"bg_color": colour}) for name, colour in _COLOURS.items()}


class _Sheet:
    """One sheet while it is written."""

    def __init__(self, sheet: Worksheet, table: str, formats: Formats, links: Links) -> None:
        self._sheet, self._formats, self._links = sheet, formats, links
        self._names = sheet_columns(table)
        self._types = {c.name: c.type for c in COLUMNS[table]}
        self._linked = 0

    def records(self, rows: Sequence[Row]) -> None:
        """Writes a table's records with the drop-down of `review` and the colours of rows."""
        self._head(len(rows), frozen=3)
        for number, row in enumerate(rows, 1):
            for column, name in enumerate(self._names):
                if name == "sentence":
                    self._sentence(number, column, row)
                elif name == SOURCE:
                    self._source(number, column, row.values["doc_id"])
                else:
                    self._cell(number, column, name, {NOTE: row.note, CHECK: row.check}.get(name, row.values.get(name)))
        last = len(rows) + _SPARE
        review = self._names.index("review")
        self._sheet.data_validation(1, review, last, review, {"validate": "list", "source": list(CHOICES), "error_type": "warning"})
        self._colour(last)

    def documents(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Writes the releases."""
        self._head(len(documents), frozen=1)
        for number, document in enumerate(documents, 1):
            for column, name in enumerate(self._names):
                if name == SOURCE:
                    self._source(number, column, document["doc_id"])
                else:
                    self._cell(number, column, name, document[name])

    def _head(self, rows: int, *, frozen: int) -> None:
        for column, name in enumerate(self._names):
            width = _WIDTHS.get(name, 26 if name in _WIDE else max(9, len(name) + 3))
            kind = self._types.get(name, "string")
            form = self._formats.text if kind == "string" else self._formats.general
            self._sheet.set_column(column, column, width, form, {"hidden": name in _HIDDEN})
        for column, name in enumerate(self._names):
            self._sheet.write_string(0, column, name, self._formats.header)
        self._sheet.freeze_panes(1, frozen)
        self._sheet.autofilter(0, 0, max(1, rows), len(self._names) - 1)

    def _cell(self, row: int, column: int, name: str, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value, self._formats.general)
        elif isinstance(value, (int, Decimal)) and len(Decimal(value).normalize().as_tuple().digits) <= DIGITS:
            self._sheet.write_number(row, column, value, self._number_format(name, value))
        else:
            self._sheet.write_string(row, column, str(value)[:CELL], self._formats.text)

    def _number_format(self, name: str, value: int | Decimal) -> Format:
        if self._types[name] == "integer":
            return self._formats.place
        return self._formats.whole if value == int(value) else self._formats.broken

    def _sentence(self, row: int, column: int, record: Row) -> None:
        sentence, text = record.values["sentence"] or "", record.values["text"] or ""
        before, after = sentence[: max(0, record.bold)], sentence[record.bold + len(text) :]
        if not sentence:
            return
        if record.bold < 0 or not text:
            self._sheet.write_string(row, column, sentence, self._formats.wrapped)
        elif not before and not after:
            self._sheet.write_string(row, column, sentence, self._formats.all_bold)
        else:
            pieces = [*([before] if before else []), self._formats.bold, text, *([after] if after else [])]
            self._sheet.write_rich_string(row, column, *pieces, self._formats.wrapped)

    def _source(self, row: int, column: int, doc_id: str) -> None:
        source, target = self._links.of(doc_id)
        if target and self._linked < LINKS:
            self._linked += 1
            self._sheet.write_url(row, column, target, self._formats.link, source[:CELL])
        elif source:
            self._sheet.write_string(row, column, source[:CELL], self._formats.text)

    def _colour(self, last: int) -> None:
        rules = [("review", f'="{name}"', name) for name in ("stale", "rejected", "accepted", "corrected")]
        rules.append(("quality", '="damaged"', "damaged"))
        if "known" in self._names:
            rules.append(("known", "=FALSE", "unknown"))
        for name, test, colour in rules:
            letter = _letters(self._names.index(name))
            blank = f'AND(${letter}2<>"",${letter}2{test})'
            form = {"type": "formula", "criteria": f"={blank}", "format": self._formats.colours[colour], "stop_if_true": True}
            self._sheet.conditional_format(1, 0, last, len(self._names) - 1, form)


def _letters(column: int) -> str:
    """The letters of a column, from 0.

    >>> _letters(0), _letters(25), _letters(26), _letters(51)
    ('A', 'Z', 'AA', 'AZ')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
