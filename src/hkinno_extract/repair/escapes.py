"""Escapes that a copy still carries: `&nbsp;`, `&#36;`, `&amp;nbsp;`, `<br/>`.

In: text. Out: edits. Look first at `html_entities`.
"""

from __future__ import annotations

import html
import re
from html.entities import html5

from hkinno_extract.repair.draft import Edit, replace

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTE = r"""\s+[A-Za-z][\w:.-]{0,40}(?:=(?:"[^"<>\n]{0,300}"|'[^'<>\n]{0,300}'|[^\s"'<>=]{1,200}))?"""
_TAG = re.compile(
    r"</?(br|p|div|span|strong|em|b|i|u|a|font|table|tbody|tr|td|th|li|ul|ol|h[1-6]|sup|sub)" + rf"(?:{_ATTRIBUTE}){{0,12}}\s*/?>",
    re.IGNORECASE,
)
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6"})


def html_entities(text: str) -> list[Edit]:
    """Decodes entities that have their semicolon and a known name; one that is escaped twice takes two rounds.

    >>> [e.pieces[0].text for e in html_entities("A&amp;T &unknown; &#36;3")]
    ['&', '$']
    """
    return [
        replace(m.start(), m.end(), html.unescape(m.group()))
        for m in _ENTITY.finditer(text)
        if m.group()[1] == "#" or m.group()[1:] in html5
    ]


def left_over_tags(text: str) -> list[Edit]:
    """Turns a tag that ends a line into a line end and takes off the others; only tags of running text, by name."""
    return [replace(m.start(), m.end(), "\n" if m[1].lower() in _BREAKS else "") for m in _TAG.finditer(text)]
