"""Bytes read as other Chinese characters: Big5 read as GBK, GBK read as Big5 (misread_utf8.py has UTF-8 read as GBK).

In: text. Out: edits. A run is changed only where what its bytes give is clearly cheaper by the character model. Look first at
`big5_read_as_gbk`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from hkinno_extract.character_model import CharacterModel, model, rare_characters, script_of
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.draft import Edit, Piece

MARGIN = 12
"""By how much (in nats) the other reading must be cheaper than the text as it stands."""

_CLOSE_MARGIN = 5
_LEAST = 8
_SWITCH, _BROKEN, _WIDEST_GAP, _PROSE = 6, 14, 12, 8.0

_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")


@functools.lru_cache(maxsize=65536)
def _recoded(char: str, wrong: str, right: str) -> str:
    """What the bytes that `wrong` has for `char` are in `right`, "" where they are no single character."""
    try:
        code = char.encode(wrong)
        other = code.decode(right)
    except UnicodeError:
        return ""
    return other if len(code) == 2 and len(other) == 1 else ""


def suspicious(characters: frozenset[str]) -> bool:
    """Whether a text of these characters can hold misread Chinese: several rare ones. Cheap, for every text."""
    return len(rare_characters(characters)) >= 3


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of `text` in which rare characters stand near each other, widened to the ends of their lines or long gaps."""
    rare = rare_characters(frozenset(text))
    if len(rare) < 3:
        return
    places = [m.start() for m in re.finditer(f"[{''.join(rare)}]", text)]
    start = last = places[0]
    count = 1
    for place in [*places[1:], len(text) + 10 * _WIDEST_GAP]:
        if place - last > _WIDEST_GAP:
            if count >= 3:
                yield max(0, start - 6), min(len(text), last + 7)
            start, count = place, 0
        last = place
        count += 1


def big5_read_as_gbk(text: str) -> list[Edit]:
    """Puts back Big5 that was read as GBK.

    >>> "".join(p.text for e in big5_read_as_gbk("現┎そガセ翠?祇甶?计?") for p in e.pieces)
    '政府公布本港�發展�數�'
    """
    return _pairwise(text, "gb18030", "big5hkscs")


def gbk_read_as_big5(text: str) -> list[Edit]:
    """Puts back GBK that was read as Big5."""
    return _pairwise(text, "big5hkscs", "gb18030")


def _pairwise(text: str, wrong: str, right: str) -> list[Edit]:
    """The stretches that read better when the bytes of `wrong` are taken for `right`; where there are some, all lines are looked at."""
    found = [e for place in clusters(text) for e in _recoding(text, place, (wrong, right), MARGIN)]
    if not found:
        return []
    return merged(found, (e for place in other_lines(text, found) for e in _recoding(text, place, (wrong, right), _CLOSE_MARGIN)))


def _recoding(text: str, place: tuple[int, int], charsets: tuple[str, str], margin: int) -> Iterator[Edit]:
    start, end = place
    other = [_recoded(c, *charsets) for c in text[start:end]]
    characters = model(script_of("".join(other)))
    for first, last in best_stretches(_gains(text[start:end], other, characters, model(None)), margin=margin):
        made = "".join(other[first:last])
        if sum(map(is_han, made)) >= (_LEAST if margin == MARGIN else 2) and reads_well(made, characters):
            while first and text[start + first - 1] == "?":
                first -= 1
            while last < len(other) and text[start + last] == "?":
                last += 1
            pieces = (_piece(text, start + i, other[i]) for i in range(first, last))
            yield Edit(start + first, start + last, tuple(pieces))


def _piece(text: str, at: int, char: str) -> Piece:
    """What stands at `at`: `char`, an ASCII sign as it is, or nothing that can be known."""
    sign = text[at] if text[at] < "\x7f" and text[at] != "?" else LOST
    return Piece(char or sign, at, at + 1)


def other_lines(text: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int]]:
    """The lines of `text` that none of `edits` touches."""
    for line in re.finditer(r"[^\n]+", text):
        if not any(e.start < line.end() and e.end > line.start() for e in edits):
            yield line.span()


def merged(edits: Iterable[Edit], others: Iterable[Edit]) -> list[Edit]:
    return sorted([*edits, *others], key=lambda e: e.start)


def reads_well(text: str, characters: CharacterModel) -> bool:
    """Whether the characters beyond ASCII of a text cost no more than Chinese prose does."""
    words = _BEYOND_ASCII.findall(text)
    return sum(map(characters.cost, words)) <= _PROSE * sum(map(len, words)) + 2


def _gains(text: str, other: Sequence[str], reads: CharacterModel, stands: CharacterModel) -> list[int]:
    """For each character of `text`, by how much the one of `other` is cheaper in its place."""
    gains = []
    for i, char in enumerate(text):
        if ord(char) < 0x80:
            gains.append(0)
            continue
        as_is = stands.pair(text[i - 1], char) if i else stands.single(char)
        if not other[i]:
            gains.append(as_is - _BROKEN)
        else:
            gains.append(as_is - (reads.pair(other[i - 1], other[i]) if i and other[i - 1] else reads.single(other[i])))
    return gains


def best_stretches(gains: Sequence[int], switch: int = _SWITCH, margin: int = MARGIN) -> list[tuple[int, int]]:
    """The stretches [first, last) that gain most in sum, where each costs `switch` twice and must gain `margin`.

    >>> best_stretches([-5, 9, 9, -1, 9, -5, -5, -5, 3])
    [(1, 5)]
    """
    outside, inside = 0, -switch
    came: list[tuple[bool, bool]] = []
    for gain in gains:
        enter, leave = outside - switch > inside, inside - switch > outside
        came.append((enter, leave))
        outside, inside = max(outside, inside - switch), max(inside, outside - switch) + gain
    found = []
    state, last = inside - switch > outside, len(gains)
    for i in range(len(gains) - 1, -1, -1):
        enter, leave = came[i]
        if state and enter:
            found.append((i, last))
            state = False
        elif not state and leave:
            state, last = True, i
    if state:
        found.append((0, last))
    return [(a, b) for a, b in found[::-1] if sum(gains[a:b]) >= margin]
