"""Finds the records of the table amounts.

In: a View whose rankings are found. Out: `Amount`s by place. Reading order: patterns/amounts.jsonl (what may be an amount), surface.py (a match taken
apart), values.py (what it is worth), then its attributes: roles.py, period.py, measure.py. Programme and organisation are links.py's.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from spacy.vocab import Vocab

from hkinno_extract.characters import CLOSING, OPENING, SCALE_VALUES
from hkinno_extract.normalisation.scripts import to_traditional
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.amounts.cells import Tables
from hkinno_extract.recognition.amounts.measure import Setting, measure_of
from hkinno_extract.recognition.amounts.period import Time, period_for, times_of
from hkinno_extract.recognition.amounts.roles import role_of
from hkinno_extract.recognition.amounts.runs import TRIGGERS, amount_runs
from hkinno_extract.recognition.amounts.surface import Surface, take_apart, unlike
from hkinno_extract.recognition.amounts.values import Kind, Worth, worth_of
from hkinno_extract.recognition.rules import Match, RuleMatcher, longest_first
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Amount, Record
from hkinno_extract.segmentation.sentences import Sentence

_CLAUSE_ENDS = frozenset(",;:。!?，；：！？\n")
_QUOTED_NAME = 16


@dataclass(slots=True)
class Said:
    """What the amounts before said, in the sentence at tokens `start` to `end` and in those that a semicolon joins to it.

    `measure` is that of the last amount, `topic` that of the first one where a semicolon ended the sentence before; `base` is the period
    of the old value (由2022年的…增至…) that a change behind the new one is measured against.
    """

    tables: Tables
    start: int = 0
    end: int = 0
    times: list[Time] = field(default_factory=list)
    measure: str | None = None
    first: str | None = None
    topic: str | None = None
    used: set[Time] = field(default_factory=set)
    old: str | None = None
    base: str | None = None

    def next(self, view: View, sentence: Sentence) -> Said:
        """What is known at the beginning of `sentence`."""
        joined = sentence.start == self.end and self.end > 0 and view.words[self.end - 1] == ";"
        earlier = [t for t in self.times if t.use == "plain"] if joined else []
        times = times_of(view, sentence.start, sentence.end, earlier)
        topic, measure = (self.first, self.measure) if joined else (None, None)
        return Said(self.tables, sentence.start, sentence.end, times, measure=measure, topic=topic)

    def note(self, measure: str | None, time: Time | None, near: str) -> None:
        """Remembers an amount."""
        self.measure = measure or self.measure
        self.topic = None
        if time is not None:
            self.used.add(time)
        self.first = self.first or measure
        if time is not None and time.use == "old" and near != "CHANGE_TO":
            self.old = time.period
        elif near == "CHANGE_TO":
            self.base = self.old


class AmountRecogniser:
    """Finds amounts in a view."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self._matcher = RuleMatcher(vocab, patterns.rules["amounts"], TRIGGERS)
        self._rates = tuple(w.word for w in patterns.words.values() if w.cls == "RATE")

    def find(self, view: View) -> list[Record]:
        """The records, by place."""
        matches = _chosen(list(self._matcher.find_in(view, amount_runs(view))))
        taken = view.taken("rankings")
        records: list[Record] = []
        state = Said(Tables(view))
        for sentence, group in groupby(matches, key=lambda m: view.sentence_at(view.starts[m.start])):
            state = state.next(view, sentence)
            for match in group:
                if not _overlaps(view, match, taken):
                    records.extend(self._amounts(view, match, state))
        return records

    def _amounts(self, view: View, match: Match, state: Said) -> Iterator[Record]:
        """The amount of a match; two where what looks like a range has two kinds of units (增加1.5%至44萬公噸)."""
        found = take_apart(view, match.start, match.end)
        for part in unlike(found) if found is not None else ():
            record = self._amount(view, match, state, part)
            if record is not None:
                yield record

    def _amount(self, view: View, match: Match, state: Said, found: Surface) -> Record | None:
        if not _stands(view, found):
            return None
        first, last = state.start, state.end
        clause = _clause_start(view, found.start, first)
        _distant(view, found, clause)
        bare: Kind = "money" if _money_near(view, found, clause, last) else "count"
        worth = worth_of(view, found, bare)
        if worth is None:
            return None
        role = role_of(view, worth.kind, found.start, found.end, clause, state.times)
        beside = next((t for t in state.times if t.end == found.start - 1 and view.values[t.end] == "de"), None)
        time = period_for(
            [t for t in state.times if t is not beside or role.role != "ratio"],
            clause,
            found.start,
            found.end,
            _clause_end(view, found.end, last),
            state.used,
        )
        if beside is not None and beside.use == "base" and role.role == "level":
            time = beside
        if time is not None and time.use == "old" and role.near == "CHANGE_TO":
            time = None
        carried = state.topic if clause == first or view.tags[clause] == "PART" else state.measure
        carried = carried or state.measure
        measure = measure_of(view, worth.kind, (found.start, found.end), role, Setting(clause, first, last, carried))
        if role.role == "change" and _places(view, found, worth):
            return None
        cell = state.tables.of(view.starts[found.start])
        if cell is not None:
            measure = cell.measure or measure
        basis = role.basis or (state.base if role.role == "change" and (time is None or time.use != "between") else None)
        state.note(measure, time, role.near)
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
            direction=worth.direction or role.direction,
            basis=basis,
            quality="damaged" if found.damaged else "intact",
        )

    def _role(self, worth: Worth, role: str, near: str, measure: str | None) -> str:
        if worth.direction:
            return "change"
        if worth.kind == "percent" and role == "level" and near not in ("CHANGE_TO", "TIME") and not (measure or "").endswith(self._rates):
            return "share"
        return role


def _chosen(matches: list[Match]) -> list[Match]:
    """The overlap policy: the longest of what has its unit; rules of kind `bare` only where nothing else matched."""
    chosen = longest_first(m for m in matches if m.rule.kind != "bare")
    bare = [m for m in matches if m.rule.kind == "bare"]
    if bare:
        used = {i for m in chosen for i in range(m.start, m.end)}
        chosen += longest_first(m for m in bare if used.isdisjoint(range(m.start, m.end)))
        chosen.sort(key=lambda m: m.start)
    return chosen


def _overlaps(view: View, match: Match, taken: list[tuple[int, int]]) -> bool:
    start, end = view.starts[match.start], view.ends[match.end - 1]
    at = bisect.bisect_right(taken, (start, end))
    return any(s < end and e > start for s, e in taken[max(0, at - 1) : at + 1])


def _clause_start(view: View, at: int, start: int) -> int:
    tags, words = view.tags, view.words
    while at > start and not (tags[at - 1] == "PUNCT" and words[at - 1] in _CLAUSE_ENDS):
        at -= 1
    return at


def _clause_end(view: View, at: int, end: int) -> int:
    tags, words = view.tags, view.words
    while at < end and not (tags[at] == "PUNCT" and words[at] in _CLAUSE_ENDS):
        at += 1
    return at


def _stands(view: View, found: Surface) -> bool:
    """Whether the amount is none of a place (第七), a time (三十年), a building's number or a part of a quoted name."""
    tags = view.tags
    before = tags[found.start - 1] if found.start else ""
    after = tags[found.end] if found.end < len(tags) else ""
    if before in ("ORDINAL", "TOP"):
        return False
    if before == "TIME" and found.parts[-1].unit and found.parts[-1].unit[0] == "UNIT":
        return False
    if after == "TIME" and found.parts[-1].unit and found.parts[-1].unit[0] == "CLASSIFIER":
        return False
    if found.damaged:
        return bool(found.parts[-1].text or any(c.isdigit() for c in view.text[view.starts[found.start] : view.ends[found.end - 1]]))
    unit = found.parts[-1].unit
    if unit is None and not found.word and not found.damaged and "分之" not in found.parts[0].text and found.currency is None:
        if (
            after in ("TIME", "NUMBER", "NUMERAL", "ORDINAL", "FRACTION", "RANGE", "SINCE_BEHIND", "TOP_BEHIND", "LATIN", "COMPARE")
            or not found.parts[-1].text
        ):
            return False
    if unit and unit[0] == "CLASSIFIER_OR_PLACE" and not found.front and found.start:
        if tags[found.start] == "NUMBER" and tags[found.start - 1] not in ("VERB", "LINK", "STOP", "PUNCT", "ADVERB"):
            return False
    if unit and unit[0] == "UNIT" and found.end - found.start == 2 and _lone_scale(view, found):
        return False
    return not _in_quoted_name(view, found)


def _lone_scale(view: View, found: Surface) -> bool:
    """十分, 百度, 萬里: a scale and a unit of one character each are a word, not a quantity."""
    text = view.text[view.starts[found.start] : view.ends[found.start + 1]]
    return len(text) == 2 and text[0] in SCALE_VALUES


def _in_quoted_name(view: View, found: Surface) -> bool:
    words, low = view.words, max(0, found.start - _QUOTED_NAME)
    for i in range(found.start - 1, low - 1, -1):
        if words[i] in CLOSING or words[i] in _CLAUSE_ENDS:
            return False
        if words[i] in OPENING and words[i] in "「『《〈":
            for j in range(found.end, min(len(words), i + _QUOTED_NAME)):
                if words[j] in "」』》〉":
                    return True
                if words[j] in _CLAUSE_ENDS:
                    return False
            return False
    return False


def _distant(view: View, found: Surface, clause: int) -> None:
    """A limit that stands apart in the clause (最多可容納80間, 上限為每家10萬元, 約佔整體的三成) is the amount's comparator where it has none."""
    if found.front:
        return
    for i in range(found.start - 1, max(clause, found.start - 8) - 1, -1):
        tag, value = view.tags[i], view.values[i]
        if tag == "SHARE":
            found.front = [value] if value else []
            return
        if tag in ("COMPARATOR", "SUPERLATIVE"):
            found.front = [value] if value in ("le", "ge") else []
            return
        if tag in ("PUNCT", "NUMBER", "NUMERAL", "CHANGE", "CHANGE_TO", "FROM", "TIME"):
            return
        if value == "de" and "SHARE" not in view.tags[clause:i]:
            return


def _places(view: View, found: Surface, worth: Worth) -> bool:
    """Whether a change is one of place (上升兩位), which is the rankings' matter: a classifier of places without a noun behind it."""
    unit = found.parts[-1].unit
    return bool(
        unit
        and unit[0] == "CLASSIFIER_OR_RANK"
        and worth.kind == "count"
        and view.tags[found.end : found.end + 1] not in (["NOUN"], ["GROUP"], ["WORD"])
    )


def _money_near(view: View, found: Surface, clause: int, end: int) -> bool:
    """Whether a bare 億 or 萬 is money: its clause speaks of money near it."""
    tags = view.tags
    if "pay" in view.values[max(clause, found.start - 4) : found.start]:
        return True
    return "MONEY" in tags[max(clause, found.start - 6) : min(end, found.end + 3)]
