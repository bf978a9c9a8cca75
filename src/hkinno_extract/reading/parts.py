"""Lines of a page, and the text with blocks that they make.

In: `Part`s from flow.py or plain_texts.py. Out: text and `Block`s. Look first at `assemble`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hkinno_extract.records import Block
from hkinno_extract.segmentation.blocks import plain_blocks


class Part(NamedTuple):
    """A line of the page: its text, and the kind of block that its element makes it (None: the text decides)."""

    text: str
    kind: str | None
    level: int
    cells: tuple[str, ...] = ()
    gap: bool = False


def assemble(parts: Iterable[Part]) -> tuple[str, tuple[Block, ...]]:
    """One text of `parts`, a line each, and its blocks; runs of lines without a kind are read as plain text."""
    text: list[str] = []
    blocks: list[Block] = []
    plain: list[str] = []
    size = plain_at = 0
    gap = True
    for part in (*parts, None):
        if part is not None and gap and not part.text:
            continue
        gap = part is not None and part.gap
        if plain and (part is None or part.kind is not None):
            blocks += [
                Block(kind=b.kind, start=b.start + plain_at, end=b.end + plain_at, level=b.level) for b in plain_blocks("".join(plain))
            ]
            plain = []
        if part is None:
            break
        if part.kind is None:
            if not plain:
                plain_at = size
            plain.append(part.text + ("\n\n" if part.gap else "\n"))
        elif part.kind == "row":
            blocks += _row(part.cells, size)
        else:
            blocks.append(Block(kind=part.kind, start=size, end=size + len(part.text), level=part.level))  # type: ignore[arg-type]
        line = part.text + ("\n\n" if part.gap else "\n")
        text.append(line)
        size += len(line)
    joined = "".join(text).rstrip("\n")
    return joined, tuple(b for b in blocks if b.end > b.start)


def _row(cells: tuple[str, ...], start: int) -> Iterator[Block]:
    yield Block(kind="row", start=start, end=start + len("\t".join(cells)))
    for column, cell in enumerate(cells):
        if cell:
            yield Block(kind="cell", start=start, end=start + len(cell), level=column)
        start += len(cell) + 1


def is_wide(char: str) -> bool:
    """Whether `char` takes two columns, so that no space parts it from its neighbours."""
    return char >= "\u1100" and unicodedata.east_asian_width(char) in "WF"
