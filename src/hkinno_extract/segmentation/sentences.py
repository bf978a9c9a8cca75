"""Sentences inside blocks.

In: text and blocks. Out: (start, end, index of the block). A sentence ends behind 。！？；, never inside 「」 or brackets, and never crosses a block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hkinno_extract.characters import CLOSING, OPENING
from hkinno_extract.records import Block

_SIGNS = re.compile(f"[{re.escape(OPENING + CLOSING)}。！？；!?;]")
_ENDS = frozenset("。！？；!?;")


class Sentence(NamedTuple):
    """`text[start:end]`, inside block number `block`."""

    start: int
    end: int
    block: int


def split_sentences(text: str, blocks: Sequence[Block]) -> list[Sentence]:
    """The sentences of every block that has text of its own (of a row, its cells stand for it).

    >>> [s[:2] for s in split_sentences("甲。「乙。丙」丁！", [Block(kind="paragraph", start=0, end=9)])]
    [(0, 2), (2, 9)]
    """
    found: list[Sentence] = []
    for number, block in enumerate(blocks):
        if block.kind == "row" and number + 1 < len(blocks) and blocks[number + 1].kind == "cell":
            continue
        start, depth = block.start, 0
        for sign in _SIGNS.finditer(text, block.start, block.end):
            char = sign.group()
            if char in OPENING:
                depth += 1
            elif char in CLOSING:
                depth = max(0, depth - 1)
            elif depth == 0 and sign.start() >= start:
                end = sign.end()
                while end < block.end and text[end] in "」』）)”’":
                    end += 1
                found.append(Sentence(start, end, number))
                start = end
        if start < block.end and text[start : block.end].strip():
            found.append(Sentence(start, block.end, number))
    return found
