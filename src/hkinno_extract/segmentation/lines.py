"""Lines of a plain text and what kind each is.

In: text. Out: `Line`s. Look first at `read_lines`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

_SPACE = " \t\r\u3000\u00a0\u200b\ufeff\f\v"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
_INDENT = re.compile(f"[{_SPACE}]*")
_BULLET = re.compile(
    r"(?P<sign>[-*＊•●◆■□◎○◇▪▶►‧·∙‣⁃➢※✓\uf0b7\uf0a7\uf0d8])(?!(?P=sign))[ \t\u3000\u00a0]*(?=\S)"
    r"|(?P<dash>[–—]{1,2})[ \t\u3000\u00a0]*(?=\S)"
    r"|(?P<part>[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2}|[a-zA-Z]|[ivxIVX]{1,5})[)）])[ \t\u3000\u00a0]*(?=\S)"
    r"|(?P<number>\d{1,3}[.．])(?:[ \t\u3000\u00a0]+|(?=[^\d\s]))"
    r"|(?P<comma>(?:\d{1,2}|[一二三四五六七八九十]{1,3})、)[ \t\u3000\u00a0]*(?=\S)"
    r"|(?P<circle>[①-⑳⑴-⒇])[ \t\u3000\u00a0]*(?=\S)"
)
_RULE = re.compile(r"[＊*=＝\-－—–_＿─━~～#＃+|｜:\s]{3,}$")
_DIGITS = "[0-9０-９]{1,2}"
_TIME = rf"香港(?:時間|时间)\s*{_DIGITS}\s*[時时:：]\s*{_DIGITS}\s*分?"
_DAY = (
    r"(?:[一二三四五六七八九〇零○Ｏ]{4}|[0-9０-９]{4})\s*年\s*[一二三四五六七八九十0-9０-９]{1,3}\s*月\s*[一二三四五六七八九十廿0-9０-９]{1,3}\s*日"
    r"\s*(?:[（(].{1,4}[)）]|(?:星期|禮拜|礼拜)[一二三四五六日天])?"
)
_WHEN = rf"(?:{_DAY}(?:[\s,，]*{_TIME})?|{_TIME}|Issued at HKT .*)"
_DATE = re.compile(rf"{_WHEN}$")
_END = re.compile(rf"(?:完|（完）|\(完\))[。.]?(?:\s*[/／|｜]?\s*{_WHEN})?$|(?:[-#=＊* ]*(?:END|End)s?(?:/.*)?|NNNN|#{{2,}})[。.]?$")
_LABEL = re.compile(r"(?:問題|答覆|回覆|答复|问题|回复)[：:︰﹕]$")
_GAP = re.compile(r"[ \u00a0]*[\t|｜][ \u00a0\t\u3000|｜]*|[ \u00a0]*\u3000[ \u00a0\u3000]*|[ \u00a0]{2,}")

_PART = re.compile(r"(?<=[。！？；：:」）])[ \u3000\u00a0]{2,}(?=\S)|(?<![ \u3000])[ \u3000]+(?=[*＊•] ?[^\s*＊])")
LONG = 200
"""A line of as many characters may be a whole release, its paragraphs joined by runs of blanks, its bullets by signs (public dumps)."""

Kind = Literal["blank", "rule", "end", "date", "bullet", "text"]


class Line(NamedTuple):
    """`start`/`end` without bullet sign and outer white space; `indent` and `width` in columns, a wide character two.

    `marker` is the form of the bullet sign; `label` says that the line opens a question or an answer.
    """

    kind: Kind
    start: int
    end: int
    indent: int
    width: int
    marker: str
    label: bool


def read_lines(text: str) -> list[Line]:
    """The lines of `text`, whatever their line ends.

    >>> [(l.kind, l.indent) for l in read_lines("甲\\r\\n　　乙\\n\\n＊＊＊\\n（一）丙\\n完")]
    [('text', 0), ('text', 4), ('blank', 0), ('rule', 0), ('bullet', 0), ('end', 0)]
    """
    found = []
    for m in _LINE.finditer(text):
        if m.start() == m.end() == len(text):
            break
        start = m.start()
        if m.end() - start >= LONG:
            for part in _PART.finditer(text, start, m.end()):
                if part.start() > start:
                    found.append(_line(text, start, part.start()))
                    start = part.start()
        found.append(_line(text, start, m.end()))
    return found


def _line(text: str, start: int, end: int) -> Line:
    while end > start and (text[end - 1] in _SPACE or text[end - 1] == "\n"):
        end -= 1
    indented = _INDENT.match(text, start, end)
    begin = indented.end() if indented else start
    if begin == end:
        return Line("blank", begin, end, 0, 0, "", False)
    indent, width = columns(text[start:begin]), columns(text[begin:end])
    content = text[begin:end]
    if _RULE.match(content):
        return Line("rule", begin, end, indent, width, "", False)
    if len(content) <= 60:
        if _END.match(content):
            return Line("end", begin, end, indent, width, "", False)
        if _DATE.match(content):
            return Line("date", begin, end, indent, width, "", False)
        if _LABEL.match(content):
            return Line("text", begin, end, indent, width, "", True)
    bullet = _BULLET.match(text, begin, end)
    if bullet and bullet.end() < end:
        marker = bullet.lastgroup or ""
        return Line("bullet", bullet.end(), end, indent, width, marker if marker != "sign" else bullet["sign"], False)
    return Line("text", begin, end, indent, width, "", False)


def columns(text: str) -> int:
    """The width of `text` in columns: a wide or full-width character takes two.

    >>> columns("IMD　香港")
    9
    """
    if text.isascii():
        return len(text)
    return sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, int]):
    """The columns of a character, found once."""

    def __missing__(self, char: str) -> int:
        self[char] = width = 2 if char >= "\u1100" and unicodedata.east_asian_width(char) in "WF" else 1
        return width


_WIDTHS = _Widths()


def cells_of(text: str, line: Line) -> list[tuple[int, int]]:
    """The cells of a line whose columns are parted by tabs, bars, ideographic spaces or two spaces and more; outer bars are none."""
    start, end = line.start, line.end
    while start < end and text[start] in "|｜ \t":
        start += 1
    while end > start and text[end - 1] in "|｜ \t":
        end -= 1
    cells = []
    at = start
    for gap in _GAP.finditer(text, start, end):
        cells.append((at, gap.start()))
        at = gap.end()
    cells.append((at, end))
    return cells if all(stop - begin <= 40 for begin, stop in cells) else []
