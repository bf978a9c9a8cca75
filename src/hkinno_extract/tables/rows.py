"""One record to one row: ids, the order of rows, the text of cells.

In: a `Document` or `Record`. Out: plain JSON objects and CSV cells in the columns' order.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from hkinno_extract.records import Document, Plain, Record, format_decimal
from hkinno_extract.tables.columns import COLUMNS, ID_PREFIXES, column_names

CORRECTED = "corrected"
"""Key of a JSON record that holds the columns a reviewer changed; the columns themselves stay as extracted."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


def with_ids(records: Iterable[Record], place: Callable[[Record], Plain] = lambda _: {}) -> list[Record]:
    """`records` of one table and release sorted by place, each with its record_id; a repeat at the same place counts on.

    `place` may say what changes in a record besides: the fields that are not known before its release is.
    """
    rows = []
    for record in records:
        row = {**_place(record), **place(record)}
        rows.append(((row["raw_start"], row["raw_end"], getattr(record, "kind", ""), record.start, record.end), row, record))
    rows.sort(key=lambda row: row[0])
    seen: dict[str, int] = {}
    numbered = []
    for (raw_start, raw_end, kind, *_), row, record in rows:
        key = "\0".join((row["doc_id"], record.table, str(raw_start), str(raw_end), kind))
        repeat = seen.get(key, 0)
        seen[key] = repeat + 1
        row["record_id"] = record_id(record.table, f"{key}\0{repeat}" if repeat else key)
        numbered.append(((raw_start, raw_end, kind, row["record_id"]), record.replace(**row)))
    return [record for _, record in sorted(numbered, key=lambda item: item[0])]


def _place(record: Record) -> Plain:
    return {"raw_start": record.raw_start, "raw_end": record.raw_end, "doc_id": record.doc_id}


def record_id(table: str, key: str) -> str:
    """`rk-`, `am-`, `og-` or `pg-` and 80 bits of SHA-256 of `key` in lower-case base32."""
    digest = base64.b32encode(hashlib.sha256(key.encode()).digest()[:10]).decode().lower()
    return f"{ID_PREFIXES[table]}-{digest}"


def json_row(record: Record) -> Plain:
    """The record with the columns of its table as keys, in order; Decimals stay Decimals, an empty text is None."""
    return {name: _stated(getattr(record, name)) for name in column_names(record.table)}


def json_document(document: Document) -> Plain:
    """The document's row, in the columns' order."""
    plain = dataclasses.asdict(document)
    return {name: _stated(plain[name]) for name in column_names("documents")}


def _stated(value: Any) -> Any:
    return None if isinstance(value, str) and not value else value


def shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A JSON row as the tables show it: with a reviewer's corrections in place.

    >>> shown({"unit": "HKD", "review": "corrected", "corrected": {"unit": "USD"}})
    {'unit': 'USD', 'review': 'corrected'}
    """
    return {**{k: v for k, v in row.items() if k != CORRECTED}, **row[CORRECTED]} if CORRECTED in row else row


def csv_cells(table: str, row: Mapping[str, Any]) -> list[str]:
    """The cells of a JSON row for CSV: empty for null, and no text that a spreadsheet would take for a formula."""
    return [csv_cell(row[c.name], text=c.type == "string") for c in COLUMNS[table]]


def csv_cell(value: Any, *, text: bool = True) -> str:
    """One cell. A text that starts like a formula gets a leading apostrophe, and so does one that looks as if it had got one.

    >>> csv_cell("=1+1"), csv_cell(None), csv_cell(True), csv_cell("-5"), csv_cell("-5至-3度"), csv_cell("'=1")
    ("'=1+1", '', 'true', '-5', "'-5至-3度", "''=1")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format_decimal(value)
    cell = str(value)
    if text and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def plain_cell(cell: str) -> str:
    """The text that `csv_cell` made `cell` from.

    >>> plain_cell("'=1+1"), plain_cell("'tis"), plain_cell("''=1")
    ('=1+1', "'tis", "'=1")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
