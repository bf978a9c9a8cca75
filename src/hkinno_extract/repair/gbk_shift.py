"""GBK read one byte off: `?!钢欠奖恪沟怯浻脩敉黄?10萬` was 。「智方便」登記用戶突破310萬.

In: text. Out: edits that put the characters back whose two bytes are both there. Each byte without its other half gives one U+FFFD, an
ASCII sign that the run swallowed one more; nothing is guessed. Look first at `gbk_shift`; shift_lattice.py finds the runs, doubt.py
tells which of the characters that come out may be false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hkinno_extract.character_model import CharacterModel, model, script_of
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.doubt import doubtful
from hkinno_extract.repair.draft import Edit, Piece
from hkinno_extract.repair.gbk_bytes import char_of, code_of
from hkinno_extract.repair.shift_lattice import MARKS, Run, find_runs

RARE = 13
"""A character that costs more is rare; three of them near each other are worth a look."""

_NEAR = 10
_LONGEST = 600


def gbk_shift(text: str) -> list[Edit]:
    """Puts back the runs of `text` that were paired one byte off.

    >>> [(e.start, e.end, "".join(p.text for p in e.pieces)) for e in gbk_shift("原則?!钢欠奖恪沟怯浻脩敉黄?10萬")]
    [(2, 15, '\ufffd「智方便」登記用戶突\ufffd\ufffd')]
    """
    seeds = _seeds(text)
    if not seeds:
        return []
    characters = model(script_of(text))
    return [_edit(text, run, characters) for start, end in _windows(text, seeds) for run in find_runs(text, start, end, characters)]


def may_hold_shift(text: str, characters: frozenset[str]) -> bool:
    """Whether a text of these characters can hold such a run: a mark, or several rare characters. Cheap, for every text."""
    return "?" in characters or LOST in characters or len(_rare(characters)) >= 3


def _rare(characters: frozenset[str]) -> list[str]:
    costs = model(None)
    return [c for c in characters if c >= "\u3400" and is_han(c) and costs.single(c) >= RARE]


def _seeds(text: str) -> list[int]:
    """Places that look like a part of a run: marks next to double-byte characters, rare characters near each other."""
    marks = [m.start() for m in re.finditer("[?\ufffd](?=[^\x00-\x7f?])|(?<=[^\x00-\x7f])[?\ufffd]", text)]
    rare = _rare(frozenset(text))
    if len(rare) < 3:
        return marks
    places = [m.start() for m in re.finditer(f"[{''.join(rare)}]", text)]
    close = [b for a, b, c in zip(places, places[1:], places[2:], strict=False) if c - a <= _NEAR]
    return sorted({*marks, *close})


def _windows(text: str, seeds: list[int]) -> Iterator[tuple[int, int]]:
    """The stretches of double-byte characters and marks around the seeds, with one sign more at their end."""
    done = 0
    for seed in seeds:
        if seed < done:
            continue
        start = end = seed
        while start > done and seed - start < _LONGEST and (code_of(text[start - 1]) or text[start - 1] == LOST):
            start -= 1
        while end < len(text) and end - seed < _LONGEST and (code_of(text[end]) or text[end] == LOST):
            end += 1
        done = end
        if end - start >= 2:
            yield start, min(end + 1, len(text))


def _edit(text: str, run: Run, characters: CharacterModel) -> Edit:
    """The edit of one run: a piece for every character that comes out and every byte that has no other half."""
    pieces = [Piece(LOST, run.start, run.first + 1)]
    codes = {i: code for i in range(run.first, run.last + 1) if (code := code_of(text[i]))}
    places = sorted(codes)
    joined = [char_of(codes[a][1], codes[b][0]) if b == a + 1 else "" for a, b in zip(places, places[1:], strict=False)]
    for number, (a, b) in enumerate(zip(places, places[1:], strict=False)):
        near = (joined[number - 1] if number else "", joined[number + 1] if number + 1 < len(joined) else "")
        char = joined[number]
        if not char or doubtful(char, codes[a][1], codes[b][0], near, characters):
            pieces += [Piece(LOST, a, b + 1)] * 2
        else:
            pieces.append(Piece(char, a, b + 1))
    return Edit(run.start, run.end, (*pieces, *_tail(text, run, codes[run.last])))


def _tail(text: str, run: Run, code: tuple[int, int]) -> list[Piece]:
    trail = code[1]
    if run.ending == "single":
        return [Piece(chr(trail), run.last, run.last + 1)]
    if run.ending == "sign":
        return [Piece(char_of(trail, ord(text[run.last + 1])), run.last, run.last + 2)]
    if run.ending == "mark":
        return [Piece(LOST, run.last, run.last + 2)] * 2
    return [Piece(LOST, run.last, run.last + 1)]


__all__ = ["MARKS", "gbk_shift", "may_hold_shift"]
