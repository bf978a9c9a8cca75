"""One Aho-Corasick pass over folded text finds the words of the lexicon and the names of the gazetteers.

In: `Patterns`, then text. Out: matches with their class (the token's TAG) and, for a name, its id.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import ahocorasick

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import Patterns

_LATIN = re.compile(r"[a-z0-9]")


class Entry(NamedTuple):
    """What a folded word stands for. `value` is the lexicon's value, or the id of the gazetteer's row."""

    tag: str
    value: str


Match = tuple[int, int, Entry]
"""`text[start:end]` is the word of the entry."""


class WordIndex:
    """The words and names of `patterns`. Words of one character are looked up by token only, so that 合約 keeps its 約."""

    def __init__(self, patterns: Patterns) -> None:
        self.entries: dict[str, Entry] = {key: Entry(w.cls, w.value) for key, w in patterns.words.items()}
        for tag, names in (("INDEX", patterns.indices), ("PROGRAMME", patterns.programmes), ("ORGANISATION", patterns.organisations)):
            for name in names:
                for surface in name.surfaces():
                    self.entries[fold(surface)] = Entry(tag, name.id)
        self._automaton = ahocorasick.Automaton()
        for key, entry in self.entries.items():
            if len(key) > 1:
                latin = bool(_LATIN.match(key[0])), bool(_LATIN.match(key[-1]))
                self._automaton.add_word(key, (len(key) - 1, entry, latin if any(latin) else None))
        if len(self._automaton):
            self._automaton.make_automaton()

    def find(self, folded: str) -> list[Match]:
        """Every word of two characters and more in `folded`, overlaps and all; a Latin word only as a whole."""
        found: list[Match] = []
        if not len(self._automaton):
            return found
        add = found.append
        for last, (more, entry, latin) in self._automaton.iter(folded):
            if latin is None or _is_whole(folded, last - more, last + 1, latin):
                add((last - more, last + 1, entry))
        return found


def _is_whole(folded: str, start: int, end: int, latin: tuple[bool, bool]) -> bool:
    if latin[0] and start and _LATIN.match(folded[start - 1]):
        return False
    return not (latin[1] and end < len(folded) and _LATIN.match(folded[end]))
