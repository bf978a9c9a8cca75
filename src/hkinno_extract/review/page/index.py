"""All records of an output folder in memory: filtered, paged and counted without reading a file.

In: outcomes of releases. Out: pages of a `Snapshot`: the records that a filter found stay in their places while they are decided on, so
that nothing jumps. Look first at `Index.find`.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from hkinno_extract.characters import fold
from hkinno_extract.review.outcome import STALE, Outcome
from hkinno_extract.review.page.entries import Entry, entries_of

TO_DO, UNREVIEWED = "to-do", "unreviewed"
_SNAPSHOTS = 4
_PATTERNS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a record must have; empty: anything. `state` is TO_DO (not decided on, or stale), UNREVIEWED or an outcome; `source` and
    `pattern` are parts of these; `since` and `until` days."""

    table: str = ""
    quality: str = ""
    known: str = ""
    pattern: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    state: str = ""
    search: str = ""

    def apply(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries that have it."""
        known = {"true": True, "false": False}.get(self.known)
        states = {TO_DO: ("", STALE), UNREVIEWED: ("",)}.get(self.state, (self.state,))
        words = fold(self.search).lower().split()
        source, pattern = self.source.lower(), self.pattern.lower()
        for entry in entries:
            if (
                (not self.table or entry.table == self.table)
                and (not self.state or entry.review in states)
                and (not self.quality or entry.quality == self.quality)
                and (known is None or entry.known is known)
                and (not self.since or entry.date >= self.since)
                and (not self.until or ("" < entry.date <= self.until))
                and (not pattern or pattern in entry.pattern.lower())
                and (not source or source in entry.source.lower())
                and all(word in entry.search for word in words)
            ):
                yield entry


@dataclass(slots=True)
class Snapshot:
    """The ids of the records that a filter found, in order."""

    number: int
    filter: Filter
    ids: list[str] = field(default_factory=list)


class Index:
    """The records of an output folder by release."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._releases: dict[str, list[Entry]] = {}
        self.entries: dict[str, Entry] = {}
        self.states: Counter[str] = Counter()
        self._order: list[str] = []
        self._snapshots: dict[int, Snapshot] = {}
        self._numbers = itertools.count(1)
        for outcome in outcomes:
            self._put(outcome)
        self._order = sorted(self._releases)

    def _put(self, outcome: Outcome) -> None:
        entries = list(entries_of(outcome))
        self._releases[outcome.release["document"]["doc_id"]] = entries
        self.entries.update((entry.id, entry) for entry in entries)
        self.states.update(entry.review for entry in entries)

    @property
    def doc_ids(self) -> list[str]:
        """The releases, in order."""
        return self._order

    def update(self, outcome: Outcome) -> None:
        """Puts in place what became of a release. Records that are new stand behind their neighbours in every snapshot."""
        doc_id = outcome.release["document"]["doc_id"]
        before = self._releases[doc_id]
        for entry in before:
            del self.entries[entry.id]
        self.states.subtract(entry.review for entry in before)
        self._put(outcome)
        then, now = {e.id for e in before}, [e.id for e in self._releases[doc_id]]
        for record_id in sorted(then - set(now)):
            for snapshot in self._snapshots.values():
                if record_id in snapshot.ids:
                    snapshot.ids.remove(record_id)
        for record_id in (i for i in now if i not in then):
            for snapshot in self._snapshots.values():
                snapshot.ids.insert(self._place(snapshot, self.entries[record_id]), record_id)

    def _place(self, snapshot: Snapshot, entry: Entry) -> int:
        def key(record_id: str) -> tuple[str, int]:
            other = self.entries[record_id]
            return other.doc_id, other.start

        return bisect.bisect_right(snapshot.ids, (entry.doc_id, entry.start), key=key)

    def find(self, wanted: Filter) -> Snapshot:
        """The records that `wanted` finds, by release and place. The last few snapshots are kept."""
        every = itertools.chain.from_iterable(self._releases[doc_id] for doc_id in self._order)
        snapshot = Snapshot(next(self._numbers), wanted, [entry.id for entry in wanted.apply(every)])
        self._snapshots[snapshot.number] = snapshot
        while len(self._snapshots) > _SNAPSHOTS:
            del self._snapshots[min(self._snapshots)]
        return snapshot

    def snapshot(self, number: int) -> Snapshot | None:
        """A snapshot that is still kept."""
        return self._snapshots.get(number)

    def page(self, snapshot: Snapshot, offset: int, limit: int) -> list[dict[str, Any]]:
        """Rows of a snapshot from `offset` on."""
        return [self.entries[record_id].row() for record_id in snapshot.ids[offset : offset + limit]]

    def same_name(self, table: str, forms: frozenset[str]) -> list[Entry]:
        """Records of `table` that no gazetteer has and whose name is one of `forms`, folded."""
        return [e for e in self.entries.values() if e.table == table and e.known is False and fold(e.name) in forms]

    def progress(self) -> dict[str, int]:
        """How many records there are, and how many in each state."""
        decided = sum(count for state, count in self.states.items() if state not in ("", STALE))
        return {"total": len(self.entries), "decided": decided, **{k: v for k, v in sorted(self.states.items()) if k and v}}

    def patterns(self) -> list[str]:
        """The most frequent rules."""
        return [pattern for pattern, _ in Counter(e.pattern for e in self.entries.values()).most_common(_PATTERNS)]

    def sources(self) -> list[str]:
        """The folders of the raw folder that releases come from, or the sites."""
        folders = {part.rpartition("/")[0] for e in self.entries.values() for part in e.source.split("; ")}
        return sorted(folder for folder in folders if folder)[:_PATTERNS]


FILTERS = tuple(f.name for f in fields(Filter))
