"""Tables as plain text in columns: Chinese characters take two places.

In: rows of strings. Out: lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def width(text: str) -> int:
    """How many places of a terminal `text` takes.

    >>> width("全球第7")
    7
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def fit(text: str, places: int) -> str:
    """`text` in at most `places` places, on one line, cut with `…`.

    >>> fit("創新科技及工業局", 7), fit("a\\nb", 7)
    ('創新科…', 'a b')
    """
    text = " ".join(text.split())
    if width(text) <= places:
        return text
    while text and width(text) > places - 1:
        text = text[:-1]
    return f"{text}…"


def columns(header: Sequence[str], rows: Iterable[Sequence[str]], *, limit: int = 40) -> list[str]:
    """Lines with the cells under each other, none wider than `limit`; a column that is empty in every row is left out.

    >>> columns(["a", "b", "c"], [["全球", "", "1"], ["x", "", "22"]])
    ['a     c', '全球  1', 'x     22']
    """
    cells = [[fit(cell, limit) for cell in row] for row in rows]
    kept = [i for i in range(len(header)) if any(row[i] for row in cells)]
    table = [[header[i] for i in kept], *([row[i] for i in kept] for row in cells)]
    widths = [max(width(row[i]) for row in table) for i in range(len(kept))]
    return ["  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in table]
