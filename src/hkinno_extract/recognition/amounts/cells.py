"""Amounts in tables: what the row, the column and the sentence above the table say of a cell.

In: a View whose blocks have rows and cells. Out: the measure and the period of a cell, and the unit that its column's head names.
Look first at `Tables.of`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import NamedTuple

from hkinno_extract.normalisation import periods
from hkinno_extract.recognition.amounts.period import times_of
from hkinno_extract.recognition.amounts.phrases import NOMINAL, Setting, run_left
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Block

_NAMES = frozenset({"ORGANISATION", "PROGRAMME", "REGION"})
_NOT_TITLES = _NAMES | {"NUMBER", "NUMERAL", "TIME", "LATIN", "SCALE"}
_BRACKETED = re.compile(r"[（(\[［].*?[）)\]］]")


class Cell(NamedTuple):
    """What a table says of one of its cells: `measure`, `period`."""

    measure: str | None
    period: str | None


class Below(NamedTuple):
    """A cell below a table's head: `top` heads its column, `side` its row, `caption` is the block in front of the table."""

    block: Block
    top: Block | None
    side: Block | None
    caption: Block | None


class Tables:
    """The tables of a view."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._cells: list[tuple[int, int, int]] = []
        self._rows: list[list[Block]] = []
        self._heads: list[int] = []
        self._captions: list[Block | None] = []
        before: Block | None = None
        for block in view.blocks:
            if block.kind == "row":
                follows = before is not None and before.kind in ("row", "cell")
                self._heads.append(self._heads[-1] if follows and self._rows else len(self._rows))
                self._captions.append(self._captions[-1] if follows and self._rows else before)
                self._rows.append([])
            elif block.kind == "cell" and self._rows:
                self._cells.append((block.start, len(self._rows) - 1, len(self._rows[-1])))
                self._rows[-1].append(block)
            before = block

    def below_heads(self) -> Iterator[Below]:
        """The cells of every row but a table's first, without the one that its row opens with."""
        for number, row in enumerate(self._rows):
            if number == self._heads[number]:
                continue
            head = self._rows[self._heads[number]]
            for column, block in enumerate(row[1:], 1):
                yield Below(block, head[column] if column < len(head) else None, row[0], self._captions[number])

    def of(self, char: int) -> Cell | None:
        """What the table says of the cell that holds character `char`; None outside tables, and for a table's own head."""
        at = bisect.bisect_right(self._cells, (char, 1 << 60, 0)) - 1 if self._cells else -1
        if at < 0:
            return None
        _, row, column = self._cells[at]
        cell = self._rows[row][column]
        if char >= cell.end or row == self._heads[row]:
            return None
        return self._said(row, column)

    def _said(self, row: int, column: int) -> Cell:
        head = self._rows[self._heads[row]]
        top = head[column] if column < len(head) else None
        side = self._rows[row][0] if column else None
        period = next((p for block in (side, top) if block is not None and (p := self._period(block))), None)
        measure = next((m for block in (top, side) if block is not None and (m := self._noun(block) or self._title(block, top))), None)
        if measure is None and (caption := self._captions[row]) is not None:
            measure = self._caption(caption)
        return Cell(measure, period)

    def _tokens(self, block: Block) -> tuple[int, int]:
        return self._view.token_at(block.start), self._view.token_at(block.end - 1) + 1

    def _period(self, block: Block) -> str | None:
        first, last = self._tokens(block)
        times = times_of(self._view, first, last)
        if times:
            return times[0].period
        text = self._view.text[block.start : block.end]
        for sign in ("-", "/", "至", "–"):
            one, found, two = text.partition(sign)
            if found and (year := periods.year_of(one.strip())) is not None:
                return periods.financial_year(year, two.strip())
        year = periods.year_of(text)
        return None if year is None else str(year)

    def _noun(self, block: Block) -> str | None:
        """The noun phrase of a head, without what stands in brackets; None for names and times, which are no measures."""
        first, last = self._tokens(block)
        tags = self._view.tags
        end = next((i for i in range(first, last) if tags[i] not in NOMINAL and tags[i] != "CHANGE"), last)
        if end == first or any(tag in _NAMES for tag in tags[first:end]):
            return None
        return self._view.text[self._view.starts[first] : self._view.ends[end - 1]]

    def _title(self, block: Block, top: Block | None) -> str | None:
        """The head of a column as it is, without what stands in brackets (按年變動, 入場人次); None for names, times and numbers."""
        text = self._view.text[block.start : block.end]
        first, last = self._tokens(block)
        if block is not top or not _NOT_TITLES.isdisjoint(self._view.tags[first:last]) or self._period(block) is not None:
            return None
        return _BRACKETED.sub("", text).strip() or None

    def _caption(self, block: Block) -> str | None:
        """The last noun phrase of the sentence above the table: 租戶數目 of 兩間機構的租戶數目表列如下."""
        first, last = self._tokens(block)
        given = next((i for i in range(last - 1, first, -1) if self._view.words[i] == "以"), last)
        at = (given if any(word.startswith("计") for word in self._view.words[given:last]) else last) - 1
        while at >= first and self._view.tags[at] not in NOMINAL:
            at -= 1
        return run_left(self._view, at, Setting(first, first, last, None)) if at >= first else None
