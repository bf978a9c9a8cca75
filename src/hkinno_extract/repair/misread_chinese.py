"""Bytes read as other Chinese characters: Big5 read as GBK, GBK read as Big5 (misread_utf8.py has UTF-8 read as GBK).

In: text. Out: edits. A run is changed only where what its bytes give is clearly cheaper by the character model. Look first at
`big5_read_as_gbk`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from hkinno_extract.character_model import CharacterModel, model, rare_characters, script_of
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.draft import Edit, Piece
from hkinno_extract.repair.misread_latin import big5_tokens

MARGIN = 12
"""By how much (in nats) the other reading must be cheaper than the text as it stands."""

_CLOSE_MARGIN = 5
_LEAST = 8
_LEAST_HOLES = 3
_SWITCH, _BROKEN, _WIDEST_GAP, _PROSE = 6, 14, 12, 8.0

_MARKED = 5
"""What a `?` beside a character beyond ASCII says for a misread line (in nats): prose has few of them."""

_MARK = re.compile(r"\?(?=[?]*[^\x00-\x7f])|(?<=[^\x00-\x7f])\?+")
_ADDRESS = re.compile(r"(?:https?://|www\.)[\x21-\x7e]*[\x21-\x3e\x40-\x7e]")
LINE = re.compile("[^\n]+")
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
    found = _pairwise(text, "gb18030", "big5hkscs")
    return sorted((*found, *_holed_lines(text, found))) if text.count(LOST) >= _LEAST_HOLES else found


def gbk_read_as_big5(text: str) -> list[Edit]:
    """Puts back GBK that was read as Big5."""
    return _pairwise(text, "big5hkscs", "gb18030")


def _pairwise(text: str, wrong: str, right: str) -> list[Edit]:
    """The stretches that read better with the bytes of `wrong` taken for `right`; where there are some, each line is weighed as a whole."""
    charsets = wrong, right
    found = [
        e
        for start, end in clusters(text)
        for first, last in lines_of(text, start, end)
        for e in _recoding(text, (max(start, first), min(end, last)), charsets)
    ]
    if not found:
        return []
    edits: list[Edit] = []
    for first, last in lines_of(text, 0, len(text)):
        whole = _whole_line(text, (first, last), charsets)
        edits += [whole] if whole else [e for e in found if first <= e.start < last]
    return edits


def _whole_line(text: str, place: tuple[int, int], charsets: tuple[str, str]) -> Edit | None:
    """The edit of a line of a misread page where all of it reads better the other way; a line is misread from end to end or not at all."""
    start, end = place
    other = [_recoded(c, *charsets) for c in text[start:end]]
    if not any(other):
        return None
    characters = model(script_of("".join(other)))
    gains = _gains(text[start:end], other, characters, model(None))
    marks = _MARK.findall(text[start:end])
    made = "".join(char or "?" for char in other)
    if sum(gains) + _MARKED * len(marks) < _CLOSE_MARGIN or not reads_well(made, characters):
        return None
    first, last = _ends(text, start, end, other)
    return Edit(first, last, tuple(_pieces(text, first, other[first - start : last - start])))


def _ends(text: str, start: int, end: int, other: Sequence[str]) -> tuple[int, int]:
    """The first and the last place of [start, end) that the other reading changes, marks beside them too."""
    places = [start + i for i, char in enumerate(other) if char]
    first, last = places[0], places[-1] + 1
    while first > start and text[first - 1] == "?":
        first -= 1
    while last < end and text[last] == "?":
        last += 1
    return first, last


def _recoding(text: str, place: tuple[int, int], charsets: tuple[str, str]) -> Iterator[Edit]:
    start, end = place
    other = [_recoded(c, *charsets) for c in text[start:end]]
    characters = model(script_of("".join(other)))
    for first, last in best_stretches(_gains(text[start:end], other, characters, model(None))):
        made = "".join(other[first:last])
        if sum(map(is_han, made)) >= _LEAST and reads_well(made, characters):
            while first and text[start + first - 1] == "?":
                first -= 1
            while last < len(other) and text[start + last] == "?":
                last += 1
            yield Edit(start + first, start + last, tuple(_pieces(text, start + first, other[first:last])))


def _holed_lines(text: str, done: Sequence[Edit]) -> Iterator[Edit]:
    """The lines in which bytes that are no GBK became U+FFFD, so that what follows is paired one byte off: read again byte by byte."""
    for start, end in lines_of(text, 0, len(text)):
        line = text[start:end]
        if line.count(LOST) < _LEAST_HOLES or len(rare_characters(frozenset(line))) < _LEAST_HOLES:
            continue
        if any(e.start < end and e.end > start for e in done):
            continue
        owners, letters = zip(*((at, letter) for at, char in enumerate(line, start) for letter in _letters(char)), strict=True)
        tokens = big5_tokens("".join(letters))
        made = "".join(token.text for token in tokens)
        characters = model("hant")
        if tokens and reads_well(made.replace(LOST, ""), characters) and not reads_well(line.replace(LOST, ""), characters):
            yield Edit(start, end, tuple(Piece(t.text, owners[t.start], owners[t.end - 1] + 1) for t in tokens))


def _letters(char: str) -> str:
    """The bytes of a character in GBK, a letter of Latin-1 each; one that has no two is lost."""
    if char < "\x80" or char == LOST:
        return char
    code = char.encode("gb18030", "replace")
    return code.decode("latin-1") if len(code) == 2 else LOST


def _pieces(text: str, at: int, other: Sequence[str]) -> Iterator[Piece]:
    """For each place from `at` on: the other character, an ASCII sign as it is (a `?` in an address is one), or nothing."""
    signs = {i for m in _ADDRESS.finditer(text, at, at + len(other)) for i in range(*m.span())}
    for place, char in enumerate(other, at):
        as_is = text[place] < "\x7f" and (text[place] != "?" or place in signs)
        yield Piece(char or (text[place] if as_is else LOST), place, place + 1)


def lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of `text` that [start, end) touches, whole."""
    for line in LINE.finditer(text, text.rfind("\n", 0, start) + 1):
        if line.start() >= end:
            return
        yield line.span()


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
