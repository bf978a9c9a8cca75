"""Sentences inside blocks.

In: text and blocks. Out: (start, end, index of the block). A sentence ends behind 。！？；, never inside 「」 or brackets that are
closed, and never crosses a block. Look first at `split_sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hkinno_extract.characters import CLOSING, OPENING, PAIRS
from hkinno_extract.records import Block

_SIGNS = re.compile(f"[{re.escape(OPENING + CLOSING)}。！？；!?;]")
_CLOSERS = frozenset(CLOSING)
_COMMAS = re.compile(r"[，、：,:\s]")
LONGEST = 2_000
"""A longer sentence is cut: nobody wrote it, a file without end signs did, and rules look at a whole sentence at a time."""


class Sentence(NamedTuple):
    """`text[start:end]`, inside block number `block`."""

    start: int
    end: int
    block: int


def split_sentences(text: str, blocks: Sequence[Block]) -> list[Sentence]:
    """The sentences of every block that has text of its own (of a row, its cells stand for it).

    A bracket that its block never closes opens nothing.

    >>> [s[:2] for s in split_sentences("甲。「乙。丙」丁！", [Block(kind="paragraph", start=0, end=9)])]
    [(0, 2), (2, 9)]
    >>> [s[:2] for s in split_sentences("甲「乙。丙。", [Block(kind="paragraph", start=0, end=6)])]
    [(0, 4), (4, 6)]
    """
    found: list[Sentence] = []
    for number, block in enumerate(blocks):
        if block.kind == "row" and number + 1 < len(blocks) and blocks[number + 1].kind == "cell":
            continue
        start, size = block.start, block.end
        for end in _ends(text, block):
            while end < size and text[end] in _CLOSERS:
                end += 1
            while end < size and text[end].isspace():
                end += 1
            if end > start:
                found.extend(_pieces(text, start, _stripped(text, start, end), number))
                start = end
        if start < size and text[start:size].strip():
            found.extend(_pieces(text, start, size, number))
    return found


def _pieces(text: str, start: int, end: int, block: int) -> Iterator[Sentence]:
    """The sentence itself; of one beyond LONGEST, pieces that end behind a comma or a space where there is one."""
    while end - start > LONGEST:
        cut = start + LONGEST
        commas = [m.end() for m in _COMMAS.finditer(text, start + LONGEST // 2, cut)]
        yield Sentence(start, commas[-1] if commas else cut, block)
        start = commas[-1] if commas else cut
    if text[start:end].strip():
        yield Sentence(start, end, block)


def _ends(text: str, block: Block) -> list[int]:
    """The places behind the end signs of `block` that stand in no closed pair of brackets."""
    open_at: list[tuple[str, int]] = []
    ends: list[int] = []
    for sign in _SIGNS.finditer(text, block.start, block.end):
        char = sign.group()
        if char in PAIRS:
            open_at.append((PAIRS[char], len(ends)))
        elif char in _CLOSERS:
            for at in range(len(open_at) - 1, -1, -1):
                if open_at[at][0] == char or {open_at[at][0], char} <= {")", "）"}:
                    del ends[open_at[at][1] :]
                    del open_at[at:]
                    break
        else:
            ends.append(sign.end())
    return ends


def _stripped(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return end
