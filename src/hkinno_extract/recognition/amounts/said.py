"""What the amounts of a sentence say to those behind them: measure, periods, base of a change.

In: amounts in order. Out: a `Said` for the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hkinno_extract.recognition.amounts.cells import Tables
from hkinno_extract.recognition.amounts.period import Time, period_for, times_of
from hkinno_extract.recognition.amounts.roles import Role
from hkinno_extract.recognition.amounts.standing import clause_end
from hkinno_extract.recognition.amounts.surface import Surface
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.sentences import Sentence

FULL_STOPS = frozenset("。！？")


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
    places: list[int] = field(default_factory=list)
    last: Role | None = None
    behind: int = -1

    def next(self, view: View, sentence: Sentence) -> Said:
        """What is known at the beginning of `sentence`."""
        joined = sentence.start == self.end and self.end > 0 and view.words[self.end - 1] == ";"
        before = _joined_start(view, sentence)
        earlier = [t for t in times_of(view, before, sentence.start) if t.use == "plain"] if before < sentence.start else []
        times = times_of(view, sentence.start, sentence.end, earlier)
        topic, measure = (self.first, self.measure) if joined else (None, None)
        return Said(self.tables, sentence.start, sentence.end, times, measure=measure, topic=topic, used=self.used if joined else set())

    def time_of(self, view: View, found: Surface, role: Role, clause: tuple[int, int]) -> Time | None:
        """The time of an amount whose clause begins at the first token of `clause`; the sentence ends before the second."""
        beside = next((t for t in self.times if t.end == found.start - 1 and view.values[t.end] == "de"), None)
        if beside is not None and beside.use == "base" and role.role == "level":
            return beside
        shared = self._shared_out(view, found.start)
        if shared is not None:
            return shared
        clauses = self._floor(view, found.start, clause[0])
        later = role.near == "CHANGE_TO" or role.role == "change"
        times = [
            t for t in self.times if t.start >= clauses and (t is not beside or role.role != "ratio") and (t.use != "old" or not later)
        ]
        return period_for(times, clause[0], found.start, found.end, clause_end(view, found.end, clause[1]), self.used)

    def _floor(self, view: View, start: int, clause: int) -> int:
        """The token before which no time holds for the amount at token `start`: a full stop inside a quotation ends what was said, and of
        what recurs (每年向六所大學撥款) no time but its own clause's does."""
        if "pertime" in view.values[clause:start]:
            return clause
        return next((i + 1 for i in range(start - 1, self.start, -1) if view.words[i] in FULL_STOPS), 0)

    def _shared_out(self, view: View, start: int) -> Time | None:
        """The time of the amount at token `start` where times in a row are shared out: 2023年及2024年的開支分別為3億元和4億元."""
        plain = [t for t in self.times if t.use == "plain" and self.start <= t.start and t.end <= start]
        row = plain[-1:]
        for time in reversed(plain[:-1]):
            if row[0].start - time.end != 1 or not (view.tags[time.end] == "AND" or view.words[time.end] == "、"):
                break
            row.insert(0, time)
        if len(row) < 2:
            return None
        shared = next((i for i in range(row[-1].end, start) if view.values[i] == "each"), start)
        before = sum(shared < place < start for place in self.places)
        return row[before] if shared < start and before < len(row) else None

    def role_in_list(self, view: View, found: Surface, role: Role) -> Role:
        """The role of an amount that says none of its own: that of the amount that 、 or 及 joins it to (升幅分別為3%、4%及5%)."""
        at, start = self.behind, found.start
        if self.last is None or role.role != "level" or role.direction or not 0 <= at < start or start - at > 2:
            return role
        joined = [view.tags[i] == "AND" or view.words[i] == "、" or view.tags[i] == "SPACE" for i in range(at, start)]
        return self.last if all(joined) and self.last.role == "change" else role

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


def _joined_start(view: View, sentence: Sentence) -> int:
    """The first token of what semicolons join to `sentence`."""
    start = sentence.start
    while start > 0 and view.words[start - 1] == ";":
        before = view.sentence_of(start - 1)
        if before.end != start or before.block != sentence.block:
            break
        start = before.start
    return start
