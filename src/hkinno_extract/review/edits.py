"""An edited workbook or CSV to decisions: only what a person changed counts.

In: the rows of a file and the rows as the tables show them now. Out: `Edits`: a draft of a decision a changed row, and what was refused,
each with its row. A cell that says what the tables show, or what was extracted, is no edit, nor is an empty `review`; a decision is taken
back by the word `withdrawn`. Look first at `read_edits`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.review.cells import SAME, Cell, Lost, compare
from hkinno_extract.review.decisions import VALUES, WITHDRAWN, Decision, plain_value
from hkinno_extract.review.drafts import Drafts, RowEdit
from hkinno_extract.review.files import Sheet, read_sheets, recogniser
from hkinno_extract.review.listing import Row, check, many_objects, read_listing
from hkinno_extract.review.outcome import Reviews
from hkinno_extract.review.workbook import CHECK, NOTE
from hkinno_extract.tables.columns import COLUMNS

WORDS = ("accepted", "corrected", "rejected", "added", WITHDRAWN)
_TYPES = {table: {c.name: c.type for c in columns} for table, columns in COLUMNS.items()}


@dataclass(slots=True)
class Edits:
    """What a file says. `decisions` are not signed yet; `refused` names each cell or row that was not taken, and why."""

    decisions: list[Decision] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    rows: int = 0

    def lines(self) -> list[str]:
        """The edits, a line each."""
        return [described(d) for d in self.decisions]


def described(decision: Decision) -> str:
    """A decision on one line."""
    changes = ", ".join(f"{name}: {_said(old)} → {_said(new)}" for name, (old, new) in sorted(decision.changes.items()))
    values = ", ".join(f"{name}: {_said(v)}" for name, v in decision.values.items() if v is not None)
    what = changes if decision.decision == "corrected" else values if decision.decision == "added" else ""
    text = f"{decision.doc_id} {decision.table} {decision.anchor.text!r} {decision.decision}"
    return f"{text} ({what})" if what else text


def _said(value: Any) -> str:
    return "empty" if value is None else str(value)


def read_edits(out: Path, path: Path) -> Edits:
    """The edits of the file `path` against the output folder `out`. Raises UsageError, OutputError."""
    with many_objects():
        return _read_edits(out, path)


def _read_edits(out: Path, path: Path) -> Edits:
    reviews = Reviews.load(out)
    listing = read_listing(out, reviews)
    known = {row.values["record_id"]: row for rows in listing.rows.values() for row in rows}
    edits = Edits()
    found: list[RowEdit] = []
    for sheet in read_sheets(path, recogniser({k: row.values for k, row in known.items()})):
        if (table := sheet.table) is not None:
            found.extend(_SheetReader(sheet, table, known, edits).rows())
    drafts = Drafts(out, reviews, {d["doc_id"] for d in listing.documents})
    for outcome in drafts.of(_agreed(found, edits)):
        if isinstance(outcome, str):
            edits.refused.append(outcome)
        else:
            edits.decisions.append(outcome)
    edits.decisions.sort(key=lambda d: (d.doc_id, d.table, d.anchor.start, d.record))
    edits.refused.sort()
    return edits


def _agreed(found: list[RowEdit], edits: Edits) -> list[RowEdit]:
    """One edit a record; rows that say different things of one record are refused."""
    by_record: dict[str, list[RowEdit]] = defaultdict(list)
    kept = [edit for edit in found if not edit.record_id]
    for edit in found:
        if edit.record_id:
            by_record[edit.record_id].append(edit)
    for record_id, rows in by_record.items():
        if all(row.says() == rows[0].says() for row in rows):
            kept.append(rows[0])
        else:
            places = " and ".join(row.where for row in rows)
            edits.refused.append(f"{places}: the rows say different things of {record_id}; to add a record empty its record_id")
    return kept


class _SheetReader:
    """Compares the rows of one sheet with the table."""

    def __init__(self, sheet: Sheet, table: str, known: Mapping[str, Row], edits: Edits) -> None:
        self._sheet, self._table, self._known, self._edits = sheet, table, known, edits
        self._columns = tuple(name for name in VALUES[table] if name in sheet.columns)

    def rows(self) -> list[RowEdit]:
        """The rows that say something new."""
        found = []
        for number, cells in self._sheet.rows:
            self._edits.rows += 1
            where = f"{self._sheet.name} row {number}"
            record_id = str(cells.get("record_id") or "").strip()
            row = self._known.get(record_id)
            if row is not None:
                edit = self._existing(where, record_id, row, cells)
            elif record_id:
                self._refuse(f"{where}: no record has the id {record_id} now; export again")
                continue
            else:
                edit = self._added(where, cells)
            if edit is not None:
                found.append(edit)
        return found

    def _refuse(self, line: str) -> None:
        self._edits.refused.append(line)

    def _existing(self, where: str, record_id: str, row: Row, cells: Mapping[str, Cell]) -> RowEdit | None:
        changes: dict[str, Any] = {}
        refused = []
        for name in self._columns:
            cell, value = cells.get(name), row.values[name]
            if cell == value:
                continue
            said = self._compare(name, value, cell)
            if said is SAME or (row.extracted[name] != value and self._compare(name, row.extracted[name], cell) is SAME):
                continue
            if isinstance(said, Lost):
                refused.append(f"{where}: {name}: {said.reason}")
            else:
                changes[name] = said.value
        review = self._review(where, cells, row)
        if (changes or refused or review) and str(cells.get(CHECK) or row.check) != row.check:
            if changes and not self._is_as_written(cells):
                self._refuse(f"{where}: {record_id} changed in a rerun after the file was written; export again")
            elif review:
                self._refuse(f"{where}: review: {record_id} says something else since the file was written; export again")
            return None
        self._edits.refused.extend(refused)
        if not changes and review is None:
            return None
        return RowEdit(where, self._table, record_id, row.values["doc_id"], changes, review, _note(cells), cells)

    def _compare(self, name: str, value: Any, cell: Cell) -> Any:
        return compare(_TYPES[self._table][name], plain_value(self._table, name, value), cell, column=name, encoding=self._sheet.encoding)

    def _review(self, where: str, cells: Mapping[str, Cell], row: Row | None) -> str | None:
        word = str(cells.get("review") or "").strip().lower()
        now = row.values["review"] if row else None
        if not word or word == now or word == "stale":
            return None
        if word not in WORDS or (word != "added" if row is None else word == "added"):
            self._refuse(f"{where}: review: {word!r} is no decision about it; use one of {', '.join(WORDS)}")
            return None
        return word

    def _is_as_written(self, cells: Mapping[str, Cell]) -> bool:
        """Whether the values of the row are those that it was written with, by its mark."""
        values: dict[str, Any] = {"text": cells.get("text")}
        for name in VALUES[self._table]:
            said = self._compare(name, None, cells.get(name))
            values[name] = None if said is SAME or isinstance(said, Lost) else said.value
        return check(self._table, values) == cells.get(CHECK)

    def _added(self, where: str, cells: Mapping[str, Cell]) -> RowEdit | None:
        review = self._review(where, cells, None)
        values: dict[str, Any] = {}
        for name in self._columns:
            said = self._compare(name, None, cells.get(name))
            if isinstance(said, Lost):
                self._refuse(f"{where}: {name}: {said.reason}")
            elif said is not SAME:
                values[name] = said.value
        text, doc_id = str(cells.get("text") or ""), str(cells.get("doc_id") or "").strip()
        if not text or not doc_id:
            if values or review:
                self._refuse(f"{where}: a record that is added needs its text and its doc_id")
            return None
        return RowEdit(where, self._table, "", doc_id, values, review or "added", _note(cells), cells)


def _note(cells: Mapping[str, Cell]) -> str | None:
    return str(cells.get(NOTE) or "").strip() or None
