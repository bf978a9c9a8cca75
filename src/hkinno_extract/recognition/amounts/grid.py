"""The tables of a text: which heads stand above a cell, and which cells its row opens with.

In: a View whose blocks have rows and cells; a cell's level is its column. Out: `GridCell`s. A head may take several rows (年度 over two
rows beside 撥款 over 宗數 and 金額): the first row of a table is one, and those below it that open with no cell and hold no numbers but
years. A head above the last row of heads stands over the columns to its right until the next one, as one that spans columns does; a label
that spans rows goes on below it. Look first at `Grid.at`.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hkinno_extract.characters import SCALE_VALUES
from hkinno_extract.normalisation import periods
from hkinno_extract.recognition.amounts.period import times_of
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Block

_BRACKETED = re.compile(r"[（(\[［].*?[）)\]］]")
_NUMERIC = frozenset({"NUMBER", "NUMERAL", "DAMAGED", "AMOUNT"})


class GridCell(NamedTuple):
    """A cell below a head: `tops` stand over its column, the nearest first; `sides` stand left of it in its row, the nearest first.

    Of the cells to its left those count that hold no number but a period. `caption` is the block in front of the table.
    """

    block: Block
    tops: tuple[Block, ...]
    sides: tuple[Block, ...]
    caption: Block | None


@dataclass(slots=True)
class _Table:
    """The cells of each row by column, and for each column the numbers of the rows that fill it; `labels`, `dated`: what was asked."""

    caption: Block | None
    rows: list[dict[int, Block]] = field(default_factory=list)
    columns: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[int, list[int]] = field(default_factory=dict)
    dated: dict[int, bool] = field(default_factory=dict)
    depth: int = 1


class Grid:
    """The tables of one view."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._tables: list[_Table] = []
        self._places: list[tuple[int, int, int, int]] = []
        before: Block | None = None
        for block in view.blocks:
            if block.kind == "row":
                if before is None or before.kind not in ("row", "cell") or not self._tables:
                    self._tables.append(_Table(before))
                self._tables[-1].rows.append({})
            elif block.kind == "cell" and self._tables:
                table = self._tables[-1]
                self._places.append((block.start, len(self._tables) - 1, len(table.rows) - 1, block.level))
                table.rows[-1][block.level] = block
                table.columns[block.level].append(len(table.rows) - 1)
            before = block
        for table in self._tables:
            table.depth = self._depth(table)

    def __bool__(self) -> bool:
        return bool(self._places)

    def __iter__(self) -> Iterator[GridCell]:
        """The cells below heads that do not open their row, by place."""
        for _, number, row, column in self._places:
            table = self._tables[number]
            if row >= table.depth and column:
                yield self._cell(table, row, column)

    def at(self, char: int) -> GridCell | None:
        """The cell that holds character `char`; None outside tables, and for a table's own heads."""
        at = bisect.bisect_right(self._places, (char, 1 << 60, 0, 0)) - 1 if self._places else -1
        if at < 0:
            return None
        _, number, row, column = self._places[at]
        table = self._tables[number]
        if char >= table.rows[row][column].end or row < table.depth:
            return None
        return self._cell(table, row, column)

    def period(self, block: Block) -> str | None:
        """The period that a head or a label names (2023年, 2022-23, 2024)."""
        text = _BRACKETED.sub("", self._view.text[block.start : block.end]).strip()
        for sign in ("-", "/", "至", "–"):
            one, found, two = text.partition(sign)
            if found and (year := periods.year_of(one.strip())) is not None:
                return periods.financial_year(year, two.strip())
        year = periods.year_of(text)
        if year is not None:
            return str(year)
        times = times_of(self._view, *self.tokens(block))
        return times[0].period if times else None

    def tokens(self, block: Block) -> tuple[int, int]:
        """The first token of a block, and the one behind its last."""
        return self._view.token_at(block.start), self._view.token_at(block.end - 1) + 1

    def _cell(self, table: _Table, row: int, column: int) -> GridCell:
        return GridCell(table.rows[row][column], self._tops(table, column), self._sides(table, row, column), table.caption)

    def _tops(self, table: _Table, column: int) -> tuple[Block, ...]:
        found = []
        for row in range(table.depth - 1, -1, -1):
            cells = table.rows[row]
            over = column
            if row < table.depth - 1 and column:
                over = max((c for c in cells if 0 < c <= column), default=-1)
            if over in cells:
                found.append(cells[over])
        return tuple(found)

    def _sides(self, table: _Table, row: int, column: int) -> tuple[Block, ...]:
        cells = table.rows[row]
        opening = min(cells)
        labels = self._labels_of(table, row)
        found = [cells[c] for c in reversed(labels[: bisect.bisect_left(labels, column)])]
        for missing in range(min(opening, column) - 1, -1, -1):
            filled = table.columns.get(missing, [])
            number = bisect.bisect_left(filled, row) - 1
            if number >= 0 and filled[number] >= table.depth:
                found.append(table.rows[filled[number]][missing])
        return tuple(found)

    def _labels_of(self, table: _Table, row: int) -> list[int]:
        """The columns of a row whose cells are labels, found once."""
        if row not in table.labels:
            table.labels[row] = [
                c for c, block in sorted(table.rows[row].items()) if not c or self._labels(block, bare=self._dated(table, c))
            ]
        return table.labels[row]

    def _depth(self, table: _Table) -> int:
        depth = 1
        while depth < len(table.rows) - 1:
            cells = table.rows[depth]
            titled = depth == 1 and len(table.rows[0]) == 1 and len(cells) > 1 and 0 in table.rows[0]
            if not titled and (0 in cells or not all(self._labels(block, bare=True) for block in cells.values())):
                break
            if titled:
                table.caption = table.rows[0][0]
            depth += 1
        return depth

    def _labels(self, block: Block, *, bare: bool) -> bool:
        """Whether a cell names something, or a period, rather than a number; a bare number may be a year where `bare` says so."""
        first, last = self.tokens(block)
        view = self._view
        if not any(view.tags[i] in _NUMERIC and not SCALE_VALUES.keys() >= set(view.words[i]) for i in range(first, last)):
            return True  # no number, but for the scale of a unit (百萬元)
        return (bare or last - first > 1) and self.period(block) is not None

    def _dated(self, table: _Table, column: int) -> bool:
        """Whether the heads of a column speak of years, found once."""
        if column not in table.dated:
            table.dated[column] = any("TIME" in self._view.tags[slice(*self.tokens(block))] for block in self._tops(table, column))
        return table.dated[column]
