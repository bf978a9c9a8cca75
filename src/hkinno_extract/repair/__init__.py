"""Repair: text to repaired text with a way back.

In: text. Out: `RepairedText`. Look first at `repair`.
"""

from __future__ import annotations

from collections.abc import Sequence

from hkinno_extract.records import Block, RepairedText, Stretch


def repair(text: str, *, blocks: Sequence[Block] = (), off: frozenset[str] = frozenset()) -> RepairedText:
    """Every repair that `off` does not name, until nothing changes. `blocks` are those of `text`: a line break inside one is a wrapped line."""
    return RepairedText(raw=text, text=text, stretches=(Stretch(start=0, end=len(text), raw_start=0, raw_end=len(text)),) if text else ())
