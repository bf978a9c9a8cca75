"""GBK read one byte off: `?!钢欠奖恪沟怯浻脩敉黄?10萬` was 。「智方便」登記用戶突破310萬.

In: text. Out: edits that put the characters back whose two bytes are both there. Each byte without its other half gives one U+FFFD,
an ASCII sign that the run swallowed one more; nothing is guessed. The runs are found by comparing the cost of the text as it stands
with the cost of the text that its bytes give when they are paired one byte on (Viterbi over two states, see `_Lattice`).
Look first at `gbk_shift`.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import NamedTuple

from hkinno_extract.character_model import CharacterModel, model, script_of
from hkinno_extract.characters import LOST
from hkinno_extract.repair.draft import Edit, Piece
from hkinno_extract.repair.vanished import is_doubtful

MARGIN = 12
"""By how much the shifted reading must be cheaper than the text as it stands."""

_FOLDED = {"!": "！", "?": "？", ",": "，"}
_SEED = re.compile("[?\ufffd]")
_DOUBLE = "㐀-鿿\u3000-\u303f\uff01-\uff5e\ue000-\uf8ff\u2010-\u26ff\u00a7-\u00f7\u0370-\u0451\u3100-\u33ff!?,\ufffd"
_RUN = re.compile(f"[{_DOUBLE}]+")
_FAR = 1 << 30
_ENTER, _ENTER_MARKED, _LEAVE, _LEAVE_MARKED, _HOLE = 12, 3, 10, 5, 8


@functools.lru_cache(maxsize=65536)
def _bytes(char: str) -> bytes:
    """The two bytes of `char` in GBK, or none."""
    try:
        code = _FOLDED.get(char, char).encode("gb18030")
    except UnicodeEncodeError:
        return b""
    return code if len(code) == 2 else b""


@functools.lru_cache(maxsize=65536)
def _pair(lead: int, trail: int) -> str:
    """The character of two bytes in GBK, or none."""
    if not (0x81 <= lead <= 0xFE and 0x40 <= trail <= 0xFE and trail != 0x7F):
        return ""
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return ""


class Run(NamedTuple):
    """A misread run: raw characters first..last (both inside); whether a mark `?` stands before and behind; the ASCII sign behind may be its."""

    first: int
    last: int
    marked_before: bool
    marked_behind: bool
    takes_sign: bool


def gbk_shift(text: str) -> list[Edit]:
    """Puts back the runs of `text` that were paired one byte off.

    >>> [(e.start, e.end, "".join(p.text for p in e.pieces)) for e in gbk_shift("原則?!钢欠奖恪沟怯浻脩敉黄?10萬")]
    [(2, 15, '\ufffd「智方便」登記用戶突\ufffd\ufffd')]
    """
    windows = _windows(text)
    if not windows:
        return []
    characters = model(script_of(text))
    edits = []
    for start, end in windows:
        for run in _Lattice(text, start, end, characters).runs():
            edits.append(_edit(text, run, characters))
    return edits


def _windows(text: str) -> list[tuple[int, int]]:
    """The stretches of double-byte characters around every place that looks like a run's end."""
    found: list[tuple[int, int]] = []
    for seed in _SEED.finditer(text):
        at = seed.start()
        if found and at < found[-1][1]:
            continue
        run = _RUN.match(text, found[-1][1] if found else 0) if at == 0 else None
        start = at
        while start > 0 and _RUN.fullmatch(text, start - 1, start):
            start -= 1
        run = _RUN.match(text, at)
        end = run.end() if run else at + 1
        if end - start >= 3:
            found.append((start, end))
    return found


class _Lattice:
    """Two readings of text[start:end], character by character: as it stands, or as part of a run one byte off."""

    def __init__(self, text: str, start: int, end: int, characters: CharacterModel) -> None:
        self.text, self.start, self.end, self.model = text, start, end, characters
        self.codes = [_bytes(c) for c in text[start:end]]
        self.joins = [""] * (end - start)
        for i in range(1, end - start):
            left, right = self.codes[i - 1], self.codes[i]
            if left and right:
                self.joins[i] = _pair(left[1], right[0])

    def runs(self) -> list[Run]:
        """The misread runs, in order."""
        size = self.end - self.start
        normal, shifted = [0] * (size + 1), [_FAR] * size
        came: list[int] = [-1] * (size + 1)
        entered = [-1] * size
        text, start, characters = self.text, self.start, self.model
        for i in range(size):
            char = text[start + i]
            before = text[start + i - 1] if i else (text[start - 1] if start else "")
            stand = characters.pair(before, char) if before else characters.single(char)
            if came[i] >= 0:
                stand = characters.single(char)
            leave = shifted[i - 1] + self._leave(i - 1) if i else _FAR
            keep = normal[i] + stand
            normal[i + 1] = keep
            came[i + 1] = -1
            self._shift(i, normal, shifted, entered)
            leave = shifted[i] + self._leave(i)
            if leave < normal[i + 1]:
                normal[i + 1], came[i + 1] = leave, i
            del leave
        return self._trace(came, entered)

    def _shift(self, i: int, normal: list[int], shifted: list[int], entered: list[int]) -> None:
        if not self.codes[i]:
            return
        marked = i > 0 and self.text[self.start + i - 1] in "?\ufffd"
        enter = normal[i - 1] + _ENTER_MARKED if marked else normal[i] + _ENTER
        best, begin = enter, i
        if self.joins[i] and shifted[i - 1] < _FAR:
            join = self.joins[i]
            before = self.joins[i - 1] if entered[i - 1] < i - 1 else ""
            cost = shifted[i - 1] + min(self.model.pair(before, join) if before else self.model.single(join), 20)
            if cost <= best:
                best, begin = cost, entered[i - 1]
        shifted[i], entered[i] = best, begin

    def _leave(self, i: int) -> int:
        return _LEAVE_MARKED if self._mark_behind(i) else _LEAVE

    def _mark_behind(self, i: int) -> bool:
        return self.text[self.start + i + 1 : self.start + i + 2] in ("?", "\ufffd")

    def _trace(self, came: list[int], entered: list[int]) -> list[Run]:
        found = []
        at = len(came) - 1
        while at > 0:
            if came[at] < 0:
                at -= 1
                continue
            last = came[at]
            first = entered[last]
            run = Run(
                self.start + first,
                self.start + last,
                first > 0 and self.text[self.start + first - 1] in "?\ufffd",
                self._mark_behind(last),
                self._takes_sign(last),
            )
            if last > first and self._gain(run) >= MARGIN:
                found.append(run)
            at = first
        return found[::-1]

    def _takes_sign(self, last: int) -> bool:
        sign = self.text[self.start + last + 1 : self.start + last + 2]
        code = self.codes[last]
        return bool(sign) and 0x40 <= ord(sign) < 0x7F and len(code) == 2 and bool(_pair(code[1], ord(sign)))

    def _gain(self, run: Run) -> int:
        stands = self.model.cost(self.text[run.first : run.last + 1])
        codes = self.codes[run.first - self.start : run.last + 1 - self.start]
        reads = "".join(_pair(a[1], b[0]) for a, b in itertools.pairwise(codes))
        ends = (0 if run.marked_before else 6) + (0 if run.marked_behind or run.takes_sign else 6)
        return stands - self.model.cost(reads) - ends


def _edit(text: str, run: Run, characters: CharacterModel) -> Edit:
    start, end = run.first, run.last + 1
    codes = [_bytes(c) for c in text[start:end]]
    first = start - 1 if run.marked_before else start
    pieces = []
    last_trail_ascii = codes[-1][1] < 0x80
    pieces.append(Piece(LOST, first, start + 1))
    joined = [_pair(a[1], b[0]) for a, b in itertools.pairwise(codes)]
    for i, char in enumerate(joined):
        near = (joined[i - 1] if i else "", joined[i + 1] if i + 1 < len(joined) else "")
        if not char or is_doubtful(char, codes[i][1], codes[i + 1][0], near, characters):
            pieces += [Piece(LOST, start + i, start + i + 2), Piece(LOST, start + i, start + i + 2)]
        else:
            pieces.append(Piece(char, start + i, start + i + 2))
    if last_trail_ascii:
        pieces.append(Piece(chr(codes[-1][1]), end - 1, end))
    elif run.takes_sign:
        pieces.append(Piece(_pair(codes[-1][1], ord(text[end])), end - 1, end + 1))
        end += 1
    elif run.marked_behind:
        pieces += [Piece(LOST, end - 1, end + 1), Piece(LOST, end - 1, end + 1)]
        end += 1
    else:
        pieces.append(Piece(LOST, end - 1, end))
    return Edit(first, end, tuple(pieces))
