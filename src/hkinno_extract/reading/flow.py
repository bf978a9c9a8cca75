"""Elements of a page to lines, as a browser would break them.

In: lxml elements. Out: `Part`s, from which parts.py assembles text and blocks. Look first at `parts_of`. White space is collapsed as in a
browser; next to a wide character a line break of the source leaves nothing. Nothing recurses, so that deep nesting does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from hkinno_extract.reading.parts import Part, is_wide

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "head": 2}
_PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "center",
        "blockquote",
        "address",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "fieldset",
        "details",
        "summary",
        "form",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "ul",
        "ol",
        "list",
        "body",
        "html",
        "header",
        "hr",
        "tr",
        "row",
        "li",
        "item",
    ]
)
_LISTS = frozenset({"ul", "ol", "list", "menu", "dir"})
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "nav",
        "footer",
        "button",
        "select",
        "option",
        "svg",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "canvas",
        "textarea",
        "input",
        "title",
        "meta",
        "link",
        "rt",
        "rp",
        "del",
        "s",
        "strike",
    ]
)
_ITEMS = frozenset({"li", "item"})
_BREAKS = frozenset({"br", "lb"})
_BOLD = frozenset({"b", "strong", "u"})
_WHITE = re.compile(r"[ \t\r\n\f\v]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DISPLAYED = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table)\s*(?:;|$|!)", re.IGNORECASE)

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARGIN = " \u3000\u00a0\t"
_APART = "；"
"""Between two lines of a cell that are no one phrase: it ends a sentence, so that no number or name goes across."""

_NUMERALS = frozenset("〇零○一二兩两三四五六七八九十廿")
_SCALES = frozenset("百千萬万億亿")

Skip = Callable[[Any], bool]


def parts_of(root: Any, skip: Skip = lambda _: False) -> list[Part]:
    """The lines of the element `root`; `skip` names elements that are none of the text, besides scripts and hidden ones."""
    return list(_Walker(skip).parts(root))


class _Walker:
    """Walks one element; `_line` collects the line under way."""

    def __init__(self, skip: Skip) -> None:
        self._skip = skip
        self._line: list[str] = []
        self._kinds: list[tuple[str, int]] = []
        self._depth = 0
        self._pre = 0

    def parts(self, root: Any) -> Iterator[Part]:
        """The lines of `root`, in order."""
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            element, leaving = stack.pop()
            if leaving:
                yield from self._leave(element)
                if element is not root:
                    self._say(element.tail)
                continue
            tag = element.tag if isinstance(element.tag, str) else ""
            if is_skipped(element) or self._skip(element):
                if element is not root:
                    self._say(element.tail)
                continue
            if tag in _BREAKS:
                yield from self._end(gap=False, keep_blank=True)
                self._say(element.tail)
                continue
            if tag == "table" and is_data_table(element):
                yield from self._end(gap=True)
                yield from _table_rows(element, self._skip)
                if element is not root:
                    self._say(element.tail)
                continue
            yield from self._enter(tag, element)
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
        yield from self._end(gap=False)

    def _enter(self, tag: str, element: Any) -> Iterator[Part]:
        if tag in _PARAGRAPHS or tag in HEADINGS or tag == "pre" or _block(element):
            yield from self._end(gap=tag not in _ITEMS)
        if tag in _LISTS:
            self._depth += 1
        elif tag in _ITEMS:
            self._kinds.append(("bullet", max(1, self._depth)))
        elif tag in HEADINGS:
            self._kinds.append(("heading", HEADINGS[tag]))
        elif tag == "pre":
            self._pre += 1
        elif tag in ("td", "th", "cell"):
            yield from self._end(gap=False)
        self._say(_raised(element.text) if "sup" in (tag, _parent_tag(element)) else element.text)

    def _leave(self, element: Any) -> Iterator[Part]:
        tag = element.tag
        if tag in _PARAGRAPHS or tag in HEADINGS or tag in ("pre", "td", "th", "cell") or _block(element):
            yield from self._end(gap=tag not in _ITEMS, bold=tag in ("p", "div") and _all_bold(element))
        if tag in _LISTS:
            self._depth -= 1
        elif (tag in _ITEMS or tag in HEADINGS) and self._kinds:
            self._kinds.pop()
        elif tag == "pre":
            self._pre -= 1

    def _say(self, text: str | None) -> None:
        if text:
            self._line.append(text if self._pre else _WHITE.sub(_space_for, text))

    def _end(self, *, gap: bool, keep_blank: bool = False, bold: bool = False) -> Iterator[Part]:
        text = "".join(self._line)
        self._line.clear()
        if self._pre and "\n" in text:
            for line in text.rstrip().split("\n"):
                yield Part(line.rstrip("\r"), None, 0)
            return
        text = _joined(text)
        if not text.strip(" \t\r\n\u3000\u00a0\u200b"):
            if keep_blank or text:
                yield Part("", None, 0)
            return
        kind, level = self._kinds[-1] if self._kinds else (None, 0)
        if kind is None and bold and len(text) <= 60 and text[-1] not in "。！？；：，、.:;,":
            kind, level = "heading", 3
        yield Part(text.strip("\u3000\u00a0 ") if kind else text, kind, level, gap=gap)


def _parent_tag(element: Any) -> Any:
    parent = element.getparent()
    return None if parent is None else parent.tag


def _raised(text: str | None) -> str | None:
    """A raised number, of a note or a power, in raised digits, so that it is no part of the number in front of it."""
    return text.strip().translate(_SUPERSCRIPTS) if text and text.strip().isdecimal() else text


def _space_for(found: re.Match[str]) -> str:
    """What a browser leaves of white space: a mark that `_joined` resolves once both neighbours are known."""
    return "\n" if "\n" in found.group() or "\r" in found.group() else " "


def _joined(text: str) -> str:
    """`text` with the line breaks of its source resolved: nothing next to a wide character, else a space."""
    text = re.sub(" *\n[ \n]*", "\n", re.sub(" +", " ", text)).strip(" \n")
    if "\n" not in text:
        return text
    pieces = text.split("\n")
    out = pieces[0]
    for piece in pieces[1:]:
        out += piece if out and piece and (is_wide(out[-1]) or is_wide(piece[0])) else f" {piece}"
    return out


def is_skipped(element: Any) -> bool:
    """Whether an element is none of the text on any page: a script, a comment, something hidden."""
    return not isinstance(element.tag, str) or element.tag in _SKIPPED or _hidden(element)


def _hidden(element: Any) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (bool(style) and _HIDDEN.search(style) is not None)


def _block(element: Any) -> bool:
    """Whether an inline element is laid out as a paragraph by its style."""
    style = element.get("style")
    return bool(style) and _DISPLAYED.search(style) is not None


def _all_bold(element: Any) -> bool:
    """Whether all text of a small element is bold."""
    if len(element) != 1 or (element.text or "").strip(" \u3000\u00a0\r\n\t"):
        return False
    child = element[0]
    return child.tag in _BOLD and not (child.tail or "").strip(" \u3000\u00a0\r\n\t")


def is_data_table(table: Any) -> bool:
    """Whether a table holds data: two columns and more, no table inside, and cells without long prose."""
    if table.find(".//table") is not None:
        return False
    rows = list(_rows(table))
    if not rows or max(len(cells) for cells in rows) < 2:
        return False
    texts = ["".join(c.itertext()) for cells in rows for c in cells]
    return sum(len(t) > 300 for t in texts) <= len(texts) // 8


def _rows(table: Any) -> Iterator[list[Any]]:
    for row in table.iter("tr", "row"):
        yield [c for c in row if c.tag in ("td", "th", "cell")]


def _table_rows(table: Any, skip: Skip) -> Iterator[Part]:
    """The rows of a data table; a cell that spans rows keeps its column empty below it."""
    waiting: dict[int, int] = {}
    caption = table.find("caption")
    if caption is not None:
        yield Part(_cell_text(caption, skip), "heading", 3)
    for cells in _rows(table):
        texts: list[str] = []
        for cell in cells:
            _skip_spanned(texts, waiting)
            column = len(texts)
            texts.append(_cell_text(cell, skip))
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            texts += [""] * (across - 1)
            if down > 1:
                waiting |= dict.fromkeys(range(column, column + across), down)
        _skip_spanned(texts, waiting)
        waiting = {c: n - 1 for c, n in waiting.items() if n > 1}
        if any(texts):
            yield Part("\t".join(texts), "row", 0, tuple(texts))


def _skip_spanned(texts: list[str], waiting: dict[int, int]) -> None:
    while waiting.get(len(texts), 0) > 0 and len(texts) < 200:
        texts.append("")


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), 60) if value.strip().isdecimal() else 1


def _cell_text(cell: Any, skip: Skip) -> str:
    """The lines of a cell as one line: a wrapped phrase is joined again, two values or paragraphs are parted by `_APART`."""
    out, parted = "", False
    for part in _Walker(skip).parts(cell):
        line = part.text.strip(_MARGIN)
        if not line:
            parted = True
            continue
        valued = line[0].isdigit() and any(c.isdigit() for c in out)  # a value beside another (2023年, 2024年)
        out += _between(out, line, parted=parted or valued or part.kind is not None) + line
        parted = part.gap or part.kind is not None
    return out.replace("\t", " ").replace("\n", " ")


def _between(before: str, behind: str, *, parted: bool) -> str:
    """What stands between two lines of a cell; `parted` where more than a `<br>` lies between them.

    >>> [_between(a, b, parted=False) for a, b in (("12", "345間"), ("香港", "科技大學"), ("約", "12"), ("Innovation and", "technology"))]
    ['；', '', '', ' ']
    >>> _between("初創企業", "科技人才", parted=True)
    '；'
    """
    if not before:
        return ""
    last, first = before[-1], behind[0]
    if not (last.isalnum() and first.isalnum()):
        return "" if is_wide(last) or is_wide(first) else " "
    numbers = (last.isdigit() or last in _NUMERALS or last in _SCALES) and (first.isdigit() or first in _NUMERALS)
    if parted or numbers or not (is_wide(last) or is_wide(first) or first.islower()):
        return _APART
    return "" if is_wide(last) or is_wide(first) else " "
