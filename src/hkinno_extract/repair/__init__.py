"""Repair: text to repaired text with a way back.

In: text. Out: `RepairedText`. Each kind of damage has one function, named in `REPAIRS`: text in, edits out. Look first at `repair`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from hkinno_extract.records import Block, RepairedText
from hkinno_extract.repair.alignment import Alignment
from hkinno_extract.repair.draft import Draft, Edit, Firing
from hkinno_extract.repair.escapes import html_entities, left_over_tags
from hkinno_extract.repair.gbk_shift import gbk_shift, may_hold_shift
from hkinno_extract.repair.gloss import pinyin_gloss
from hkinno_extract.repair.misread_chinese import big5_read_as_gbk, gbk_read_as_big5, suspicious, utf8_read_as_gbk
from hkinno_extract.repair.misread_latin import BYTES, big5_read_as_cp1252, utf8_read_as_cp1252
from hkinno_extract.repair.signs import (
    INVISIBLE,
    compatibility_characters,
    invisible_characters,
    lone_letters,
    private_use_characters,
)
from hkinno_extract.repair.wrapped import wrapped_lines

__all__ = ["REPAIRS", "Firing", "Repair", "explain", "repair"]

Characters = frozenset[str]


class Repair(NamedTuple):
    """One kind of damage: `may` looks at the set of a text's characters and says whether `function` is worth calling."""

    may: Callable[[Characters], bool]
    function: Callable[[str, Sequence[Block], Collection[str]], list[Edit]]


def _any_of(triggers: str) -> Callable[[Characters], bool]:
    signs = frozenset(triggers)
    return lambda characters: not signs.isdisjoint(characters)


def _of_text(function: Callable[[str], list[Edit]]) -> Callable[[str, Sequence[Block], Collection[str]], list[Edit]]:
    return lambda text, _blocks, _names: function(text)


def _between(first: str, last: str) -> Callable[[Characters], bool]:
    return lambda characters: any(first <= c <= last for c in characters)


def _is_compatibility(char: str) -> bool:
    return "\u2e80" <= char <= "\u2fd5" or "\uf900" <= char <= "\ufaff" or "\U0002f800" <= char <= "\U0002fa1f"


_latin = _any_of("".join(BYTES))
_lower = _any_of("abcdefghijklmnopqrstuvwxyz")

REPAIRS: dict[str, Repair] = {
    "utf8_read_as_cp1252": Repair(_latin, _of_text(utf8_read_as_cp1252)),
    "big5_read_as_cp1252": Repair(_latin, _of_text(big5_read_as_cp1252)),
    "html_entities": Repair(_any_of("&"), _of_text(html_entities)),
    "left_over_tags": Repair(_any_of("<"), _of_text(left_over_tags)),
    "utf8_read_as_gbk": Repair(suspicious, _of_text(utf8_read_as_gbk)),
    "big5_read_as_gbk": Repair(suspicious, _of_text(big5_read_as_gbk)),
    "gbk_read_as_big5": Repair(suspicious, _of_text(gbk_read_as_big5)),
    "gbk_shift": Repair(may_hold_shift, _of_text(gbk_shift)),
    "invisible_characters": Repair(_any_of(INVISIBLE), _of_text(invisible_characters)),
    "compatibility_characters": Repair(
        lambda characters: any(_is_compatibility(c) for c in characters), _of_text(compatibility_characters)
    ),
    "wrapped_lines": Repair(_any_of("\n\r"), lambda text, blocks, _names: wrapped_lines(text, blocks)),
    "private_use_characters": Repair(_between("\ue000", "\uf8ff"), _of_text(private_use_characters)),
    "pinyin_gloss": Repair(_any_of("(（"), _of_text(pinyin_gloss)),
    "lone_letters": Repair(_lower, lambda text, _blocks, names: lone_letters(text, names)),
}
"""Name of a repair to the repair, in the order in which they run."""

_ROUNDS = 6
_MISREADINGS = 3
"""How often the same text can have been misread one time on top of the other."""


def repair(text: str, *, blocks: Sequence[Block] = (), off: frozenset[str] = frozenset(), names: Collection[str] = ()) -> RepairedText:
    """Every repair that `off` does not name, until nothing changes.

    `blocks` are those of `text`: a line break in one is a wrapped line. `names` may bring back an HKSCS character of a known name.

    >>> repair("特區(qū)政府").text
    '特區政府'
    """
    return _draft(text, blocks, off, names).finish()


def explain(
    text: str, *, blocks: Sequence[Block] = (), off: frozenset[str] = frozenset(), names: Collection[str] = ()
) -> tuple[RepairedText, list[Firing]]:
    """As `repair`, with a list of what fired and where, in order of the raw text."""
    draft = _draft(text, blocks, off, names)
    return draft.finish(), sorted(draft.firings, key=lambda f: (f.raw_start, f.raw_end))


def _draft(text: str, blocks: Sequence[Block], off: frozenset[str], names: Collection[str]) -> Draft:
    draft = Draft(text)
    for _ in range(_ROUNDS):
        before = draft.text
        characters = frozenset(before)
        for name, (may, function) in REPAIRS.items():
            if name in off or not may(characters):
                continue
            moved = Alignment(draft.finish()).move(blocks) if name == "wrapped_lines" and draft.fired else blocks
            for _ in range(_MISREADINGS if name == "utf8_read_as_cp1252" else 1):
                edits = function(draft.text, moved, names)
                if not edits:
                    break
                draft.apply(name, edits)
                characters = frozenset(draft.text)
        if draft.text == before:
            break
    return draft
