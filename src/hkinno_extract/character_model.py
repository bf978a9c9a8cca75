"""How likely characters are in Chinese text, alone and behind one another: what tells readable text from misread bytes.

In: characters. Out: costs, -ln of a probability. The counts are in character_model.txt
(benchmarks/character_model.py makes it). Look first at `CharacterModel`.
"""

from __future__ import annotations

import functools
from collections import Counter
from importlib import resources
from typing import Literal

from hkinno_extract.characters import fold_table, is_han

UNKNOWN = 17
"""Cost of a character that the counts have not."""

BACKOFF = 1
"""Added where a pair is not in the counts."""

WRONG_SCRIPT = 5
"""Added for a character that only the other script (Traditional, Simplified) has."""

_HONG_KONG_COST = 9
_SIGN_COST = 11
_LIKE = {"!": "！", "?": "？", ",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "“": "「", "”": "」"}
"""Signs that stand where the counts have others."""

WIDE = frozenset(map(chr, (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))))
"""Full-width digits and letters."""

_WIDE_COST = 4
"""Cost of a full-width digit or letter behind another: ５Ｇ, １６."""

_SIGNS = WIDE | frozenset("—…·％\u3000")
"""Signs, full-width digits and letters of releases that the counts have not."""

HONG_KONG = frozenset("邨衞着峯粧裏嘅啲咗㗎埗羣滙喺嚟冇嘢哋嗰噉鰂")
"""Characters in daily use in Hong Kong that the counts hardly know."""

Script = Literal["hant", "hans"]


@functools.lru_cache(maxsize=65536)
def script_of_char(char: str) -> Script | None:
    """The only script that uses `char`, None where both do: what Big5 has and GB 2312 has not is Traditional, and the other way round.

    >>> script_of_char("发"), script_of_char("發"), script_of_char("香")
    ('hans', 'hant', None)
    """
    traditional, simplified = _has("big5", char), _has("gb2312", char)
    if traditional == simplified or char in HONG_KONG:
        return None
    return "hant" if traditional else "hans"


def _has(charset: str, char: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def script_of(text: str) -> Script:
    """The script that `text` is in: "hans" where Simplified characters are more than Traditional ones."""
    scripts = {"hans": 0, "hant": 0, None: 0}
    for char, count in Counter(text).items():
        if char >= "\u3400":
            scripts[script_of_char(char)] += count
    return "hans" if scripts["hans"] > scripts["hant"] else "hant"


class CharacterModel:
    """Costs of characters and pairs in text of one script."""

    def __init__(self, script: Script | None) -> None:
        self.script = script
        self._single, self._pairs = _counts()
        self._fold = fold_table()
        self._costs: dict[str, int] = {}
        self._forms: dict[str, str] = {}

    def folded(self, char: str) -> str:
        """The form under which the counts have `char`."""
        form = self._forms.get(char)
        if form is None:
            form = _LIKE.get(char) or (self._fold.get(ord(char), char) if is_han(char) else char)
            self._forms[char] = form
        return form

    def wrong_script(self, char: str) -> bool:
        """Whether only the other script has `char`."""
        return self.script is not None and script_of_char(char) not in (None, self.script)

    def single(self, char: str) -> int:
        """Cost of `char` alone."""
        cost = self._costs.get(char)
        if cost is None:
            cost = self._single.get(self.folded(char), _SIGN_COST if char in _SIGNS else UNKNOWN)
            if char in HONG_KONG:
                cost = min(cost, _HONG_KONG_COST)
            if self.wrong_script(char):
                cost += WRONG_SCRIPT
            self._costs[char] = cost
        return cost

    def pair(self, before: str, char: str) -> int:
        """Cost of `char` behind `before`."""
        known = self.known_pair(before, char)
        return self.single(char) + BACKOFF if known is None else known

    def known_pair(self, before: str, char: str) -> int | None:
        """Cost of `char` behind `before` where the counts have the pair, else None (`pair` then goes by `char` alone)."""
        if char in WIDE and before in WIDE:
            return _WIDE_COST
        known = self._pairs.get(self.folded(before) + self.folded(char))
        return None if known is None else known + (WRONG_SCRIPT if self.wrong_script(char) else 0)

    def cost(self, text: str) -> int:
        """Cost of `text` from its first character on."""
        total, before = 0, ""
        for char in text:
            total += self.pair(before, char) if before else self.single(char)
            before = char
        return total


@functools.cache
def model(script: Script | None) -> CharacterModel:
    """The model of text in `script`, made once; None takes both scripts for the same."""
    return CharacterModel(script)


_SIGN_BLOCKS = (range(0x370), range(0x2000, 0x2500), range(0x3000, 0x3040), range(0xFF00, 0xFFF0))
RARE = 13
"""A character that costs more, alone, is rare: prose of a page has few of them."""


@functools.cache
def _usual() -> frozenset[str]:
    """The Chinese characters that are not rare, in every variant, and the signs and letters that releases use."""
    single, _ = _counts()
    fold = fold_table()
    common = {c for c, cost in single.items() if cost < RARE and is_han(c)}
    variants = {chr(code) for code, char in fold.items() if char in common}
    return frozenset(common | HONG_KONG | variants | {chr(code) for block in _SIGN_BLOCKS for code in block})


@functools.lru_cache(maxsize=16)
def rare_characters(characters: frozenset[str]) -> frozenset[str]:
    """Those of `characters` that prose of a page has few of: rare Chinese ones, and letters of scripts that releases do not use.

    >>> sorted(rare_characters(frozenset("香港創新翠翴の")))
    ['の', '翴']
    """
    return frozenset(c for c in characters - _usual() if is_han(c) or c in _FOREIGN)


_FOREIGN = frozenset(map(chr, (*range(0x370, 0x500), *range(0x2500, 0x2580), *range(0x3040, 0x3100))))


@functools.cache
def _counts() -> tuple[dict[str, int], dict[str, int]]:
    text = resources.files(__package__).joinpath("character_model.txt").read_text(encoding="utf-8")
    single: dict[str, int] = {}
    pairs: dict[str, int] = {}
    for line in text.splitlines()[1:]:
        char, alone, *groups = line.split(" ")
        single[char] = int(alone)
        for group in groups:
            cost, _, followers = group.partition(":")
            value = int(cost)
            for follower in followers:
                pairs[char + follower] = value
    return single, pairs
