"""Numbers, Latin words and lost places: what gets its own token whatever the segmenter says.

In: text. Out: spans with a tag of TOKENIZER_TAGS. A run of Chinese numerals is a candidate only: it stands as a number where the segmenter
or the words around it make it one (`numeral_stands`), so that 一直, 四川, 統一 stay words. Look first at `lex`, then `chain_behind`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

_THIN = "\u0020\u00a0\u2002-\u200a\u202f\u205f"
_DIGITS = "零〇○一二三四五六七八九兩两壹貳貮贰叁參叄参肆伍陸陆柒捌玖"
_TENS = "十百千廿卅卌拾佰仟"
_LEXEME = re.compile(
    rf"""
    (?P<LOST>[0-9０-９]*\ufffd+[0-9０-９.,]*)
  | (?P<NUMBER>
      (?<![0-9０-９.])(?:[0-9]{{1,3}}(?:[{_THIN}][0-9]{{3}})+(?![0-9])|[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?
      | [０-９]+(?:[，,][０-９]{{3}})*(?:[．.][０-９]+)?
    )
  | (?P<LATIN>[A-Za-zÀ-ɏＡ-Ｚａ-ｚ](?:(?![0-9]{{1,3}},[0-9]{{3}}(?![0-9]))[A-Za-zÀ-ɏＡ-Ｚａ-ｚ0-9])*(?:[&'’.\-][A-Za-z0-9]+)*)
  | (?P<NUMERAL>[幾几數数]?[{_DIGITS}{_TENS}]+[幾几數数]?(?:[點点][零〇○一二三四五六七八九]+)?|[幾几數数半])
    """,
    re.VERBOSE,
)
_LONE = frozenset("幾几數数半")
MEASURING = frozenset(
    {
        "SCALE",
        "CURRENCY",
        "CLASSIFIER",
        "CLASSIFIER_OR_RANK",
        "TOP_BEHIND",
        "UNIT",
        "PERCENT",
        "POINT",
        "MULTIPLE",
        "COMPARATOR_BOTH",
        "SUBCURRENCY",
    }
)
"""Classes that make a number of the numeral before them."""
_BEHIND = MEASURING | {"FRACTION", "TIME", "RANGE"}
_BEFORE = frozenset({"ORDINAL", "TOP", "COMPARATOR", "COMPARATOR_BOTH", "SCALE", "RANGE", "FRACTION", "CURRENCY"})
_DIGIT_OF_TENTHS = frozenset("二三四五六七八九")
_NOUGHT = frozenset("零〇○")
_GREAT = frozenset("万亿")
_HALVED = frozenset({"PERCENT", "MULTIPLE", "CLASSIFIER"})
_PAIRED = frozenset({"TIME", "UNIT", "CLASSIFIER", "POINT", "PERCENT"})
_SPEAKING = frozenset({"STOP", "VERB", "LINK"})
_FIRM = frozenset({"SCALE", "CURRENCY", "PERCENT", "MULTIPLE", "SUBCURRENCY"})


class Lexeme(NamedTuple):
    """`text[start:end]` with its tag."""

    start: int
    end: int
    tag: str


Entries = Mapping[str, tuple[str, str]]
"""Folded word to (class, value)."""


def lex(text: str) -> list[Lexeme]:
    """Every lexeme of `text`, left to right, without overlaps.

    >>> [(text, tag) for text, tag in (("超過1,600家"[l.start:l.end], l.tag) for l in lex("超過1,600家"))]
    [('1,600', 'NUMBER')]
    """
    found = []
    for match in _LEXEME.finditer(text):
        tag = match.lastgroup or ""
        found.append(Lexeme(match.start(), match.end(), "DAMAGED" if tag == "LOST" else tag))
    return found


IsWord = Callable[[int, int], bool]
"""Whether the segmenter's dictionary has the word at a place (start, end)."""


def standing_numeral(folded: str, place: tuple[int, int], cuts: bytearray, entries: Entries, is_word: IsWord) -> tuple[int, int] | None:
    """The part of the run of Chinese numerals at `place` that is a number: all of it, all but its first 數 (總數百分之二), or None.

    A 數 that ends a word (全數九成) is cut off the number.
    """
    start, end = place
    last_word = folded[start - 1 : start + 1]
    lone = end - start > 1 and start and folded[start] in _LONE
    if lone and (last_word in entries or (not cuts[start] and is_word(start - 1, start + 1))):
        start += 1
        place = start, end
        cuts[start] = 1
    if numeral_stands(folded, place, cuts, entries):
        return place
    if end - start > 1 and folded[start] in _LONE and numeral_stands(folded, (start + 1, end), cuts, entries):
        return start + 1, end
    return None


def numeral_stands(folded: str, place: tuple[int, int], cuts: Sequence[int], entries: Entries) -> bool:
    """Whether the run of Chinese numerals at `place` (start, end) is a number and no part of a word (一直, 統一, 數碼).

    `cuts[i]` is true where a word of the segmenter, a table or an earlier number ends before character i. A run with a measuring word
    behind it stands if it is longer than one character or begins a word; otherwise both its ends must be ends of words.
    """
    start, end = place
    behind = next(chain_behind(folded, end, cuts, entries), None)
    if end - start == 1 and folded[start] in _LONE:
        if folded[start] == "半" and start and entries.get(folded[start - 1], ("",))[0] in _HALVED and cuts[end]:
            return bool(cuts[start])
        return behind is not None and behind.tag in MEASURING and bool(cuts[start])
    if end - start == 1 and folded[start] in _DIGIT_OF_TENTHS and start > 1 and entries.get(folded[start - 1], ("",))[0] == "PERCENT":
        return folded[start - 2] in _DIGITS and behind is None  # 六成三 | 續約, whatever the segmenter makes of 三續
    begins = bool(cuts[start]) or (start > 0 and entries.get(folded[start - 1], ("",))[0] in _BEFORE)
    if end - start > 3 and not _NOUGHT.isdisjoint(folded[start:end]):
        return True  # 二○二四, a year whatever stands beside it
    if end - start == 1 and folded[start] in _NOUGHT:
        between = folded[start - 1 : start] in _GREAT and folded[end : end + 1].isdigit()  # 1億零430萬
        return between or (begins and bool(cuts[end]))
    if behind is not None:
        return begins or end - start > 1
    return begins and bool(cuts[end])


def chain_behind(folded: str, at: int, cuts: Sequence[int], entries: Entries, is_word: IsWord | None = None) -> Iterator[Lexeme]:
    """The words that follow a number without a gap: 多, 萬, 元 in 1,600多萬元, and one of two characters right behind it (年底, 公里).

    A classifier counts only where the segmenter ends a word behind it (100家, not 100家族), or behind 多 and 餘; 元 only where it does
    not begin a word of its dictionary, as `is_word` tells (2025元朗).
    """
    first = at
    if folded[at : at + 1] == " " and folded[at + 1 : at + 2] != " ":
        at += 1
    pair = entries.get(folded[at : at + 2])
    if pair is not None and len(folded) > at + 1 and pair[0] in _PAIRED and cuts[at + 2]:
        yield Lexeme(at, at + 2, pair[0])
        return
    more = False
    while at < len(folded):
        entry = entries.get(folded[at])
        if entry is None or entry[0] not in _BEHIND:
            return
        if entry[0] not in _FIRM and not more and not cuts[at + 1] and not _goes_on(folded, at + 1, cuts, entries):
            return
        if entry[0] == "CURRENCY" and at == first and not cuts[at + 1] and is_word is not None and is_word(at, at + 2):
            return
        yield Lexeme(at, at + 1, entry[0])
        more = entry[0] == "COMPARATOR_BOTH"
        at += 1


def _goes_on(folded: str, at: int, cuts: Sequence[int], entries: Entries) -> bool:
    """Whether what begins at character `at` shows that a classifier ends there: 兩家|屬, 兩個|半百分點."""
    if at >= len(folded):
        return False
    if folded[at] == "半":
        return bool(cuts[at + 1]) or entries.get(folded[at + 1 : at + 4], ("",))[0] == "POINT"
    return entries.get(folded[at], ("",))[0] in _FIRM | _SPEAKING


def cut_before(folded: str, start: int, cuts: bytearray, entries: Entries, is_word: IsWord) -> None:
    """Cuts 第 before the number at `start` off its word, and a verb of one character before 第: 中排第15 is 中, 排, 第, 15.

    Likewise a comparator that touches the number off a link (有約20間 is 有, 約, 20, 間) and off what is no word of the segmenter's
    dictionary, as `is_word` tells of a place (加約20間, not 合約20份), and a copula off a word that no table knows (總得分為99 is no 分為).
    """
    at = start - 1
    if at > 0 and entries.get(folded[at]) == ("STOP", "be") and not any(folded[at - more : start] in entries for more in (1, 2)):
        cuts[at] = 1
        return
    if at > 0 and entries.get(folded[at], ("",))[0] == "COMPARATOR" and folded[at - 1 : start] not in entries:
        linked = entries.get(folded[at - 1], ("",))[0] in ("LINK", "COMPARATOR")
        if linked or (not cuts[at] and not is_word(cuts.rfind(1, 0, at), start)):
            cuts[at] = 1
        return
    if at < 0 or entries.get(folded[at], ("",))[0] != "ORDINAL":
        return
    cuts[at] = 1
    if at and entries.get(folded[at - 1], ("",))[0] == "RANK_LEAD":
        cuts[at - 1] = 1
