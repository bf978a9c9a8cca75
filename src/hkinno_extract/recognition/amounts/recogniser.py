"""Finds the records of the table amounts.

In: a View whose rankings are found. Out: `Amount`s by place. Reading order: patterns/amounts.jsonl (what may be an amount), surface.py (a match taken
apart), values.py (what it is worth), then its attributes: roles.py, period.py, measure.py. Programme and organisation are links.py's.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from itertools import groupby

from spacy.vocab import Vocab

from hkinno_extract.characters import CLOSING, OPENING
from hkinno_extract.normalisation.scripts import to_traditional
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.amounts.measure import Setting, measure_of
from hkinno_extract.recognition.amounts.period import period_for, times_of
from hkinno_extract.recognition.amounts.roles import role_of
from hkinno_extract.recognition.amounts.surface import Surface, take_apart
from hkinno_extract.recognition.amounts.values import Kind, Worth, worth_of
from hkinno_extract.recognition.rules import Match, RuleMatcher, longest_first
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Amount, Record

TRIGGERS = ("NUMBER", "NUMERAL", "SCALE", "AMOUNT", "DAMAGED")
_CLAUSE_ENDS = frozenset(",;:。!?，；：！？\n")
_QUOTED_NAME = 16


class AmountRecogniser:
    """Finds amounts in a view."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self._matcher = RuleMatcher(vocab, patterns.rules["amounts"], TRIGGERS)
        self._rates = tuple(w.word for w in patterns.words.values() if w.cls == "RATE")

    def find(self, view: View) -> list[Record]:
        """The records, by place."""
        matches = longest_first(self._matcher.find(view))
        taken = view.taken("rankings")
        records: list[Record] = []
        for _, group in groupby(matches, key=lambda m: view.sentence_at(view.starts[m.start])):
            records.extend(self._sentence(view, [m for m in group if not _overlaps(view, m, taken)]))
        return records

    def _sentence(self, view: View, matches: list[Match]) -> Iterator[Record]:
        if not matches:
            return
        sentence = view.sentence_at(view.starts[matches[0].start])
        times = times_of(view, sentence.start, sentence.end)
        carried: str | None = None
        for match in matches:
            found = take_apart(view, match.start, match.end)
            if found is None or not _stands(view, found):
                continue
            clause = _clause_start(view, found.start, sentence.start)
            bare: Kind = "money" if _money_near(view, found, clause, sentence.end) else "count"
            worth = worth_of(view, found, bare)
            if worth is None:
                continue
            role = role_of(view, worth.kind, found.start, found.end, clause, times)
            setting = Setting(clause, sentence.start, sentence.end, carried)
            measure = measure_of(view, worth.kind, (found.start, found.end), role, setting)
            carried = measure or carried
            yield self._record(view, match, found, worth).replace(
                measure=to_traditional(measure) if measure and view.simplified else measure,
                period=period_for(times, clause, found.start, found.end, _clause_end(view, found.end, sentence.end)),
                role=self._role(worth, role.role, role.near, measure),
                direction=worth.direction or role.direction,
                basis=role.basis,
            )

    def _role(self, worth: Worth, role: str, near: str, measure: str | None) -> str:
        if worth.direction:
            return "change"
        if worth.kind == "percent" and role == "level" and near != "CHANGE_TO" and not (measure or "").endswith(self._rates):
            return "share"
        return role

    @staticmethod
    def _record(view: View, match: Match, found: Surface, worth: Worth) -> Amount:
        start, end = view.starts[found.start], view.ends[found.end - 1]
        return Amount(
            **view.place(start, end, match.rule.id),
            kind=worth.kind,
            value_from=worth.low,
            value_to=worth.high,
            comparator=worth.comparator,
            unit=worth.unit,
            quality="damaged" if found.damaged else "intact",
        )


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
    if found.start and tags[found.start - 1] == "ORDINAL":
        return False
    behind = tags[found.end] if found.end < len(tags) else ""
    unit = found.parts[-1].unit
    if unit is None and not found.word and not found.damaged and "分之" not in found.parts[0].text and found.currency is None:
        if behind in ("TIME", "NUMBER", "NUMERAL", "ORDINAL", "FRACTION", "RANGE", "SINCE_BEHIND", "TOP_BEHIND", "LATIN") or not found.parts[-1].text:
            return False
    if unit and unit[0] == "CLASSIFIER_OR_PLACE" and not found.front and found.start:
        if tags[found.start] == "NUMBER" and tags[found.start - 1] not in ("VERB", "LINK", "STOP", "PUNCT", "ADVERB"):
            return False
    return not _in_quoted_name(view, found)


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


def _money_near(view: View, found: Surface, clause: int, end: int) -> bool:
    """Whether a bare 億 or 萬 is money: its clause speaks of money near it."""
    tags = view.tags
    return "MONEY" in tags[max(clause, found.start - 6) : min(end, found.end + 3)]
