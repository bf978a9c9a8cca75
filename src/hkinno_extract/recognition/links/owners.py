"""Which body an amount belongs to: the subject of its sentence, the body of its column, the one that pays or receives it.

In: a View with amounts and organisations. Out: amounts with organisation and organisation_id. Look first at `OwnerLinker.linked`.
"""

from __future__ import annotations

from hkinno_extract.characters import OPENING
from hkinno_extract.recognition.amounts.grid import Grid
from hkinno_extract.recognition.links.places import clause_end, full_sentence, inside, tokens_of
from hkinno_extract.recognition.rankings.phrases import opening_phrase
from hkinno_extract.recognition.rankings.spans import CLAUSE_ENDS
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Amount, Organisation

GOVERNMENTS = "-government"
NEAR = 6
TITLES = frozenset({"TITLE", "TITLE_BEFORE"})


class OwnerLinker:
    """Owners of one text's amounts."""

    def __init__(self, view: View) -> None:
        self._view = view
        found = [o for o in view.found.get("organisations", ()) if isinstance(o, Organisation)]
        self._organisations = [o for o in found if not self._in_index(o)]
        self._grid = Grid(view)

    def _in_index(self, body: Organisation) -> bool:
        """Whether the body only says who publishes an index: its sentence names one behind it."""
        view = self._view
        _, end = tokens_of(view, body)
        stop = clause_end(view, end, view.sentence_at(body.start).end)
        return any(view.tags[i] in ("INDEX", "INDEX_HEAD", "RANK_NOUN") for i in range(end, stop))

    def linked(self, amount: Amount) -> Amount:
        """`amount` with the body that owns, pays, receives or counts it; none where two could be meant."""
        body = self._of(amount) if self._organisations else None
        return amount if body is None else amount.replace(organisation=body.name, organisation_id=body.org_id)

    def _of(self, amount: Amount) -> Organisation | None:
        view = self._view
        block = view.blocks[view.sentence_at(amount.start).block]
        if block.kind == "cell":
            return self._of_column(amount)
        start, _ = full_sentence(view, amount.start)
        at, _ = tokens_of(view, amount)
        before = [o for o in inside(view, self._organisations, start, at) if o.end <= amount.start and self._acts(o)]
        if not before:
            return None
        body = before[-1]
        group = self._group(before)
        if len({o.name for o in group}) > 1:
            return self._paired(group, amount, at)
        if (body.org_id or "").endswith(GOVERNMENTS):
            return None
        return body if self._owns(body, at) else None

    def _acts(self, body: Organisation) -> bool:
        """Whether the body can be a subject: no place (在科學園), no author (由…研發的)."""
        view = self._view
        at = view.token_at(body.start) - 1
        while at >= 0 and (view.tags[at] in ("SPACE", "REGION", "SCOPE_HOME") or view.text[view.starts[at]] in OPENING):
            at -= 1
        return at < 0 or not (view.values[at] == "in" or view.tags[at] == "FROM")

    def _group(self, before: list[Organisation]) -> list[Organisation]:
        """The last body and those that are joined to it: with two, either could be meant."""
        view, group = self._view, [before[-1]]
        for other in reversed(before[:-1]):
            between = range(view.token_at(other.end - 1) + 1, view.token_at(group[-1].start))
            inner = [i for i in between if view.tags[i] != "SPACE" and view.words[i] not in "（()）「」"]
            joints = ("AND", "VERB", "ADVERB", "STOP")
            if len(inner) > 3 or any(view.values[i] == "de" or not (view.tags[i] in joints or view.words[i] == "、") for i in inner):
                break
            group.append(other)
        return group

    def _paired(self, group: list[Organisation], amount: Amount, at: int) -> Organisation | None:
        """The body that 分別 pairs with the amount (中大及科大分別獲1億元及2億元); None where the lists differ in length."""
        view = self._view
        names = list({o.name: o for o in reversed(group)}.values())
        _, behind = tokens_of(view, group[0])
        if "PAIRING" not in view.tags[behind:at]:
            return None
        stop = clause_end(view, at, view.sentence_at(amount.start).end)
        listed = [a for a in inside(view, view.found["amounts"], behind, stop) if isinstance(a, Amount)]
        places = [a.start for a in listed]
        return names[places.index(amount.start)] if len(places) == len(names) and amount.start in places else None

    def _owns(self, body: Organisation, at: int) -> bool:
        view = self._view
        _, behind = tokens_of(view, body)
        opening = view.token_at(body.start)
        speaks = self._titled(behind) or self._announces(behind, at)
        if speaks and not any(view.values[i] == "anaphor" for i in range(behind, at)):
            return False
        starts = [i + 1 for i in range(opening, at) if view.words[i] in CLAUSE_ENDS]
        if any(self._turns(clause, at) for clause in starts):
            return False
        if starts and self._other_acts(starts[-1], at):
            return False
        return not any(view.values[i] == "effect" for i in range(behind, at))

    def _announces(self, behind: int, at: int) -> bool:
        """Whether the body only says the amount: not where another verb of its own follows (宣布撥款2億元), nor of its scheme's size."""
        view = self._view
        said = next((i for i in range(behind, min(at, behind + NEAR)) if view.values[i] == "say"), None)
        if said is None:
            return False
        stop = clause_end(view, said, at)
        if stop < at:
            return not (self._goes_on(stop + 1, at) or self._sizes_scheme(at))
        return not any(view.tags[i] == "VERB" or view.values[i] == "pay" for i in range(said + 1, stop))

    def _goes_on(self, clause: int, at: int) -> bool:
        """Whether the clause opens with a verb, so that the body that spoke acts in it (公布，去年協助500間企業)."""
        view = self._view
        skipped = ("TIME", "SPACE", "STOP", "ADVERB", "NUMBER", "NUMERAL")
        first = next((i for i in range(clause, at) if view.tags[i] not in skipped), at)
        return first < at and view.tags[first] == "VERB"

    def _sizes_scheme(self, at: int) -> bool:
        """Whether 的 and a programme follow the amount (總值100億元的「…基金」)."""
        view = self._view
        after = inside(view, view.found.get("programmes", []), at, min(len(view.tags), at + NEAR + 2))
        return any(view.values[i] == "de" for r in after[:1] for i in range(at, view.token_at(r.start)))

    def _other_acts(self, clause: int, at: int) -> bool:
        """Whether a noun and its verb open the amount's clause, so that somebody else acts (展覽會吸引5萬名買家)."""
        view = self._view
        phrase = opening_phrase(view, clause, at)
        if phrase is None or view.tags[phrase.start] in ("VERB", "VERB_OR_NOUN", "MONEY", "WORD"):
            return False
        return any(view.tags[i] == "VERB" for i in range(phrase.end, at))

    def _titled(self, behind: int) -> bool:
        """Whether a post follows the body's name, so that a person speaks."""
        view = self._view
        for i in range(behind, min(len(view.tags), behind + 5)):
            if view.words[i] in "（(" or view.words[i] in "）)" or view.tags[i] in ("SPACE", "ORGANISATION", "LATIN"):
                continue
            return view.tags[i] in TITLES
        return False

    def _turns(self, clause: int, at: int) -> bool:
        """Whether the amount's clause speaks of something else: each of a group, or who joins in."""
        view = self._view
        first = next((i for i in range(clause, at) if view.tags[i] != "SPACE"), at)
        return view.values[first] in ("per", "pertime", "each") or view.tags[first] in ("DETERMINER", "AND")

    def _of_column(self, amount: Amount) -> Organisation | None:
        """The body that the nearest head of the amount's column names, else the label of its row; none where one names two."""
        cell = self._grid.at(amount.start)
        for block in () if cell is None else (*cell.tops, *cell.sides):
            found = [o for o in self._organisations if block.start <= o.start < block.end]
            if found:
                return found[0] if len({o.name for o in found}) == 1 else None
        return None
