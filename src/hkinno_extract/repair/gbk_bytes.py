"""Characters and their two bytes in GBK, as browsers and old programs see them.

In: characters or bytes. Out: the other. Look first at `code_of` and `char_of`.
"""

from __future__ import annotations

import functools

FOLDED = {"!": "！", "?": "？", ",": "，"}
"""ASCII signs that a copy may have in the place of full-width ones (GBK A3A1, A3BF, A3AC)."""

USER_DEFINED = (((*range(0xAA, 0xB0), *range(0xF8, 0xFF)), range(0xA1, 0xFF)), (range(0xA1, 0xA8), range(0x40, 0xA1)))
"""The user-defined areas of GBK, as lead and trail bytes: what decodes to them is often dropped without a trace."""


@functools.lru_cache(maxsize=65536)
def code_of(char: str) -> tuple[int, int] | None:
    """The two bytes of `char`, None where it has not two; private-use characters have those of the user-defined areas.

    >>> code_of("钢"), code_of("!"), code_of("A")
    ((184, 214), (163, 161), None)
    """
    try:
        code = FOLDED.get(char, char).encode("gb18030")
    except UnicodeEncodeError:
        return None
    return (code[0], code[1]) if len(code) == 2 else None


@functools.lru_cache(maxsize=65536)
def char_of(lead: int, trail: int) -> str:
    """The character of two bytes, "" where GBK has none.

    >>> char_of(0xEA, 0x50), char_of(0xA2, 0xAB)
    ('關', '')
    """
    try:
        char = bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 else ""
