"""Where a new name begins, and whether what is left is a name at all.

In: a View and a run of tokens that ends in a head. Out: the first token of the name, or None. Look first at `left_border`.
"""

from __future__ import annotations

from hkinno_extract.recognition.view import View
from hkinno_extract.word_classes import BREAKS

NAMES = frozenset({"ORGANISATION", "PROGRAMME"})
HEADS = frozenset({"HEAD", "WEAK_HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD", "LATIN_HEAD"})
LEADING = frozenset(
    {"GENERIC", "GROUP", "NUMERAL", "NUMBER", "CLASSIFIER", "CLASSIFIER_OR_RANK", "AND", "TITLE_BEFORE", "ADVERB", "TIME", "SPACE", "TITLE"}
    | {"COMPARE", "COMPARATOR_BOTH", "UNIT", "TOP_BEHIND", "PUNCT"}
)
"""Classes that no name begins with, unless a sign or 及 stands before it."""
ANCHORS = frozenset({"REGION", "LATIN", "ORGANISATION", "PROGRAMME"})
"""Classes that make a name a proper one by themselves."""
_JOINING = 3
"""How many letters a word in small letters inside a Latin name has at most (of, for, and)."""
_UNKNOWN = frozenset({"WORD", "QUOTED_HEAD"})
_COUNTERS = frozenset({"CLASSIFIER", "CLASSIFIER_OR_RANK", "CLASSIFIER_OR_PLACE", "UNIT", "SCALE", "COMPARATOR_BOTH", "COMPANY_HEAD"})


def left_border(view: View, first: int, head: int) -> int | None:
    """The first token of the name that ends with token `head`, not before token `first`; None where nothing is left before the head.

    A kind of body (企業, 機構) ends what stands before it, unless the head follows at once (企業辦公室). Words that describe bodies in
    general go, and a verb in front of at least two other words.
    """
    tags = view.tags
    for at in range(head - 2, first - 1, -1):
        described = tags[at] == "WEAK_HEAD" and tags[head] == "COMPANY_HEAD" and view.values[at] == "company"
        if tags[at] == "GROUP" or described:  # 動畫公司繪夢工房有限公司
            first = at + 1
            break
    first = _skip(view, first, head)
    while first < head and tags[first] == "VERB_OR_NOUN" and head - first > 2 and tags[first + 1] not in ("AND", "GROUP", "PUNCT"):
        first += 1
    first = _skip(view, first, head)
    while first + 1 < head and tags[first] == "REGION" and tags[first + 1] in ("REGION", "ORGANISATION"):
        first += 1
    return first if first < head else None


def _skip(view: View, first: int, head: int) -> int:
    while first < head and view.tags[first] in LEADING:
        if view.tags[first] in ("COMPARE", "COMPARATOR_BOTH") and first and opens_name(view, first - 1):
            break
        if view.tags[first] == "NUMERAL" and view.tags[head] == "COMPANY_HEAD" and view.tags[first + 1] not in _COUNTERS:
            break
        first += 1
    return first


def opens_name(view: View, token: int) -> bool:
    """Whether a name begins right behind `token`: a pause mark, an opening bracket, 及."""
    return view.tags[token] == "AND" or view.text[view.starts[token]] in "、「《（(："


def is_anchored(view: View, first: int, end: int) -> bool:
    """Whether a place, a Latin word or a known name is among the tokens."""
    return not ANCHORS.isdisjoint(view.tags[first:end])


def has_word(view: View, first: int, end: int) -> bool:
    """Whether a word that no table knows is among the tokens."""
    return not _UNKNOWN.isdisjoint(view.tags[first:end])


def weight(view: View, first: int, end: int) -> int:
    """The number of tokens that are not mere filling."""
    return sum(t not in LEADING for t in view.tags[first:end])


def is_counted(view: View, first: int, end: int) -> bool:
    """Whether tokens `first` to `end` are counted or pointed at (多家網上保險公司, 各銀行), so that they name nobody.

    What goes on behind `end` may be what is counted (三名南雲大學學生): then they are not.
    """
    at = first - 1
    while at >= 0 and view.tags[at] in ("GENERIC", "REGION"):
        at -= 1
    if at < 0 or view.tags[at] not in ("CLASSIFIER", "DETERMINER"):
        return False
    return end >= len(view.tags) or view.tags[end] == "AND" or (view.tags[end] in BREAKS and view.values[end] != "de")


def is_year(view: View, token: int) -> bool:
    """Whether `token` is a number of four digits, as an edition's year is; a version (2.0) is none."""
    return view.tags[token] == "NUMBER" and view.words[token].isdecimal() and len(view.words[token]) == 4


def capitals(view: View, first: int, end: int) -> tuple[int, int] | None:
    """The tokens of a Latin name among `first` to `end`: from its telling word on as far as words have capitals or join them (of, and).

    None where too little is left, as in English prose: a telling word in small letters, one alone, or one that `and` joins to others.
    """

    def fits(at: int) -> bool:
        joins = view.tags[at] == "LATIN" and view.ends[at] - view.starts[at] <= _JOINING
        return view.tags[at] == "SPACE" or joins or _capital(view, at)

    if view.tags[end - 1] in ("LATIN_HEAD", "COMPANY_HEAD"):
        start = end - 1
        while start > first and fits(start - 1):
            start -= 1
        first = start
    else:
        stop = first + 1
        while stop < end and fits(stop):
            stop += 1
        end = stop
    while first < end and not _capital(view, first):
        first += 1
    while first < end and not _capital(view, end - 1):
        end -= 1
    words = [at for at in range(first, end) if view.tags[at] != "SPACE"]
    if len(words) < 2 or (view.tags[words[-1]] == "COMPANY_HEAD" and view.words[words[-2]].isalpha() and not _capital(view, words[-2])):
        return None
    return first, end


def _capital(view: View, token: int) -> bool:
    return view.tags[token] != "SPACE" and not view.text[view.starts[token] : view.ends[token]].islower()
