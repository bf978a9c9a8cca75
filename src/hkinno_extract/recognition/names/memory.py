"""Short forms that a text defines: 「引進重點企業辦公室（引進辦）」, （下稱「該局」）, 香港科技園公司(科技園公司), 學院（IMD）.

In: a View and mentions. Out: mentions of the short forms, where they are defined and wherever else they stand. Look first at `define`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import ahocorasick

from hkinno_extract.characters import CLOSING, OPENING, fold, is_han
from hkinno_extract.recognition.names.mentions import DEFINED, REPEATED, Mention
from hkinno_extract.recognition.view import View

LONGEST = 40
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9&.\-]*[A-Z][A-Za-z0-9&.\-]*|[A-Z][a-z]+(?:[ \-&][A-Za-z][A-Za-z.]*)+")
_SPLIT = re.compile("[，,；;、/／]|(?<=」)(?=[^」])")


def define(view: View, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The short form in brackets behind each of `mentions`, as a mention of the same name."""
    text = view.text
    for mention in mentions:
        at = mention.end
        while at < len(text) and text[at] in "」』》 ":
            at += 1
        if at >= len(text) or text[at] not in "（(":
            continue
        end = _closing(text, at)
        if end is None:
            continue
        for start, stop in _parts(text, at + 1, end):
            alias = _alias(view, mention, start, stop)
            if alias is not None:
                yield mention.replace(
                    start=alias[0],
                    end=alias[1],
                    full=mention.full or text[mention.start : mention.end],
                    source=DEFINED,
                    pattern=mention.pattern if mention.id else "defined-in-text",
                )


def _closing(text: str, at: int) -> int | None:
    depth = 0
    for end in range(at, min(len(text), at + LONGEST)):
        if text[end] in "（(":
            depth += 1
        elif text[end] in "）)":
            depth -= 1
            if not depth:
                return end
    return None


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for cut in _SPLIT.finditer(text, start, end):
        if cut.start() > at:
            yield at, cut.start()
        at = cut.end()
    if at < end:
        yield at, end


def _alias(view: View, mention: Mention, start: int, end: int) -> tuple[int, int] | None:
    text = view.text
    marked = False
    while start < end and (text[start].isspace() or text[start] in "：:"):
        start += 1
    first = view.token_at(start)
    if view.starts[first] == start and view.tags[first] == "ALIAS_MARK":
        marked, start = True, view.ends[first]
    while start < end and (text[start] in OPENING or text[start] in "：: "):
        start += 1
    while end > start and (text[end - 1] in CLOSING or text[end - 1] == " "):
        end -= 1
    return (start, end) if start < end and _abbreviates(text[start:end], text[mention.start : mention.end], marked) else None


def _abbreviates(alias: str, name: str, marked: bool) -> bool:
    """Whether `alias` may stand for `name`: an acronym or Latin name, or a shorter one of its characters.

    >>> _abbreviates("引進辦", "引進重點企業辦公室", False), _abbreviates("星期五", "教育局", False)
    (True, False)
    """
    if _ACRONYM.fullmatch(alias):
        return True
    if not is_han(alias[0]) or not 2 <= len(alias) <= 16:
        return False
    if marked:
        return True
    shared = sum(c in fold(name) for c in fold(alias))
    return len(alias) < len(name) and shared >= max(2, 0.6 * len(alias))


def repeated(view: View, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Further places of the new names and short forms among `mentions`, where their characters stand as words.

    A short form that is an ordinary word by itself, or begins with one that points (該), counts only behind its definition.
    """
    forms: dict[str, Mention] = {}
    for mention in mentions:
        form = view.folded[mention.start : mention.end]
        if len(form) >= 2 and (mention.source == DEFINED or mention.id is None):
            forms.setdefault(form, mention)
    if not forms:
        return
    automaton = ahocorasick.Automaton()
    for form, mention in forms.items():
        automaton.add_word(form, (len(form), mention))
    automaton.make_automaton()
    for last, (length, mention) in automaton.iter_long(view.folded):
        start, end = last + 1 - length, last + 1
        if start == mention.start or not _stands(view, start, end):
            continue
        if start < mention.start and mention.source == DEFINED and _ordinary(view, mention):
            continue
        yield mention.replace(start=start, end=end, source=REPEATED)


def _stands(view: View, start: int, end: int) -> bool:
    first, last = view.token_at(start), view.token_at(end - 1)
    left, right = view.starts[first] == start, view.ends[last] == end
    if not is_han(view.text[start]):
        return left and right
    return left and (right or end - start > 2)


def _ordinary(view: View, mention: Mention) -> bool:
    first, last = view.token_at(mention.start), view.token_at(mention.end - 1)
    return all(view.tags[at] not in ("WORD", "LATIN", "REGION", "ORGANISATION", "PROGRAMME") for at in range(first, last + 1))
