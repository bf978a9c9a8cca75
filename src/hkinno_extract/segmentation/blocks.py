"""Blocks of a plain text: headings, bullets and paragraphs, line by line.

In: text. Out: `Block`s in order, without bullet signs and outer white space. Reading uses it for plain text; the tokenizer
where nobody has told it the blocks of a text.
"""

from __future__ import annotations

import re

from hkinno_extract.records import Block

_BULLET = re.compile(
    r"[ \t\u3000]*(?:[-*•●◆■▪‧·–—](?=\S)[ \u3000]*|[-*•●◆■▪‧·–—][ \t\u3000]+|[（(][一二三四五六七八九十\da-zA-Zivx]{1,4}[)）][ \u3000]*|\d{1,3}\.[ \u3000]+)"
)
_SPACE = " \t\r\u3000\u00a0\ufeff"
_SENTENCE_END = "。！？；：，、.!?;:,…"


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of `text`, a line each: a short line without an end sign is a heading, a signed or numbered one a bullet."""
    found = []
    at = 0
    for line in text.split("\n"):
        block = _line_block(text, at, at + len(line))
        if block is not None:
            found.append(block)
        at += len(line) + 1
    return tuple(found)


def _line_block(text: str, start: int, end: int) -> Block | None:
    bullet = _BULLET.match(text, start, end)
    kind = "paragraph"
    if bullet and bullet.end() < end and text[bullet.end() : end].strip(_SPACE):
        start, kind = bullet.end(), "bullet"
    indented = text.startswith("\u3000", start)
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    if start == end:
        return None
    if kind == "paragraph" and end - start <= 60 and not indented and text[end - 1] not in _SENTENCE_END:
        return Block(kind="heading", start=start, end=end, level=1)
    return Block(kind="bullet" if kind == "bullet" else "paragraph", start=start, end=end, level=1 if kind == "bullet" else 0)
