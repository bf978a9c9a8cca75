"""Whether a place that a copy lost may have changed an amount: half a comparator or unit, the other end of a range, a further digit.

In: a View and a `Surface`. Out: yes or no. What was lost right at a number is a token of class DAMAGED and part of the match; this module
looks a few characters further. Look first at `Losses.touch`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from hkinno_extract.characters import DIGIT_VALUES, LOST
from hkinno_extract.pattern_files import Word
from hkinno_extract.recognition.amounts.surface import MEASURES, NUMERIC, Surface
from hkinno_extract.recognition.view import View

_REACH = 5
_BARE, _LIMIT = 2, 3
"""Characters that may lie between a lost place and a number without a unit, and between half a limit and its number."""

_NUMERALS = frozenset(DIGIT_VALUES) | frozenset("半几数点.")
_CUT_OFF = re.compile("0[0-9]")
"""How what is left of a number without its first digits begins."""

_FRONT = frozenset({"COMPARATOR", "SUPERLATIVE"})
_SIZED = frozenset({"UNIT", "CURRENCY", "PERCENT", "POINT", "MULTIPLE", "SUBCURRENCY"})
_NUMBER = NUMERIC | MEASURES | {"SPACE", "COMPARATOR_BOTH"}
_TENTHS = "成"
"""The word behind which a lost place may well be a further digit; behind 倍 and classifiers it is the rest of the text."""


class Losses:
    """Knows of which words of `words` (folded, as in Patterns) a piece may be what a lost place left."""

    def __init__(self, words: Mapping[str, Word]) -> None:
        by_class: defaultdict[str, list[str]] = defaultdict(list)
        for word, row in words.items():
            by_class[row.cls].append(word)
        sized = [word for cls in _SIZED for word in by_class[cls]]
        self._after = _heads((*by_class["COMPARATOR_AFTER"], *by_class["POINT"]))
        self._units = _heads(sized)
        self._longer = _heads((*sized, *by_class["FRACTION"])) | {_TENTHS}
        self._rests = tuple(_tails((*by_class["COMPARATOR_AFTER"], *by_class["CURRENCY"])))
        self._comparators = tuple(word for cls in _FRONT for word in by_class[cls])
        self._before = _tails(self._comparators)
        self._limits = frozenset(word[1] for word in self._comparators if len(word) == 2 and words[word].value in ("le", "ge"))
        self._unlike = _unlike(words)
        self._more = frozenset(by_class["COMPARATOR_BOTH"]) | _NUMERALS

    def touch(self, view: View, found: Surface) -> bool:
        """Whether a lost place near `found` may have been a part of it."""
        if any(_CUT_OFF.match(part.text) for part in found.parts):
            return True  # 00億元, 000名
        if found.damaged or not view.has_losses:
            return False
        return self._behind_it(view, found) or self._before_it(view, found) or _in_range(view, found)

    def _behind_it(self, view: View, found: Surface) -> bool:
        """六成以� (以上), 190萬公� (公噸), 三分� (三分之一), 八成� (八成五), 九成半�, 300萬元�民幣."""
        end = view.ends[found.end - 1]
        left, lost, right = view.folded[end : end + _REACH].partition(LOST)
        if not lost:
            return False
        tag, word = view.tags[found.end - 1], view.words[found.end - 1]
        if left:
            if word == _TENTHS and left[0] in _NUMERALS:
                return True
            unit = found.parts[-1].unit
            if unit is None and not found.word and len(left) <= _BARE:
                return True
            return left in self._after or left in self._more or ((unit is None or unit[0] == "CURRENCY") and left in self._units)
        rest = right.lstrip(LOST)
        unsure = tag in NUMERIC or tag == "COMPARATOR_BOTH" or word in self._longer
        return unsure or rest[:1].isdigit() or rest.startswith(self._rests)

    def _before_it(self, view: View, found: Surface) -> bool:
        """�過500 (超過), �少於500 (不少於), � 000 (2 000), �加約500 where 加約 was taken for a word, �多獲500 (最多獲)."""
        start = view.starts[found.start]
        _, lost, left = view.folded[max(0, start - _REACH) : start].rpartition(LOST)
        if not lost:
            return False
        if left.isspace():
            return len(left) == 1 and view.words[found.start].startswith("0")
        if left:
            left = left.strip()
            return left in self._before or left.endswith(self._comparators) or (len(left) <= _LIMIT and left[0] in self._limits)
        return not found.front or view.words[found.start] in self._unlike


def _in_range(view: View, found: Surface) -> bool:
    """Whether it is one end of a range whose other end was lost: �.5%至10%, 介乎20至�%."""
    tags = view.tags
    at = found.start - 1
    if at > 0 and tags[at] == "RANGE":
        at -= 1
        while at >= 0 and tags[at] in _NUMBER:
            at -= 1
        if at >= 0 and tags[at] == "DAMAGED":
            return True
    at = found.end
    if at < len(tags) and tags[at] == "RANGE":
        at += 1
        while at < len(tags) and tags[at] in ("SPACE", "CURRENCY"):
            at += 1
        return at < len(tags) and tags[at] == "DAMAGED"
    return False


def _heads(words: Iterable[str]) -> frozenset[str]:
    """What `words` begin with.

    >>> sorted(_heads(["或以上", "左右"]))
    ['左', '或', '或以']
    """
    return frozenset(word[:i] for word in words for i in range(1, min(len(word), _REACH)))


def _tails(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word[-i:] for word in words for i in range(1, min(len(word), _REACH)))


def _unlike(words: Mapping[str, Word]) -> frozenset[str]:
    """The comparators that are the end of one that says something else: 少於 of 不少於, but not 約 of 大約."""
    front = {word: row.value for word, row in words.items() if row.cls in _FRONT}
    return frozenset(
        word[-i:] for word, value in front.items() for i in range(1, len(word)) if word[-i:] in front and front[word[-i:]] != value
    )
