"""Repair: text to repaired text with a way back.

In: text. Out: `RepairedText`. Each kind of damage has one function, named in `REPAIRS`: text in, edits out. Look first at `repair`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hkinno_extract.records import Block, RepairedText
from hkinno_extract.repair.alignment import Alignment
from hkinno_extract.repair.draft import Draft, Edit, Firing
from hkinno_extract.repair.escapes import html_entities, left_over_tags
from hkinno_extract.repair.gbk_shift import gbk_shift, may_hold_shift
from hkinno_extract.repair.gloss import pinyin_gloss
from hkinno_extract.repair.wrapped import wrapped_lines

__all__ = ["REPAIRS", "Firing", "explain", "repair"]

_Repair = Callable[[str], list[Edit]]

REPAIRS: dict[str, tuple[str, _Repair | None]] = {
    "wrapped_lines": ("\n", None),
    "html_entities": ("&", html_entities),
    "left_over_tags": ("<", left_over_tags),
    "gbk_shift": ("?\ufffd", gbk_shift),
    "pinyin_gloss": ("(（", pinyin_gloss),
}
"""Name of a repair to the characters without which it cannot fire, and the repair; in the order in which they run."""

_ROUNDS = 6


def repair(text: str, *, blocks: Sequence[Block] = (), off: frozenset[str] = frozenset()) -> RepairedText:
    """Every repair that `off` does not name, until nothing changes. `blocks` are those of `text`: a line break in one is a wrapped line.

    >>> repair("特區(qū)政府").text
    '特區政府'
    """
    return _draft(text, blocks, off).finish()


def explain(text: str, *, blocks: Sequence[Block] = (), off: frozenset[str] = frozenset()) -> tuple[RepairedText, list[Firing]]:
    """As `repair`, with a list of what fired and where, in order of the raw text."""
    draft = _draft(text, blocks, off)
    return draft.finish(), sorted(draft.firings, key=lambda f: (f.raw_start, f.raw_end))


def _draft(text: str, blocks: Sequence[Block], off: frozenset[str]) -> Draft:
    draft = Draft(text)
    for _ in range(_ROUNDS):
        before = draft.text
        characters = frozenset(before)
        for name, (triggers, function) in REPAIRS.items():
            if name in off or characters.isdisjoint(triggers):
                continue
            moved = Alignment(draft.finish()).move(blocks) if function is None and draft.fired else blocks
            edits = wrapped_lines(draft.text, moved) if function is None else function(draft.text)
            if edits:
                draft.apply(name, edits)
        if draft.text == before:
            break
    return draft
