"""Noun phrases: the one that begins at a token, the one that ends at a token.

In: a View and a token. Out: ranges of tokens, or the phrase's text. Look first at `NOMINAL`, then `run_right` and `run_left`.
"""

from __future__ import annotations

from typing import NamedTuple

from hkinno_extract.recognition.view import View

NOMINAL = frozenset(
    {
        *("WORD", "NOUN", "MONEY", "RATE", "GROUP", "GENERIC", "SECTOR", "LATIN", "VERB_OR_NOUN", "EXTENT", "FACET", "RANKED", "RANK_NOUN"),
        *("HEAD", "WEAK_HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD", "LATIN_HEAD", "TITLE"),
        *("REGION", "SCOPE", "SCOPE_HOME", "NATION", "ORGANISATION", "PROGRAMME", "INDEX"),
    }
)
_LISTED = frozenset({"SECTOR", "WORD", "NOUN", "GROUP", "GENERIC", "VERB_OR_NOUN"})
_OWNED = NOMINAL | {"AND"}
_OWNERS = frozenset({"REGION", "SCOPE", "SCOPE_HOME", "ORGANISATION", "PROGRAMME"})


class Setting(NamedTuple):
    """Where an amount stands: its clause's first token, the sentence's first and last + 1, and the measure carried from before."""

    clause: int
    start: int
    end: int
    carried: str | None


def run_right(view: View, at: int, limit: int) -> tuple[int, int]:
    """The noun phrase that begins at token `at`, with what joins its parts: 政府及公私營機構網上服務, 決策局/政府部門, 「跨境通辦」服務."""
    tags, words = view.tags, view.words
    first = at
    while at < limit:
        if tags[at] in NOMINAL or (tags[at] == "CURRENCY" and at == first and at + 1 < limit and tags[at + 1] in NOMINAL):
            at += 1
        elif (
            tags[at] in ("AND", "PUNCT")
            and at > first
            and at + 1 < limit
            and tags[at + 1] in NOMINAL
            and (tags[at] == "AND" or words[at] == "/")
        ):
            at += 2
        elif words[at] == "「" and at == first:
            close = next((i for i in range(at + 1, min(limit, at + 12)) if words[i] == "」"), -1)
            if close < 0 or close + 1 >= limit or tags[close + 1] not in NOMINAL:
                break
            at = close + 1
        else:
            break
    if first < at < limit and tags[at] == "DAMAGED" and view.ends[at - 1] - view.starts[at - 1] == 1:
        at -= 1
    return first, _without_tail(view, first, at)


def _without_tail(view: View, first: int, last: int) -> int:
    """The end of the phrase without what is a new clause behind a body (中小企數碼轉型) or a person's name and title."""
    tags = view.tags
    for i in range(first, last - 1):
        if tags[i] == "GROUP" and tags[last - 1] == "VERB_OR_NOUN" and "AND" not in tags[first:last]:
            return i + 1
        if tags[i] == "NOUN" and tags[last - 1] == "TITLE" and tags[last - 2] == "WORD":
            return i + 1
    return last


def phrase_text(view: View, first: int, last: int) -> str | None:
    if all(tag == "GENERIC" for tag in view.tags[first:last]):
        return None
    while last - first > 1 and view.tags[first] in _OWNERS and view.tags[first + 1] in _OWNED:
        first += 1 + (view.tags[first + 1] == "AND")
    return view.text[view.starts[first] : view.ends[last - 1]] if first < last else None


def _joins(view: View, at: int) -> bool:
    """Whether token `at` joins two nouns of one phrase: 電腦、電子及光學產品業."""
    return (view.tags[at] == "AND" or view.words[at] == "、") and view.tags[at + 1] in _LISTED


def run_left(view: View, at: int, setting: Setting) -> str | None:
    """The noun phrase that ends at token `at`; 相對X的比率 takes what it relates with it."""
    tags, last = view.tags, at + 1
    while at >= setting.clause and (tags[at] in NOMINAL or (_joins(view, at) and at > setting.clause and tags[at - 1] in _LISTED)):
        at -= 1
    if at >= setting.clause and view.values[at] == "pertime" and at + 1 < last:
        at -= 1  # 住戶每月入息中位數
        while at >= setting.clause and tags[at] in NOMINAL:
            at -= 1
    first = at + 1
    if at >= setting.clause and last - first == 1 and view.values[first] == "tail" and tags[at] == "VERB":
        first, at = at, at - 1  # 入院率, 修讀人數
    if tags[first] == "LATIN" and at >= setting.clause and tags[at] == "NUMBER" and view.ends[at] == view.starts[first]:
        first = at
    if at > setting.clause and tags[at] == "STOP" and view.values[at] == "de":
        back = at - 1
        while back > setting.clause and (tags[back] in NOMINAL or tags[back] == "ADVERB"):
            back -= 1
        if tags[back] in ("RELATIVE", "SHARE"):
            rest = view.text[view.starts[back] : view.ends[last - 1]]
            if back > setting.clause and tags[back - 1] in NOMINAL:
                return (run_left(view, back - 1, setting) or "") + rest
            return (setting.carried or "") + rest
    return phrase_text(view, first, last)
