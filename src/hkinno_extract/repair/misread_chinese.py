"""Bytes read as other Chinese characters: UTF-8 read as GBK, Big5 read as GBK, GBK read as Big5.

In: text. Out: edits. A run is changed only where what its bytes give is clearly cheaper by the character model. Look first at
`utf8_read_as_gbk` and `big5_read_as_gbk`.
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
_UTF8 = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}|\xc2\xb7|[\x20-\x7e]){2,}")

_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_TOKENS = re.compile(
    rb"(?P<char>[\xe2-\xef][\x80-\xbf]{2}|\xc2[\xa0-\xbf])|(?P<sign>[\x00-\x3e\x40-\x7f])|(?P<hole>(?:[\x80-\xbf?]|[\xc0-\xff](?![\x80-\xbf]{2}))+|.)",
    re.DOTALL,
)


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

    >>> "".join(p.text for e in big5_read_as_gbk("現┎そガセ翠?祇甶?计?") for p in e.pieces)
    '政府公布本港�發展�數�'
    """
    return _pairwise(text, "gb18030", "big5hkscs")


def gbk_read_as_big5(text: str) -> list[Edit]:
    """Puts back GBK that was read as Big5."""
    return _pairwise(text, "big5hkscs", "gb18030")


def _pairwise(text: str, wrong: str, right: str) -> list[Edit]:
    """The stretches that read better when the bytes of `wrong` are taken for `right`; where there are some, all lines are looked at."""
    found = [e for place in _clusters(text) for e in _recoding(text, place, (wrong, right), MARGIN)]
    if not found:
        return []
    return _merged(found, (e for place in _other_lines(text, found) for e in _recoding(text, place, (wrong, right), _CLOSE_MARGIN)))


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


def _other_lines(text: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int]]:
    """The lines of `text` that none of `edits` touches."""
    for line in re.finditer(r"[^\n]+", text):
        if not any(e.start < line.end() and e.end > line.start() for e in edits):
            yield line.span()


def _merged(edits: Iterable[Edit], others: Iterable[Edit]) -> list[Edit]:
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


def utf8_read_as_gbk(text: str) -> list[Edit]:
    """Puts back UTF-8 that was read as GBK: three bytes a character there, two here.

    >>> "".join(p.text for e in utf8_read_as_gbk("鍒涙柊绉戞妧鍙") for p in e.pieces)
    '创新科技\ufffd'
    """
    edits: list[Edit] = []
    for start, end in _clusters(text):
        line = text.rfind("\n", 0, start) + 1, text.find("\n", end) if text.find("\n", end) >= 0 else len(text)
        if edits and edits[-1].end > line[0]:
            continue
        whole = _whole_line(text, *line)
        if whole is not None:
            edits.append(whole)
            continue
        data, owners = _bytes_of(text, start, end)
        for run in _UTF8.finditer(data):
            edit = _utf8_edit(text, data, owners, run.start(), run.end())
            if edit is not None and (not edits or edits[-1].end <= edit.start):
                edits.append(edit)
    if not edits:
        return []
    return _merged(edits, (e for place in _other_lines(text, edits) if (e := _whole_line(text, *place, least=1)) is not None))


def _whole_line(text: str, start: int, end: int, *, least: int = 4) -> Edit | None:
    """The edit of a line that is UTF-8 from end to end but for holes; None where it is not."""
    data, owners = _bytes_of(text, start, end)
    pieces: list[Piece] = []
    good = broken = 0
    for token in _TOKENS.finditer(data):
        first, last = owners[token.start()], owners[token.end() - 1] + 1
        if token["char"]:
            good += 1
            pieces.append(Piece(token["char"].decode("utf-8", "replace"), first, last))
        elif token["hole"]:
            broken += 1
            size = len(token["hole"]) + token["hole"].count(b"?")
            pieces += [Piece(LOST, first, last)] * max(1, (size + 1) // 3)
        else:
            pieces.append(Piece(text[first], first, last))
    reads = "".join(p.text for p in pieces if p.text != LOST)
    if good < least or broken > 2 * good or not reads_well(reads, model(script_of(reads))):
        return None
    return Edit(start, end, tuple(pieces))


def _bytes_of(text: str, start: int, end: int) -> tuple[bytes, list[int]]:
    """The bytes of text[start:end] in GB 18030 and, for each byte, the character that holds it."""
    data, owners = bytearray(), []
    for i in range(start, end):
        code = text[i].encode("gb18030", "replace") if text[i] != LOST else b"?"
        data += code
        owners += [i] * len(code)
    return bytes(data), owners


def _utf8_edit(text: str, data: bytes, owners: Sequence[int], first: int, last: int) -> Edit | None:
    """The edit of the best stretch of the bytes [first, last), which are UTF-8; None where none is clearly better."""
    if first and owners[first] == owners[first - 1]:
        first += 1
        while first < last and 0x80 <= data[first] < 0xC0:
            first += 1
    try:
        reads = data[first:last].decode("utf-8")
    except UnicodeDecodeError:
        return None
    places = _places(reads, first)
    other, costs = model(script_of(reads)), model(None)
    gains = []
    for i, char in enumerate(reads):
        at, end = places[i], places[i + 1]
        stands = sum(costs.single(text[owners[b]]) for b in range(at, end)) / 2 if end - at > 1 else 0
        gains.append(round(stands) - (0 if end - at == 1 else other.pair(reads[i - 1], char) if i else other.single(char)))
    best = max(best_stretches(gains), key=lambda s: sum(gains[s[0] : s[1]]), default=None)
    if best is None or not any(is_han(c) for c in reads[slice(*best)]) or not reads_well(reads[slice(*best)], other):
        return None
    begin, stop = best
    while begin < stop and places[begin + 1] - places[begin] == 1:
        begin += 1
    while stop > begin and places[stop] - places[stop - 1] == 1:
        stop -= 1
    pieces = [Piece(reads[i], owners[places[i]], owners[places[i + 1] - 1] + 1) for i in range(begin, stop)]
    if not pieces:
        return None
    head = owners[places[begin]]
    if places[begin] and owners[places[begin] - 1] == head:
        before = 1 if head and text[head - 1] == "?" else 0
        pieces = [Piece(LOST, head - before, head + 1), *pieces]
    return _with_tail(text, data, owners, places[stop], pieces)


def _places(reads: str, first: int) -> list[int]:
    """Where each character of `reads` begins in the bytes, and where the last one ends."""
    places = [first]
    for char in reads:
        places.append(places[-1] + len(char.encode("utf-8")))
    return places


def _with_tail(text: str, data: bytes, owners: Sequence[int], at: int, pieces: list[Piece]) -> Edit:
    """The edit of `pieces`, with the character that is cut off at byte `at`, and the sign that a `?` swallowed."""
    stop = pieces[-1].end
    cut = at < len(data) and owners[at] < stop
    if not cut and at < len(data) and 0xE2 <= data[at] <= 0xEF and at + 2 < len(data) and not 0x80 <= data[at + 2] <= 0xBF:
        stop, cut = owners[at] + 1, True
    if cut:
        pieces.append(Piece(LOST, stop - 1, stop))
        if text[stop : stop + 1] == "?":
            pieces.append(Piece(LOST, stop, stop + 1))
            stop += 1
    return Edit(pieces[0].start, stop, tuple(pieces))
