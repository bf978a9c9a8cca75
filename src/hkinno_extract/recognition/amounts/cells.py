"""Amounts in tables: what the row, the column and the sentence above the table say of a cell.

In: a View whose blocks have rows and cells. Out: the measure and the period of a cell, and the unit that its column's head names.
Look first at `Tables.of`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hkinno_extract.recognition.amounts.grid import Grid, GridCell
from hkinno_extract.recognition.amounts.phrases import NOMINAL, Setting, run_left
from hkinno_extract.recognition.amounts.surface import MEASURES
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Block

_NAMES = frozenset({"ORGANISATION", "PROGRAMME", "REGION"})
_NOT_TITLES = _NAMES | {"NUMBER", "NUMERAL", "TIME", "LATIN", "SCALE"}
_BRACKETED = re.compile(r"[（(\[［].*?[）)\]］]")


class Cell(NamedTuple):
    """What a table says of one of its cells: `measure`, `period`."""

    measure: str | None
    period: str | None


class Tables:
    """The tables of a view, and what they say of their cells."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.grid = Grid(view)

    def of(self, char: int) -> Cell | None:
        """What the table says of the cell that holds character `char`; None outside tables, and for a table's own head."""
        found = self.grid.at(char) if self.grid else None
        return None if found is None else self.said(found)

    def said(self, cell: GridCell) -> Cell:
        """The measure and the period of a cell: of the heads the nearest that names one, then of the labels of its row."""
        period = next((p for block in (*cell.sides, *cell.tops) if (p := self.grid.period(block))), None)
        return Cell(self.headed(cell) or (self.caption(cell.caption) if cell.caption is not None else None), period)

    def headed(self, cell: GridCell) -> str | None:
        """The measure that a head of a cell's column names, else the label of its row."""
        return next((m for block in (*cell.tops, *cell.sides) if (m := self._noun(block) or self._title(block))), None)

    def _noun(self, block: Block) -> str | None:
        """The noun phrase of a head, without what stands in brackets; None for names and times, which are no measures."""
        first, last = self.grid.tokens(block)
        tags = self._view.tags
        end = next((i for i in range(first, last) if tags[i] not in NOMINAL and tags[i] != "CHANGE"), last)
        if end == first or any(tag in _NAMES for tag in tags[first:end]):
            return None
        return self._view.text[self._view.starts[first] : self._view.ends[end - 1]]

    def _title(self, block: Block) -> str | None:
        """A head as it is, without what stands in brackets (按年變動, 批出金額); None for names, times, numbers and units."""
        text = self._view.text[block.start : block.end]
        bracket = _BRACKETED.search(text)
        first, last = self.grid.tokens(block)
        if bracket is not None and bracket.end() == len(text):
            last = self._view.token_at(block.start + bracket.start())
        tags = self._view.tags[first:last]
        if not _NOT_TITLES.isdisjoint(tags) or MEASURES.issuperset(tags) or self.grid.period(block) is not None:
            return None
        return _BRACKETED.sub("", text).strip() or None

    def caption(self, block: Block) -> str | None:
        """The last noun phrase of the sentence above the table: 租戶數目 of 兩間機構的租戶數目表列如下."""
        first, last = self.grid.tokens(block)
        given = next((i for i in range(last - 1, first, -1) if self._view.words[i] == "以"), last)
        at = (given if any(word.startswith("计") for word in self._view.words[given:last]) else last) - 1
        while at >= first and self._view.tags[at] not in NOMINAL:
            at -= 1
        return run_left(self._view, at, Setting(first, first, last, None)) if at >= first else None
