"""Tables and functions on single characters: variants, widths, numerals' digits. Knows nothing of the rest of the house.

In: characters. Out: characters, one for one, so that offsets hold. Look first at `fold`: names and words are compared folded,
so that 台/臺, 发/發, Ａ/A are the same, and what is printed keeps the text's own characters.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources

LOST = "\ufffd"
"""Stands for one character, or one byte of one, that the copy at hand has lost; a repair leaves it, nobody guesses it."""

IDEOGRAPHIC_SPACE = "\u3000"
THIN_SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
"""Spaces that a release puts between the thousands of a number, next to U+0020."""

OPENING = "「『（(《〈【［[“‘"
CLOSING = "」』）)》〉】］]”’"
PAIRS: Mapping[str, str] = dict(zip(OPENING, CLOSING, strict=True))

_DIGITS = ("零〇○", "一壹弌", "二貳贰貮兩两", "三叁參叄参弎", "四肆", "五伍", "六陸陆", "七柒", "八捌", "九玖")
DIGIT_VALUES: Mapping[str, int] = {
    **{char: value for value, chars in enumerate(_DIGITS) for char in chars},
    "廿": 20,
    "卅": 30,
    "卌": 40,
}
"""Value of a Chinese digit; 廿, 卅, 卌 are tens by themselves."""

SCALE_VALUES: Mapping[str, int] = {
    **dict.fromkeys("十拾", 10),
    **dict.fromkeys("百佰", 100),
    **dict.fromkeys("千仟", 1_000),
    **dict.fromkeys("萬万", 10_000),
    **dict.fromkeys("億亿", 100_000_000),
    **dict.fromkeys("兆", 1_000_000_000_000),
}


def _wide_to_narrow() -> dict[int, str]:
    table = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    return table | {0x3000: " "} | {ord(c): " " for c in THIN_SPACES}


@functools.cache
def fold_table() -> dict[int, str]:
    """The table behind `fold`, for `str.translate`: code point to one character."""
    text = resources.files(__package__).joinpath("variants.txt").read_text(encoding="utf-8")
    pairs = {ord(line[0]): line[1] for line in text.splitlines() if line and line[0] != "#"}
    upper = {ord(c): c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    wide = {code: char.lower() for code, char in _wide_to_narrow().items()}
    return pairs | upper | wide


def fold(text: str) -> str:
    """One comparable form of `text`, of the same length: Simplified, narrow, lower case, one letter for all its variants.

    >>> fold("香港衞生署　ＩＭＤ"), fold("数码港") == fold("數碼港")
    ('香港卫生署 imd', True)
    """
    return text.translate(fold_table())


def narrow(text: str) -> str:
    """Full-width Latin letters, digits and spaces as ASCII; everything else as it is, length kept.

    >>> narrow("１２．５％")
    '12.5%'
    """
    return text.translate(_NARROW)


_NARROW = _wide_to_narrow()


def is_han(char: str) -> bool:
    """Whether `char` is a Chinese character (the unified ideographs and their extensions).

    >>> is_han("創"), is_han("a"), is_han("，")
    (True, False, False)
    """
    code = ord(char)
    return 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x3FFFF or code == 0x3007
