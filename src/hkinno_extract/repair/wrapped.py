"""Line breaks inside the paragraphs of hard-wrapped text.

In: text and its blocks. Out: edits that join the lines of a block. Look first at `wrapped_lines`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hkinno_extract.records import Block
from hkinno_extract.repair.draft import Edit, replace

_BREAK = re.compile(r"\r\n|\n|\r")
_FAR = 24
_BLANKS = " \t\u3000\u00a0"
_WORD_END = re.compile(r"[A-Za-z0-9,.;:)%'\"]|(?<=\s)&")
_WORD = re.compile(r"[A-Za-z0-9($&'\"]")
_SPLIT_NUMBERS = (
    (re.compile(r"\d$"), re.compile(r"\d")),
    (re.compile(r"\d\.$"), re.compile(r"\d")),
    (re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})*,$"), re.compile(r"\d{3}(?!\d)")),
    (re.compile(r"[A-Z]$"), re.compile(r"\$")),
)
"""What stands in front of a break and behind it where the break is inside a number: 4|700, 12.|1, 4,|700, US|$5."""


def wrapped_lines(text: str, blocks: Sequence[Block]) -> list[Edit]:
    """Takes out a line break inside a block with the white space around it; between two Latin words a space stays.

    >>> wrapped_lines("百分之\\n六十五", [Block(kind="paragraph", start=0, end=7)])
    [Edit(start=3, end=4, pieces=(Piece(text='', start=3, end=4),))]
    """
    edits = []
    for block in blocks:
        if block.kind == "row":
            continue
        for m in _BREAK.finditer(text, block.start, block.end):
            start, end = m.span()
            while start > block.start and text[start - 1] in _BLANKS:
                start -= 1
            while end < block.end and text[end] in _BLANKS:
                end += 1
            edits.append(replace(start, end, _between(text, start, end)))
    return edits


def _between(text: str, start: int, end: int) -> str:
    """What joins text[:start] and text[end:]: a space between Latin words, nothing inside a number or next to Chinese."""
    before, behind = text[max(0, start - _FAR) : start], text[end : end + _FAR]
    latin = _WORD_END.match(before, len(before) - 1) and _WORD.match(behind)
    return " " if latin and not any(left.search(before) and right.match(behind) for left, right in _SPLIT_NUMBERS) else ""
