"""Who holds a place, and in which pillar of its index; of a record, what reached it.

In: a View, the places of its sentences and their mentions of indices. Out: `Holder`s by the start of the place. The reader goes through the
clauses of a block in order and keeps whom they speak of; a text of Hong Kong's speaks of Hong Kong where it names nobody. Look first at
`SubjectReader.sentence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hkinno_extract.characters import CLOSING, OPENING, fold
from hkinno_extract.normalisation.ranks import HOME
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.rankings.indices import Mention
from hkinno_extract.recognition.rankings.pairing import paired
from hkinno_extract.recognition.rankings.phrases import Phrase, counted_phrase, opening_phrase, setting_end
from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import NUMBERS, SCOPES, Clause, clauses, surface
from hkinno_extract.recognition.rankings.tables import row_head
from hkinno_extract.recognition.view import View, strip_quotes
from hkinno_extract.segmentation.sentences import Sentence

PROPER = frozenset({"ORGANISATION", "PROGRAMME", "LATIN", "HEAD", "COMPANY_HEAD", "REGION", "RANKED"}) | SCOPES
CATEGORIES = SCOPES | {"RANKED"}
BODIES = frozenset({"GROUP", "WEAK_HEAD", "NUMBER", "NUMERAL", "PROGRAMME_HEAD"})
UNRANKED_TYPES = frozenset({"government", "legislature"})


@dataclass(slots=True)
class Holder:
    """Who is ranked and in which pillar; of a record `subject` is what reached it."""

    subject: str | None = None
    factor: str | None = None


@dataclass(slots=True)
class State:
    """Whom the text speaks of: `subject` through the block, `local` and `factor` through the sentence, `phrase` the last noun phrase."""

    subject: str | None = None
    local: str | None = None
    factor: str | None = None
    phrase: Phrase | None = None
    last: str | None = None
    holders: dict[int, Holder] = field(default_factory=dict)

    def open_sentence(self) -> None:
        """Forgets what held for the last sentence only."""
        self.local = self.factor = self.phrase = self.last = None

    def forget_count(self, view: View) -> None:
        """Forgets a count (五所大學), which is ranked in its own clause only."""
        if self.phrase is not None and view.tags[self.phrase.start] in NUMBERS:
            self.local = self.phrase = None


class SubjectReader:
    """Holders of places under one set of patterns."""

    def __init__(self, patterns: Patterns) -> None:
        self._unranked = {o.id for o in patterns.organisations if o.type in UNRANKED_TYPES}
        self._publishers = {i.parent for i in patterns.indices if i.parent}

    def sentence(self, view: View, sentence: Sentence, places: list[Place], mentions: Mapping[int, Mention | None], state: State) -> None:
        """Reads one sentence: adds the holders of `places` to `state` and keeps whom it speaks of. `mentions` is by start of the place."""
        state.open_sentence()
        for clause in clauses(view, sentence):
            inside = [p for p in places if clause.start <= p.start < clause.end]
            if clause.depth and not inside:
                continue
            at = clause.start
            self._refer_back(view, sentence, clause, state)
            for place in inside:
                self._segment(view, at, place.start, mentions.get(place.start), state, record=place.record)
                self._assign(view, place, state)
                at = place.end
            if not inside:
                nearest = next((mentions.get(p.start) for p in places if p.start > clause.start), None)
                self._segment(view, clause.start, clause.end, nearest, state, record=False)
            else:
                self._pair(view, clause, inside, state)
            state.forget_count(view)

    @staticmethod
    def _refer_back(view: View, sentence: Sentence, clause: Clause, state: State) -> None:
        """Resolves 前者 and 後者 at the head of a clause: the first and the second of the two named before it."""
        which = next((v for v in view.values[clause.start : clause.start + 2] if v in ("former", "latter")), None)
        if which is None:
            return
        named = [i for i in range(sentence.start, clause.start) if view.tags[i] in ("REGION", "ORGANISATION")][-2:]
        if len(named) == 2:
            at = named[which == "latter"]
            state.local, state.factor, state.phrase = surface(view, at, at + 1), None, None

    def opening(self, view: View, sentence: Sentence, *, indexed: bool) -> str | None:
        """Whom a block speaks of before it names anybody: of a cell its row, else a body in the heading, unless an index is meant."""
        if view.blocks[sentence.block].kind == "cell":
            return row_head(view, sentence.block)
        if indexed:
            return None
        for number in range(sentence.block - 1, -1, -1):
            block = view.blocks[number]
            if block.kind != "heading":
                continue
            for at in range(view.token_at(block.start), view.token_at(block.end - 1) + 1):
                if view.tags[at] == "ORGANISATION" and view.values[at] not in self._unranked | self._publishers:
                    return surface(view, at, at + 1)
        return None

    def _assign(self, view: View, place: Place, state: State) -> None:
        if place.holder is not None:
            state.holders[place.start] = Holder(place.holder)
        elif place.record:
            state.holders[place.start] = Holder(state.last)
        else:
            state.holders[place.start] = Holder(state.local or state.subject, state.factor)
            if state.local and (state.phrase is None or view.tags[state.phrase.start] not in NUMBERS):
                state.subject = state.local

    @staticmethod
    def _pair(view: View, clause: Clause, places: list[Place], state: State) -> None:
        """Gives each place its own name, or its own pillar where it is pillars that the clause lists."""
        for place, name in paired(view, clause, places, state.phrase).items():
            holder = state.holders[place]
            pillars = holder.factor is not None and state.phrase is not None and holder.factor == state.phrase.text(view)
            state.holders[place] = Holder(holder.subject, name) if pillars else Holder(name, holder.factor)

    def _segment(self, view: View, start: int, end: int, mention: Mention | None, state: State, *, record: bool) -> None:
        """Takes what the tokens before a place, or of a clause without one, say of who is ranked."""
        stop = setting_end(view, start, end)
        if stop > start:
            self._setting(view, start, stop, mention, state)
        phrase = opening_phrase(view, stop, end)
        if phrase is None:
            return
        if not record or state.last is None or phrase.end - phrase.start > 0:
            state.last = phrase.text(view)
        if record:
            return
        self._take(view, phrase, end, mention, state)
        behind = setting_end(view, phrase.end, end)
        if behind > phrase.end:
            self._setting(view, phrase.end, behind, mention, state)

    def _setting(self, view: View, start: int, end: int, mention: Mention | None, state: State) -> None:
        """A phrase of 在 … 方面: the pillar, where there is an index and it is not the index itself."""
        if any(m in ("INDEX", "INDEX_HEAD") for m in view.tags[start:end]) or not _ends_aspect(view, end - 1):
            return
        phrase = opening_phrase(view, start + 1, end)
        if phrase is not None and not any(view.tags[i] in NUMBERS for i in range(phrase.start, phrase.end)):
            text = phrase.text(view)
            quoted = text != surface(view, phrase.start, phrase.end)
            if quoted if mention is None else not _of_index(text, mention):
                state.factor = text

    def _take(self, view: View, phrase: Phrase, end: int, mention: Mention | None, state: State) -> None:
        tags = view.tags[phrase.start : phrase.end]
        if self._is_other(view, phrase, mention):
            return
        counted = counted_phrase(view, phrase, end)
        if counted is not None:
            if view.tags[phrase.start] == "REGION":
                state.subject = view.values[phrase.start]
            state.local, state.phrase, state.factor = counted.text(view), counted, None
            return
        if tags[0] in SCOPES and not any(t in PROPER - CATEGORIES for t in tags[1:]):
            if tags[0] == "SCOPE_HOME" and len(tags) > 1 and not phrase.ranked:
                state.local, state.phrase, state.factor = phrase.text(view), phrase, None
            return
        head, rest = _split(view, phrase, indexed=mention is not None)
        if head is not None:
            state.local, state.phrase, state.factor = head, phrase, None
            text = rest.text(view) if rest is not None else ""
            if rest is not None and mention is not None and not _of_index(text, mention):
                state.factor, state.phrase = text, rest
            return
        if self._is_factor(view, phrase, mention, state):
            text = phrase.text(view)
            if mention is not None and not _of_index(text, mention):
                state.factor, state.local, state.phrase = text, None, phrase
            return
        state.local, state.phrase, state.factor = phrase.text(view), phrase, None

    def _is_other(self, view: View, phrase: Phrase, mention: Mention | None) -> bool:
        """Whether the phrase names an index, a publisher, a body that is not ranked, or a person."""
        for at in range(phrase.start, phrase.end):
            tag = view.tags[at]
            if tag in ("INDEX", "TITLE", "TITLE_BEFORE"):
                return True
            if tag == "ORGANISATION" and (view.values[at] in self._unranked or view.values[at] in self._publishers):
                return True
        return mention is not None and mention.start < phrase.end and phrase.start < mention.end

    @staticmethod
    def _is_factor(view: View, phrase: Phrase, mention: Mention | None, state: State) -> bool:
        """Whether the phrase is a pillar: 排名 or 方面 behind it, quotes around it, or a common noun where home is ranked."""
        if mention is None or any(view.tags[i] in PROPER for i in range(phrase.start, phrase.end)):
            return phrase.ranked and not any(view.tags[i] in PROPER for i in range(phrase.start, phrase.end))
        if (
            phrase.ranked
            or phrase.facet
            or strip_quotes(surface(view, phrase.start, phrase.end)) != surface(view, phrase.start, phrase.end)
        ):
            return True
        return _of_index(phrase.text(view), mention) or state.subject == HOME


def _ends_aspect(view: View, at: int) -> bool:
    return view.tags[at] == "FACET" or view.text[view.starts[at]] in CLOSING


def _split(view: View, phrase: Phrase, *, indexed: bool) -> tuple[str | None, Phrase | None]:
    """Who and in which respect, where the phrase says both: 香港的「國際貿易」, 香港政府效率排名, 香港."""
    start, end = phrase.start, phrase.end
    tag = view.tags[start]
    if tag not in ("REGION", "SCOPE_HOME", "ORGANISATION"):
        return None, None
    head = surface(view, start, start + 1) if tag == "ORGANISATION" else view.values[start]
    rest = start + 1
    if rest < end and view.values[rest] == "de":
        rest += 1
    if rest >= end:
        return head, None
    quoted = view.text[view.starts[rest]] in OPENING and view.text[view.starts[end - 1]] in CLOSING
    proper = any(view.tags[i] in PROPER - SCOPES for i in range(rest, end)) or (not quoted and "AND" in view.tags[rest:end])
    respect = indexed and tag != "ORGANISATION" and not any(view.tags[i] in BODIES for i in range(rest, end))
    if proper or not (quoted or phrase.ranked or phrase.facet or respect):
        return None, None
    return head, Phrase(rest, end)


def _of_index(text: str, mention: Mention) -> bool:
    """Whether `text` only repeats what the index measures (競爭力 of 世界競爭力年報)."""
    return fold(text) in fold(mention.name)


__all__ = ["Clause", "Holder", "State", "SubjectReader"]
