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
Columns = tuple[list[int], list[int], list[str], list[str], list[str]]
"""Starts, ends, classes, values and folded texts of tokens."""

_HEADS = frozenset({"HEAD", "PROGRAMME_HEAD"})


def force(cuts: bytearray, start: int, end: int) -> None:
    """Makes `start` to `end` one token: a border at either end, none inside."""
    cuts[start:end] = b"\0" * (end - start)
    cuts[start] = cuts[end] = 1


def assemble(text: str, folded: str, cuts: bytearray, forced: Forced, entries: Mapping[str, Entry]) -> Columns:
    """The tokens of `text`: those of `forced`, and between them the words that `cuts` mark, with the class that `entries` gives them."""
    found: list[tuple[int, int, str, str, str]] = []
    add, forced_at, entry_of, cut_behind = found.append, forced.get, entries.get, cuts.find
    at, size = 0, len(text)
    while at < size:
        token = forced_at(at)
        if token is not None:
            end, tag, value = token
        else:
            value, tag = "", "WORD"
            if text[at].isalnum():
                end = cut_behind(1, at + 1, size)
                word = text[at : end if end > 0 else size]
                end = at + (len(word) if word.isalnum() else next(i for i, c in enumerate(word) if not c.isalnum()))
            else:
                end, tag = _run(text, cuts, at)
            if tag == "WORD" or end - at == 1:
                entry = entry_of(folded[at:end])
                if entry is not None:
                    tag, value = entry
                elif end - at > 2 and _is_head(entry_of(folded[end - 1])):
                    end -= 1
                    cuts[end] = 1
        add((at, end, tag, value, folded[at:end]))
        at = end
    starts, ends, tags, values, words = zip(*found, strict=True) if found else ((),) * 5
    return list(starts), list(ends), list(tags), list(values), list(words)


def _is_head(entry: Entry | None) -> bool:
    """Whether `entry` ends names, so that a longer word that the segmenter glued it to is cut before it (推廣署, 科技獎)."""
    return entry is not None and entry.tag in _HEADS


def _run(text: str, cuts: bytearray, at: int) -> tuple[int, str]:
    """The token that begins with a character that is no letter and no number: white space, or one sign."""
    end, size = at + 1, len(text)
    if not text[at].isspace():
        return end, "WORD" if is_han(text[at]) else "PUNCT"  # a character that this Python's Unicode does not have yet
    while end < size and text[end].isspace() and not cuts[end]:
        end += 1
    return end, "SPACE"
