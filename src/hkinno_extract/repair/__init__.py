"""Repair: text to repaired text with a way back.

In: text. Out: `RepairedText`. Each kind of damage has one function, named in `REPAIRS`: text in, edits out.
Look first at `repair`; `mend` is `repair` of a page that was read.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from hkinno_extract.character_model import model, rare_characters
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.errors import ReadingError
from hkinno_extract.records import Block, PageText, RepairedText
from hkinno_extract.repair.draft import Draft, Edit, Firing
from hkinno_extract.repair.escapes import html_entities, left_over_tags
from hkinno_extract.repair.gbk_shift import gbk_shift, may_hold_shift
from hkinno_extract.repair.gloss import pinyin_gloss
from hkinno_extract.repair.misread_chinese import big5_read_as_gbk, gbk_read_as_big5, suspicious
from hkinno_extract.repair.misread_latin import BYTES, UTF8_LEADS, big5_read_as_cp1252, utf8_read_as_cp1252
from hkinno_extract.repair.misread_utf8 import utf8_read_as_gbk
from hkinno_extract.repair.signs import (
    INVISIBLE,
    LOOK_ALIKES,
    PRIVATE_USE,
    compatibility_characters,
    invisible_characters,
    lone_letters,
    private_use_characters,
)
from hkinno_extract.repair.wrapped import wrapped_lines
from hkinno_extract.segmentation.blocks import plain_blocks

__all__ = ["DAMAGE", "REPAIRS", "Firing", "Mended", "Repair", "explain", "mend", "refuse", "repair"]

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


def _several_of(triggers: str, least: int) -> Callable[[Characters], bool]:
    signs = frozenset(triggers)
    return lambda characters: len(signs & characters) >= least


_lower = _any_of("abcdefghijklmnopqrstuvwxyz")

REPAIRS: dict[str, Repair] = {
    "utf8_read_as_cp1252": Repair(_any_of(UTF8_LEADS), _of_text(utf8_read_as_cp1252)),
    "big5_read_as_cp1252": Repair(_several_of("".join(BYTES), 4), _of_text(big5_read_as_cp1252)),
    "html_entities": Repair(_any_of("&"), _of_text(html_entities)),
    "left_over_tags": Repair(_any_of("<"), _of_text(left_over_tags)),
    "utf8_read_as_gbk": Repair(suspicious, _of_text(utf8_read_as_gbk)),
    "big5_read_as_gbk": Repair(suspicious, _of_text(big5_read_as_gbk)),
    "gbk_read_as_big5": Repair(suspicious, _of_text(gbk_read_as_big5)),
    "gbk_shift": Repair(may_hold_shift, _of_text(gbk_shift)),
    "invisible_characters": Repair(_any_of(INVISIBLE), _of_text(invisible_characters)),
    "compatibility_characters": Repair(_any_of(LOOK_ALIKES), _of_text(compatibility_characters)),
    "wrapped_lines": Repair(_any_of("\n\r"), lambda text, blocks, _names: wrapped_lines(text, blocks)),
    "private_use_characters": Repair(_any_of(PRIVATE_USE), _of_text(private_use_characters)),
    "pinyin_gloss": Repair(_any_of("(（"), _of_text(pinyin_gloss)),
    "lone_letters": Repair(_lower, lambda text, _blocks, names: lone_letters(text, names)),
}
"""Name of a repair to the repair, in the order in which they run."""

MISREAD = frozenset(("utf8_read_as_cp1252", "big5_read_as_cp1252", "utf8_read_as_gbk", "big5_read_as_gbk", "gbk_read_as_big5"))
"""Repairs of bytes that were read in another encoding."""

REMADE = MISREAD | {"html_entities"}
"""Where one of these changes most of a text, it was another text before: its blocks are found anew."""

DAMAGE = frozenset((*MISREAD, "gbk_shift", "pinyin_gloss", "private_use_characters", "lone_letters"))
"""Repairs of copies; the others mend what the source's own pages may have (entities, zero-width characters, wrapped lines)."""

SEARCHES = MISREAD | {"gbk_shift"}
LONGEST_SEARCHED = 150_000
"""Characters beyond which the repairs that search are left out: a release has some ten thousand, and noise must not take minutes."""

_SAMPLE = 20_000
_MOST_MISREAD, _MOST_LOST, _SCRAMBLED = 0.3, 0.25, 12.0
_MANY_HOLES, _RIDDLED, _MANY_RARE = 8, 0.03, 12
_LATIN_1, _MOST_LETTERS = "".join(map(chr, range(0xA1, 0x100))), 0.25
"""Letters and signs of Latin-1 beyond ASCII: a language has one in ten at most."""

_NEVER = "\ufdff\ufffe\uffff"
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


class Mended(NamedTuple):
    """A repaired page: `page` has the repaired text, its blocks and title; `misread` says that most of it was another text before."""

    page: PageText
    repaired: RepairedText
    misread: bool


def mend(page: PageText, *, off: frozenset[str] = frozenset(), names: Collection[str] = ()) -> Mended:
    """`repair` of a page that was read. Raises ReadingError where its text is beyond repair."""
    if len(page.text) > LONGEST_SEARCHED:
        refuse(page.text)
        if not SEARCHES.isdisjoint(_draft(page.text[:_SAMPLE], (), off, names).fired):
            raise ReadingError(
                f"the text is damaged, and with {len(page.text):,} characters too long to be repaired",
                remedy="Fetch another copy, or split it.",
            )
    draft = _draft(page.text, page.blocks, off, names)
    repaired = draft.finish()
    refuse(repaired.text)
    title = repair(page.title, off=off, names=names).text if page.title else page.title
    mended = dataclasses.replace(page, text=repaired.text, blocks=draft.blocks, title=title)
    return Mended(mended, repaired, draft.misread)


def refuse(text: str) -> None:
    """Raises ReadingError where too much of `text` is lost, or its characters are such that no text has them."""
    size = len(text)
    lost = text.count(LOST) + sum(text.count(c) for c in _NEVER)
    if size >= 20 and lost > _MOST_LOST * size:
        raise ReadingError(f"{lost} of {size} characters are lost", remedy="Fetch another copy of the release.")
    counts = Counter(text[:_SAMPLE])
    if sum(counts[c] for c in _LATIN_1) > _MOST_LETTERS * min(size, _SAMPLE):
        raise ReadingError("the text is one of misread bytes beyond repair", remedy="Fetch another copy of the release.")
    han = {c: n for c, n in counts.items() if is_han(c)}
    cost, many = model(None).single, sum(han.values())
    if many >= 40 and sum(cost(c) * n for c, n in han.items()) > _SCRAMBLED * many:
        raise ReadingError("the text is scrambled beyond repair", remedy="Fetch another copy of the release.")


def _riddled(text: str) -> bool:
    """Whether a text has so many holes, and so few rare characters, that it was misread as a whole and not one byte off here and there."""
    holes = text.count(LOST)
    return holes >= _MANY_HOLES and holes > _RIDDLED * len(text) and len(rare_characters(frozenset(text))) < _MANY_RARE


def _draft(text: str, blocks: Sequence[Block], off: frozenset[str], names: Collection[str]) -> Draft:
    draft = Draft(text, blocks)
    for _ in range(_ROUNDS):
        before = draft.text
        characters = frozenset(before)
        for name, (may, function) in REPAIRS.items():
            if (
                name in off
                or not may(characters)
                or (name in SEARCHES and len(draft.text) > LONGEST_SEARCHED)
                or (name == "gbk_shift" and _riddled(draft.text))
            ):
                continue
            for _ in range(_MISREADINGS if name == "utf8_read_as_cp1252" else 1):
                edits = function(draft.text, draft.blocks, names)
                if not edits:
                    break
                draft.apply(name, edits)
                characters = frozenset(draft.text)
                if name in REMADE and sum(e.end - e.start for e in edits) > _MOST_MISREAD * len(before):
                    draft.misread = True
                    draft.blocks = plain_blocks(draft.text) if draft.blocks else ()
        if draft.text == before:
            break
    return draft
