"""Bytes read as Latin letters: UTF-8 and Big5 read as cp1252 or Latin-1.

In: text. Out: edits. Look first at `utf8_read_as_cp1252` and `big5_read_as_cp1252`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hkinno_extract.character_model import CharacterModel, model
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.doubt import NUMERALS
from hkinno_extract.repair.draft import Edit, Piece

_SPECIALS = {bytes((b,)).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
BYTES = {chr(b): b for b in range(0x80, 0x100)} | _SPECIALS
"""The byte of each character that cp1252 or Latin-1 gives for a byte beyond ASCII."""


UTF8_LEADS = "".join(c for c, b in BYTES.items() if 0xC2 <= b <= 0xF4)
"""The letters that the first byte of a UTF-8 sequence gives."""


def _class(first: int, last: int) -> str:
    return "".join(re.escape(c) for c, b in BYTES.items() if first <= b <= last)


_CONT = f"[{_class(0x80, 0xBF)}]"
_CUT = f"[{_class(0x80, 0xBF)}\ufffd]"
_UTF8 = re.compile(
    f"[{_class(0xE1, 0xEF)}]{_CUT}{{2}}|[{_class(0xF0, 0xF4)}]{_CUT}{{3}}|[{_class(0xC2, 0xDF)}]{_CONT}|[{_class(0xE0, 0xE0)}]{_CUT}{{2}}"
)
_TRUNCATED = re.compile(f"[{_class(0xE1, 0xEF)}]{_CONT}?(?!{_CUT})")
"""The start of a UTF-8 sequence of three bytes of which a copy dropped the rest: U+00AD, or what cp1252 has not."""
_HIGH = f"[{_class(0x80, 0xFF)}\ufffd]"
_MOSTLY = 0.7
_LEAST_HIGH = _LEAST_WHOLE = 4
_FITTING, _SIGN = 5.0, 12.0
_SURE_NUMERAL, _ISOLATED = 12.0, 9
_HIGH_RE = re.compile(_HIGH)
_BIG5_RUN = re.compile(f"{_HIGH}(?:[\x20-\x7e]{{0,40}}{_HIGH})*[\x40-\x7e]?")
_BIG5_PAIR = re.compile(f"[{_class(0xA1, 0xF9)}][\x40-\x7e{_class(0xA1, 0xFE)}]")


def utf8_read_as_cp1252(text: str) -> list[Edit]:
    """Decodes the UTF-8 sequences that were read letter by letter; one with a byte that is gone becomes U+FFFD.

    >>> [e.pieces[0].text for e in utf8_read_as_cp1252("ç¤¾ä¼š â€™ Â£5 ä¼\ufffd")]
    ['社', '会', '’', '£', '\ufffd']
    """
    found = list(_UTF8.finditer(text))
    edits = []
    while found:
        start, end = _line_around(text, found[0].start())
        here = [m for m in found if m.start() < end]
        found = found[len(here) :]
        whole = sum(len(m.group()) > 2 for m in here)
        if whole >= _LEAST_WHOLE:
            here = _with_truncated(text, start, end, here)
        if sum(len(m.group()) for m in here) < _MOSTLY * len(_HIGH_RE.findall(text, start, end)):
            continue
        for m in here:
            char = _utf8_char(m.group())
            if char is not None or whole >= 2:
                edits.append(Edit(m.start(), m.end(), (Piece(char or LOST, m.start(), m.end()),)))
    return edits


def _with_truncated(text: str, start: int, end: int, whole: list[re.Match[str]]) -> list[re.Match[str]]:
    """The sequences `whole` of a line text[start:end] and the truncated ones that touch another, where these are fewer."""
    ends, starts = {m.end() for m in whole}, {m.start() for m in whole}
    truncated: list[re.Match[str]] = []
    for m in _TRUNCATED.finditer(text, start, end):
        if m.start() not in starts and (m.start() in ends or m.end() in starts or len(m.group()) > 1):
            truncated.append(m)
            ends.add(m.end())
    return sorted((*whole, *truncated), key=re.Match.start) if len(truncated) < len(whole) else whole


def _line_around(text: str, place: int) -> tuple[int, int]:
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


def _utf8_char(letters: str) -> str | None:
    if LOST in letters:
        return None
    try:
        return bytes(BYTES[c] for c in letters).decode("utf-8")
    except UnicodeDecodeError:
        return None


class Token(NamedTuple):
    """A reading of letters [start, end): a character, or U+FFFD for a byte whose other half is gone."""

    text: str
    start: int
    end: int


def big5_read_as_cp1252(text: str) -> list[Edit]:
    """Decodes runs of Big5 that were read letter by letter, also where U+00AD and control characters were stripped on the way.

    >>> "".join(p.text for e in big5_read_as_cp1252("¡@¡@¤À°Ïp¹º¡C") for p in e.pieces)
    '\u3000\u3000分區\ufffd劃。'
    """
    runs = [run.span() for run in _BIG5_RUN.finditer(text)]
    read = {run: tokens for run in runs if (tokens := _run_tokens(text, *run, least=_LEAST_HIGH))}
    if read:  # what is short, such as a line with the end sign alone, is misread where its page is
        read |= {run: tokens for run in runs if run not in read and (tokens := _run_tokens(text, *run, least=2))}
    return [edit for run in runs if run in read for edit in _edits(read[run], run[0])]


def big5_tokens(letters: str) -> list[Token]:
    """The reading of `letters`, a byte each, U+FFFD for one that is gone, as Big5; nothing where that is not the better one."""
    return _run_tokens(letters, 0, len(letters), least=_LEAST_HIGH)


def _run_tokens(text: str, start: int, end: int, *, least: int) -> list[Token]:
    """The reading of text[start:end] as Big5, if it has `least` letters beyond ASCII and is the better one, else nothing."""
    letters = text[start:end]
    high = len(_HIGH_RE.findall(letters))
    if high < least or 2 * len(_BIG5_PAIR.findall(letters)) < high * 0.5:
        return []
    reading = _big5_reading(letters, text[end : end + 1])
    return _without_unsure(letters, text[end : end + 1], reading) if _is_better(reading.tokens, least=least // 2) else []


def _edits(tokens: list[Token], at: int) -> Iterator[Edit]:
    """An edit for every stretch of tokens that changes something."""
    pieces: list[Piece] = []
    for token in tokens:
        if token.end - token.start == 1 and token.text != LOST:
            if pieces:
                yield Edit(pieces[0].start, pieces[-1].end, tuple(pieces))
                pieces = []
            continue
        pieces.append(Piece(token.text, at + token.start, at + token.end))
    if pieces:
        yield Edit(pieces[0].start, pieces[-1].end, tuple(pieces))


def _is_better(tokens: list[Token], *, least: int) -> bool:
    made = [t for t in tokens if t.end - t.start == 2]
    lost = sum(t.text == LOST for t in tokens)
    costs = model(None)
    common = sum(not is_han(t.text) or costs.single(t.text) <= 12 for t in made)
    return len(made) >= least and lost <= len(made) * 0.7 + 1 and common >= 0.8 * len(made) and any(is_han(t.text) for t in made)


class _Reading(NamedTuple):
    """The tokens of a reading and what they cost (-ln of a probability)."""

    cost: float
    tokens: list[Token]


def _big5_reading(letters: str, behind: str, *, without: int = -1) -> _Reading:
    """The cheapest reading of `letters` as Big5 pairs, ASCII signs and halves (a search over all readings).

    `behind` stands behind them; no pair may begin at `without`.
    """
    characters, size = model("hant"), len(letters)
    best: list[tuple[float, int, str]] = [(1e9, -1, "")] * (size + 1)
    best[0] = (0.0, -1, "")
    for i in range(size):
        cost, _, before = best[i]
        if cost >= 1e9:
            continue
        letter = letters[i]
        lead = BYTES.get(letter)
        if lead is None:
            following = letters[i + 1 : i + 2]
            options = [(1, LOST, 1.0)] if letter == LOST else [(1, letter, _ascii_cost(letter, before, following or behind))]
            if letter == LOST and "@" <= following <= "~":
                options.append((2, LOST, 6.0))
            if "@" <= letter <= "~" and before:
                options.append((1, LOST, 10.0))
        else:
            options = [(1, LOST, 12.0)]
            char = _big5_char(lead, letters[i + 1 : i + 2])
            if char and i != without:
                options.append((2, char, _pair_cost(before, char, characters)))
        for length, char, price in options:
            if cost + price < best[i + length][0]:
                best[i + length] = (cost + price, i, char)
    tokens = []
    at = size
    while at > 0:
        _, came, char = best[at]
        tokens.append(Token(char, came, at))
        at = came
    return _Reading(best[size][0], tokens[::-1])


def _pair_cost(before: str, char: str, characters: CharacterModel) -> float:
    """Cost of `char` behind `before`; a sign behind a number and an accented letter in a Latin word cost less than their counts."""
    cost = characters.pair(before, char) if before else characters.single(char)
    if is_han(char) or not before:
        return cost
    fits = before.isalpha() and not is_han(before) if char.isalpha() else before.isdigit()
    return min(cost, _FITTING if fits else _SIGN)


def _ascii_cost(letter: str, before: str, behind: str) -> float:
    """Cost of an ASCII sign that stands for itself between `before` and `behind`; a letter alone is dear."""
    if letter.isdigit() or letter in " .,%":
        return 2.0
    if not letter.isalpha():
        return 7.0 if letter < "@" or (before.isascii() and before.isalnum()) else 12.0
    if any(near.isalpha() and near < "\u0250" for near in (before, behind)) or (before == "(" and behind == ")"):
        return 3.0
    numbered = before.isdigit() or (behind.isdigit() and letter.isupper())
    return 6.0 if numbered else 13.0 if letter.islower() else 11.0 if is_han(before or " ") else 9.0


def _without_unsure(letters: str, behind: str, reading: _Reading) -> list[Token]:
    """The tokens of `reading`, less those near a hole that may be false: bytes were stripped there, and what is next to it mispaired.

    A numeral has to be beyond doubt: no other pairing that is nearly as cheap may make another character of it. A character between two
    holes has no neighbours to speak for it, and must not be a rare one.
    """
    tokens = reading.tokens
    holes = {i for i, t in enumerate(tokens) if t.text == LOST}
    near = {i + step for i in holes for step in (-2, -1, 1, 2)} - holes

    def doubtful(i: int) -> bool:
        token = tokens[i]
        if token.end - token.start != 2:
            return False
        if token.text in NUMERALS:
            return _big5_reading(letters, behind, without=token.start).cost - reading.cost < _SURE_NUMERAL
        return {i - 1, i + 1} <= holes and model("hant").single(token.text) > _ISOLATED

    return [Token(LOST, t.start, t.end) if i in near and doubtful(i) else t for i, t in enumerate(tokens)]


def _big5_char(lead: int, trail: str) -> str:
    code = BYTES.get(trail, ord(trail) if trail and trail < "\x80" else 0)
    if not (0x81 <= lead <= 0xFE and (0x40 <= code <= 0x7E or 0xA1 <= code <= 0xFE)):
        return ""
    try:
        char = bytes((lead, code)).decode("big5hkscs")
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 else ""
