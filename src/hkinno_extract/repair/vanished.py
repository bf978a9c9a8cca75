"""Whether a character that a shifted run gives is one, or the halves of two between which a pair of bytes vanished.

Pairs in the user-defined areas of GBK (AAA1-AFFE, F8A1-FEFE) vanish without a trace when a copy is made. In: a character of the run, its
bytes and its neighbours. Out: whether it may be false. Look first at `is_doubtful`.
"""

from __future__ import annotations

from hkinno_extract.character_model import CharacterModel
from hkinno_extract.characters import DIGIT_VALUES, SCALE_VALUES, is_han

_VANISHING = (*range(0xAA, 0xB0), *range(0xF8, 0xFF))
_NUMERALS = frozenset(DIGIT_VALUES) | frozenset(SCALE_VALUES) | frozenset("半幾数數")
_CHEAP, _DEAR = 12, 22


def is_doubtful(char: str, lead: int, trail: int, near: tuple[str, str], characters: CharacterModel) -> bool:
    """Whether the two bytes of `char` may belong to two characters; a numeral has to be the more certain."""
    if "０" <= char <= "ｚ" and char.isalnum():
        return True
    if not is_han(char):
        return False
    if characters.wrong_script(char):
        return True
    before, behind = near
    cost = characters.pair(before, char) if before else characters.single(char)
    cost += characters.pair(char, behind) if behind else 8
    if cost <= (_CHEAP if char in _NUMERALS else _DEAR):
        return False
    return cost - _best_of_two(lead, trail, near, characters) > (-2 if char in _NUMERALS else 6)


def _best_of_two(lead: int, trail: int, near: tuple[str, str], characters: CharacterModel) -> int:
    before, behind = near
    firsts = [c for t in _VANISHING if (c := _decode(lead, t))]
    seconds = [c for first in range(0x81, 0xFF) if (c := _decode(first, trail))]
    left = {c: characters.pair(before, c) if before else characters.single(c) for c in firsts}
    right = {c: characters.pair(c, behind) if behind else 8 for c in seconds}
    return min((left[a] + characters.pair(a, b) + right[b] for a in firsts for b in seconds), default=1 << 20)


def _decode(lead: int, trail: int) -> str:
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return ""
