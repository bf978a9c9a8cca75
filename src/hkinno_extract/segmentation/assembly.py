"""From borders and forced tokens to the columns of `Tokens`.

In: a text, a byte a character that says where the segmenter or a table has a border, and the tokens that tables and lexer force. Out: the
tokens from left to right. Look first at `assemble`.
"""

from __future__ import annotations

from collections.abc import Mapping

from hkinno_extract.characters import is_han
from hkinno_extract.segmentation.words import Entry

Forced = dict[int, tuple[int, str, str]]
"""Start of a token to its end, class and value."""
Columns = tuple[list[int], list[int], list[str], list[str]]
"""Starts, ends, classes and values of tokens."""

_HEADS = frozenset({"HEAD", "PROGRAMME_HEAD"})


def force(cuts: bytearray, start: int, end: int) -> None:
    """Makes `start` to `end` one token: a border at either end, none inside."""
    cuts[start:end] = b"\0" * (end - start)
    cuts[start] = cuts[end] = 1


def assemble(text: str, folded: str, cuts: bytearray, forced: Forced, entries: Mapping[str, Entry]) -> Columns:
    """The tokens of `text`: those of `forced`, and between them the words that `cuts` mark, with the class that `entries` gives them."""
    starts: list[int] = []
    ends: list[int] = []
    tags: list[str] = []
    values: list[str] = []
    at, size = 0, len(text)
    while at < size:
        end, tag, value = forced.get(at, (0, "", ""))
        if not end:
            end, tag = _run(text, cuts, at)
            if tag == "WORD" or end - at == 1:
                entry = entries.get(folded[at:end])
                if entry is not None:
                    tag, value = entry
                elif end - at > 2 and _is_head(entries.get(folded[end - 1])):
                    end -= 1
                    cuts[end] = 1
        starts.append(at)
        ends.append(end)
        tags.append(tag)
        values.append(value)
        at = end
    return starts, ends, tags, values


def _is_head(entry: Entry | None) -> bool:
    """Whether `entry` ends names, so that a longer word that the segmenter glued it to is cut before it (推廣署, 科技獎)."""
    return entry is not None and entry.tag in _HEADS


def _run(text: str, cuts: bytearray, at: int) -> tuple[int, str]:
    char = text[at]
    size = len(text)
    if char.isspace():
        end = at + 1
        while end < size and text[end].isspace() and not cuts[end]:
            end += 1
        return end, "SPACE"
    if not char.isalnum() and not is_han(char):
        return at + 1, "PUNCT"
    end = cuts.find(1, at + 1, size)
    word = text[at : end if end > 0 else size]
    if word.isalnum():
        return at + len(word), "WORD"
    return at + next((i for i, c in enumerate(word) if i and not c.isalnum()), len(word)), "WORD"
