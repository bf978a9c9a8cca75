"""Finds the runs that were paired one byte off, by a Viterbi search over two readings of a stretch of text.

Reading one takes the characters as they stand, reading two pairs the second byte of each with the first byte of the next. Costs are those
of the character model; entering and leaving a run costs, less so where a mark `?` stands. In: a stretch of text. Out: `Run`s.
Look first at `find_runs`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from hkinno_extract.character_model import CharacterModel
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.gbk_bytes import char_of, code_of

MARKS = frozenset(("?", LOST))
MARGIN = 11
"""By how much the shifted reading must be cheaper than the text as it stands."""

_ENTER, _ENTER_MARKED, _LEAVE, _LEAVE_MARKED = 13, 3, 12, 5
_ENTER_LOST, _LEAVE_LOST, _LOST = 9, 9, 2
_MARK, _HOLE, _DEAREST, _SINGLE = 7, 12, 15, 7
_NARROW, _LONE_CAPITAL, _LONE_SIGN = 4, 8, 9
_PROSE = 10.5
"""Cost of a character of readable text in a long run, holes among them."""

_STRANGE = 10
_PLAIN_SIGNS = frozenset("，。、；：「」『』《》（）！？“”‘’—…·％\u3000\u00a0")
_FAR = 1 << 30

Ending = Literal["open", "mark", "sign", "single"]


class Run(NamedTuple):
    """Characters first..last (both inside) of [start, end) are paired one byte off.

    `ending`: "mark" behind which a sign was swallowed, "sign" (an ASCII sign that is the last trail byte), "single" (the last trail byte is
    below 0x80 and stands for itself), else "open".
    """

    start: int
    end: int
    first: int
    last: int
    ending: Ending


class _Step(NamedTuple):
    cost: int
    came: int
    kind: str


def find_runs(text: str, start: int, end: int, characters: CharacterModel) -> list[Run]:
    """The misread runs in text[start:end], in order."""
    lattice = _Lattice(text[start:end], characters, text[end : end + 1])
    return [Run(run.start + start, run.end + start, run.first + start, run.last + start, run.ending) for run in lattice.runs()]


class _Lattice:
    """`normal[i]` is the best way to read the first i characters that ends outside a run, `shifted[i]` one whose run holds character i."""

    def __init__(self, text: str, characters: CharacterModel, ahead: str) -> None:
        self.text, self.model, self.ahead = text, characters, ahead
        self.codes = [code_of(c) for c in text]
        self.normal = [_Step(_FAR, -1, "")] * (len(text) + 1)
        self.shifted = [_Step(_FAR, -1, "")] * len(text)
        self.plain = [0] * (len(text) + 1)

    def runs(self) -> list[Run]:
        self.normal[0] = _Step(0, -1, "start")
        for i in range(len(self.text)):
            self._stand(i)
            if self.codes[i]:
                self._shift(i)
                self._leave(i)
        return self._trace()

    def _stand(self, i: int) -> None:
        char = self.text[i]
        if char in MARKS:
            cost = _LOST if char == LOST else _MARK
        elif not self.codes[i]:
            cost = _NARROW if not self._is_lone(i) else _LONE_CAPITAL if char.isupper() else _LONE_SIGN
        else:
            behind_char = i > 0 and self.codes[i - 1] and self.text[i - 1] not in MARKS
            cost = self.model.pair(self.text[i - 1], char) if behind_char else self.model.single(char)
        self.plain[i + 1] = self.plain[i] + cost
        if self.normal[i].kind not in ("stand", "start") and self.codes[i]:
            cost = self.model.single(char)
        self._reach(self.normal, i + 1, self.normal[i].cost + cost, i, "stand")

    def _is_lone(self, i: int) -> bool:
        """Whether an ASCII sign that can be a trail byte stands between Chinese: `?陞f助`."""
        behind = self.text[i + 1 : i + 2] or self.ahead
        return i > 0 and "@" <= self.text[i] <= "~" and self.text[i - 1] > "\x7f" and (behind > "\x7f" or behind.isdigit())

    def _shift(self, i: int) -> None:
        if i > 0 and self.text[i - 1] in MARKS:
            enter = _ENTER_LOST if self.text[i - 1] == LOST else _ENTER_MARKED
            self._reach(self.shifted, i, self.normal[i - 1].cost + enter, i - 1, "enter marked")
            if i > 1 and self.codes[i - 2]:
                self._reach(self.shifted, i, self.shifted[i - 2].cost + _HOLE, i - 2, "hole")
        self._reach(self.shifted, i, self.normal[i].cost + _ENTER, i, "enter")
        before = self.shifted[i - 1] if i else None
        left, right = self.codes[i - 1] if i else None, self.codes[i]
        if before is None or before.cost >= _FAR or left is None or right is None:
            return
        join = char_of(left[1], right[0])
        if not join:
            cost = _HOLE
        else:
            far = self.codes[i - 2] if before.kind == "join" else None
            last = char_of(far[1], left[0]) if far else ""
            cost = min(self.model.pair(last, join) if last else self.model.single(join), _DEAREST)
        self._reach(self.shifted, i, before.cost + cost, i - 1, "join")

    def _leave(self, i: int) -> None:
        cost, code = self.shifted[i].cost, self.codes[i]
        if cost >= _FAR or code is None:
            return
        if code[1] < 0x80:
            self._reach(self.normal, i + 1, cost + _SINGLE, i, "single")
            return
        self._reach(self.normal, i + 1, cost + _LEAVE, i, "open")
        sign = self.text[i + 1 : i + 2]
        if sign in MARKS:
            self._reach(self.normal, i + 2, cost + (_LEAVE_LOST if sign == LOST else _LEAVE_MARKED), i, "mark")
        elif "@" <= sign <= "~":
            join = char_of(code[1], ord(sign))
            far = self.codes[i - 1] if self.shifted[i].kind == "join" else None
            last = char_of(far[1], code[0]) if far else ""
            price = (self.model.pair(last, join) if last else self.model.single(join)) if join else _HOLE
            self._reach(self.normal, i + 2, cost + min(price, _HOLE) - self._fit(join, i + 2), i, "sign")

    def _fit(self, join: str, i: int) -> int:
        """By how much the character at i is likelier behind `join` than alone: `?陞f助` is 協助."""
        behind = self.text[i : i + 1] or self.ahead
        return self.model.single(behind) - self.model.pair(join, behind) if join and is_han(behind or "a") else 0

    @staticmethod
    def _reach(steps: list[_Step], at: int, cost: int, came: int, kind: str) -> None:
        if cost < steps[at].cost:
            steps[at] = _Step(cost, came, kind)

    def _looks_misread(self, first: int, last: int) -> bool:
        """Whether a run holds more than question marks and signs; a single character between marks has to be a strange one."""
        letters = [c for c in self.text[first : last + 1] if c > "\x7f" and c not in _PLAIN_SIGNS and c not in MARKS]
        return any(map(is_han, letters)) and (len(letters) > 1 or any(self.model.single(c) >= _STRANGE for c in letters))

    def _trace(self) -> list[Run]:
        found: list[Run] = []
        at = len(self.text)
        while at > 0:
            step = self.normal[at]
            if step.kind == "stand":
                at = step.came
                continue
            last = first = step.came
            while self.shifted[first].kind in ("join", "hole"):
                first = self.shifted[first].came
            start = self.shifted[first].came
            gain = self.plain[at] - self.plain[start] - (step.cost - self.normal[start].cost)
            spent, joins = step.cost - self.normal[start].cost, last - first
            strange = self._looks_misread(first, last) or (start < first and step.kind == "sign" and self._is_lone(at - 1))
            if gain >= MARGIN and strange and (joins < 4 or spent <= _PROSE * joins + 12):
                found.append(Run(start, at, first, last, step.kind))  # type: ignore[arg-type]
            at = start
        return found[::-1]
