"""Programmes in quotes: 「…計劃」, 「…」計劃, 《…藍圖》.

In: a View. Out: mentions. The span is the name without quotes that enclose it; quotes around a part stay, and the head behind them is in.
"""

from __future__ import annotations

from collections.abc import Iterator

from hkinno_extract.characters import OPENING, PAIRS
from hkinno_extract.recognition.names.mentions import QUOTED, Mention
from hkinno_extract.recognition.view import View

QUOTES = frozenset("「『《〈“‘")
LONGEST = 40
_NO_TAIL = frozenset(
    {"PUNCT", "SPACE", "STOP", "AND", "VERB", "NUMBER", "TIME", "LIST_VERB", "LIST_END", "ORGANISATION", "PROGRAMME", "INDEX"}
)


def quoted_programmes(view: View) -> Iterator[Mention]:
    """Quoted names whose last word, or the word behind the quote, is a programme's head."""
    for opening, closing in quote_pairs(view):
        head = last_word(view, opening + 1, closing)
        if is_slogan(view, opening, closing):
            continue
        if head is not None and view.tags[head] == "PROGRAMME_HEAD" and head > opening + 1:
            yield _mention(view.ends[opening], view.starts[closing], view.values[head], "quoted-name")
            continue
        if view.text[view.starts[opening]] in "《〈":
            continue
        behind = _head_behind(view, closing)
        if behind is not None:
            yield _mention(view.starts[opening], view.ends[behind], view.values[behind], "quoted-part")


def is_slogan(view: View, opening: int, closing: int) -> bool:
    """Whether what stands in quotes is a sentence rather than a name: it begins with a verb, or has a function word in it."""
    return view.tags[opening + 1] == "VERB" or "STOP" in view.tags[opening + 1 : closing]


def slogans(view: View) -> list[tuple[int, int]]:
    """The places (start, end in characters) of quoted slogans, in order."""
    return sorted((view.starts[a], view.ends[b]) for a, b in quote_pairs(view) if is_slogan(view, a, b))


def _mention(start: int, end: int, kind: str, pattern: str) -> Mention:
    return Mention(start=start, end=end, table="programmes", type=kind, pattern=pattern, source=QUOTED)


def quote_pairs(view: View) -> Iterator[tuple[int, int]]:
    """Tokens (opening, closing) of quotes in one sentence, innermost ones, at most LONGEST characters apart."""
    text, starts = view.text, view.starts
    for sentence in view.sentences:
        opened: list[int] = []
        for at in range(sentence.start, sentence.end):
            if view.tags[at] != "PUNCT":
                continue
            char = text[starts[at]]
            if char in OPENING:
                opened.append(at)
            elif opened and PAIRS[text[starts[opened[-1]]]] == char:
                opening = opened.pop()
                if text[starts[opening]] in QUOTES and 1 < starts[at] - starts[opening] <= LONGEST:
                    yield opening, at


def last_word(view: View, first: int, end: int) -> int | None:
    """The last token before `end` that isn't a number or version (計劃2.0)."""
    at = end - 1
    while at >= first and view.tags[at] in ("NUMBER", "SPACE", "NUMERAL"):
        at -= 1
    return at if at >= first else None


def _head_behind(view: View, closing: int) -> int | None:
    at, last = closing + 1, None
    while at < len(view.tags) and at <= closing + 6 and view.tags[at] not in _NO_TAIL:
        if view.tags[at] == "PROGRAMME_HEAD":
            last = at
        at += 1
    return last
