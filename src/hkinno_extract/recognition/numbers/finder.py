"""All numbers, percentages and ranges of a text.

In: a text. Out: `Numeric`s by place; a range and the numbers in it are both listed. Look first at `numbers`.
"""

from __future__ import annotations

import functools

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import Patterns, load_patterns
from hkinno_extract.recognition.numbers.percents import Numeric, PercentUnits, measured
from hkinno_extract.recognition.numbers.ranges import RangeFinder
from hkinno_extract.recognition.numbers.scan import scan
from hkinno_extract.segmentation.words import WordIndex
from hkinno_extract.settings import Settings

_NUMERIC = frozenset(
    {
        *(
            "SCALE",
            "CURRENCY",
            "CLASSIFIER",
            "CLASSIFIER_OR_RANK",
            "CLASSIFIER_OR_PLACE",
            "UNIT",
            "PERCENT",
            "POINT",
            "FRACTION",
            "MULTIPLE",
        ),
        *("COMPARATOR", "COMPARATOR_AFTER", "COMPARATOR_BOTH", "SUPERLATIVE", "RANGE", "TIME", "BETWEEN", "AMOUNT", "ONE_OF"),
    }
)


class NumberFinder:
    """Finds numbers with the words of `patterns`."""

    def __init__(self, patterns: Patterns) -> None:
        self._index = WordIndex(patterns)
        self._units = PercentUnits(patterns)
        self._ranges = RangeFinder(patterns)

    def find(self, text: str) -> list[Numeric]:
        """The numbers, percentages and ranges of `text`, by place, a range before the numbers in it."""
        folded = fold(text)
        blocked = bytearray(len(text))
        for start, end, entry in self._index.find(folded):
            if entry.tag not in _NUMERIC:
                blocked[start:end] = b"\1" * (end - start)
        found = list(measured(text, folded, scan(text, folded, blocked, self._index.entries), self._units))
        listed = [numeric for _, numeric in found] + self._ranges.find(text, folded, found)
        return sorted(listed, key=lambda n: (n.start, -n.end, n.kind != "range"))


@functools.lru_cache(maxsize=4)
def _finder(patterns: Patterns) -> NumberFinder:
    return NumberFinder(patterns)


def numbers(text: str, *, settings: Settings | None = None) -> list[Numeric]:
    """The numbers, percentages and ranges of `text`, by place.

    `kind` is `number`, `percent` (value 12.1 for 12.1%, 20 for 兩成), `percentage_point` or `range`; a range and the numbers in it are both
    listed. Words that merely contain numerals (一直, 四川) are none. Needs no model. Raises PatternError where the
    patterns are not in order.
    """
    return _finder(load_patterns((settings or Settings()).patterns_dir())).find(text)
