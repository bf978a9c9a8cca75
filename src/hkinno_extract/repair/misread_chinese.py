"""Bytes read as other Chinese characters: UTF-8 read as GBK, Big5 read as GBK, GBK read as Big5.

In: text. Out: edits. A run is changed only where what its bytes give is clearly cheaper by the character model. Look first at
`utf8_read_as_gbk` and `big5_read_as_gbk`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from hkinno_extract.character_model import CharacterModel, model, script_of
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.draft import Edit, Piece

RARE = 13
MARGIN = 12
"""By how much (in nats) the other reading must be cheaper than the text as it stands."""

_SWITCH, _BROKEN, _WIDEST_GAP, _PROSE = 6, 14, 12, 8.2
_UTF8 = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}|[\xc2-\xdf][\x80-\xbf]|[\x20-\x7e]){2,}")


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


def rare_characters(characters: frozenset[str]) -> list[str]:
    """The rare Chinese characters among `characters`."""
    costs = model(None)
    return [c for c in characters if c >= "\u3400" and is_han(c) and costs.single(c) >= RARE]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
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

    >>> "".join(p.text for e in big5_read_as_gbk("翠承穝の砃祇甶") for p in e.pieces)
    '港創新及術發展'
    """
    return _pairwise(text, "gb18030", "big5hkscs")


def gbk_read_as_big5(text: str) -> list[Edit]:
    """Puts back GBK that was read as Big5."""
    return _pairwise(text, "big5hkscs", "gb18030")


def _pairwise(text: str, wrong: str, right: str) -> list[Edit]:
    edits = []
    for start, end in _clusters(text):
        other = [_recoded(c, wrong, right) for c in text[start:end]]
        script = script_of("".join(other))
        for first, last in best_stretches(_gains(text[start:end], other, model(script), model(None))):
            if not reads_well("".join(other[first:last]), model(script)):
                continue
            pieces = tuple(Piece(other[i] or LOST, start + i, start + i + 1) for i in range(first, last))
            edits.append(Edit(start + first, start + last, pieces))
    return edits


def reads_well(text: str, characters: CharacterModel) -> bool:
    """Whether a text costs no more a character than Chinese prose does."""
    return characters.cost(text) <= _PROSE * len(text) + 4


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


def utf8_read_as_gbk(text: str) -> list[Edit]:
    """Puts back UTF-8 that was read as GBK: three bytes a character there, two here.

    >>> "".join(p.text for e in utf8_read_as_gbk("鍒涙柊绉戞妧鍙") for p in e.pieces)
    '创新科技\ufffd'
    """
    edits = []
    for start, end in _clusters(text):
        data, owners = _bytes_of(text, start, end)
        for run in _UTF8.finditer(data):
            edit = _utf8_edit(text, data, owners, run.start(), run.end())
            if edit is not None and (not edits or edits[-1].end <= edit.start):
                edits.append(edit)
    return edits


def _bytes_of(text: str, start: int, end: int) -> tuple[bytes, list[int]]:
    """The bytes of text[start:end] in GB 18030 and, for each byte, the character that holds it."""
    data, owners = bytearray(), []
    for i in range(start, end):
        code = text[i].encode("gb18030", "replace") if text[i] != LOST else b"?"
        data += code
        owners += [i] * len(code)
    return bytes(data), owners


def _utf8_edit(text: str, data: bytes, owners: Sequence[int], first: int, last: int) -> Edit | None:
    """The edit of the bytes [first, last), which are UTF-8; None where it is not clearly better."""
    while first < last and (data[first] < 0x80 or (first and owners[first] == owners[first - 1])):
        first += 1
    while last > first and data[last - 1] < 0x80 and owners[last - 1] != (owners[last] if last < len(owners) else -1):
        last -= 1
    try:
        reads = data[first:last].decode("utf-8")
    except UnicodeDecodeError:
        return None
    start = owners[first] if first < len(owners) else 0
    stop = owners[last - 1] + 1
    stands, other = text[start:stop], model(script_of(reads))
    if (
        len(reads) < 2
        or not any(is_han(c) for c in reads)
        or not reads_well(reads, other)
        or model(None).cost(stands) - other.cost(reads) < MARGIN
    ):
        return None
    pieces: list[Piece] = []
    at = first
    for char in reads:
        size = len(char.encode("utf-8"))
        pieces.append(Piece(char, owners[at], owners[at + size - 1] + 1))
        at += size
    broken = last < len(data) and owners[last] == owners[last - 1]
    if not broken and last < len(data) and 0xE2 <= data[last] <= 0xEF:
        stop = owners[last] + 1
        broken = True
    if broken:
        pieces.append(Piece(LOST, stop - 1, stop))
        if text[stop : stop + 1] == "?":
            pieces.append(Piece(LOST, stop, stop + 1))
            stop += 1
    return Edit(start, stop, tuple(pieces))
