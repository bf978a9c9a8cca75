"""Simplified to Traditional characters, for names and measures in the tables.

In: text. Out: text in the Traditional characters that Hong Kong's releases write. OpenCC is loaded on first use.
"""

from __future__ import annotations

import functools
from typing import Any

_LOCAL = str.maketrans("裡溼汙臺衛", "裏濕污台衞")
"""Where Hong Kong's releases differ from OpenCC's Taiwan standard, which otherwise keeps the forms of Big5 (群, 說, 稅, 銳)."""


@functools.cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2tw")


@functools.lru_cache(maxsize=4096)
def to_traditional(text: str) -> str:
    """`text` in Traditional characters as Hong Kong writes them; Traditional text stays as it is.

    >>> to_traditional("世界数码竞争力排名"), to_traditional("科技集群，平台里的税务"), to_traditional("台灣")
    ('世界數碼競爭力排名', '科技集群，平台裏的稅務', '台灣')
    """
    return str(_converter().convert(text)).translate(_LOCAL)
