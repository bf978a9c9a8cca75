"""Finds the records of the table rankings: the grammar finds what looks like a place, evidence decides, the attributes are read around it.

In: a View. Out: `Ranking`s by place. Look first at `RankingRecogniser.find`.
"""

from __future__ import annotations

from spacy.vocab import Vocab

from hkinno_extract.normalisation import ranks
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.rankings import moves
from hkinno_extract.recognition.rankings.evidence import stands
from hkinno_extract.recognition.rankings.places import Place, read_match
from hkinno_extract.recognition.rankings.spans import Clause, clauses
from hkinno_extract.recognition.rules import RuleMatcher, longest_first
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Ranking, Record
from hkinno_extract.segmentation.sentences import Sentence

TRIGGERS = frozenset(
    {
        *("ORDINAL", "TOP", "TOP_BEHIND", "RANK_WORD", "RANK_WEAK", "RANK_SOLE", "RANK_NOUN", "RANK_LEAD", "NEXT_TO", "REVERSE"),
        *("SUPERLATIVE", "RECORD", "DEGREE", "SCOPE", "SCOPE_HOME"),
    }
)


class RankingRecogniser:
    """Finds rankings in a view."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self.patterns = patterns
        self.matcher = RuleMatcher(vocab, patterns.rules["rankings"], TRIGGERS)

    def find(self, view: View) -> list[Record]:
        """The records, by place."""
        return [r for sentence, places in self.places(view) for r in self._records(view, sentence, places)]

    def places(self, view: View) -> list[tuple[Sentence, list[Place]]]:
        """The places of each sentence that has one."""
        by_sentence: dict[int, list[Place]] = {}
        numbers = {s.start: n for n, s in enumerate(view.sentences)}
        for match in longest_first(self.matcher.find(view)):
            sentence = view.sentence_at(view.starts[match.start])
            by_sentence.setdefault(numbers[sentence.start], []).extend(read_match(view, match))
        out = []
        for number, places in sorted(by_sentence.items()):
            sentence = view.sentences[number]
            kept = [p for p in moves.absorb(view, places, sentence) if stands(view, p, sentence)]
            if kept:
                out.append((sentence, kept))
        return out

    def _records(self, view: View, sentence: Sentence, places: list[Place]) -> list[Record]:
        parts = clauses(view, sentence)
        change = moves.change_of(places, moves.changes(view, sentence), view)
        out: list[Record] = []
        for place in places:
            clause = next((c for c in parts if c.start <= place.start < c.end), Clause(sentence.start, sentence.end, 0))
            total, scope = moves.out_of(view, place, sentence, sentence.start)
            if place.from_end is not None:
                place.first = place.last = ranks.from_end(place.from_end, total)
            if place.first is None:
                continue
            out.append(
                Ranking(
                    **view.place(view.starts[place.start], view.ends[place.end - 1], place.rule),
                    kind="record" if place.record else "position",
                    rank_from=place.first,
                    rank_to=place.last,
                    scope=place.scope or scope,
                    out_of=None if place.record else total,
                    change_places=change.get(place.start),
                    previous_rank=place.previous,
                    streak_years=moves.streak(view, clause, place),
                    since=moves.since(view, place) if place.record else None,
                )
            )
        return out
