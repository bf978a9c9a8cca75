"""Simplified to Traditional characters, for names and measures in the tables.

In: text. Out: text in the Traditional characters of Hong Kong. OpenCC is loaded on first use.
"""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2hk")


@functools.lru_cache(maxsize=4096)
def to_traditional(text: str) -> str:
    """`text` in Traditional characters as Hong Kong writes them; Traditional text stays as it is.

    >>> to_traditional("世界数码竞争力排名"), to_traditional("台灣")
    ('世界數碼競爭力排名', '台灣')
    """
    return str(_converter().convert(text))
