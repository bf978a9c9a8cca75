"""Whether a character that a shifted run gives is one, or the halves of two between which pairs of bytes vanished.

Pairs in the user-defined areas of GBK (AAA1-AFFE, F8A1-FEFE) are dropped without a trace when a copy is made: 政府公報 gives D5 .. AB for
what stood between 政 and 公, and D5AB is 斋. In: a character of the run, its bytes and its neighbours. Out: whether it may be false.
Look first at `doubtful_places`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

from hkinno_extract.character_model import BACKOFF, CharacterModel
from hkinno_extract.characters import DIGIT_VALUES, IDEOGRAPHIC_SPACE, SCALE_VALUES, is_han
from hkinno_extract.repair.gbk_bytes import VANISHING, char_of

NUMERALS = frozenset(DIGIT_VALUES) | frozenset(SCALE_VALUES) | frozenset("半幾几數数")
"""Characters that change a number: they are kept only where the text around them speaks for them."""

_SURE, _SURE_NUMERAL, _SURE_SIGN, _UNKNOWN_SIDE = 0.0, 4.0, -8.0, 7
"""By how much (in nats) one character must be likelier than two; a numeral by more, a full-width sign by less."""

_DEAR, _TOO_DEAR, _PLAIN = 15, 20, 8
_SIGNS = frozenset("，。、；：「」『』《》（）！？“”‘’—…·％")


class Joined(NamedTuple):
    """A character that a run gives, "" where its bytes are none, and its two bytes."""

    char: str
    lead: int
    trail: int


def doubtful_places(row: Sequence[Joined], characters: CharacterModel, *, behind: str = "") -> set[int]:
    """Numbers of the characters of `row` that may be false. `behind` is the character that stands behind the row, "" where it is not known.

    The most doubtful one goes first, and its neighbours are judged anew without it.
    """
    found = {i for i, joined in enumerate(row) if not joined.char}
    doubts = {i: _doubt_at(row, i, found, behind, characters) for i in range(len(row)) if i not in found}
    while doubts:
        worst = max(doubts, key=doubts.__getitem__)
        if doubts[worst] <= 0:
            break
        found.add(worst)
        del doubts[worst]
        for near in (worst - 1, worst + 1):
            if near in doubts:
                doubts[near] = _doubt_at(row, near, found, behind, characters)
    return found


def _doubt_at(row: Sequence[Joined], i: int, lost: set[int], behind: str, characters: CharacterModel) -> float:
    before = row[i - 1].char if i and i - 1 not in lost else ""
    after = behind if i + 1 == len(row) else row[i + 1].char if i + 1 not in lost else ""
    return doubt(row[i], before, after, characters)


def doubt(joined: Joined, before: str, behind: str, characters: CharacterModel) -> float:
    """By how many nats it is likelier that the two bytes belong to two characters; above 0 the character is not kept."""
    char = joined.char
    if char == IDEOGRAPHIC_SPACE:
        return -1.0
    if characters.wrong_script(char) or not (is_han(char) or char in _SIGNS):
        return math.inf
    numeral = char in NUMERALS
    if numeral and not (before or behind):
        return math.inf
    one = _left(before, char, characters) + _right(char, behind, characters)
    if one <= _PLAIN and not numeral:
        return one - _TOO_DEAR
    dear = min(_SURE_NUMERAL, max(_SURE, (one - _DEAR) * 0.5))
    sure = _SURE_NUMERAL if numeral else dear if is_han(char) or char in "？！" else _SURE_SIGN
    two = two_cost(joined.lead, joined.trail, before, behind, characters)
    return max(one + sure - two, one - _TOO_DEAR if is_han(char) else -math.inf)


def _left(before: str, char: str, characters: CharacterModel) -> int:
    return characters.pair(before, char) if before else characters.single(char)


def _right(char: str, behind: str, characters: CharacterModel) -> int:
    return characters.pair(char, behind) if behind else _UNKNOWN_SIDE


def two_cost(lead: int, trail: int, before: str, behind: str, characters: CharacterModel) -> float:
    """The cost (-ln of the summed probability) of two characters whose outer bytes are `lead` and `trail`, between their neighbours.

    Pairs that the counts have not cost what the second character costs alone, so that their sum is a product; the others are listed.
    """
    left = {c: math.exp(-_left(before, c, characters)) for c in _firsts(lead)}
    right = _right_chances(trail, behind, characters)
    total = sum(left.values()) * sum(right[c] * _alone(c, characters) for c in right)
    total += sum(left[a] * right[b] * surplus for a, b, surplus in _known_pairs(lead, trail, characters))
    return -math.log(total) if total > 0 else math.inf


def _alone(char: str, characters: CharacterModel) -> float:
    return math.exp(-characters.single(char) - BACKOFF)


@functools.lru_cache(maxsize=4096)
def _right_chances(trail: int, behind: str, characters: CharacterModel) -> dict[str, float]:
    return {c: math.exp(-_right(c, behind, characters)) for c in _seconds(trail)}


@functools.lru_cache(maxsize=4096)
def _known_pairs(lead: int, trail: int, characters: CharacterModel) -> tuple[tuple[str, str, float], ...]:
    """The pairs of two such characters that the counts have, and by how much each is likelier than its second character alone."""
    return tuple(
        (a, b, math.exp(-cost) - _alone(b, characters))
        for a in _firsts(lead)
        for b in _seconds(trail)
        if (cost := characters.known_pair(a, b)) is not None
    )


@functools.cache
def _firsts(lead: int) -> tuple[str, ...]:
    return tuple(c for trail in VANISHING if (c := char_of(lead, trail)))


@functools.cache
def _seconds(trail: int) -> tuple[str, ...]:
    return tuple(c for lead in range(0x81, 0xFF) if (c := char_of(lead, trail)))
