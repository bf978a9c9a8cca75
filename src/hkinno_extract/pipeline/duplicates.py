"""The same release from two sources: found by its text, kept once.

In: what is remembered of each release (`Print`), and its JSON where two may be the same. Out: which release stands for which. Candidates
share a day and values of a MinHash sketch (Broder 1997) of the repaired text; then the texts themselves are compared. Two releases of one
source are never the same, since standing notices are issued again under new ids. Look first at `find_duplicates`.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from hkinno_extract.characters import LOST, fold
from hkinno_extract.records import Document

SHINGLE, SKETCH = 8, 8
_ALIKE = 0.85
"""The share of the shorter text's shingles that the other must have."""

_LEAST = 40
"""Texts of fewer letters are too short to be told apart."""

_NOT_LETTERS = re.compile(r"[^\w\ufffd]|_")
_NUMBER = re.compile(r"(?<![\ufffd\d])\d+(?![\ufffd\d])")


class Print(NamedTuple):
    """What is remembered of a release: its day, how many characters of it are lost, whether it is in Simplified characters, whether it was
    repaired, its sketch."""

    day: str
    lost: int
    simplified: bool
    repaired: bool
    sketch: tuple[int, ...]

    def as_json(self) -> list[object]:
        return [self.day, self.lost, int(self.simplified), int(self.repaired), *self.sketch]

    @classmethod
    def from_json(cls, values: list[object]) -> Print:
        day, lost, simplified, repaired, *sketch = values
        return cls(str(day), int(str(lost)), bool(simplified), bool(repaired), tuple(int(str(value)) for value in sketch))


def print_of(document: Document, text: str) -> Print:
    """The print of a release; its sketch is empty where the text is too short, or the release has no day."""
    day = (document.published_at or "")[:10]
    usable = day and document.status == "ok" and document.language != "en"
    return Print(day, text.count(LOST), document.language == "zh-Hans", bool(document.repairs), _sketch(text) if usable else ())


def _sketch(text: str) -> tuple[int, ...]:
    """The SKETCH smallest hashes of the text's shingles."""
    shingles = _shingles(_letters(text))
    if len(shingles) < _LEAST:
        return ()
    return tuple(heapq.nsmallest(SKETCH, {int.from_bytes(hashlib.blake2b(s.encode(), digest_size=6).digest()) for s in shingles}))


def _letters(text: str) -> str:
    """The letters and digits of a text, folded, with its lost characters."""
    return _NOT_LETTERS.sub("", fold(text))


def _shingles(letters: str) -> set[str]:
    return {piece[i : i + SHINGLE] for piece in letters.split(LOST) for i in range(len(piece) - SHINGLE + 1)}


def is_same(one: str, other: str) -> bool:
    """Whether two texts are copies of one release: nearly all of the shorter one is in the other, and so are all its numbers.

    Lost characters, and numbers beside them, count for neither.
    """
    left, right = sorted((_letters(one), _letters(other)), key=len)
    if len(left) < _LEAST or 2 * len(left) < len(right):
        return False
    shingles = _shingles(left)
    least = _ALIKE * len(shingles) - SHINGLE * right.count(LOST)
    if not shingles or len(shingles & _shingles(right)) < max(1.0, least):
        return False
    first, second = Counter(_NUMBER.findall(left)), Counter(_NUMBER.findall(right))
    return not (first - second) or not (second - first)


def find_duplicates(prints: Mapping[str, Print], sources: Mapping[str, str], text_of: Callable[[str], str]) -> dict[str, str]:
    """Each release that another one stands for, with the id of that one.

    `sources` gives the source of each release. The copy with the fewest lost characters stands, then one in Traditional characters, then
    one that needed no repair, then the one with the first id; it stands for one release of every other source at most. The same whatever
    the order of `prints`.
    """
    if len(set(sources.values())) < 2:
        return {}
    near = defaultdict(set)
    for one, other in _pairs(prints, sources):
        near[one].add(other)
        near[other].add(one)
    found: dict[str, str] = {}
    absorbed: defaultdict[str, set[str]] = defaultdict(set)
    for doc_id in sorted(near, key=lambda d: _rank(d, prints[d])):
        for other in sorted(near[doc_id], key=lambda d: _rank(d, prints[d])):
            if _rank(other, prints[other]) > _rank(doc_id, prints[doc_id]) or other in found:
                continue
            if sources[doc_id] not in absorbed[other] and is_same(text_of(doc_id), text_of(other)):
                found[doc_id] = other
                absorbed[other].add(sources[doc_id])
                break
    return found


def _rank(doc_id: str, known: Print) -> tuple[int, bool, bool, str]:
    return known.lost, known.simplified, known.repaired, doc_id


def _pairs(prints: Mapping[str, Print], sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The pairs of different sources that share a day and a value of their sketches."""
    buckets: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for doc_id in sorted(prints):
        for value in prints[doc_id].sketch:
            buckets[prints[doc_id].day, value].append(doc_id)
    seen = set()
    for members in buckets.values():
        for i, one in enumerate(members):
            for other in members[i + 1 :]:
                if sources[one] != sources[other] and (one, other) not in seen:
                    seen.add((one, other))
                    yield one, other
