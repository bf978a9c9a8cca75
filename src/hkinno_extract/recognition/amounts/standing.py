"""Which matches are amounts, and what their clause says of them: limits at a distance, money without a currency.

In: a View and a `Surface`. Out: yes or no, and the surface's comparators. Look first at `stands`.
"""

from __future__ import annotations

import re

from hkinno_extract.characters import CLOSING, OPENING, SCALE_VALUES
from hkinno_extract.recognition.amounts.phrases import NOMINAL
from hkinno_extract.recognition.amounts.surface import Surface
from hkinno_extract.recognition.amounts.values import Worth
from hkinno_extract.recognition.view import View

_CLAUSE_ENDS = frozenset(",;:。!?，；：！？\n")
_QUOTED_NAME = 16
_OPENING_QUOTES = frozenset("「『《〈")
_QUOTES = re.compile("[「『《〈]")
_PLACES = 100
"""No list is so long that a change of so many places is spoken of."""
_RAISED = tuple("⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNIT_SCALES = frozenset("百千萬万億亿")
_NO_UNIT = frozenset({"TIME", "NUMBER", "NUMERAL", "ORDINAL", "FRACTION", "RANGE", "SINCE_BEHIND", "TOP_BEHIND", "LATIN", "COMPARE"})
"""Classes before which a number without a unit is none of ours: years, ordinals, ratios."""


def clause_start(view: View, at: int, start: int) -> int:
    tags, words = view.tags, view.words
    while at > start and not (tags[at - 1] == "PUNCT" and words[at - 1] in _CLAUSE_ENDS):
        at -= 1
    return at


def clause_end(view: View, at: int, end: int) -> int:
    tags, words = view.tags, view.words
    while at < end and not (tags[at] == "PUNCT" and words[at] in _CLAUSE_ENDS):
        at += 1
    return at


def stands(view: View, found: Surface) -> bool:
    """Whether the amount is none of a place (第七), a time (三十年), a building's number or a part of a quoted name."""
    tags = view.tags
    before = tags[found.start - 1] if found.start else ""
    after = tags[found.end] if found.end < len(tags) else ""
    if before in ("ORDINAL", "TOP"):
        return False
    if before == "TIME" and found.parts[-1].unit and found.parts[-1].unit[0] == "UNIT":
        return False
    if after == "TIME" and found.parts[-1].unit and found.parts[-1].unit[0] == "CLASSIFIER":
        return False
    if found.damaged:
        if after == "TIME" and found.parts[-1].unit is None and found.currency is None:
            return False  # 二○二�年, a date of which a part was lost
        return bool(found.parts[-1].text or any(c.isdigit() for c in view.text[view.starts[found.start] : view.ends[found.end - 1]]))
    if found.parts[-1].text == "10" and view.text.startswith(_RAISED, view.ends[found.end - 1]):
        return False  # 10¹⁵, a power
    unit = found.parts[-1].unit
    if _has_no_unit(found) and (after in _NO_UNIT or not found.parts[-1].text):
        return False
    numbered = unit and unit[0] == "CLASSIFIER_OR_PLACE" and not found.front and found.start and tags[found.start] == "NUMBER"
    if numbered and before not in ("VERB", "LINK", "STOP", "PUNCT", "ADVERB"):
        return False
    if unit and unit[0] in ("UNIT", "CLASSIFIER") and found.end - found.start == 2 and _lone_scale(view, found):
        return False
    return not (_is_unit(view, found) or _in_quoted_name(view, found))


def _is_unit(view: View, found: Surface) -> bool:
    """Whether it only says what numbers are given in: （百萬元）, 單位：億元, 以千元計."""
    if found.front or found.more:
        return False
    text = "".join([part.text for part in found.parts])
    if not text or not _UNIT_SCALES.issuperset(text):
        return False
    before = view.words[found.start - 1] if found.start else ""
    behind = view.words[found.end] if found.end < len(view.words) else ""
    if before in OPENING and behind in CLOSING and before and behind:
        return True
    return (before == "以" and behind.startswith("计")) or (
        before in (":", "：") and view.words[found.start - 2 : found.start - 1] == ["单位"]
    )


def _has_no_unit(found: Surface) -> bool:
    return found.parts[-1].unit is None and not found.word and not found.parts[0].fraction and found.currency is None


def _lone_scale(view: View, found: Surface) -> bool:
    """十分, 百度, 萬里, 千人計劃: a scale and a unit of one character each are a word, not a quantity; but 十人 counts."""
    text = view.text[view.starts[found.start] : view.ends[found.start + 1]]
    return (
        len(text) == 2
        and text[0] in SCALE_VALUES
        and not (text[0] == "十" and found.parts[-1].unit and found.parts[-1].unit[0] == "CLASSIFIER")
    )


def _in_quoted_name(view: View, found: Surface) -> bool:
    words, low = view.words, max(0, found.start - _QUOTED_NAME)
    if _QUOTES.search(view.folded, view.starts[low], view.starts[found.start]) is None:
        return False
    for i in range(found.start - 1, low - 1, -1):
        if words[i] in CLOSING or words[i] in _CLAUSE_ENDS:
            return False
        if words[i] in _OPENING_QUOTES:
            for j in range(found.end, min(len(words), i + _QUOTED_NAME)):
                if words[j] in "」』》〉":
                    return True
                if words[j] in _CLAUSE_ENDS:
                    return False
            return False
    return False


def find_more(view: View, found: Surface, end: int) -> None:
    """Takes in a 有多 that ends the amount's clause: 三成有多."""
    tags, at = view.tags, found.end
    if found.more or found.behind or at + 1 >= end or tags[at] != "LINK" or tags[at + 1] != "COMPARATOR_BOTH":
        return
    if at + 2 == end or tags[at + 2] == "PUNCT" or view.values[at + 2] == "de":
        found.more, found.end = view.values[at + 1], at + 2


def find_limit(view: View, found: Surface, clause: int) -> None:
    """Gives the amount the limit that stands apart in its clause, where it has no comparator (最多可容納80間, 約佔整體的三成)."""
    if found.front:
        return
    for i in range(found.start - 1, max(clause, found.start - 8) - 1, -1):
        tag, value = view.tags[i], view.values[i]
        if tag == "SHARE":
            found.front = [value] if value else []
            return
        if tag in ("COMPARATOR", "SUPERLATIVE"):
            found.front = [value] if value in ("le", "ge") else []
            return
        if tag in ("PUNCT", "NUMBER", "NUMERAL", "CHANGE", "CHANGE_TO", "FROM", "TIME"):
            return
        if value == "de" and "SHARE" not in view.tags[clause:i] and not (i == found.start - 1 and _is_part(found)):
            return


def _is_part(found: Surface) -> bool:
    """Whether the amount is a part of what 的 joins it to: 上限為成本的三成."""
    last = found.parts[-1]
    return bool(found.parts[0].fraction or found.word or (last.unit and last.unit[0] == "PERCENT"))


def is_place(view: View, found: Surface, worth: Worth) -> bool:
    """Whether a change is one of place (上升兩位), which is the rankings' matter: a classifier of places without a noun behind it."""
    unit = found.parts[-1].unit
    return bool(
        unit
        and unit[0] == "CLASSIFIER_OR_RANK"
        and worth.kind == "count"
        and (worth.low is None or worth.low < _PLACES)
        and view.tags[found.end : found.end + 1] not in (["NOUN"], ["GROUP"], ["WORD"])
    )


def money_near(view: View, found: Surface, clause: int, end: int) -> bool:
    """Whether a bare 億 or 萬 is money, its clause speaks of money near it; without a scale, whether what stands before it is money."""
    tags = view.tags
    if not any(part.scaled for part in found.parts):
        for i in range(found.start - 1, clause - 1, -1):
            if tags[i] in NOMINAL:
                return tags[i] == "MONEY"
        return False
    if "pay" in view.values[max(clause, found.start - 4) : found.start]:
        return True
    return "MONEY" in tags[max(clause, found.start - 6) : min(clause_end(view, found.end, end), found.end + 3)]
