"""Where a new name begins, and whether what is left is a name at all.

In: a View and a run of tokens that ends in a head. Out: the first token of the name, or None. Look first at `left_border`.
"""

from __future__ import annotations

from hkinno_extract.recognition.view import View

NAMES = frozenset({"ORGANISATION", "PROGRAMME"})
HEADS = frozenset({"HEAD", "WEAK_HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD", "LATIN_HEAD"})
LEADING = frozenset(
    {"GENERIC", "GROUP", "NUMERAL", "NUMBER", "CLASSIFIER", "CLASSIFIER_OR_RANK", "AND", "TITLE_BEFORE", "ADVERB", "TIME", "SPACE", "TITLE"}
)
"""Classes that no name begins with."""
EMPTY = LEADING | {"VERB_OR_NOUN", "SCOPE", "SCOPE_HOME", "NOUN", "SECTOR", "PUNCT", "NATION", "CHANGE", "FACET", "EXTENT", "MONEY"}
"""Classes that do not make a name a proper one."""
PROPER = frozenset({"REGION", "LATIN", "ORGANISATION", "PROGRAMME", "WORD"})


def left_border(view: View, first: int, head: int) -> int | None:
    """The first token of the name that ends with token `head`, not before token `first`; None where nothing is left before the head.

    A kind of body (企業, 機構) ends what stands before it, unless the head follows at once (企業辦公室). Words that describe bodies in
    general go, and a verb in front of at least two other words.
    """
    tags = view.tags
    for at in range(head - 2, first - 1, -1):
        if tags[at] == "GROUP" or (tags[at] in NAMES and at > first and tags[at + 1] not in HEADS and _closed(view, at)):
            first = at + 1
            break
    while first < head and tags[first] in LEADING:
        first += 1
    while first < head and tags[first] == "VERB_OR_NOUN" and head - first > 2 and tags[first + 1] not in ("AND", "GROUP"):
        first += 1
    while first < head and tags[first] in LEADING:
        first += 1
    while first + 1 < head and tags[first] == "REGION" and tags[first + 1] in ("REGION", "ORGANISATION"):
        first += 1
    return first if first < head else None


def _closed(view: View, at: int) -> bool:
    return view.tags[at] == "PROGRAMME"


def is_proper(view: View, first: int, head: int, *, least: int = 1) -> bool:
    """Whether tokens `first` to `head` (exclusive) hold something that makes a name: a place, a Latin word, a name, an unknown word.

    `least` is the number of tokens that must stand there where none of them is a place, Latin or a name.
    """
    tags = view.tags[first:head]
    if any(t in ("REGION", "LATIN", "ORGANISATION", "PROGRAMME") for t in tags):
        return True
    return sum(t not in LEADING for t in tags) >= least and any(t == "WORD" for t in tags)


def weight(view: View, first: int, head: int) -> int:
    """The number of tokens before the head that are not mere filling."""
    return sum(t not in LEADING and t != "PUNCT" for t in view.tags[first:head])
