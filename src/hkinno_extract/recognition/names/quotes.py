"""Programmes in quotes: 「…計劃」, 「…」計劃, 《…藍圖》.

In: a View. Out: mentions. The span is the name without quotes that enclose it; quotes around a part stay, and the head behind them is in.
"""

from __future__ import annotations

from collections.abc import Iterator

from hkinno_extract.characters import OPENING, PAIRS
from hkinno_extract.recognition.names.boundaries import is_year
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
        if head is not None and view.tags[head] in ("PROGRAMME_HEAD", "QUOTED_HEAD") and head > opening + 1:
            first, last = _undated(view, opening + 1, head)
            end = view.starts[closing] if last is None else view.ends[last]
            yield _mention(view.starts[first], end, view.values[head], "quoted-name")
            continue
        if head is not None and head < closing - 1 and view.tags[head] == "PROGRAMME" and is_year(view, head + 1):
            continue  # 「香港資訊及通訊科技獎2025」頒獎典禮: the gazetteer has the name
        if view.text[view.starts[opening]] in "《〈":
            continue
        behind = _head_behind(view, closing)
        if behind is not None:
            yield _mention(view.starts[opening], view.ends[behind], view.values[behind], "quoted-part")


def _undated(view: View, first: int, head: int) -> tuple[int, int | None]:
    """The first token of a quoted name without a year before it; `head` where a year stands behind it, else None."""
    if is_year(view, first) and first + 1 < head:
        first += 1
        while view.tags[first] in ("TIME", "SPACE") and first + 1 < head:
            first += 1
    behind = head + 1
    while view.tags[behind] == "SPACE":
        behind += 1
    return first, head if is_year(view, behind) else None


def is_slogan(view: View, opening: int, closing: int) -> bool:
    """Whether what stands in quotes is a sentence rather than a name: it begins with a verb, or has a function word in it.

    A verb, one word and the head of a scheme or an event are a name (「攜手育成計劃」).
    """
    if "STOP" in view.tags[opening + 1 : closing]:
        return True
    head = last_word(view, opening + 1, closing)
    named = head == opening + 3 and view.tags[head] == "PROGRAMME_HEAD" and view.values[head] in ("scheme", "event")
    return view.tags[opening + 1] == "VERB" and not named


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
