"""Pinyin glosses: 創(chuàng)新 was 創新.

In: text. Out: edits that join a character and the gloss behind it to the character. Look first at `pinyin_gloss`.
"""

from __future__ import annotations

import functools
import importlib.util
import re
import runpy
import unicodedata
from pathlib import Path

from hkinno_extract.characters import fold
from hkinno_extract.repair.draft import Edit, replace

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜêế ềḿńňǹ".replace(" ", "")
_GLOSS = re.compile(rf"([㐀-鿿豈-龎\U00020000-\U0003ffff])[(（]([a-zɑɡü{_TONES}\u0300-\u0304\u030c]{{1,8}})[)）]")
_MARKS = re.compile("[\u0300\u0301\u0304\u030c]")

_LONG_SYLLABLE, _MANY = 3, 4
"""So many characters with a bare syllable of so many letters are no chance."""


def pinyin_gloss(text: str) -> list[Edit]:
    """Takes off a syllable in round brackets right behind a character that is read so.

    One without its tone mark counts beside toned ones, or in a text that has so many of them that they cannot be anything else.

    >>> pinyin_gloss("創(chuàng)新(IMD)")
    [Edit(start=0, end=9, pieces=(Piece(text='創', start=0, end=9),))]
    """
    found = [(m, toned) for m in _GLOSS.finditer(text) if (toned := _reads(m[1], m[2])) is not None]
    bare = [m[1] for m, toned in found if not toned and len(m[2]) >= _LONG_SYLLABLE]
    if len(set(bare)) < _MANY and not any(toned for _, toned in found):
        return []
    return [replace(m.start(), m.end(), m[1]) for m, _ in found]


@functools.lru_cache(maxsize=8192)
def _reads(char: str, gloss: str) -> bool | None:
    """Whether `gloss` is a reading of `char`: True with its tone mark, False without one, None where it is no reading."""
    gloss = _plain_letters(gloss)
    readings = _readings(char)
    bare = _bare(gloss)
    if gloss != bare:
        return True if gloss in readings else None
    return False if any(bare == _bare(r) for r in readings) else None


def _readings(char: str) -> frozenset[str]:
    """The readings of a character and of its Simplified form, whose entry sometimes has one more."""
    found = (_pinyin_dict().get(ord(form), "") for form in (char, fold(char)))
    return frozenset(_plain_letters(r) for readings in found for r in readings.split(",") if r)


@functools.cache
def _pinyin_dict() -> dict[int, str]:
    """pypinyin's table of characters, read without the rest of the package, whose phrases take half a second to load."""
    spec = importlib.util.find_spec("pypinyin")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None:
        raise ImportError("pypinyin is not installed")
    table: dict[int, str] = runpy.run_path(str(folder / "pinyin_dict.py"))["pinyin_dict"]
    return table


def _plain_letters(gloss: str) -> str:
    return unicodedata.normalize("NFC", gloss.replace("ɡ", "g").replace("ɑ", "a"))


def _bare(gloss: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", gloss))).replace("ê", "e")
