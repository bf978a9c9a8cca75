"""Places in a text: without its white space and back again, and which spans lie over a place.

In: a text, spans. Out: offsets. Look first at `Squeezed`.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterator, Sequence


class Squeezed:
    """A text without its white space, with the way between both offsets."""

    def __init__(self, text: str) -> None:
        self.places = [i for i, c in enumerate(text) if not c.isspace()]
        self.text = "".join(text.split())

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the squeezed text."""
        return bisect_left(self.places, start), bisect_left(self.places, end)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where a squeezed span that is not empty stands in the text."""
        return self.places[start], self.places[end - 1] + 1

    def find(self, text: str) -> Iterator[int]:
        """Every start of `text`, which is not empty."""
        at = self.text.find(text)
        while at >= 0:
            yield at
            at = self.text.find(text, at + 1)


@functools.lru_cache(maxsize=8)
def squeezed_text(text: str) -> Squeezed:
    """`text` squeezed; the last few are kept."""
    return Squeezed(text)


class Spans:
    """Numbered spans, asked which of them overlap a place."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._ordered = sorted((start, end, number) for number, (start, end) in enumerate(spans))
        self._longest = max((end - start for start, end in spans), default=0)

    def over(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Number, start and end of those that share a character with it."""
        for at in range(bisect_left(self._ordered, (start - self._longest,)), len(self._ordered)):
            first, last, number = self._ordered[at]
            if first >= end:
                break
            if last > max(first, start):
                yield number, first, last
