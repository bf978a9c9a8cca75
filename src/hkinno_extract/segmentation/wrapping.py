"""Which lines of a plain text go on in the next one, because a paragraph was hard-wrapped.

In: text and its `Line`s. Out: the numbers of the lines that continue the one in front of them. Look first at `continued_lines`.

Lines of a list may be as long as one another by chance, and two numbers at a break would become one; so lines are joined only where their
indent says so or the text breaks its lines at one width, and only where what is joined reads as prose up to the end of a sentence.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from hkinno_extract.segmentation.lines import Line

_SENTENCE_END = "。！？!?…"
_CLAUSE_END = frozenset("。！？!?…；;：:︰﹕.")
_PROSE_END = _CLAUSE_END - frozenset(";:")
_CLOSERS = "」』）)】》〉”’\"'"
_PROSE = re.compile(r"[，。、；：！？,;:（「].|(?:\b[a-z]+ ){3}")
_SLACK = 7
"""Columns by which a line may fall short of the width, because a word or a sign did not fit."""

_NARROWEST, _WIDEST = 20, 110


def continued_lines(text: str, lines: Sequence[Line], tables: Collection[int] = ()) -> frozenset[int]:
    """Numbers of the lines that go on with the sentence of the line in front; `tables` are the lines that are rows.

    >>> from hkinno_extract.segmentation.lines import read_lines
    >>> text = "　　甲升至第三，乙\\n下跌。\\n得獎名單\\n甲公司\\n乙公司"
    >>> sorted(continued_lines(text, read_lines(text)))
    [1]
    """
    width = _wrap_width(text, lines)
    found: set[int] = set()
    at = 0
    while at < len(lines):
        last = at
        if lines[at].kind in ("text", "bullet") and at not in tables:
            while last + 1 < len(lines) and last + 1 not in tables and _may_go_on(text, lines, at, last, width):
                last += 1
        if last > at and _is_prose(text, lines[at : last + 1]):
            found.update(range(at + 1, last + 1))
        at = last + 1
    return frozenset(found)


def ended(text: str, line: Line) -> bool:
    """Whether a line ends a sentence, closing brackets aside."""
    return _last_sign(text, line) in _SENTENCE_END


def _last_sign(text: str, line: Line) -> str:
    end = line.end
    while end > line.start + 1 and text[end - 1] in _CLOSERS:
        end -= 1
    return text[end - 1]


def _closes(text: str, line: Line, behind: Line) -> bool:
    """Whether a line ends a clause; a point between two digits at the break does not."""
    if text[line.end - 1] == "." and text[line.end - 2 : line.end - 1].isdigit() and text[behind.start].isdigit():
        return False
    return _last_sign(text, line) in _CLAUSE_END


def _may_go_on(text: str, lines: Sequence[Line], first: int, last: int, width: int) -> bool:
    """Whether by its place the next line may continue the paragraph lines[first..last]."""
    line, head, behind = lines[last], lines[first], lines[last + 1]
    if behind.kind != "text" or behind.label or head.label:
        return False
    if _is_full(line, width):
        hanging = head.kind == "bullet" and behind.indent > head.indent
        if not hanging and behind.indent > head.indent:
            return False
        unfinished = not ended(text, line)
        return unfinished or hanging or (behind.indent <= head.indent and not _new_paragraph(text, head, behind, width))
    if text[line.end - 1].isdigit() and text[behind.start].isdigit():
        return False
    if _closes(text, line, behind):
        return False
    if head.kind == "bullet":
        return behind.indent > head.indent
    return behind.indent < head.indent


def _new_paragraph(text: str, head: Line, behind: Line, width: int) -> bool:
    """Whether `behind`, which follows a full line that ends its sentence, opens a paragraph or is a heading."""
    return behind.indent == head.indent > 0 or (behind.width < width // 2 and not ended(text, behind))


def _is_full(line: Line, width: int) -> bool:
    return width > 0 and line.width + line.indent >= width - _SLACK


def _is_prose(text: str, run: Sequence[Line]) -> bool:
    """Whether the lines of `run` read as one paragraph: up to the end of a sentence, with signs in the middle, no two built alike."""
    head, last = run[0], run[-1]
    if head.kind == "bullet" and last.indent > head.indent:
        return True
    if _last_sign(text, last) not in _PROSE_END:
        return False
    if head.indent > last.indent:
        return True
    inner = sum(_PROSE.search(text, line.start, line.end - 1) is not None for line in run[:-1])
    return 2 * inner >= len(run) - 1 and not _built_alike(text, run)


def _built_alike(text: str, run: Sequence[Line]) -> bool:
    """Whether all lines open or close with the same two characters, digits taken for one another."""
    if len(run) < 3:
        return False
    shapes = [re.sub(r"\d", "0", text[line.start : line.end]) for line in run]
    return len({s[:2] for s in shapes}) == 1 or len({s[-2:] for s in shapes}) == 1


def _wrap_width(text: str, lines: Sequence[Line]) -> int:
    """The width in columns at which a hard-wrapped text breaks its lines; 0 where it is not hard-wrapped."""
    broken = [
        (line.width + line.indent, not _closes(text, line, behind))
        for line, behind in itertools.pairwise(lines)
        if line.kind in ("text", "bullet") and behind.kind == "text" and not behind.indent and not line.label
    ]
    if len(broken) < 2:
        return 0
    width = max(w for w, _ in broken)
    full = [unfinished for w, unfinished in broken if w >= width - _SLACK]
    is_wrapped = _NARROWEST <= width <= _WIDEST and len(full) >= 2 and len(full) >= 0.6 * len(broken) and sum(full) >= len(full) // 2
    return width if is_wrapped else 0
