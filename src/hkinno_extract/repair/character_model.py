"""How likely characters are in Chinese text, alone and behind one another: what tells readable text from misread bytes.

In: characters. Out: costs, -ln of a probability. The counts are in model.txt, made by benchmarks/character_model.py; look first at `CharacterModel`.
"""

from __future__ import annotations

import functools
from importlib import resources

from hkinno_extract.characters import fold_table, is_han

UNKNOWN = 17
"""Cost of a character that the counts have not."""

BACKOFF = 1
"""Added where a pair is not in the counts."""

WRONG_SCRIPT = 5
"""Added for a character that only the other script (Traditional, Simplified) has."""

_NARROW_SIGNS = {"!": "！", "?": "？", ",": "，", ";": "；", ":": "：", "(": "（", ")": "）"}


@functools.lru_cache(maxsize=65536)
def in_charset(char: str, charset: str) -> bool:
    """Whether `charset` has `char`.

    >>> in_charset("发", "big5hkscs"), in_charset("發", "gb2312")
    (False, False)
    """
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def script_of(text: str) -> str:
    """The charset whose script `text` is in: "gb2312" where Simplified characters are more than Traditional ones, else "big5hkscs"."""
    counts = {char: text.count(char) for char in set(text) if is_han(char)} if len(text) < 4096 else {c: 1 for c in set(text) if is_han(c)}
    simplified = sum(n for c, n in counts.items() if not in_charset(c, "big5hkscs"))
    traditional = sum(n for c, n in counts.items() if not in_charset(c, "gb2312"))
    return "gb2312" if simplified > traditional else "big5hkscs"


class CharacterModel:
    """Costs of characters and pairs in text of one script."""

    def __init__(self, script: str) -> None:
        self.script = script
        self._single, self._pairs = _counts()
        self._fold = fold_table()
        self._costs: dict[str, int] = {}

    def folded(self, char: str) -> str:
        """The form under which the counts have `char`."""
        return _NARROW_SIGNS.get(char) or (self._fold.get(ord(char), char) if is_han(char) else char)

    def single(self, char: str) -> int:
        """Cost of `char` alone."""
        cost = self._costs.get(char)
        if cost is None:
            cost = self._single.get(self.folded(char), UNKNOWN)
            if is_han(char) and not in_charset(char, self.script):
                cost += WRONG_SCRIPT
            self._costs[char] = cost
        return cost

    def pair(self, before: str, char: str) -> int:
        """Cost of `char` behind `before`."""
        known = self._pairs.get(self.folded(before) + self.folded(char))
        alone = self.single(char)
        if known is None:
            return alone + BACKOFF
        return known + (WRONG_SCRIPT if is_han(char) and not in_charset(char, self.script) else 0)

    def cost(self, text: str) -> int:
        """Cost of `text` from its first character on."""
        total, before = 0, ""
        for char in text:
            total += self.pair(before, char) if before else self.single(char)
            before = char
        return total


@functools.cache
def model(script: str) -> CharacterModel:
    """The model of text in `script` ("gb2312" or "big5hkscs"), made once."""
    return CharacterModel(script)


@functools.cache
def _counts() -> tuple[dict[str, int], dict[str, int]]:
    text = resources.files(__package__).joinpath("model.txt").read_text(encoding="utf-8")
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
