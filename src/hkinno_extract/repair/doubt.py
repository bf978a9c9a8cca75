"""Whether a character that a shifted run gives is one, or the halves of two between which pairs of bytes vanished.

Pairs in the user-defined areas of GBK (AAA1-AFFE, F8A1-FEFE) are dropped without a trace when a copy is made: 政府公報 gives D5 .. AB for
what stood between 政 and 公, and D5AB is 斋. In: a character of the run, its bytes and its neighbours. Out: whether it may be false.
Look first at `doubtful`.
"""

from __future__ import annotations

import functools

from hkinno_extract.character_model import CharacterModel
from hkinno_extract.characters import DIGIT_VALUES, SCALE_VALUES, is_han
from hkinno_extract.repair.gbk_bytes import VANISHING, char_of

NUMERALS = frozenset(DIGIT_VALUES) | frozenset(SCALE_VALUES) | frozenset("半幾几數数")
"""Characters that change a number: they are kept only where the text around them speaks for them."""

_PLAIN_COST, _LEAST_GAIN, _NUMERAL_GAIN, _UNKNOWN_SIDE = 13, 4, -4, 7


def doubtful(char: str, lead: int, trail: int, near: tuple[str, str], characters: CharacterModel) -> bool:
    """Whether the two bytes of `char` may belong to two characters; `near` are its neighbours, "" where there is none."""
    if "０" <= char <= "ｚ":
        return True
    if characters.wrong_script(char):
        return True
    numeral = char in NUMERALS
    before, behind = near
    cost = _left(before, char, characters) + _right(char, behind, characters)
    if not numeral and is_han(char) and cost <= _PLAIN_COST:
        return False
    if numeral and not (before or behind):
        return True
    return cost - _best_of_two(lead, trail, before, behind, characters) > (_NUMERAL_GAIN if numeral else _LEAST_GAIN)


def _left(before: str, char: str, characters: CharacterModel) -> int:
    return characters.pair(before, char) if before else characters.single(char)


def _right(char: str, behind: str, characters: CharacterModel) -> int:
    return characters.pair(char, behind) if behind else _UNKNOWN_SIDE


def _best_of_two(lead: int, trail: int, before: str, behind: str, characters: CharacterModel) -> int:
    """The least cost of two characters whose outer bytes are `lead` and `trail`, between `before` and `behind`."""
    left = {c: _left(before, c, characters) for c in _firsts(lead)}
    right = {c: _right(c, behind, characters) for c in _seconds(trail)}
    return min((left[a] + characters.pair(a, b) + right[b] for a in left for b in right), default=1 << 20)


@functools.cache
def _firsts(lead: int) -> tuple[str, ...]:
    return tuple(c for trail in VANISHING if (c := char_of(lead, trail)))


@functools.cache
def _seconds(trail: int) -> tuple[str, ...]:
    return tuple(c for lead in range(0x81, 0xFF) if (c := char_of(lead, trail)))
