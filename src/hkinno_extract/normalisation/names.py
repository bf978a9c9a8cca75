"""Names as the tables print them, and ids for new ones.

In: a name as it stands in a text. Out: its canonical form, or a slug. Look first at `canonical_name`.
"""

from __future__ import annotations

import re

from hkinno_extract.characters import CLOSING, OPENING, is_han, narrow
from hkinno_extract.normalisation.scripts import to_traditional

_SPACES = re.compile(r"\s+")
_SLUG = re.compile(r"[^a-z0-9]+")


def canonical_name(text: str, *, simplified: bool = False) -> str:
    """`text` without enclosing quotes and without spaces between Chinese characters; `simplified` text in Traditional characters.

    >>> canonical_name("「創科飛躍計劃」"), canonical_name("「科創新星」計劃"), canonical_name("Orbital  Grid Pte Ltd")
    ('創科飛躍計劃', '「科創新星」計劃', 'Orbital Grid Pte Ltd')
    >>> canonical_name("创新科技署", simplified=True)
    '創新科技署'
    """
    text = _SPACES.sub(_space, text.strip())
    while len(text) > 2 and text[0] in OPENING and text[-1] == CLOSING[OPENING.index(text[0])] and text[-1] not in text[1:-1]:
        text = text[1:-1]
    return to_traditional(text) if simplified else text


def _space(match: re.Match[str]) -> str:
    text, before, behind = match.string, match.start() - 1, match.end()
    return "" if is_han(text[before]) or is_han(text[behind]) else " "


def propose_id(name: str, taken: frozenset[str] = frozenset()) -> str:
    """An id for a new row of a gazetteer: pinyin of Chinese characters (at most eight of them) and Latin words, none of `taken`.

    >>> propose_id("晶泰科技"), propose_id("Orbital Grid Pte Ltd"), propose_id("晶泰科技", frozenset({"jing-tai-ke-ji"}))
    ('jing-tai-ke-ji', 'orbital-grid-pte-ltd', 'jing-tai-ke-ji-2')
    """
    from pypinyin import lazy_pinyin

    words = lazy_pinyin(narrow(name))
    slug = _SLUG.sub("-", "-".join(words).lower()).strip("-")
    slug = "-".join(slug.split("-")[:8]) or "name"
    number, candidate = 1, slug
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
