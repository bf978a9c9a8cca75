"""Noun phrases in front of a place's verb: who or what is ranked, and in which respect.

In: a View, a clause and where its verb may begin. Out: `Phrase`s. Look first at `opening_phrase`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hkinno_extract.characters import CLOSING, OPENING
from hkinno_extract.recognition.rankings.spans import BRACKETS, NUMBERS, SCOPES, closing_of, is_year, surface
from hkinno_extract.recognition.view import View, strip_quotes
from hkinno_extract.word_classes import BREAKS

ENDS = (
    BREAKS
    | {
        "RANK_LEAD",
        "RANK_WORD",
        "RANK_AMONG",
        "RANK_WEAK",
        "RANK_SOLE",
        "DROP_OUT",
        "NEXT_TO",
        "TOP",
        "RECORD",
        "EVER",
        "REVERSE",
        "ONE_OF",
        "SINCE_BEHIND",
    }
) - {
    "RELATIVE",
    "ADVERB",
    "EXTENT",
}
LEADING = frozenset({"TIME", "STOP", "PART", "SPACE", "ADVERB", "DETERMINER", "AND", "SINCE", "SINCE_BEHIND", "COMPARE", "LINK"})
TRAILING = frozenset({"ADVERB", "SPACE", "FACET", "RANK_NOUN", "EVER"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens `start` to `end`, the noun phrase itself; `ranked` where 排名 stood behind it, `facet` where 方面 did."""

    start: int
    end: int
    ranked: bool = False
    facet: bool = False

    def text(self, view: View) -> str:
        """The phrase as written, without quotes around the whole of it."""
        return strip_quotes(surface(view, self.start, self.end))


def opening_phrase(view: View, start: int, end: int) -> Phrase | None:
    """The noun phrase that tokens `start` to `end` open with, behind words of time and joints, up to the verb; None where there is none."""
    start = _past_leading(view, start, end)
    stop = start
    while stop < end:
        if view.text[view.starts[stop]] in OPENING:
            close = closing_of(view, stop, end)
            if close < 0 or view.words[stop] in BRACKETS:
                break
            stop = close + 1
            continue
        if view.tags[stop] in ENDS and not _inside(view, start, stop, end) and not (stop == start and view.tags[stop] == "VERB"):
            break
        stop += 1
    return _trimmed(view, start, _before_tie(view, start, stop, end))


def _past_leading(view: View, start: int, end: int) -> int:
    while start < end:
        tag = view.tags[start]
        if tag in NUMBERS and start + 1 < end and view.tags[start + 1] in ("TIME", "SINCE_BEHIND"):
            start += 2
        elif is_year(view, start) or (tag in LEADING and view.values[start] != "in") or _opening_verb(view, start, end):
            start += 1
        else:
            break
    return start


def _opening_verb(view: View, at: int, end: int) -> bool:
    """Whether a verb only leads to the noun (創造的職位, 歡迎香港), and is no part of it (入選數目)."""
    if view.tags[at] not in ("VERB", "VERB_OR_NOUN"):
        return False
    behind = view.tags[at + 1] if at + 1 < end else ""
    leads = view.tags[at] == "VERB" and behind not in ("NOUN", "WORD", "GROUP", "MONEY")
    return leads or (at + 1 < end and view.values[at + 1] == "de")


def _inside(view: View, start: int, at: int, end: int) -> bool:
    """Whether an ending word stands inside the phrase: 的 between two nouns, a number before a classifier (五所大學), 升幅 as a noun."""
    tag = view.tags[at]
    if at + 1 >= end:
        return False
    behind = view.tags[at + 1]
    if view.words[at] == "、" and at > start:
        return behind not in ENDS or view.text[view.starts[at + 1]] in OPENING
    if view.values[at] == "de" and at > start:
        noun = at + 2 < end and view.tags[at + 2] in ("NOUN", "WORD") and behind == "VERB"
        return noun or behind not in ENDS or behind in NUMBERS or view.text[view.starts[at + 1]] in OPENING
    if tag in NUMBERS:
        return behind in ("CLASSIFIER", "CLASSIFIER_OR_RANK", "TOP_BEHIND", "NOUN", "WORD") and not is_year(view, at)
    if tag == "VERB":
        return at > start and view.values[at - 1] == "de" and behind in ("WORD", "NOUN")
    if tag == "CHANGE":
        return (at > start and behind == "WORD") or (at == start and view.values[at + 1] == "be")
    return tag == "AND" and at > start and (behind not in ENDS or view.text[view.starts[at + 1]] in OPENING)


def _before_tie(view: View, start: int, stop: int, end: int) -> int:
    """`stop`, or where 與新加坡 begins in 香港與新加坡並列第五: who shares the place is not who is spoken of."""
    if stop >= end or view.values[stop] != "tie":
        return stop
    return next((i for i in range(stop - 1, start, -1) if view.tags[i] == "AND"), stop)


def _trimmed(view: View, start: int, stop: int) -> Phrase | None:
    ranked = facet = False
    if (
        stop - start > 3
        and view.tags[stop - 2] in NUMBERS
        and view.tags[stop - 1] == "CLASSIFIER"
        and view.text[view.starts[stop - 3]] in CLOSING
    ):
        stop, facet = stop - 2, True
    while stop > start and (view.tags[stop - 1] in TRAILING or view.values[stop - 1] == "de" or (ranked and view.tags[stop - 1] in SCOPES)):
        ranked = ranked or view.tags[stop - 1] == "RANK_NOUN"
        facet = facet or view.tags[stop - 1] == "FACET"
        stop -= 1
    if stop - start == 1 and view.tags[start] == "SCOPE":
        return None
    if stop <= start or all(view.tags[i] in ("PUNCT", "SPACE") for i in range(start, stop)):
        return None
    return Phrase(start, stop, ranked, facet)


def counted_phrase(view: View, phrase: Phrase, end: int) -> Phrase | None:
    """The count that is ranked: 五所大學 in 香港有五所大學躋身百強, 兩所院校 in 本港兩所院校; None where there is no such count."""
    at = phrase.start
    if view.tags[at] not in NUMBERS:
        at = next((i for i in range(phrase.start, phrase.end) if view.tags[i] in NUMBERS), phrase.end)
        if at < phrase.end and any(view.tags[i] not in SCOPES | {"REGION", "STOP", "SPACE"} for i in range(phrase.start, at)):
            return None
        while at >= phrase.end and at < end and view.tags[at] in ("STOP", "ADVERB", "SPACE") and not view.values[at]:
            at += 1
        if at >= phrase.end and at < end and view.tags[at] == "LINK":
            at += 1
    if at + 1 >= end or view.tags[at] not in NUMBERS or view.tags[at + 1] not in ("CLASSIFIER", "CLASSIFIER_OR_RANK"):
        return None
    stop = at + 2
    while stop < end and view.tags[stop] not in ENDS:
        stop += 1
    return Phrase(at, stop) if stop > at + 2 else None


def setting_end(view: View, start: int, end: int) -> int:
    """Where a phrase that only says where or in which respect ends (在139個經濟體中, 在「營商效率」方面); else `start`."""
    at = start
    while at < end and view.tags[at] in ("SPACE", "STOP", "PART", "ADVERB") and view.values[at] != "in":
        at += 1
    if at >= end or view.values[at] != "in":
        return start
    quoted = _quoted_setting(view, at + 1, end)
    if quoted:
        return quoted
    for i in range(at + 1, end):
        if view.values[i] == "middle" or view.tags[i] in ("FACET", "INDEX", "RANK_NOUN", "INDEX_HEAD"):
            last = i
            tails = ("FACET",) if view.tags[i] == "FACET" else ("FACET", "RANK_NOUN", "INDEX_HEAD")
            while last + 1 < end and (view.values[last + 1] == "middle" or view.tags[last + 1] in tails):
                last += 1
            return last + 1
        if view.tags[i] in ("RANK_LEAD", "ORDINAL", "NAMED"):
            return start
    return start


def _quoted_setting(view: View, at: int, end: int) -> int:
    """The token behind the quote of 在「營商效率」 and its 方面, where the verb follows; 0 where none is quoted, or an index."""
    if at >= end or view.text[view.starts[at]] not in OPENING or view.words[at] in BRACKETS:
        return 0
    close = closing_of(view, at, end)
    if close < 0 or not {"INDEX", "INDEX_HEAD"}.isdisjoint(view.tags[at:close]):
        return 0
    close += 1
    while close < end and (view.tags[close] == "FACET" or view.values[close] == "middle"):
        close += 1
    return close if close >= end or view.tags[close] in ENDS | {"RANK_NOUN"} else 0
