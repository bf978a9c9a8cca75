"""Indices that no table knows and no quotes mark: 在某機構2023年教育公平指數中.

In: a View and the token of a word that ends an index's name. Out: the tokens of the name, or None. Look first at `unquoted`.
"""

from __future__ import annotations

from hkinno_extract.recognition.rankings.spans import ahead, back, is_year
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.sentences import Sentence

HEADS = frozenset({"INDEX_HEAD", "RANK_NOUN"})
CONTENT = frozenset({"WORD", "NOUN", "SECTOR", "VERB_OR_NOUN", "GROUP", "RANKED", "MONEY", "WEAK_HEAD", "LATIN"})
PARTS = CONTENT | {"SCOPE", "RATE", "GENERIC", "AND"}
BODIES = frozenset({"HEAD", "COMPANY_HEAD", "WEAK_HEAD"})
LONGEST = 10


def ends_index(view: View, at: int) -> bool:
    """Whether token `at` is the last word of an index's name."""
    return view.tags[at] in HEADS or view.values[at] == "index"


def unquoted(view: View, at: int, sentence: Sentence) -> tuple[int, int] | None:
    """Tokens of the index that ends at token `at`, where a year, its publisher or 在 … 中 says that it is one."""
    after = ahead(view, at + 1, sentence.end)
    if after == at + 1 and (ends_index(view, after) or view.tags[after] in CONTENT):
        return None
    start = at
    while start > max(sentence.start, at - LONGEST) and view.tags[start - 1] in PARTS:
        start -= 1
    while start < at and view.tags[start] == "AND":
        start += 1
    if not any(view.tags[i] in CONTENT for i in range(start, at)):
        return None
    within = after >= 0 and view.values[after] == "middle"
    return (start, at + 1) if _introduced(view, start, sentence, within=within) else None


def _introduced(view: View, start: int, sentence: Sentence, *, within: bool) -> bool:
    opener = back(view, start, sentence.start)
    if opener < 0:
        return False
    if view.tags[opener] == "TIME":
        return opener > sentence.start and is_year(view, opener - 1)
    if view.values[opener] == "in":
        return within
    if view.values[opener] == "de":
        opener = back(view, opener, sentence.start)
        if opener >= 0 and view.tags[opener] == "VERB":
            opener = back(view, opener, sentence.start)
            return opener >= 0 and view.tags[opener] == "ORGANISATION"
        if within and opener >= 0 and view.tags[opener] in BODIES:
            return "in" in view.values[max(sentence.start, opener - LONGEST) : opener]
    return opener >= 0 and view.tags[opener] == "ORGANISATION" and _inside_setting(view, opener, sentence)


def _inside_setting(view: View, body: int, sentence: Sentence) -> bool:
    before = back(view, body, sentence.start)
    return before >= 0 and view.values[before] == "in"


def names_another(view: View, publisher: str | None, start: int, end: int) -> bool:
    """Whether tokens `start` to `end` speak of a list of another body than `publisher` (在某大學的排名中)."""
    for at in range(max(1, start), end):
        if view.tags[at] == "ORGANISATION" and view.values[at] != publisher and view.values[at - 1] == "in":
            return any(ends_index(view, i) for i in range(at + 1, end))
    return False
