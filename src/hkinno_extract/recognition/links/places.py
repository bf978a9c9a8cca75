"""Where records stand: their tokens, sentences and blocks, and what stands between two of them.

In: a View. Out: token numbers and ranges. Shared by the linkers.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import TypeVar

from hkinno_extract.recognition.rankings.spans import CLAUSE_ENDS
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Record

FULL_STOPS = frozenset("。！？!?")
R = TypeVar("R", bound=Record)


def tokens_of(view: View, record: Record) -> tuple[int, int]:
    """First token of a record, and the one behind its last."""
    return view.token_at(record.start), view.token_at(record.end - 1) + 1


def sentence_number(view: View, char: int) -> int:
    """The number of the sentence that holds character `char`."""
    return max(0, bisect.bisect_right(view.spans, char, key=lambda s: s.start) - 1)


def full_sentence(view: View, char: int) -> tuple[int, int]:
    """Tokens from one full stop to the next around character `char`: sentences that only a semicolon parts are one."""
    at = sentence_number(view, char)
    first = last = at
    block = view.sentences[at].block
    while first and view.sentences[first - 1].block == block and not _stops(view, first - 1):
        first -= 1
    while last + 1 < len(view.sentences) and view.sentences[last + 1].block == block and not _stops(view, last):
        last += 1
    return view.sentences[first].start, view.sentences[last].end


def _stops(view: View, number: int) -> bool:
    sentence = view.sentences[number]
    return any(view.words[i] in FULL_STOPS for i in range(max(sentence.start, sentence.end - 2), sentence.end))


def inside(view: View, records: Sequence[R], start: int, end: int) -> list[R]:
    """Those of `records`, which are in order of place, that begin in tokens `start` to `end`."""
    if start >= end:
        return []
    first = bisect.bisect_left(records, view.starts[start], key=lambda r: r.start)
    last = bisect.bisect_left(records, view.ends[end - 1], key=lambda r: r.start)
    return list(records[first:last])


def clause_start(view: View, at: int, floor: int) -> int:
    """The first token of the clause that token `at` stands in."""
    while at > floor and view.words[at - 1] not in CLAUSE_ENDS:
        at -= 1
    return at


def clause_end(view: View, at: int, ceiling: int) -> int:
    """The token behind the last of the clause that token `at` stands in."""
    while at < ceiling and view.words[at] not in CLAUSE_ENDS:
        at += 1
    return at
