"""Edited rows to drafts of decisions: what a row's edit means for the decision that stands.

In: `RowEdit`s and the releases that they speak of. Out: decisions, not signed yet, or why there is none. Look first at `Drafts.of`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hkinno_extract.review.cells import Cell
from hkinno_extract.review.decisions import VALUES, WITHDRAWN, Decision, plain_value
from hkinno_extract.review.matching import anchor_of, draft
from hkinno_extract.review.outcome import ADDED, Outcome, Reviews
from hkinno_extract.review.spans import squeezed_text
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.json_text import read_json
from hkinno_extract.tables.rows import CORRECTED, record_id
from hkinno_extract.tables.writing import json_path


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What a row says that is new. `changes` are new values as decisions hold them; no `record_id`: a record that the rules missed."""

    where: str
    table: str
    record_id: str
    doc_id: str
    changes: Mapping[str, Any]
    review: str | None
    note: str | None
    cells: Mapping[str, Cell]

    def says(self) -> tuple[Any, ...]:
        """What counts when two rows speak of one record."""
        return dict(self.changes), self.review


class Drafts:
    """Makes drafts against the output folder `out`, whose releases are `doc_ids`."""

    def __init__(self, out: Path, reviews: Reviews, doc_ids: Collection[str]) -> None:
        self._out, self._reviews, self._doc_ids = out, reviews, doc_ids
        self._taken = set(reviews.threads)

    def of(self, edits: Sequence[RowEdit]) -> Iterator[Decision | str]:
        """A draft for each edit that decides something, or what is wrong with it. A release is read once."""
        by_release: dict[str, list[RowEdit]] = defaultdict(list)
        for edit in edits:
            by_release[edit.doc_id].append(edit)
        for doc_id, rows in sorted(by_release.items()):
            if doc_id not in self._doc_ids:
                yield from (f"{row.where}: no release has the id {doc_id!r}" for row in rows)
                continue
            outcome = self._reviews.outcome(read_json(json_path(self._out, doc_id)))
            known = {row["record_id"]: row for table in RECORD_TABLES for row in outcome.release[table]}
            for edit in rows:
                made = self._existing(edit, known[edit.record_id], outcome) if edit.record_id else self._new(edit, outcome)
                if made is not None:
                    yield made

    def _existing(self, edit: RowEdit, row: Mapping[str, Any], outcome: Outcome) -> Decision | str | None:
        standing = outcome.standing.get(edit.record_id)
        if edit.review == WITHDRAWN:
            return standing.replace(decision=WITHDRAWN, note=edit.note, who="") if standing and row["review"] else None
        if row["review"] == ADDED and standing is not None:
            if edit.review == "rejected":
                return standing.replace(decision=WITHDRAWN, note=edit.note, who="")
            said = edit.changes or _is_noted(edit, standing)
            return standing.replace(values={**standing.values, **edit.changes}, note=edit.note, who="") if said else None
        changes = self._changes(edit, row)
        decision = "corrected" if changes else "accepted"
        if edit.review == "rejected" or (row["review"] == "rejected" and edit.review is None):
            if edit.changes:
                return f"{edit.where}: the row is rejected, so its values were not taken; to correct it say corrected"
            decision, changes = "rejected", {}
        elif edit.review == "corrected" and not changes:
            return f"{edit.where}: review: says corrected, but no value was changed"
        elif not edit.changes and decision == row["review"] and not _is_noted(edit, standing):
            return None
        thread = standing.record if standing else self._thread(edit.record_id)
        made = draft(outcome.release, edit.table, row, decision)
        return made.replace(record=thread, changes=changes, note=edit.note)

    def _changes(self, edit: RowEdit, row: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Columns whose value is another than the extracted: those of the decision that stands and those of the edit."""
        new = {name: plain_value(edit.table, name, value) for name, value in row.get(CORRECTED, {}).items()} | dict(edit.changes)
        old = {name: plain_value(edit.table, name, row[name]) for name in new}
        return {name: [old[name], value] for name, value in sorted(new.items()) if value != old[name]}

    def _thread(self, wanted: str) -> str:
        """`wanted`, or with a number where another record was first decided on under that id."""
        thread, number = wanted, 2
        while thread in self._taken:
            thread, number = f"{wanted}~{number}", number + 1
        self._taken.add(thread)
        return thread

    def _new(self, edit: RowEdit, outcome: Outcome) -> Decision | str | None:
        release, text = outcome.release, str(edit.cells["text"])
        found = _find(release["text"] or "", text, str(edit.cells.get("sentence") or ""), edit.cells.get("start"))
        if isinstance(found, str):
            return f"{edit.where}: text: {found}"
        values = {name: edit.changes.get(name) for name in VALUES[edit.table]}
        if "name" in values:
            values["name"] = values["name"] or text
            values["known"] = bool(values["known"])
        elif not values["kind"]:
            return f"{edit.where}: a record that is added needs its kind"
        end = found + len(text)
        thread = record_id(edit.table, "\0".join((edit.doc_id, edit.table, str(found), str(end), values.get("kind") or "", ADDED)))
        before = self._reviews.threads.get(thread)
        if before and before.decision == ADDED and before.values == values:
            return None
        return Decision(
            record=thread,
            table=edit.table,
            doc_id=edit.doc_id,
            decision=ADDED,
            anchor=anchor_of(release, squeezed_text(release["text"]), found, end, kind=values.get("kind") or ""),
            note=edit.note,
            values=values,
            sentence=str(edit.cells.get("sentence") or _sentence(release["text"], found, end)),
        )


def _is_noted(edit: RowEdit, standing: Decision | None) -> bool:
    """Whether the edit has a note that the decision has not."""
    return edit.note is not None and (standing is None or edit.note != standing.note)


def _find(around: str, text: str, sentence: str, start: Cell) -> int | str:
    """Where `text` stands, told by its sentence or its start where it stands in several places."""
    places = [i for i in range(len(around)) if around.startswith(text, i)] if text in around else []
    core = sentence.strip("…")
    if len(places) > 1 and core in around and core:
        at = around.index(core)
        places = [p for p in places if at <= p < at + len(core)]
    if len(places) > 1:
        places = [p for p in places if str(p) == str(start).removesuffix(".0")] or places
    if not places:
        return f"{text!r} does not stand in the release"
    return places[0] if len(places) == 1 else f"{text!r} stands in {len(places)} places; give its sentence or its start"


def _sentence(text: str, start: int, end: int) -> str:
    """The line around a place, to its full stops, at most 400 characters."""
    first = max(text.rfind(sign, 0, start) for sign in "。\n！？") + 1
    stops = [at for sign in "。\n！？" if (at := text.find(sign, end)) >= 0]
    return text[max(first, end - 200) : min(min(stops, default=len(text)) + 1, start + 200)].strip()
