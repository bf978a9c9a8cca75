"""Line breaks inside the paragraphs of hard-wrapped text.

In: text and its blocks. Out: edits that join the lines of a block. Look first at `wrapped_lines`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hkinno_extract.records import Block
from hkinno_extract.repair.draft import Edit, replace

_BREAK = re.compile(r"[ \t\u3000\u00a0]*(?:\r\n|\n|\r)[ \t\u3000\u00a0]*")
_LATIN = re.compile(r"[A-Za-z0-9&,.;:)%'\"]")


def wrapped_lines(text: str, blocks: Sequence[Block]) -> list[Edit]:
    """Takes out a line break inside a block with the white space around it; between two Latin words a space stays.

    >>> wrapped_lines("百分之\\n六十五", [Block(kind="paragraph", start=0, end=7)])
    [Edit(start=3, end=4, pieces=(Piece(text='', start=3, end=4),))]
    """
    edits = []
    for block in blocks:
        if block.kind == "row" or text.find("\n", block.start, block.end) < 0:
            continue
        for m in _BREAK.finditer(text, block.start, block.end):
            before, behind = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
            latin = _LATIN.match(before) and re.match(r"[A-Za-z0-9($&'\"]", behind) and not (before.isdigit() and behind.isdigit())
            edits.append(replace(m.start(), m.end(), " " if latin else ""))
    return edits
