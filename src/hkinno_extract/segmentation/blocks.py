"""Blocks of a plain text: headings, bullets, paragraphs, rows of tables and their cells.

In: text. Out: `Block`s in order, without bullet signs and outer white space. Reading uses it for plain text; the tokenizer
where nobody has told it the blocks of a text. Look first at `plain_blocks`; lines.py tells what kind of line a line is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from hkinno_extract.records import Block
from hkinno_extract.segmentation.lines import Line, cells_of, read_lines

HEADING_WIDTH = 120
"""A line wider than this many columns (a Chinese character takes two) is no heading."""

_SENTENCE_END = "。！？!?…"
_NO_HEADING_END = "。！？；：，、.!?;:,…︰"
_CLOSERS = "」』）)】》〉”’\"'"


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of `text`: a short line without an end sign is a heading, a signed or numbered one a bullet, aligned columns are rows.

    The lines of a hard-wrapped paragraph are one block (the repair `wrapped_lines` takes the breaks out). Rows of stars give no block.

    >>> [(b.kind, b.start, b.end) for b in plain_blocks("業績公布\\n\\n　　甲升至第三，\\n乙下跌。\\n- 丙")]
    [('heading', 0, 4), ('paragraph', 8, 19), ('bullet', 22, 23)]
    """
    lines = read_lines(text)
    tables = _table_rows(text, lines)
    width = _wrap_width(text, lines)
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
        while last + 1 < len(lines) and last + 1 not in tables and _goes_on(text, lines, at, last, width):
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


def _goes_on(text: str, lines: Sequence[Line], first: int, last: int, width: int) -> bool:
    """Whether the paragraph lines[first..last] goes on in the next line."""
    line, head, behind = lines[last], lines[first], lines[last + 1]
    if behind.kind != "text" or behind.label or head.label:
        return False
    full = width > 0 and line.width >= width - 7
    ended = _ended(text, line)
    if head.kind == "text" and head.indent and behind.indent < head.indent:
        after = lines[last + 2] if last + 2 < len(lines) else None
        starts_next = ended and after is not None and after.indent > 0 and not full
        return (not ended or full) and not starts_next
    if head.kind == "bullet" and behind.indent > head.indent:
        return not ended or full
    return (
        full
        and behind.indent <= max(head.indent, 0)
        and not (ended and behind.width < width // 2 and text[behind.end - 1] not in _SENTENCE_END)
    )


def _ended(text: str, line: Line) -> bool:
    end = line.end
    while end > line.start and text[end - 1] in _CLOSERS:
        end -= 1
    return text[end - 1] in _SENTENCE_END


def _wrap_width(text: str, lines: Sequence[Line]) -> int:
    """The width in columns at which a hard-wrapped text breaks its lines; 0 where it is not hard-wrapped."""
    broken = [
        line.width + line.indent
        for line, behind in itertools.pairwise(lines)
        if line.kind in ("text", "bullet") and behind.kind == "text" and not behind.indent and not line.label
    ]
    if len(broken) < 2:
        return 0
    width = max(broken)
    full = sum(w >= width - 7 for w in broken)
    unfinished = sum(
        not _ended(text, line)
        for line, behind in itertools.pairwise(lines)
        if line.kind in ("text", "bullet") and behind.kind == "text" and line.width + line.indent >= width - 7
    )
    return width if 20 <= width <= 110 and full >= 2 and full >= 0.6 * len(broken) and unfinished >= full // 2 else 0


def _table_rows(text: str, lines: Sequence[Line]) -> dict[int, list[tuple[int, int]]]:
    """Numbers of the lines that are rows of a table, with their cells."""
    found: dict[int, list[tuple[int, int]]] = {}
    group: dict[int, list[tuple[int, int]]] = {}
    for number, line in enumerate(lines):
        cells = cells_of(text, line) if line.kind == "text" else []
        if len(cells) >= 2 and not _ended(text, line):
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
