"""Whether a character that a shifted run gives is one, or the halves of two between which pairs of bytes vanished.

Pairs in the user-defined areas of GBK (AAA1-AFFE, F8A1-FEFE) are dropped without a trace when a copy is made: 政府公報 gives D5 .. AB for
what stood between 政 and 公, and D5AB is 斋. A run is a chain in which every pair of bytes is one character, or the outer halves of two
whose inner bytes vanished; the forward-backward algorithm (Rabiner 1989, section III) over that chain gives the odds of either. In: the
characters of a run, and their bytes. Out: which may be false. Look first at `doubtful_places`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hkinno_extract.character_model import BACKOFF, WIDE, CharacterModel
from hkinno_extract.characters import DIGIT_VALUES, IDEOGRAPHIC_SPACE, SCALE_VALUES, is_han
from hkinno_extract.repair.gbk_bytes import USER_DEFINED, char_of

NUMERALS = frozenset(DIGIT_VALUES) | frozenset(SCALE_VALUES) | frozenset("半幾几數数")
"""Characters that change a number: they are kept only where the text around them speaks for them."""

_SURE, _SURE_NUMERAL = 0.0, 4.0
"""The log odds (in nats) that a character must have; a numeral more."""

_SIGN_GAIN, _SPACE_GAIN = math.exp(8.0), math.exp(12.0)
"""The counts know little of full-width signs, and nothing of spaces: by how much these are likelier than they say."""

_RAREST = 13
"""Characters that cost more do not count among those whose halves may be at hand."""

_SIGNS = frozenset("，。、；：「」『』《》（）！？“”‘’—…·％")


class Joined(NamedTuple):
    """A character that a run gives, "" where its bytes are none, and its two bytes; 0, 0 where they are not known."""

    char: str
    lead: int
    trail: int


class _Halves(NamedTuple):
    """What two characters may be whose outer bytes are `lead` and `trail`: probabilities behind nothing known, and those of known pairs."""

    firsts: dict[str, float]
    seconds: dict[str, float]
    pairs: tuple[tuple[str, str, float], ...]


class _State(NamedTuple):
    """A place of the chain: a probability of its being one character, and those of its being two, by the second of them ("" not known)."""

    one: float
    two: dict[str, float]

    def scaled(self) -> _State:
        total = self.one + sum(self.two.values())
        return _State(self.one / total, {c: p / total for c, p in self.two.items()}) if total > 0 else _NOTHING


_NOTHING = _State(0.0, {"": 1.0})
_NONE = Joined("", 0, 0)


def doubtful_places(row: Sequence[Joined], characters: CharacterModel, *, behind: str = "") -> set[int]:
    """Numbers of the characters of `row` that may be false. `behind` is the character that stands behind it, "" where it is not known."""
    odds = log_odds(row, characters, behind=behind)
    return {i for i, joined in enumerate(row) if odds[i] <= (_SURE_NUMERAL if joined.char in NUMERALS else _SURE)}


def log_odds(row: Sequence[Joined], characters: CharacterModel, *, behind: str = "") -> list[float]:
    """For each place of `row`, ln of the odds that its bytes are one character: -inf where they cannot be, inf where nothing else can."""
    found = []
    for state, after in zip(_forward(row, characters), _backward(row, behind, characters), strict=True):
        one = state.one * after.one
        two = sum(p * after.two.get(c, after.one) for c, p in state.two.items())
        found.append(-math.inf if one <= 0 else math.inf if two <= 0 else math.log(one / two))
    return found


def _forward(row: Sequence[Joined], characters: CharacterModel) -> list[_State]:
    """By place, the probability of what is in front of it and at it."""
    states: list[_State] = []
    before, state = _NONE, _NOTHING
    for joined in row:
        one = _arrival(before, state, joined.char, characters) * _gain(joined.char, characters)
        state = _State(one, _arrivals(before, state, joined, characters)).scaled()
        states.append(state)
        before = joined
    return states


def _arrival(before: Joined, state: _State, char: str, characters: CharacterModel) -> float:
    """The probability of `char` behind `before`."""
    if not char:
        return 0.0
    alone = _alone(char, characters)
    unknown = state.two.get("", 0.0)
    found = unknown * math.exp(-characters.single(char)) + (sum(state.two.values()) - unknown) * alone
    if before.char:
        found += state.one * math.exp(-characters.pair(before.char, char))
    if before.trail and "" not in state.two:
        found += sum(state.two[c] * surplus for c, surplus in _known_before(before.trail, char, characters))
    return found


def _arrivals(before: Joined, state: _State, joined: Joined, characters: CharacterModel) -> dict[str, float]:
    """The probabilities of the second halves of `joined`, where it is two characters, behind `before`."""
    unknown = state.two.get("", 0.0)
    if not joined.lead:
        return {"": state.one + sum(state.two.values())}
    behind = state.one, unknown * math.exp(BACKOFF) + sum(state.two.values()) - unknown
    firsts = {a: sum(behind) * alone for kind in _firsts(joined.lead, characters) for a, alone in kind.items()}
    if before.char and state.one:
        for a, surplus in _known_firsts(before.char, joined.lead, characters):
            firsts[a] += state.one * surplus
    if before.trail and "" not in state.two:
        for b, a, surplus in _known_across(before.trail, joined.lead, characters):
            firsts[a] += state.two[b] * surplus
    found = {}
    for kind, seconds in zip(_firsts(joined.lead, characters), _seconds(joined.trail, characters), strict=True):
        mass = sum(firsts[a] for a in kind)
        found.update({b: mass * alone for b, alone in seconds.items()})
    for a, b, surplus in _known_pairs(joined.lead, joined.trail, characters):
        found[b] += firsts[a] * surplus
    return found


def _backward(row: Sequence[Joined], behind: str, characters: CharacterModel) -> list[_State]:
    """By place, the probability of what is behind it, by its last character."""
    states: list[_State] = []
    after, state = _NONE, _NOTHING
    for joined in reversed(row):
        if after is not _NONE:
            state = _departures(joined, after, state, characters)
        elif behind:
            lasts = [b for kind in _seconds(joined.trail, characters) for b in kind] if joined.trail else [""]
            one = math.exp(-characters.pair(joined.char, behind)) if joined.char else 0.0
            state = _State(one, {b: math.exp(-(characters.pair(b, behind) if b else characters.single(behind))) for b in lasts})
        else:
            state = _even(joined, 1.0, characters)
        state = state.scaled()
        states.append(state)
        after = joined
    return states[::-1]


def _even(joined: Joined, chance: float, characters: CharacterModel) -> _State:
    """The state in which every last character of `joined` has the same `chance`."""
    return _State(chance, {b: chance for kind in _seconds(joined.trail, characters) for b in kind} if joined.trail else {"": chance})


def _departures(joined: Joined, after: Joined, state: _State, characters: CharacterModel) -> _State:
    """The probability of `after` and what is behind it, by the last character of `joined`."""
    if "" in state.two:
        return _even(joined, state.two[""], characters)
    kinds = _firsts(after.lead, characters)
    onward: dict[str, float] = {}
    for kind, seconds in zip(kinds, _seconds(after.trail, characters), strict=True):
        mass = sum(state.two[b] * alone for b, alone in seconds.items())
        onward.update(dict.fromkeys(kind, mass))
    for a, b, surplus in _known_pairs(after.lead, after.trail, characters):
        onward[a] += state.two[b] * surplus
    shared = sum(onward[a] * alone for kind in kinds for a, alone in kind.items())
    stays = state.one * _gain(after.char, characters) if after.char else 0.0
    shared += stays * _alone(after.char, characters) if stays else 0.0
    found = _even(joined, shared, characters)
    one = found.one
    if joined.char:
        if stays and (known := characters.known_pair(joined.char, after.char)) is not None:
            one += stays * (math.exp(-known) - _alone(after.char, characters))
        one += sum(onward[a] * surplus for a, surplus in _known_firsts(joined.char, after.lead, characters))
    if joined.trail:
        if stays:
            for b, surplus in _known_before(joined.trail, after.char, characters):
                found.two[b] += stays * surplus
        for b, a, surplus in _known_across(joined.trail, after.lead, characters):
            found.two[b] += onward[a] * surplus
    return _State(one, found.two)


def _gain(char: str, characters: CharacterModel) -> float:
    """What the probability of `char` in a run is multiplied by; 0 where a run has no such character."""
    if is_han(char or "a"):
        return 0.0 if characters.wrong_script(char) else 1.0
    return _SIGN_GAIN if char in _SIGNS else _SPACE_GAIN if char == IDEOGRAPHIC_SPACE else 1.0 if char in WIDE else 0.0


def _alone(char: str, characters: CharacterModel) -> float:
    return math.exp(-characters.single(char) - BACKOFF)


def _surplus(before: str, char: str, characters: CharacterModel) -> float | None:
    """By how much `char` is likelier behind `before` than alone; None where the counts do not know the pair."""
    cost = characters.known_pair(before, char)
    return None if cost is None else math.exp(-cost) - _alone(char, characters)


@functools.lru_cache(maxsize=1 << 15)
def _known_before(trail: int, char: str, characters: CharacterModel) -> tuple[tuple[str, float], ...]:
    seconds = [b for kind in _seconds(trail, characters) for b in kind]
    return tuple((b, surplus) for b in seconds if (surplus := _surplus(b, char, characters)) is not None)


@functools.lru_cache(maxsize=1 << 15)
def _known_firsts(char: str, lead: int, characters: CharacterModel) -> tuple[tuple[str, float], ...]:
    firsts = [a for kind in _firsts(lead, characters) for a in kind]
    return tuple((a, surplus) for a in firsts if (surplus := _surplus(char, a, characters)) is not None)


@functools.lru_cache(maxsize=1 << 15)
def _known_across(trail: int, lead: int, characters: CharacterModel) -> tuple[tuple[str, str, float], ...]:
    """The known pairs of a second half that ends with `trail` and a first half that starts with `lead`."""
    seconds = [b for kind in _seconds(trail, characters) for b in kind]
    return tuple((b, a, surplus) for b in seconds for a, surplus in _known_firsts(b, lead, characters))


@functools.lru_cache(maxsize=1 << 15)
def _known_pairs(lead: int, trail: int, characters: CharacterModel) -> tuple[tuple[str, str, float], ...]:
    """The known pairs of two such characters whose inner bytes vanish."""
    kinds = zip(_firsts(lead, characters), _seconds(trail, characters), strict=True)
    return tuple((a, b, s) for firsts, seconds in kinds for a in firsts for b in seconds if (s := _surplus(a, b, characters)) is not None)


@functools.lru_cache(maxsize=1 << 10)
def _firsts(lead: int, characters: CharacterModel) -> tuple[dict[str, float], ...]:
    """By area, the characters that start with `lead` and lose their second byte, and how likely each is."""
    return tuple(_likely((char_of(lead, trail) for trail in trails), characters) for trails, _ in USER_DEFINED)


@functools.lru_cache(maxsize=1 << 10)
def _seconds(trail: int, characters: CharacterModel) -> tuple[dict[str, float], ...]:
    """By area, the characters that end with `trail` and lose their first byte, and how likely each is."""
    return tuple(_likely((char_of(lead, trail) for lead in leads), characters) for _, leads in USER_DEFINED)


def _likely(chars: Iterable[str], characters: CharacterModel) -> dict[str, float]:
    return {c: _alone(c, characters) for c in chars if c and characters.single(c) <= _RAREST}
