"""Plain text and Markdown to text with blocks.

In: decoded text. Out: text, blocks, title. Look first at `read_plain`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hkinno_extract.reading.parts import Part, assemble
from hkinno_extract.records import Block
from hkinno_extract.segmentation.blocks import plain_blocks

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*$")
_UNDERLINE = re.compile(r"(={3,}|-{3,})[ \t]*$")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,3}[.)])[ \t]+(.+)$")
_DELIMITER = re.compile(r"\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?$")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+\"[^\"\n]*\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![A-Za-z0-9_*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![A-Za-z0-9_*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])")
_CODE = re.compile(r"`([^`\n]+)`")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
_FRONT = re.compile(r"---[ \t]*\n(.{0,4000}?)\n---[ \t]*(?:\n|$)", re.DOTALL)


class Plain(NamedTuple):
    """A text with its blocks, the heading that opens it, and what its front matter says."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None
    facts: dict[str, str]


def read_plain(text: str) -> Plain:
    """A plain text as it stands: offsets are those of the file."""
    blocks = plain_blocks(text)
    return Plain(text, blocks, _title(text, blocks), {})


def looks_like_markdown(text: str) -> bool:
    """Whether a text carries the marks of Markdown that no plain text has by chance."""
    head = text[:20_000]
    marks = len(re.findall(r"(?m)^#{1,6} \S", head)) + len(re.findall(r"\]\(https?://", head)) + len(re.findall(r"\*\*[^*\n]+\*\*", head))
    return marks >= 2


def read_markdown(source: str) -> Plain:
    """The text of a Markdown file: headings, lists and tables as blocks, emphasis and links as their words; code as it stands.

    >>> read_markdown("# 業績\\n\\n香港**第3**，約*4,700*間，見[報告](http://a.hk)。\\n\\n- 甲\\n").text.split("\\n\\n")
    ['業績', '香港第3，約4,700間，見報告。', '甲']
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    facts: dict[str, str] = {}
    front = _FRONT.match(source)
    if front:
        facts = {k.strip(): v.strip().strip("\"'") for k, _, v in (line.partition(":") for line in front[1].split("\n")) if v.strip()}
        source = source[front.end() :]
    lines = source.split("\n")
    parts: list[Part] = []
    fence = ""
    for number, line in enumerate(lines):
        fenced = _FENCE.match(line)
        if fenced and (not fence or (fenced[1].startswith(fence) and not fenced[2].strip())):
            fence = "" if fence else fenced[1]
            continue
        if fence:
            parts.append(Part(line, None, 0))
            continue
        behind = lines[number + 1] if number + 1 < len(lines) else ""
        parts += _parts(line, behind, parts)
    text, blocks = assemble(parts)
    return Plain(text, blocks, facts.get("title") or _title(text, blocks), facts)


def _parts(line: str, behind: str, before: list[Part]) -> list[Part]:
    stripped = line.strip()
    if _UNDERLINE.match(stripped) and before and before[-1].kind == "heading":
        return []
    heading = _HEADING.match(stripped)
    if heading:
        return [Part(_inline(heading[2]), "heading", len(heading[1]), gap=True)]
    if stripped and _UNDERLINE.match(behind.strip()) and len(stripped) <= 80 and "|" not in stripped:
        return [Part(_inline(stripped), "heading", 1 if behind.strip()[0] == "=" else 2, gap=True)]
    if "|" in stripped:
        if _DELIMITER.match(stripped):
            return []
        cells = [_inline(c.strip()) for c in re.split(r"(?<!\\)\|", stripped.strip("|"))]
        if len(cells) >= 2 and (stripped.startswith("|") or (before and before[-1].kind == "row") or _DELIMITER.match(behind.strip())):
            return [Part("\t".join(cells), "row", 0, tuple(cells))]
    item = _ITEM.match(line)
    if item and not _UNDERLINE.match(stripped):
        return [Part(_inline(item[2].strip()), "bullet", 1 + len(item[1].expandtabs(4)) // 2)]
    return [Part(_inline(line.removeprefix("> ").rstrip()), None, 0)]


def _inline(text: str) -> str:
    for pattern, group in ((_LINK, r"\1"), (_STRONG, r"\2"), (_CODE, r"\1")):
        text = pattern.sub(group, text)
    text = _EMPHASIS.sub(lambda m: m[1] or m[2], text)
    return _ESCAPED.sub(r"\1", text)


def _title(text: str, blocks: tuple[Block, ...]) -> str | None:
    first = blocks[0] if blocks else None
    return text[first.start : first.end] if first is not None and first.kind == "heading" else None
