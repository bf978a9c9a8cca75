"""What the decisions make of a run's records: the outcome in `review`, corrected values, records that the rules missed.

In: the store's decisions and a release's JSON. Out: the JSON with outcomes. A record's columns stay as extracted; beside them stands
`corrected`, the columns that a reviewer changed, and `tables.rows.shown` puts these in place for the tables. Look first at
`Reviews.settle`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.review.decisions import VALUES, WITHDRAWN, Decision, json_value, latest, plain_value, seen_of
from hkinno_extract.review.matching import Matches, match
from hkinno_extract.review.spans import Squeezed, squeezed_text
from hkinno_extract.review.store import Store
from hkinno_extract.tables.columns import RECORD_TABLES, column_names
from hkinno_extract.tables.rows import CORRECTED, record_id

ADDED, STALE = "added", "stale"
Release = Mapping[str, Any]


@dataclass(slots=True)
class Outcome:
    """Of one release: its JSON with outcomes, the decision that stands for each record by record_id, and decisions without a record."""

    release: dict[str, Any]
    standing: dict[str, Decision] = field(default_factory=dict)
    lost: list[Decision] = field(default_factory=list)


class Reviews:
    """The decisions that stand, by release. Withdrawn ones are no decisions, but for that they end those before them."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self.threads = latest(decisions)
        self._by_release: dict[str, dict[str, list[Decision]]] = defaultdict(lambda: defaultdict(list))
        for decision in self.threads.values():
            self._by_release[decision.doc_id][decision.table].append(decision)
        self.counts: dict[str, int] = {}

    @classmethod
    def load(cls, out: Path) -> Reviews:
        """The decisions of the output folder `out`; lines of its store that are none are counted as `unreadable`. Raises OutputError."""
        store = Store(out)
        reviews = cls(store.read())
        if store.unreadable:
            reviews.counts["unreadable"] = store.unreadable
        return reviews

    def add(self, decisions: Iterable[Decision]) -> None:
        """Takes decisions that were appended to the store after it was loaded, in order."""
        for decision in decisions:
            of_table = self._by_release[decision.doc_id][decision.table]
            of_table[:] = [d for d in of_table if d.record != decision.record]
            of_table.append(decision)
            self.threads[decision.record] = decision

    def settle(self, release: dict[str, Any]) -> dict[str, Any]:
        """The release's JSON with the outcomes of today's decisions in place of those it had; the same object where nothing is decided.

        Counts what it settles in `counts`.
        """
        if release["document"]["doc_id"] not in self._by_release and not _is_marked(release):
            return release
        outcome = self.outcome(release)
        for table in RECORD_TABLES:
            for row in outcome.release[table]:
                if row["review"]:
                    self.counts[row["review"]] = self.counts.get(row["review"], 0) + 1
        if outcome.lost:
            self.counts["without a record"] = self.counts.get("without a record", 0) + len(outcome.lost)
        return outcome.release

    def outcome(self, release: Release) -> Outcome:
        """What today's decisions make of `release`, whatever outcomes it carries."""
        bare = extracted(release)
        decided = self._by_release.get(bare["document"]["doc_id"], {})
        outcome = Outcome(bare)
        squeezed = squeezed_text(bare["text"] or "")
        for table, decisions in decided.items():
            matches = match(decisions, bare[table], squeezed)
            _apply(outcome, table, matches, squeezed)
        return outcome

    def without_release(self, doc_ids: Iterable[str]) -> list[Decision]:
        """Decisions about releases that are not among `doc_ids`."""
        known = frozenset(doc_ids)
        return [d for d in self.threads.values() if d.doc_id not in known and d.decision != WITHDRAWN]


def extracted(release: Release) -> dict[str, Any]:
    """A copy of the release's JSON as it was extracted, without any outcome."""
    bare = dict(release)
    for table in RECORD_TABLES:
        kept = (row for row in release[table] if row["review"] != ADDED)
        bare[table] = [{**{k: v for k, v in row.items() if k != CORRECTED}, "review": None} for row in kept]
    return bare


def _is_marked(release: Release) -> bool:
    return any(row["review"] is not None for table in RECORD_TABLES for row in release[table])


def _apply(outcome: Outcome, table: str, matches: Matches, squeezed: Squeezed) -> None:
    rows = outcome.release[table]
    for number, decisions in matches.records.items():
        decision = decisions[-1]
        if decision.decision != WITHDRAWN:
            rows[number] = _decided(table, rows[number], decision)
        outcome.standing[rows[number]["record_id"]] = decision
    for decision, start, end in matches.places:
        if decision.decision == ADDED:
            row = _added(outcome.release, decision, squeezed.back(start, end))
            rows.append(row)
            outcome.standing[row["record_id"]] = decision
        elif decision.decision != WITHDRAWN:
            outcome.lost.append(decision)
    outcome.lost.extend(d for d in matches.lost if d.decision != WITHDRAWN)
    rows.sort(key=lambda r: (r["raw_start"], r["raw_end"], r.get("kind") or "", r["record_id"]))


def _decided(table: str, row: dict[str, Any], decision: Decision) -> dict[str, Any]:
    """The row with its outcome. A correction stands column by column where the extraction still says what it said."""
    now = seen_of(table, row)
    if decision.decision == ADDED:
        wanted = {name: value for name, value in decision.values.items() if name in VALUES[table]}
        return {**row, "review": "accepted" if all(now.get(k) == v for k, v in wanted.items()) else STALE}
    changes = decision.changes if decision.decision == "corrected" else {}
    if all(now[name] == decision.seen.get(name) for name in now):
        review = decision.decision
    elif changes and all(now[name] == (changes[name][1] if name in changes else decision.seen.get(name)) for name in now):
        return {**row, "review": "accepted"}  # the rules now say what the reviewer said
    else:
        review = STALE
    standing = {k: json_value(table, k, new) for k, (old, new) in changes.items() if now.get(k) == old and k in VALUES[table]}
    return {**row, "review": review, **({CORRECTED: standing} if standing else {})}


def _added(release: Release, decision: Decision, span: tuple[int, int]) -> dict[str, Any]:
    """The row of a record that the rules missed."""
    table, (start, end) = decision.table, span
    raw_start, raw_end = raw_place(release, start, end)
    document = release["document"]
    row: dict[str, Any] = dict.fromkeys(column_names(table))
    row |= {k: json_value(table, k, v) for k, v in decision.values.items() if k in VALUES[table]}
    key = "\0".join((document["doc_id"], table, str(raw_start), str(raw_end), str(row.get("kind") or ""), ADDED, decision.record))
    row |= {"record_id": record_id(table, key), "doc_id": document["doc_id"], "published_at": document["published_at"]}
    row |= {"text": release["text"][start:end], "sentence": decision.sentence or None, "start": start, "end": end}
    row |= {"raw_start": raw_start, "raw_end": raw_end, "pattern": "review", "review": ADDED}
    row["quality"] = "repaired" if any(s[4] and s[0] < end and s[1] > start for s in release["alignment"]) else "intact"
    return row


def raw_place(release: Release, start: int, end: int) -> tuple[int, int]:
    """Where the characters `start` to `end` of the repaired text, not none, stand in the raw text."""
    found = [s for s in release["alignment"] if s[0] < end and s[1] > start]
    first, last = found[0], found[-1]
    raw_start = first[2] if first[4] else first[2] + max(0, start - first[0])
    raw_end = last[3] if last[4] else last[2] + (end - last[0])
    return raw_start, raw_end


def plain_row(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The value columns of a row as decisions hold them."""
    return {name: plain_value(table, name, row[name]) for name in VALUES[table]}
