"""Edited files as people really save them: workbooks, and CSV in any of the encodings that spreadsheets write.

In: a path. Out: `Sheet`s, each with a header and rows of cells by column name; the table of each is told by its rows' ids, its columns
or its name. Look first at `read_sheets`.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hkinno_extract.errors import UsageError
from hkinno_extract.review.cells import Cell
from hkinno_extract.review.decisions import VALUES
from hkinno_extract.tables.columns import COLUMNS, ID_PREFIXES, RECORD_TABLES

LOCAL = ("cp950", "big5hkscs", "gb18030", "cp936", "cp1252")
"""Local code pages of Chinese systems, then what a western one leaves."""
_KNOWN = frozenset(c.name for columns in COLUMNS.values() for c in columns)
_REMEDY = "Save it again as .xlsx, or as CSV in UTF-8."
Recognise = Callable[["Sheet"], int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of an edited file. `rows` are row number (as a spreadsheet counts) and cells; `encoding` is of a CSV, else utf-8."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, Cell]]]
    encoding: str = "utf-8"

    @property
    def table(self) -> str | None:
        """The table that it holds, told by the ids of its records, else its name, else its columns; None for none of ours."""
        prefixes = {prefix: table for table, prefix in ID_PREFIXES.items()}
        for _, cells in self.rows:
            if (table := prefixes.get(str(cells.get("record_id") or "")[:2])) is not None:
                return table
        for table in RECORD_TABLES:
            if self.name.lower().startswith(table) and {"record_id", "text"} & set(self.columns):
                return table
        fitting = [t for t in RECORD_TABLES if "record_id" in self.columns and set(VALUES[t]) <= set(self.columns)]
        return fitting[0] if len(fitting) == 1 else None


def read_sheets(path: Path, recognise: Recognise) -> list[Sheet]:
    """The sheets of an edited workbook or CSV. `recognise` counts the cells that are as they were, which tells the encoding of a CSV.

    Raises UsageError where the file cannot be read or has no column `record_id`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError((error.strerror or str(error)).lower(), where=str(path), remedy="Name an edited workbook or CSV.") from error
    sheets = list(_workbook(path)) if data[:2] == b"PK" else [_csv(path, data, recognise)]
    if not any("record_id" in sheet.columns for sheet in sheets):
        raise UsageError("no sheet has a column record_id", where=str(path), remedy="Keep the header row and the column record_id.")
    return sheets


def _workbook(path: Path) -> Iterator[Sheet]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as handle:
            workbook = openpyxl.load_workbook(handle, read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                sheet.reset_dimensions()
                yield _sheet(sheet.title, sheet.iter_rows(values_only=True))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UsageError(f"no workbook ({error})", where=str(path), remedy=_REMEDY) from error


def _csv(path: Path, data: bytes, recognise: Recognise) -> Sheet:
    candidates = []
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = "utf-8" if encoding.startswith("utf") else encoding
        try:
            sheet = _sheet(path.stem, csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(text)), plain)
        except csv.Error:
            continue
        candidates.append(sheet)
        if plain == "utf-8":
            break
    if not candidates:
        raise UsageError("no encoding fits", where=str(path), remedy=_REMEDY)
    return candidates[0] if len(candidates) == 1 else max(candidates, key=recognise)


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if data[:200].count(b"\0") > 20:
        return ("utf-16-le", "utf-16-be")
    return ("utf-8-sig", *LOCAL)


def _delimiter(text: str) -> str:
    """The sign that splits the header into most names of ours."""
    header = text.split("\n", 1)[0]
    return max(",\t;", key=lambda sign: len({c.strip().strip('"') for c in header.split(sign)} & _KNOWN))


def _sheet(name: str, lines: Iterable[Iterable[Any]], encoding: str = "utf-8") -> Sheet:
    """The rows below the first line that holds names of ours; empty rows are left out."""
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, dict[str, Cell]]] = []
    for number, line in enumerate(lines, 1):
        cells = list(line)
        if not columns:
            names = tuple(str(c or "").strip().lower() for c in cells)
            if len(_KNOWN & set(names)) >= 2:
                columns = names
            continue
        row = {n: c for n, c in zip(columns, cells, strict=False) if n and c is not None and c != ""}
        if row:
            rows.append((number, row))
    return Sheet(name, columns, rows, encoding)


def recogniser(texts: Mapping[str, Mapping[str, Any]]) -> Recognise:
    """Counts the cells of a sheet that say what the rows by record_id say."""

    def count(sheet: Sheet) -> int:
        found = 0
        for _, cells in sheet.rows[:2000]:
            row = texts.get(str(cells.get("record_id")), {})
            found += sum(1 for name, cell in cells.items() if isinstance(row.get(name), str) and row[name] == cell)
        return found

    return count
