"""Which programme an amount belongs to: the one it stands beside, else the one its sentence names, else the one its paragraph speaks of.

In: a View with amounts, organisations and programmes. Out: amounts with programme and programme_id. Look first at `SchemeLinker.linked`.
"""

from __future__ import annotations

from hkinno_extract.characters import OPENING
from hkinno_extract.recognition.amounts.grid import Grid
from hkinno_extract.recognition.links.places import clause_end, inside, sentence_number, tokens_of
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Amount, Organisation, Programme, Record

UNLINKED = frozenset({"event", "plan"})
SCHEMES = frozenset({"scheme", "fund"})
NEAR = 3
TABLE_BELOW = 2
"""How many paragraphs may stand between the sentence that names a scheme and its table."""


class SchemeLinker:
    """Programmes of one text's amounts."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._programmes = [p for p in view.found.get("programmes", ()) if isinstance(p, Programme) and self._counts(p)]
        self._organisations = [o for o in view.found.get("organisations", ()) if isinstance(o, Organisation)]
        self._topics = self._sentence_topics() if self._programmes else []
        self._grid = Grid(view)

    def _counts(self, programme: Programme) -> bool:
        """Whether money can belong to it: a park or a building is a place, unless its name stands in quotes as a service's does."""
        if programme.type in UNLINKED:
            return False
        before = self._view.text[programme.start - 1 : programme.start]
        quoted = before in OPENING or programme.text[:1] in OPENING
        return programme.type != "facility" or bool(before and quoted)

    def linked(self, amount: Amount) -> Amount:
        """`amount` with its programme, if it has one."""
        programme = self._of(amount) if self._programmes else None
        return amount if programme is None else amount.replace(programme=programme.name, programme_id=programme.programme_id)

    def _of(self, amount: Amount) -> Programme | None:
        view = self._view
        sentence = view.sentence_at(amount.start)
        _, end = tokens_of(view, amount)
        named = inside(view, self._programmes, sentence.start, sentence.end)
        after = [p for p in named if p.start >= amount.end]
        if len(after) > 1 and self._joined(after[0], after[1]):
            after = []
        before = [p for p in named if p.end <= amount.start]
        if after and self._beside(amount, end, after[0], sentence.end):
            return after[0]
        if before:
            return self._paired(before, amount, sentence.end)
        cell = self._grid.at(amount.start)
        for block in () if cell is None else (*cell.tops, *cell.sides):
            heading = [p for p in self._programmes if block.start <= p.start < block.end]
            if heading:
                return heading[0] if len({p.name for p in heading}) == 1 else None
        topic = self._topics[sentence_number(view, amount.start)]
        if topic is not None:
            return topic
        return after[0] if after and amount.kind == "money" and self._leads(end, after[0]) else None

    def _paired(self, before: list[Programme], amount: Amount, ceiling: int) -> Programme | None:
        """The last programme, or the one that 分別 pairs with the amount; None where the two lists differ in length."""
        view = self._view
        group = [before[-1]]
        while len(group) < len(before) and self._joined(before[-1 - len(group)], group[0]):
            group.insert(0, before[-1 - len(group)])
        behind = view.token_at(before[-1].end - 1) + 1
        at, _ = tokens_of(view, amount)
        if len({p.name for p in group}) < 2 or "PAIRING" not in view.tags[behind:at]:
            return before[-1]
        stop = clause_end(view, at, ceiling)
        places = [a.start for a in inside(view, view.found["amounts"], behind, stop)]
        return group[places.index(amount.start)] if len(places) == len(group) and amount.start in places else None

    def _beside(self, amount: Amount, end: int, programme: Programme, ceiling: int) -> bool:
        """Whether the programme follows the amount at once (30億元「…計劃」), or as the object of money's verb (15億元優化「…基金」)."""
        view = self._view
        first, _ = tokens_of(view, programme)
        if first - end <= NEAR and not any(view.tags[i] == "VERB" for i in range(end, first)):
            return all(view.words[i] not in ",，;；、。" for i in range(end, first))
        return amount.kind == "money" and first < clause_end(view, end, ceiling)

    def _joined(self, left: Programme, right: Programme) -> bool:
        """Whether 及 or 、 joins two programmes, so that either could be meant."""
        view = self._view
        between = range(view.token_at(left.end - 1) + 1, view.token_at(right.start))
        return len(between) <= NEAR and any(view.tags[i] == "AND" or view.words[i] == "、" for i in between)

    def _leads(self, end: int, programme: Programme) -> bool:
        first, _ = tokens_of(self._view, programme)
        return sum(self._view.words[i] in ",，" for i in range(end, first)) <= 1

    def _sentence_topics(self) -> list[Programme | None]:
        """For each sentence the programme that it speaks of before it names one: its paragraph's, or the last where 計劃 stands alone."""
        view = self._view
        topics: list[Programme | None] = []
        last = topic = intro = spoken = None
        block, passed = -1, 0
        for sentence in view.sentences:
            kind = view.blocks[sentence.block].kind
            first = sentence.block != block
            if first:
                topic = (intro or spoken) if kind in ("cell", "row") else intro if kind == "bullet" else None
                passed += kind not in ("bullet", "cell", "row")
                if kind == "heading" or passed > TABLE_BELOW:
                    spoken = None
                block = sentence.block
            named = inside(view, self._programmes, sentence.start, sentence.end)
            if self._alone(sentence.start, sentence.end):
                topic = last
            elif not named and (kind == "paragraph" or not first) and self._opens_with_body(sentence.start, sentence.end):
                topic = None
            topics.append(topic)
            if named:
                topic = last = named[-1]
                if len({p.name for p in named}) > 1 and named[-1].start - named[-2].end <= NEAR:
                    topic = None
            if named and kind not in ("cell", "row"):
                spoken, passed = topic, 0
            if kind not in ("bullet", "cell", "row"):
                intro = topic if self._introduces(sentence.end) else None
        return topics

    def _introduces(self, end: int) -> bool:
        return any(self._view.words[i] in ":：" for i in range(max(0, end - 2), end))

    def _alone(self, start: int, end: int) -> bool:
        """Whether a programme's head stands alone as a noun (計劃共收到), not as the end of a name."""
        view = self._view
        names = [r for table in ("programmes", "organisations") for r in inside(view, view.found.get(table, []), start, end)]
        for at in range(start, end):
            if (
                view.tags[at] == "PROGRAMME_HEAD"
                and view.values[at] in SCHEMES
                and not any(r.start <= view.starts[at] < r.end for r in names)
            ):
                before = view.tags[at - 1] if at > start else "PUNCT"
                if before in ("PUNCT", "STOP", "DETERMINER", "VERB", "VERB_OR_NOUN", "SPACE", "GROUP", "NOUN", "TIME", "AND"):
                    return True
        return False

    def _opens_with_body(self, start: int, end: int) -> bool:
        """Whether the sentence turns to somebody else: it opens with a body."""
        view = self._view
        limit = min(end, start + NEAR)
        found: list[Record] = list(inside(view, self._organisations, start, limit))
        return bool(found)
