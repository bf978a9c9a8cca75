"""Places in tables: rows of names and numbers under a head that speaks of places, or below an index.

In: a View whose blocks have rows and cells. Out: `Row` places with who holds them, and the year of their column.
Look first at `table_places`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hkinno_extract.normalisation import ranks
from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import BRACKETS, NUMBERS, is_year, number_at, surface
from hkinno_extract.recognition.view import View, strip_quotes
from hkinno_extract.records import Block

SPEAKING = frozenset({"RANK_NOUN", "INDEX"})
RULE = "table-cell"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its tokens and its column."""

    start: int
    end: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """A place in a cell, the name that its row opens with (of a pillar where `facet`), and the year of its column."""

    place: Place
    name: str
    edition: str | None
    facet: bool


def table_places(view: View) -> Iterator[Row]:
    """The places of cells that hold nothing but a number or a band, in tables that speak of places."""
    for rows in _tables(view):
        heads = {c.column: c for c in rows[0]}
        spoken = _speaks(view, rows[0])
        columns = {c.column for c in rows[0] if not SPEAKING.isdisjoint(view.tags[c.start : c.end]) or _year_head(view, c)}
        if not spoken and not _introduced(view, rows[0]):
            continue
        for row in rows[1:] if spoken or columns else rows:
            name = next((c for c in row if _names(view, c)), None)
            for cell in row:
                if name is None or cell.column <= name.column or (columns and cell.column not in columns):
                    continue
                place = _read(view, cell)
                if place is not None:
                    head = heads.get(cell.column)
                    facet = _is_facet(view, heads.get(name.column))
                    yield Row(place, strip_quotes(surface(view, name.start, name.end)), _year(view, head) if head else None, facet)


def row_head(view: View, block: int) -> str | None:
    """The name that the row of cell number `block` opens with; None in its first column, or where a number stands there."""
    first = block
    while first and view.blocks[first - 1].kind == "cell":
        first -= 1
    cell = _cell(view, view.blocks[first])
    return strip_quotes(surface(view, cell.start, cell.end)) if first != block and _names(view, cell) else None


def _tables(view: View) -> Iterator[list[list[Cell]]]:
    rows: list[list[Cell]] = []
    for block in (*view.blocks, None):
        if block is not None and block.kind == "row":
            rows.append([])
        elif block is not None and block.kind == "cell" and rows:
            rows[-1].append(_cell(view, block))
        else:
            kept = [r for r in rows if r]
            rows = []
            if len(kept) > 1:
                yield kept


def _cell(view: View, block: Block) -> Cell:
    return Cell(view.token_at(block.start), view.token_at(block.end - 1) + 1, block.level)


def _speaks(view: View, row: list[Cell]) -> bool:
    return any(not SPEAKING.isdisjoint(view.tags[c.start : c.end]) for c in row)


def _introduced(view: View, row: list[Cell]) -> bool:
    """Whether the last block before the table that has words of its own speaks of an index or of places."""
    first = view.starts[row[0].start]
    before = [b for b in view.blocks if b.end <= first and b.kind not in ("row", "cell")]
    if not before:
        return False
    start, end = view.token_at(before[-1].start), view.token_at(before[-1].end - 1) + 1
    return not SPEAKING.isdisjoint(view.tags[start:end])


def _is_facet(view: View, cell: Cell | None) -> bool:
    return cell is not None and "FACET" in view.tags[cell.start : cell.end]


def _year_head(view: View, cell: Cell) -> bool:
    return _year(view, cell) is not None


def _year(view: View, cell: Cell) -> str | None:
    return next((ranks.year(view.words[i]) for i in range(cell.start, cell.end) if is_year(view, i)), None)


def _names(view: View, cell: Cell) -> bool:
    return any(
        view.tags[i] not in NUMBERS | {"PUNCT", "SPACE", "RANGE", "TIME", "ORDINAL", "CLASSIFIER_OR_RANK"}
        for i in range(cell.start, cell.end)
    )


def _read(view: View, cell: Cell) -> Place | None:
    """The place of a cell such as 26, =26, 551-600 or 26 (上升3位); None where it holds anything else. Places with 第 are the grammar's."""
    end = next((i for i in range(cell.start, cell.end) if view.words[i] in BRACKETS), cell.end)
    while end > cell.start and view.tags[end - 1] == "SPACE":
        end -= 1
    start = cell.start
    while start < end and view.words[start] in "=＝":
        start += 1
    tags = view.tags[start:end]
    if not tags or tags[0] not in NUMBERS or any(t not in NUMBERS | {"RANGE", "CLASSIFIER_OR_RANK", "SPACE"} for t in tags):
        return None
    values = [number_at(view, i) for i in range(start, end) if view.tags[i] in NUMBERS]
    first, last = values[0], values[-1]
    if first is None or last is None or len(values) > 2 or first > last or (len(values) == 1 and is_year(view, start)):
        return None
    return Place(start=start, end=end, core=start, rule=RULE, form="cell", first=first, last=last)
