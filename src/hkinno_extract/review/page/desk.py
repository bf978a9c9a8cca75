"""What a reviewer does on the page: look at a release, decide, add what the rules missed, undo.

In: an output folder, and who sits there. Out: decisions in its store, each on the disk before it is shown. Look first at `Desk.decide`.
Decisions become drafts in ../drafts.py, as those of a workbook do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hkinno_extract.errors import UsageError
from hkinno_extract.review.decisions import WITHDRAWN, Decision
from hkinno_extract.review.drafts import Drafts, RowEdit
from hkinno_extract.review.listing import check, many_objects, outcomes
from hkinno_extract.review.marks import Piece, described, pieces, visible
from hkinno_extract.review.outcome import Outcome, Reviews
from hkinno_extract.review.page.fields import changes_of, form_of
from hkinno_extract.review.page.index import Index
from hkinno_extract.review.store import Store
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.files import output_errors
from hkinno_extract.tables.json_text import read_json
from hkinno_extract.tables.rows import shown
from hkinno_extract.tables.writing import PACKAGE, json_path

_RELOAD = "Reload the page."
_UNDO_KEPT = 1000


@dataclass(frozen=True, slots=True)
class _Step:
    """A decision that was made here, and the one that stood before."""

    made: Decision
    before: Decision | None
    record_id: str | None


class Desk:
    """The output folder `out` while `who` reviews it. `refresh` puts the decisions into the tables. One thread at a time works in it."""

    def __init__(self, out: Path, *, who: str = "", refresh: Callable[[Path], object]) -> None:
        self.out, self.who, self._refresh = out, who, refresh
        self.busy = threading.RLock()
        self._store = Store(out)
        self._steps: list[_Step] = []
        self.waiting = 0
        self._load()

    def _load(self) -> None:
        with many_objects():
            self._stamps = self._stamp()
            self.reviews = Reviews(self._store.read())
            self.unreadable = self._store.unreadable
            self.index = Index(outcomes(self.out, self.reviews))

    def _stamp(self) -> tuple[Any, ...]:
        """Changes when another command wrote decisions or finished tables."""
        return self._store.stamp(), self._tables_stamp()

    def _tables_stamp(self) -> int | None:
        path = self.out / PACKAGE
        with output_errors(path):
            return path.stat().st_mtime_ns if path.exists() else None

    def notice(self) -> None:
        """Reads the folder again where another command changed it. Raises OutputError, UsageError."""
        if self._stamp() != self._stamps:
            self._load()

    def release(self, doc_id: str) -> dict[str, Any]:
        """A release for the page: its document, its pieces, its records in short, and the releases before and after it."""
        outcome = self._outcome(doc_id)
        document = outcome.release["document"]
        names = ("doc_id", "title", "issuer", "published_at", "source", "language", "status", "error", "repairs", "damaged_spans")
        facts = {name: visible(v) if isinstance(v := document[name], str) else v for name in names}
        order = self.index.doc_ids
        here = order.index(doc_id)
        beside = {"before": order[here - 1] if here else None, "after": order[here + 1] if here + 1 < len(order) else None}
        return {"document": facts, "pieces": [_plain(piece) for piece in pieces(outcome.release)], "records": _records(outcome), **beside}

    def record(self, record_id: str) -> dict[str, Any]:
        """A record for the form."""
        entry = self.index.entries.get(record_id)
        if entry is None:
            raise UsageError("no record has that id now", where=record_id, remedy=_RELOAD)
        return self._record(self._outcome(entry.doc_id), record_id)

    def _outcome(self, doc_id: str) -> Outcome:
        return self.reviews.outcome(self._read(doc_id))

    def _read(self, doc_id: str) -> dict[str, Any]:
        path = json_path(self.out, doc_id)
        if doc_id not in self.index.doc_ids or not path.is_file():
            raise UsageError("no release has that id now", where=doc_id, remedy=_RELOAD)
        with output_errors(path):
            return read_json(path)

    def _record(self, outcome: Outcome, record_id: str) -> dict[str, Any]:
        table, row = _row(outcome, record_id)
        standing = outcome.standing.get(record_id)
        decided = standing if standing and row["review"] else None
        raw = outcome.release["raw_text"][row["raw_start"] : row["raw_end"]]
        return {
            "id": record_id,
            "doc_id": row["doc_id"],
            "table": table,
            "review": row["review"] or "",
            "check": check(table, shown(row)),
            "fields": form_of(table, row),
            "facts": {name: visible(row[name] or "") for name in ("text", "sentence", "section", "pattern", "quality")},
            "raw": visible(raw) if raw != row["text"] else None,
            "note": (decided.note if decided else None) or "",
            "who": decided.who if decided else "",
            "when": decided.when if decided else "",
        }

    def decide(self, record_id: str, mark: str, *, review: str | None, typed: Mapping[str, str], note: str) -> dict[str, Any]:
        """Takes a decision about a record; `mark` is the `check` that the form had. Raises UsageError where it cannot be taken, OutputError
        where it was not saved."""
        entry = self.index.entries.get(record_id)
        if entry is None:
            raise UsageError("no record has that id now", where=record_id, remedy=_RELOAD)
        outcome = self._outcome(entry.doc_id)
        table, row = _row(outcome, record_id)
        if mark != check(table, shown(row)):
            raise UsageError("the record says something else since it was shown", where=entry.text, remedy=_RELOAD)
        changes, refused = changes_of(table, shown(row), typed)
        if refused:
            raise UsageError("; ".join(refused), remedy="Nothing was saved: mend it and save again.")
        edit = RowEdit(entry.text, table, record_id, entry.doc_id, changes, review, note.strip() or None, {})
        return self._take(edit, record_id)

    def add(self, doc_id: str, table: str, *, text: str, start: int | None, typed: Mapping[str, str], note: str) -> dict[str, Any]:
        """Adds a record that the rules missed. Raises as `decide` does."""
        changes, refused = changes_of(table, None, typed)
        if refused or not text.strip():
            raise UsageError("; ".join(refused) or "a record needs its text", remedy="Nothing was saved: mend it and save again.")
        where = visible(text[:40])
        edit = RowEdit(where, table, "", doc_id, changes, "added", note.strip() or None, {"text": text, "start": start})
        return self._take(edit, None)

    def _take(self, edit: RowEdit, record_id: str | None) -> dict[str, Any]:
        made = next(Drafts(self.out, self.reviews, self.index.doc_ids).of([edit]), None)
        if made is None:
            raise UsageError("nothing was changed", where=edit.where)
        if isinstance(made, str):
            raise UsageError(made)
        before = self.reviews.threads.get(made.record)
        release = self._read(edit.doc_id)  # from here on nothing but the append can fail
        (stamped,) = self._append(made)
        after = self._settle(release)
        if record_id is None:
            record_id = next((i for i, d in after.standing.items() if d.record == made.record), None)
        self._steps = [*self._steps[-_UNDO_KEPT:], _Step(stamped, before, record_id)]
        return self._after(after, record_id, stamped.decision)

    def undo(self) -> dict[str, Any]:
        """Takes back the last decision that was made here: what stood before it stands again. Raises as `decide` does."""
        if not self._steps:
            raise UsageError("nothing was decided here yet that could be undone")
        step = self._steps[-1]
        if self.reviews.threads.get(step.made.record) != step.made:
            self._steps.pop()
            raise UsageError("the record was decided on again elsewhere, so it was not undone", where=step.made.anchor.text)
        before = step.before or step.made.replace(decision=WITHDRAWN, note=None)
        release = self._read(step.made.doc_id)
        (again,) = self._append(before)
        earlier = self._steps[:-1]
        self._steps = [replace(s, made=again) if s.made == step.before else s for s in earlier]  # so that it can be undone, too
        return self._after(self._settle(release), step.record_id, "undone")

    def _append(self, decision: Decision) -> list[Decision]:
        stamped = self._store.append([decision.replace(who=self.who)])
        if self._store.overtaken:  # another command wrote in between
            self._load()
        else:
            self.reviews.add(stamped)
            self._stamps = self._stamp()
        self.waiting += 1
        return stamped

    def _settle(self, release: Mapping[str, Any]) -> Outcome:
        outcome = self.reviews.outcome(release)
        self.index.update(outcome)
        return outcome

    def _after(self, outcome: Outcome, record_id: str | None, done: str) -> dict[str, Any]:
        there = record_id is not None and record_id in self.index.entries
        return {
            "done": done,
            "doc_id": outcome.release["document"]["doc_id"],
            "record": self._record(outcome, str(record_id)) if there else None,
            "row": self.index.entries[str(record_id)].row() if there else None,
            "records": _records(outcome),
            **self.standing(),
        }

    def standing(self) -> dict[str, Any]:
        """How far the review is, and how many decisions the tables do not show yet."""
        return {"progress": self.index.progress(), "waiting": self.waiting, "can_undo": bool(self._steps)}

    def refresh_tables(self) -> dict[str, Any]:
        """Puts all decisions into the tables. Raises OutputError."""
        self._refresh(self.out)
        self._stamps, self.waiting = self._stamp(), 0
        return self.standing()


def _row(outcome: Outcome, record_id: str) -> tuple[str, Mapping[str, Any]]:
    for table in RECORD_TABLES:
        for row in outcome.release[table]:
            if row["record_id"] == record_id:
                return table, row
    raise UsageError("no record has that id now", where=record_id, remedy=_RELOAD)


def _records(outcome: Outcome) -> list[dict[str, Any]]:
    names = ("record_id", "start", "quality", "review")
    return [{"table": t, **{n: row[n] for n in names}} for t in RECORD_TABLES for row in outcome.release[t]]


def _plain(piece: Piece) -> dict[str, Any]:
    plain: dict[str, Any] = {"start": piece.start, "text": piece.text}
    if piece.records:
        plain["records"] = piece.records
    if piece.repair:
        plain |= {"repair": piece.repair, "raw": visible(piece.raw or "")}
    if piece.sign:
        plain |= {"sign": piece.sign, "means": described(piece.text[0])}
    return plain
