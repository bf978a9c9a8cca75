"""Whether what looks like a place is one: what stands before it, behind it and around it.

In: a `Place` that the grammar read, and its sentence. Out: yes or no. 第三 is a place in 排第三, none in 第三期. Look first at `stands`.
"""

from __future__ import annotations

from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import BRACKET_ENDS, CLAUSE_ENDS, SCOPES, ahead, back, is_year
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.sentences import Sentence

LEADS = frozenset({"RANK_LEAD", "NAMED", "RANK_NOUN", "CHANGE", "CHANGE_TO", "PAIRING"})
SOFT_LEADS = frozenset(
    {"VERB", "RANGE", "STOP", "AND", "FACET", "ORGANISATION", "REGION", "LINK", "LIST_VERB", "INDEX", "ADVERB", "FROM", "SINCE"}
)
COUNTED = frozenset(
    {
        *("CLASSIFIER", "TIME", "UNIT", "SCALE", "PERCENT", "POINT", "CURRENCY", "MULTIPLE", "HEAD", "PROGRAMME_HEAD", "FRACTION", "FACET"),
        *("COMPANY_HEAD", "TITLE", "NUMBER", "NUMERAL"),
    }
)
"""Behind a bare number these say that it counts or numbers something else (第三季, 第二期)."""
NOUNS = frozenset(
    {
        *(
            "WORD",
            "NOUN",
            "GROUP",
            "GENERIC",
            "SECTOR",
            "WEAK_HEAD",
            "LATIN",
            "MONEY",
            "VERB_OR_NOUN",
            "REGION",
            "ORGANISATION",
            "PROGRAMME",
        ),
        *("RANKED", "INDEX_HEAD", "EXTENT", "LATIN_HEAD", "TITLE_BEFORE"),
    }
)
LIST_SIGNS = frozenset("、/／")
COLONS = frozenset(":：")
NEAR = 6
BLOCKS_BACK = 3
LISTED = frozenset({"bullet", "row", "cell"})
NAMING = frozenset({"INDEX", "RANK_LEAD", "RANK_NOUN", "NAMED", "INDEX_HEAD"})
CONTEXT = frozenset({"INDEX", "RANK_NOUN", "RANK_LEAD", "RANK_WORD"})


def stands(view: View, place: Place, sentence: Sentence) -> bool:
    """Whether `place` is a place of a ranking, or a record."""
    if place.record or place.form == "next":
        return True
    prev, after = back(view, place.start, sentence.start), ahead(view, place.end, sentence.end)
    if prev >= 0 and view.tags[prev] == "DROP_OUT":
        return False
    return _TESTS[place.form](view, place, sentence, prev, after)


def _ordinal(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    behind, before = _tag(view, after), _tag(view, prev)
    classed = view.tags[place.end - 1] == "CLASSIFIER_OR_RANK"
    touching = after == place.end
    if not classed and touching and behind in COUNTED:
        return False
    if place.holder and before in ("AND", "COMPARE"):
        return True
    if _joined(view, prev, sentence) or _behind_change(view, prev):
        return True
    if _closes(view, after) and (before == "NAMED" or _led_by(view, place, sentence, frozenset({"RANK_LEAD"}))):
        return True
    if place.scope or view.tags[place.start - 1 if place.start else 0] == "RANK_NOUN":
        return True
    if before in ("RANK_LEAD", "RANK_NOUN", "CHANGE_TO", "PAIRING"):
        return not (touching and behind in COUNTED)
    if touching and behind in NOUNS and not _named_by_place(view, place, after):
        return False
    if classed and _led(view, place, sentence):
        return True
    if place.previous is not None or (classed and _changed(view, place, sentence)):
        return True
    if not _context(view, sentence):
        return False
    if _sign(view, prev, COLONS) and _closes(view, after):
        return True
    led = before in LEADS or before in SOFT_LEADS or (before == "WORD" and _closes(view, after))
    return classed or led or _sign(view, prev, BRACKET_ENDS | LIST_SIGNS)


def _changed(view: View, place: Place, sentence: Sentence) -> bool:
    return not {"CHANGE", "CHANGE_TO"}.isdisjoint(view.tags[max(sentence.start, place.start - NEAR) : place.start])


def _behind_change(view: View, prev: int) -> bool:
    """Whether the place is what a change of places reached (微升1位至第43)."""
    return prev > 2 and view.tags[prev] == "RANGE" and view.tags[prev - 1] == "CLASSIFIER_OR_RANK" and view.tags[prev - 3] == "CHANGE"


def _led(view: View, place: Place, sentence: Sentence) -> bool:
    """Whether the clause before the place names an index or says that a place follows."""
    return _led_by(view, place, sentence, NAMING)


def _led_by(view: View, place: Place, sentence: Sentence, classes: frozenset[str]) -> bool:
    for at in range(place.start - 1, max(sentence.start, place.start - 2 * NEAR) - 1, -1):
        if view.words[at] in CLAUSE_ENDS:
            return False
        if view.tags[at] in classes:
            return True
    return False


def _joined(view: View, prev: int, sentence: Sentence) -> bool:
    """Whether 和 or 、 joins the place to one that 分列 or 位列 leads (分列第6和第8)."""
    if prev <= sentence.start or not (view.tags[prev] == "AND" or view.words[prev] == "、"):
        return False
    at = prev - 1
    while at > sentence.start and view.tags[at] in ("CLASSIFIER_OR_RANK", "NUMBER", "NUMERAL", "SPACE"):
        at -= 1
    if view.tags[at] != "ORDINAL":
        return False
    lead = at - 1
    while lead > sentence.start and view.tags[lead] in SCOPES | {"SPACE"}:
        lead -= 1
    return lead >= sentence.start and view.tags[lead] in ("PAIRING", "RANK_LEAD")


def _named_by_place(view: View, place: Place, after: int) -> bool:
    return view.tags[place.end - 1] == "TOP_BEHIND" and after >= 0


def _band(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    del prev
    return bool(place.scope) or _context(view, sentence) or _closes(view, after)


def _top(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    before, behind = _tag(view, prev), _tag(view, after)
    touching = after == place.end
    lead = before in LEADS or before in ("VERB", "RANGE", "STOP", "AND")
    noun = touching and behind in NOUNS
    if view.tags[place.end - 1] not in ("CLASSIFIER_OR_RANK", "TOP_BEHIND") and touching and behind in COUNTED | NOUNS:
        return False
    if view.tags[place.core] == "TOP" or any(view.tags[i] == "TOP" for i in range(place.start, place.end)):
        if place.scope or before in LEADS:
            return True
        if _led(view, place, sentence) and not noun:
            return True
        if view.tags[place.end - 1] == "CLASSIFIER_OR_RANK" and before in ("WORD", "VERB_OR_NOUN") and _closes(view, after):
            return True
        return lead and not noun and _context(view, sentence)
    if touching and behind in COUNTED | NOUNS | {"VERB", "VERB_OR_NOUN", "CHANGE"}:
        return before == "RANK_LEAD" or (bool(place.scope) and before in ("NAMED", "VERB", "STOP", "CHANGE_TO"))
    return bool(place.scope) or before in ("RANK_LEAD", "NAMED", "VERB")


def _word(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    del view, place, sentence, prev, after
    return True


def _weak(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    del sentence
    if after == place.end and _tag(view, after) in NOUNS | {"TITLE", "HEAD"}:
        return False
    return bool(place.scope or place.holder) or _tag(view, prev) in LEADS | {"VERB", "INDEX"}


def _superlative(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    del place
    if after >= 0 and view.values[after] == "de":
        after = ahead(view, after + 1, sentence.end)
    return _tag(view, after) not in ("ONE_OF", "ORDINAL") and _tag(view, prev) in LEADS | {"VERB", "STOP"}


def _bare(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    del prev
    number = next(i for i in range(place.start, place.end) if view.tags[i] in ("NUMBER", "NUMERAL"))
    classed = view.tags[place.end - 1] == "CLASSIFIER_OR_RANK"
    if is_year(view, number) or not (classed or _closes(view, after) or _tag(view, after) in ("AND", "CHANGE", "STOP")):
        return False
    if classed and after == place.end and _tag(view, after) in NOUNS:
        return False
    return place.rule != "rank-scope-number" or (_context(view, sentence) and not classed)


def _reached(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    """A number behind a verb of change is a place where the sentence speaks of one, and the verb says that it was reached."""
    reached = any(view.tags[i] in ("CHANGE_TO", "RANGE") for i in range(max(sentence.start, place.start - 2), place.start))
    classed = view.tags[place.end - 1] == "CLASSIFIER_OR_RANK"
    ranked = any(view.tags[i] in ("RANK_NOUN", "RANK_LEAD", "ORDINAL") for i in range(sentence.start, place.start))
    del prev
    return reached and ranked and (classed or _closes(view, after)) and not (classed and after == place.end and _tag(view, after) in NOUNS)


def _latin(view: View, place: Place, sentence: Sentence, prev: int, after: int) -> bool:
    del place, prev
    return _context(view, sentence) and _closes(view, after)


_TESTS = {
    "ordinal": _ordinal, "band": _band, "list": _ordinal, "reverse": _ordinal, "top": _top, "word": _word, "weak": _weak,
    "superlative": _superlative, "bare": _bare, "reached": _reached, "latin": _latin,
}  # fmt: skip


def _tag(view: View, at: int) -> str:
    return view.tags[at] if at >= 0 else ""


def _sign(view: View, at: int, signs: frozenset[str]) -> bool:
    return at >= 0 and view.words[at] in signs


def _closes(view: View, after: int) -> bool:
    return after < 0 or view.tags[after] == "PUNCT"


def _context(view: View, sentence: Sentence) -> bool:
    """Whether the text from three blocks back to the end of this sentence speaks of a ranking; a list or a table counts as one block."""
    first, looked = sentence.block, 0
    while first and looked < BLOCKS_BACK:
        first -= 1
        looked += view.blocks[first].kind not in LISTED
    start = view.token_at(view.blocks[first].start)
    return not CONTEXT.isdisjoint(view.tags[start : sentence.end])
