"""Finds the records of the table amounts.

In: a View whose rankings are found. Out: `Amount`s by place. Reading order: patterns/amounts.jsonl (what may be an amount), runs.py
(where), surface.py (a match taken apart), standing.py (whether it is one), losses.py
(whether a lost place touches it), values.py (what it is worth), then its attributes: roles.py,
period.py, measure.py, cells.py (tables). Programme and organisation are filled by recognition/links.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from itertools import groupby

from spacy.vocab import Vocab

from hkinno_extract.normalisation.scripts import to_traditional
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.amounts import heads
from hkinno_extract.recognition.amounts.cells import Tables
from hkinno_extract.recognition.amounts.losses import Losses
from hkinno_extract.recognition.amounts.measure import measure_of
from hkinno_extract.recognition.amounts.phrases import Setting
from hkinno_extract.recognition.amounts.roles import Role, basis_of, role_of
from hkinno_extract.recognition.amounts.runs import TRIGGERS, amount_runs
from hkinno_extract.recognition.amounts.said import Said
from hkinno_extract.recognition.amounts.standing import clause_start, find_limit, find_more, is_place, money_near, stands
from hkinno_extract.recognition.amounts.surface import Surface, take_apart, unlike
from hkinno_extract.recognition.amounts.values import Kind, Worth, worth_of
from hkinno_extract.recognition.rules import Match, RuleMatcher, longest_first
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Amount, Record


class AmountRecogniser:
    """Finds amounts in a view."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self._matcher = RuleMatcher(vocab, patterns.rules["amounts"], TRIGGERS)
        self._losses = Losses(patterns.words)
        self._heads = heads.HeadUnits(patterns.words)
        self._rates = tuple(w.word for w in patterns.words.values() if w.cls == "RATE")

    def find(self, view: View) -> list[Record]:
        """The records, by place."""
        matches = longest_first(self._matcher.find_in(view, amount_runs(view)), last="bare")
        taken = view.taken("rankings")
        records: list[Record] = []
        tables = Tables(view)
        state = Said(tables)
        for sentence, group in groupby(matches, key=lambda m: view.sentence_of(m.start)):
            state = state.next(view, sentence)
            for match in group:
                if not _overlaps(view, match, taken):
                    records.extend(self._amounts(view, match, state))
        cells = list(self._bare_cells(view, tables, taken))
        if not cells:
            return records
        places = [(cell.start, cell.end) for cell in cells]
        kept = [record for record in records if not _covered(places, record.start, record.end)]
        return sorted([*kept, *cells], key=lambda record: (record.start, record.end))

    def _bare_cells(self, view: View, tables: Tables, taken: list[tuple[int, int]]) -> Iterator[Record]:
        """The cells that are numbers of the unit which their head states, where no ranking is."""
        for found in self._heads.cells(view, tables):
            start, end = view.starts[found.start], view.ends[found.end - 1]
            cell = tables.of(start)
            if cell is None or _covered(taken, start, end):
                continue
            worth, measure = found.worth, cell.measure
            yield Amount(
                **view.place(start, end, heads.RULE),
                kind=worth.kind,
                value_from=worth.low,
                value_to=worth.high,
                comparator=worth.comparator,
                unit=worth.unit,
                measure=to_traditional(measure) if measure and view.simplified else measure,
                period=cell.period,
                role="change" if found.change else self._role(worth, "level", "", measure),
                direction=found.direction,
            )

    def _amounts(self, view: View, match: Match, state: Said) -> Iterator[Record]:
        """The amount of a match; two where what looks like a range has two kinds of units (增加1.5%至44萬公噸)."""
        found = take_apart(view, match.start, match.end)
        for part in unlike(view, found) if found is not None else ():
            record = self._amount(view, match, state, part)
            if record is not None:
                yield record

    def _amount(self, view: View, match: Match, state: Said, found: Surface) -> Record | None:
        if not stands(view, found):
            return None
        found.damaged = found.damaged or self._losses.touch(view, found)
        first, last = state.start, state.end
        clause = clause_start(view, found.start, first)
        find_limit(view, found, clause)
        find_more(view, found, last)
        bare: Kind = "money" if money_near(view, found, clause, last) else "count"
        worth = worth_of(view, found, bare)
        if worth is None:
            return None
        role = role_of(view, worth.kind, found.start, found.end, clause, state.times)
        if worth.direction:
            role = Role("change", worth.direction, basis_of(view, clause, found.start, state.times), role.near)
        role = state.role_in_list(view, found, role)
        time = state.time_of(view, found, role, (clause, last)) if state.times else None
        state.places.append(found.start)
        carried = state.topic if clause == first or view.tags[clause] == "PART" else state.measure
        carried = carried or state.measure
        measure = measure_of(view, worth.kind, (found.start, found.end), role, Setting(clause, first, last, carried))
        if role.role == "change" and is_place(view, found, worth):
            return None
        cell = state.tables.of(view.starts[found.start])
        if cell is not None:
            measure = cell.measure or measure
        basis = role.basis or (state.base if role.role == "change" and (time is None or time.use != "between") else None)
        state.note(measure, time, role.near)
        state.last, state.behind = role, found.end
        start, end = view.starts[found.start], view.ends[found.end - 1]
        return Amount(
            **view.place(start, end, match.rule.id),
            kind=worth.kind,
            value_from=worth.low,
            value_to=worth.high,
            comparator=worth.comparator,
            unit=worth.unit,
            measure=to_traditional(measure) if measure and view.simplified else measure,
            period=(cell.period if cell else None) or (time.period if time else None),
            role=self._role(worth, role.role, role.near, measure),
            direction=role.direction,
            basis=basis,
            quality="damaged" if found.damaged else "intact",
        )

    def _role(self, worth: Worth, role: str, near: str, measure: str | None) -> str:
        if (
            worth.kind == "percent"
            and role == "level"
            and near not in ("CHANGE_TO", "TIME", "FROM")
            and not (measure or "").endswith(self._rates)
        ):
            return "share"
        return role


def _overlaps(view: View, match: Match, taken: list[tuple[int, int]]) -> bool:
    return _covered(taken, view.starts[match.start], view.ends[match.end - 1])


def _covered(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the places in `taken`, which are in order, shares a character with `start` to `end`."""
    at = bisect.bisect_right(taken, (start, end))
    return any(s < end and e > start for s, e in taken[max(0, at - 1) : at + 1])
