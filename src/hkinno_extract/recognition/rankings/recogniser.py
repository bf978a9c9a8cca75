"""Finds the records of the table rankings: the grammar finds what looks like a place, evidence decides, the attributes are read around it.

In: a View. Out: `Ranking`s by place; publisher and ids of subjects are left to links.py. Look first at `RankingRecogniser.find`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacy.vocab import Vocab

from hkinno_extract.normalisation import ranks
from hkinno_extract.normalisation.scripts import to_traditional
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.rankings import moves
from hkinno_extract.recognition.rankings.evidence import stands
from hkinno_extract.recognition.rankings.indices import IndexReader, Mention
from hkinno_extract.recognition.rankings.pairing import listed
from hkinno_extract.recognition.rankings.places import Place, read_match
from hkinno_extract.recognition.rankings.scope import scope_of
from hkinno_extract.recognition.rankings.spans import Clause, clauses
from hkinno_extract.recognition.rankings.stretches import Stretches
from hkinno_extract.recognition.rankings.subjects import Holder, State, SubjectReader
from hkinno_extract.recognition.rankings.tables import table_places
from hkinno_extract.recognition.rules import Match, RuleMatcher, longest_first
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Ranking, Record
from hkinno_extract.segmentation.sentences import Sentence

UNMARKED = frozenset({"bare", "reached"})
CORNERS = str.maketrans("“”‘’", "「」『』")
TRIGGERS = frozenset(
    {
        *(
            "ORDINAL",
            "TOP",
            "TOP_BEHIND",
            "RANK_WORD",
            "RANK_AMONG",
            "RANK_WEAK",
            "RANK_SOLE",
            "RANK_RUN",
            "RANK_NOUN",
            "RANK_LEAD",
            "NEXT_TO",
            "REVERSE",
        ),
        *("SUPERLATIVE", "RECORD", "DEGREE", "SCOPE", "SCOPE_HOME"),
    }
)


class RankingRecogniser:
    """Finds rankings in a view."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        rules = patterns.rules["rankings"]
        self._matcher = RuleMatcher(vocab, rules, TRIGGERS)
        self._stretches = Stretches(rules, TRIGGERS)
        self._indices = IndexReader(patterns)
        self._subjects = SubjectReader(patterns)

    def find(self, view: View) -> list[Record]:
        """The records, by place."""
        by_sentence = self._places(view)
        if not by_sentence and not any(b.kind == "row" for b in view.blocks):
            return []
        mentions = self._indices.mentions(view)
        every = [p for places in by_sentence.values() for p in places]
        chosen = {
            p.start: None if p.record else self._indices.of(view, p, view.sentences[n], mentions, every)
            for n, places in by_sentence.items()
            for p in places
        }
        holders = self._holders(view, by_sentence, chosen)
        self._add_tables(view, by_sentence, chosen, holders, mentions)
        found: list[Record] = []
        for number, places in sorted(by_sentence.items()):
            found.extend(self._records(view, view.sentences[number], places, chosen, holders))
        return found

    def _places(self, view: View) -> dict[int, list[Place]]:
        """The places of each sentence that has one, by number of the sentence."""
        read: dict[int, list[Place]] = {}
        numbers = {s.start: n for n, s in enumerate(view.sentences)}
        for match in longest_first(m for m in self._matcher.find_in(view, self._stretches(view)) if _may_stand(view, m)):
            sentence = view.sentence_of(match.start)
            read.setdefault(numbers[sentence.start], []).extend(read_match(view, match))
        out: dict[int, list[Place]] = {}
        for number, places in sorted(read.items()):
            sentence = view.sentences[number]
            absorbed = moves.absorb(view, places, sentence)
            counted = [(p, listed(view, p, sentence)) for p in absorbed]
            kept = [q for p, names in counted for q in (names or ([p] if stands(view, p, sentence) else []))]
            if kept:
                out[number] = kept
        return out

    def _holders(self, view: View, by_sentence: dict[int, list[Place]], chosen: dict[int, Mention | None]) -> dict[int, Holder]:
        state = State(subject=ranks.HOME)
        block = -1
        wanted = {view.sentences[n].block for n in by_sentence}
        for number, sentence in enumerate(view.sentences):
            if sentence.block not in wanted:
                continue
            if sentence.block != block:
                block = sentence.block
                indexed = any(chosen[p.start] is not None for p in by_sentence.get(number, ()))
                state.subject = self._subjects.opening(view, sentence, indexed=indexed) or ranks.HOME
            self._subjects.sentence(view, sentence, by_sentence.get(number, []), chosen, state)
        return state.holders

    def _add_tables(
        self,
        view: View,
        by_sentence: dict[int, list[Place]],
        chosen: dict[int, Mention | None],
        holders: dict[int, Holder],
        mentions: list[Mention],
    ) -> None:
        """Adds the places of table cells, and tells places that a cell states with 第 whose row they stand in."""
        numbers = {s.block: n for n, s in enumerate(view.sentences)}
        for row in table_places(view):
            sentence = view.sentence_of(row.place.start)
            number = numbers[sentence.block]
            mention = self._indices.of(view, row.place, sentence, mentions, [])
            if mention is not None and mention.edition is None and row.edition is not None:
                mention = replace(mention, edition=row.edition)
            places = by_sentence.setdefault(number, [])
            if any(p.start < row.place.end and row.place.start < p.end for p in places):
                continue
            places.append(row.place)
            chosen[row.place.start] = mention
            holders[row.place.start] = Holder(ranks.HOME, row.name) if row.facet else Holder(row.name)

    def _records(
        self, view: View, sentence: Sentence, places: list[Place], chosen: dict[int, Mention | None], holders: dict[int, Holder]
    ) -> Iterator[Ranking]:
        parts, whole = clauses(view, sentence), Clause(sentence.start, sentence.end, 0)
        change = moves.change_of(places, moves.changes(view, sentence), view)
        for place in places:
            clause = next((c for c in parts if c.start <= place.start < c.end), whole)
            total, wide = moves.out_of(view, place, places, sentence)
            if place.from_end is not None:
                place.first = place.last = ranks.from_end(place.from_end, total)
            if place.form == "next":
                place.first = place.last = moves.behind_named(view, place, sentence)
            if place.first is None:
                continue
            mention, holder = chosen[place.start], holders.get(place.start, Holder())
            yield Ranking(
                **view.place(view.starts[place.start], view.ends[place.end - 1], place.rule),
                kind="record" if place.record else "position",
                subject=_printed(view, holder.subject),
                factor=_printed(view, holder.factor),
                index_name=_printed(view, mention.name) if mention else None,
                index_id=mention.id if mention else None,
                edition=mention.edition if mention else None,
                scope=scope_of(view, place, parts, places) or wide,
                rank_from=place.first,
                rank_to=place.last,
                out_of=None if place.record else total,
                change_places=change.get(place.start),
                previous_rank=place.previous,
                streak_years=moves.streak(view, clause, place),
                since=moves.since(view, place) if place.record else None,
            )


def _may_stand(view: View, match: Match) -> bool:
    """Whether a match may take tokens from others: a number without 第 only where it is a place."""
    if match.rule.kind not in UNMARKED:
        return True
    sentence = view.sentence_of(match.start)
    return any(stands(view, p, sentence) for p in read_match(view, match))


def _printed(view: View, name: str | None) -> str | None:
    if name is None:
        return None
    return (to_traditional(name) if view.simplified else name).translate(CORNERS)
