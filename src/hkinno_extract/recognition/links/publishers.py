"""Who publishes the index that a ranking is in: the gazetteer's publisher where the text names it, else the body named beside the index.

In: a View with rankings and organisations. Out: rankings with publisher and publisher_id. Look first at `PublisherLinker.linked`.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterator

from hkinno_extract.characters import OPENING, fold
from hkinno_extract.pattern_files import Name, Patterns
from hkinno_extract.recognition.rankings.spans import BRACKETS, is_year
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Organisation, Ranking

BETWEEN = frozenset(
    {"TIME", "SPACE", "ADVERB", "GENERIC", "STOP", "VERB", "VERB_OR_NOUN", "NUMBER", "NUMERAL", "AND", "WORD", "HEAD", "COMPANY_HEAD"}
)
LOOK_BACK = 14


@functools.lru_cache(maxsize=4)
def _by_id(patterns: Patterns) -> tuple[dict[str, Name], dict[str, Name]]:
    return {i.id: i for i in patterns.indices}, {o.id: o for o in patterns.organisations}


class PublisherLinker:
    """Publishers of one text's rankings."""

    def __init__(self, view: View, patterns: Patterns) -> None:
        self._view = view
        self._indices, self._bodies = _by_id(patterns)
        self._index_tokens = [i for i, tag in enumerate(view.tags) if tag == "INDEX"]
        self._known: dict[tuple[str | None, str], tuple[list[list[Organisation]], tuple[str, str | None] | None]] = {}
        self._publishers = {i.parent for i in self._indices.values() if i.parent}
        self._organisations = [o for o in view.found.get("organisations", ()) if isinstance(o, Organisation)]

    def linked(self, ranking: Ranking) -> Ranking:
        """`ranking` with its publisher; empty where none is named, or two publish together."""
        if ranking.index_name is None:
            return ranking
        key = (ranking.index_id, ranking.index_name)
        index = self._indices.get(ranking.index_id or "")
        if key not in self._known:
            near = [self._beside(at) for at in self._occurrences(ranking)]
            self._known[key] = near, self._publisher_named(index) if index is not None else None
        beside, body = self._known[key]
        if any(len(found) > 1 for found in beside):
            return ranking
        adjacent = next((found[0] for found in beside if found), None)
        if adjacent is not None and (body is None or (body[1] != adjacent.org_id and self._publishes(adjacent))):
            return ranking.replace(publisher=adjacent.name, publisher_id=adjacent.org_id, index_id=self._index_of(ranking, adjacent.org_id))
        if body is None and index is None:
            bracket = self._bracket(ranking)
            body = (bracket.name, bracket.org_id) if bracket is not None else None
        return ranking.replace(publisher=body[0], publisher_id=body[1]) if body is not None else ranking

    def _publisher_named(self, index: Name) -> tuple[str, str | None] | None:
        for organisation in self._organisations:
            if organisation.org_id == index.parent and index.parent:
                return organisation.name, organisation.org_id
        body = self._bodies.get(index.parent or "")
        if body is None:
            return None
        shorts = [fold(s) for s in (*body.surfaces(), *(a for a in body.context_aliases if a.isupper()))]
        for at in self._index_tokens:
            if self._view.values[at] == index.id and self._view.words[at].startswith(tuple(shorts)):
                return body.name, body.id
        return None

    def _occurrences(self, ranking: Ranking) -> Iterator[int]:
        """The tokens at which the text names the index of `ranking`."""
        view, name = self._view, fold(ranking.index_name or "")
        if ranking.index_id is not None:
            yield from (i for i in self._index_tokens if view.values[i] == ranking.index_id)
            return
        at = view.folded.find(name)
        while at >= 0:
            yield view.token_at(at)
            at = view.folded.find(name, at + 1)

    def _beside(self, at: int) -> list[Organisation]:
        """The bodies named just before the index at token `at`; more than one where they are joined."""
        view = self._view
        floor = view.sentence_of(at).start
        found: list[Organisation] = []
        for i in range(at - 1, max(floor, at - LOOK_BACK) - 1, -1):
            body = self._at(view.starts[i])
            if body is not None:
                if not found:
                    found.append(body)
                elif body.name != found[-1].name and body.end < found[-1].start and self._joined(body, found[-1]):
                    found.insert(0, body)
                    break
                continue
            sign = view.text[view.starts[i]]
            if view.values[i] == "in":
                break
            if view.tags[i] not in BETWEEN and sign not in OPENING and sign not in "）)」』》":
                break
            if found and view.tags[i] not in ("AND", "HEAD", "COMPANY_HEAD") and sign not in "）)（(、":
                break
        return [o for o in found if o.type != "government" or o.org_id in self._publishers]

    def _at(self, char: int) -> Organisation | None:
        number = bisect.bisect_right(self._organisations, char, key=lambda o: o.start) - 1
        body = self._organisations[number] if number >= 0 else None
        return body if body is not None and char < body.end else None

    def _joined(self, left: Organisation, right: Organisation) -> bool:
        view = self._view
        between = range(view.token_at(left.end - 1) + 1, view.token_at(right.start))
        return any(view.tags[i] == "AND" or view.words[i] == "、" for i in between) and len(between) <= 3

    def _publishes(self, body: Organisation) -> bool:
        return body.org_id in self._publishers

    def _index_of(self, ranking: Ranking, publisher: str | None) -> str | None:
        """The id of the index of that name that `publisher` has, where the gazetteer's first guess is another's."""
        index = self._indices.get(ranking.index_id or "")
        if index is None or publisher is None or index.parent == publisher:
            return ranking.index_id
        name = fold(ranking.index_name or "")
        return next((i.id for i in self._indices.values() if i.parent == publisher and fold(i.name).endswith(name)), None)

    def _bracket(self, ranking: Ranking) -> Organisation | None:
        """The only body in a bracket behind the place, which then says who publishes (（某研究院）)."""
        view = self._view
        sentence = view.sentence_at(ranking.start)
        at = view.token_at(ranking.end - 1) + 1
        opener = next((i for i in range(at, sentence.end) if view.words[i] in BRACKETS), -1)
        if opener < 0 or opener + 1 >= sentence.end:
            return None
        inner = opener + 1
        while inner + 1 < sentence.end and (is_year(view, inner) or view.tags[inner] == "TIME"):
            inner += 1
        return next((o for o in self._organisations if o.start == view.starts[inner]), None)
