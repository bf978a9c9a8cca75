"""Whom a ranking speaks of: the id of a body, and what reached a record where an amount says it.

In: a View with rankings, amounts and organisations. Out: rankings with subject_id, records with their subject. Look first at `linked`.
"""

from __future__ import annotations

import functools

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.links.places import clause_start, inside, tokens_of
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Amount, Organisation, Ranking

NOUNS = frozenset(
    {
        "NOUN",
        "WORD",
        "MONEY",
        "GROUP",
        "CHANGE",
        "VERB_OR_NOUN",
        "ORGANISATION",
        "PROGRAMME",
        "EXTENT",
        "HEAD",
        "RANKED",
        "RANK_NOUN",
        "LATIN",
    }
)


@functools.lru_cache(maxsize=4)
def _known_ids(patterns: Patterns) -> dict[str, str]:
    return {fold(s): o.id for o in patterns.organisations for s in (*o.context_aliases, *o.surfaces())}


@functools.lru_cache(maxsize=4)
def _ids(patterns: Patterns) -> dict[str, str]:
    """Folded names of bodies to their ids; a name that matches anywhere goes before one that needs its context."""
    return {fold(s): o.id for o in patterns.organisations for s in (*o.context_aliases, *o.surfaces())}


class HolderLinker:
    """Subjects of one text's rankings."""

    def __init__(self, view: View, patterns: Patterns) -> None:
        self._view = view
        self._known = _known_ids(patterns)
        self._ids: dict[str, str] = {}
        for organisation in view.found.get("organisations", ()):
            if isinstance(organisation, Organisation) and organisation.org_id:
                self._ids[fold(organisation.text)] = self._ids[fold(organisation.name)] = organisation.org_id

    def linked(self, ranking: Ranking, amounts: list[Amount], rankings: list[Ranking]) -> Ranking:
        """`ranking` with the id of its subject; a record that only follows an amount takes what the amount measures as subject."""
        if ranking.kind == "record":
            measure = self._measured(ranking, amounts, rankings)
            if measure is not None:
                ranking = ranking.replace(subject=measure)
        if not ranking.subject:
            return ranking
        key = fold(ranking.subject)
        return ranking.replace(subject_id=self._ids.get(key) or self._known.get(key))

    def _measured(self, record: Ranking, amounts: list[Amount], rankings: list[Ranking]) -> str | None:
        view = self._view
        start, _ = tokens_of(view, record)
        sentence = view.sentence_at(record.start)
        before = [a for a in inside(view, amounts, sentence.start, start) if a.end <= record.start and a.measure]
        if not before:
            return None
        clause = clause_start(view, start, sentence.start)
        if before[-1].end <= view.starts[clause] and any(view.tags[i] in NOUNS for i in range(clause, start)):
            return None
        if any(r.kind == "position" and before[-1].start < r.end for r in inside(view, rankings, sentence.start, start)):
            return None
        return before[-1].measure
