"""UTF-8 read as GBK: three bytes a character there, two here.

In: text. Out: edits. A line that is misread from end to end is taken as a whole, holes and all, else its best stretches. Look first at
`utf8_read_as_gbk`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hkinno_extract.character_model import model, script_of
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.draft import Edit, Piece
from hkinno_extract.repair.misread_chinese import best_stretches, clusters, lines_of, reads_well

_UTF8 = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}|\xc2\xb7|[\x20-\x7e]){2,}")
_TOKENS = re.compile(
    rb"(?P<char>[\xe2-\xef][\x80-\xbf]{2}|[\xc2\xc3][\x80-\xbf])|(?P<sign>[\x00-\x3e\x40-\x7f]|(?:(?<=[\x00-\x3e\x40-\x7f])|\A)\?)"
    rb"|(?P<hole>(?:[\x80-\xbf?]|[\xc0-\xff](?![\x80-\xbf]{2}))+|.)",
    re.DOTALL,
)
"""Behind an ASCII sign the bytes are in step, and the first two of a character are a pair of GBK: a `?` there is no mark."""

_IN_FORM, _LEAST_FORM, _READABLE = 0.7, 0.3, 14


def utf8_read_as_gbk(text: str) -> list[Edit]:
    """Puts back UTF-8 that was read as GBK: three bytes a character there, two here.

    >>> "".join(p.text for e in utf8_read_as_gbk("鍒涙柊绉戞妧鍙") for p in e.pieces)
    '创新科技\ufffd'
    """
    edits: list[Edit] = []
    seen = 0
    for start, end in clusters(text):
        for first, last in lines_of(text, start, end):
            if first < seen:
                continue
            seen = last
            whole = _whole_line(text, first, last)
            edits += [whole] if whole is not None else _stretches(text, max(start, first), min(end, last))
    if not edits:
        return []
    taken = {text.rfind("\n", 0, e.start) + 1 for e in edits}
    others = (_whole_line(text, *line, least=1) for line in lines_of(text, 0, len(text)) if line[0] not in taken)
    return sorted([*edits, *filter(None, others)])


def _stretches(text: str, start: int, end: int) -> Iterator[Edit]:
    """The edits of the best stretches of text[start:end] that are UTF-8."""
    data, owners = _bytes_of(text, start, end)
    done = start
    for run in _UTF8.finditer(data):
        edit = _utf8_edit(text, data, owners, run.start(), run.end())
        if edit is not None and done <= edit.start:
            done = edit.end
            yield edit


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
            pieces.append(Piece(token["sign"].decode("ascii"), first, last))
    reads = "".join(p.text for p in pieces if p.text != LOST)
    form = _form(data, reads)
    if good < least or form < _LEAST_FORM or (form < _IN_FORM and (broken > 2 * good or not reads_well(reads, model(script_of(reads))))):
        return None
    return Edit(start, end, tuple(pieces))


def _form(data: bytes, reads: str) -> float:
    """The share of the bytes beyond ASCII that are UTF-8 by their form: hardly any of GBK's are. 0 where the characters are scrambled."""
    high = [c for c in reads if c > "\x7f"]
    costs = model(None)
    if sum(costs.single(c) for c in high if is_han(c)) > _READABLE * sum(map(is_han, high)):
        return 0.0
    return sum(len(c.encode()) for c in high) / max(1, sum(b > 0x7F for b in data))


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
