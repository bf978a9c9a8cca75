"""Blocks of a plain text: headings, bullets, paragraphs, rows of tables and their cells.

In: text. Out: `Block`s in order, without bullet signs and outer white space. Reading uses it for plain text; the tokenizer
where nobody has told it the blocks of a text. Look first at `plain_blocks`; lines.py tells what kind of line a line is,
wrapping.py which lines go on in the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from hkinno_extract.records import Block
from hkinno_extract.segmentation.lines import Line, cells_of, read_lines
from hkinno_extract.segmentation.wrapping import continued_lines, ended

HEADING_WIDTH = 120
"""A line wider than this many columns (a Chinese character takes two) is no heading."""

_NO_HEADING_END = "。！？；：，、.!?;:,…︰"


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of `text`: a short line without an end sign is a heading, a signed or numbered one a bullet, aligned columns are rows.

    The lines of a hard-wrapped paragraph are one block (the repair `wrapped_lines` takes the breaks out). Rows of stars give no block.

    >>> [(b.kind, b.start, b.end) for b in plain_blocks("業績公布\\n\\n　　甲升至第三，\\n乙下跌。\\n- 丙")]
    [('heading', 0, 4), ('paragraph', 8, 19), ('bullet', 22, 23)]
    """
    lines = read_lines(text)
    tables = _table_rows(text, lines)
    continued = continued_lines(text, lines, tables)
    found: list[Block] = []
    markers: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.kind not in ("text", "bullet"):
            at += 1
            if line.kind in ("end", "date"):
                markers.clear()
                found.append(Block(kind="paragraph", start=line.start, end=line.end))
            continue
        if at in tables:
            markers.clear()
            found += _row_blocks(tables[at])
            at += 1
            continue
        last = at
        while last + 1 in continued:
            last += 1
        found.append(_block(text, line, lines[last].end, markers, first=not found))
        at = last + 1
    return tuple(found)


def _block(text: str, line: Line, end: int, markers: list[str], *, first: bool) -> Block:
    if line.kind == "bullet":
        return Block(kind="bullet", start=line.start, end=end, level=_level(line.marker, markers))
    markers.clear()
    if line.label:
        return Block(kind="heading", start=line.start, end=line.end - 1, level=2)
    heading = not line.indent and line.width <= HEADING_WIDTH and end == line.end and text[end - 1] not in _NO_HEADING_END
    return Block(kind="heading" if heading else "paragraph", start=line.start, end=end, level=(1 if first else 2) if heading else 0)


def _level(marker: str, markers: list[str]) -> int:
    if marker in markers:
        del markers[markers.index(marker) + 1 :]
    else:
        markers.append(marker)
    return min(len(markers), 6)


def _table_rows(text: str, lines: Sequence[Line]) -> dict[int, list[tuple[int, int]]]:
    """Numbers of the lines that are rows of a table, with their cells."""
    found: dict[int, list[tuple[int, int]]] = {}
    group: dict[int, list[tuple[int, int]]] = {}
    for number, line in enumerate(lines):
        cells = cells_of(text, line) if line.kind == "text" else []
        if len(cells) >= 2 and not ended(text, line):
            group[number] = cells
            continue
        if line.kind == "rule" and group:
            continue
        if len(group) >= 2:
            found |= group
        group = {}
    return found | group if len(group) >= 2 else found


def _row_blocks(cells: Sequence[tuple[int, int]]) -> list[Block]:
    row = Block(kind="row", start=cells[0][0], end=cells[-1][1])
    return [row, *(Block(kind="cell", start=start, end=end, level=column) for column, (start, end) in enumerate(cells) if end > start)]
