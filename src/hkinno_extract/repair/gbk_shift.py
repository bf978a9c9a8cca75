"""GBK read one byte off: `?!钢欠奖恪沟怯浻脩敉黄?10萬` was 。「智方便」登記用戶突破310萬.

In: text. Out: edits that put the characters back whose two bytes are both there. Each byte without its other half gives one U+FFFD, an
ASCII sign that the run swallowed one more; nothing is guessed. Look first at `gbk_shift`; shift_lattice.py finds the runs, doubt.py
tells which of the characters that come out may be false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from hkinno_extract.character_model import CharacterModel, model, rare_characters, script_of
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.repair.doubt import Joined, doubtful_places
from hkinno_extract.repair.draft import Edit, Piece
from hkinno_extract.repair.gbk_bytes import char_of, code_of
from hkinno_extract.repair.shift_lattice import MARKS, Run, find_runs

_ASKING = "嗎吗呢麼么吧啊呀嘛否何誰谁少幾几"
_ASKED = f"(?<![{_ASKING}])"
_HAN, _WIDE = "㐀-鿿", r"[^\x00-\x7f]"
_NUMERALS = "〇零一二三四五六七八九十百千萬万億亿成"
_BARE = re.compile(
    rf"(?:^|(?<={_WIDE})|(?<=[0-9%),;:!]))"
    r"(?:"
    rf"{_ASKED}\?(?:[。，、；：「」（）]?{_WIDE}|\?)?\?(?=[ .,:]?[0-9])"
    rf"|\?{{1,2}}(?=,[0-9]{{3}}|\.[0-9])"
    rf"|{_ASKED}\?\?(?=[年月日成倍元人名間间家個个項项宗次位所公萬万億亿千百%％])"
    rf"|{_ASKED}\?(?:{_WIDE}|\?)?[@\[-`{{-~](?=[0-9])"
    rf"|{_ASKED}(?<![\x21-\x7e])\?(?:{_WIDE}|\?)?[a-z](?=[0-9])"
    rf"|{_ASKED}\?(?:[@\[-~]|{_WIDE}[@\[-~])(?={_WIDE})"
    rf"|(?<=[{_NUMERALS}])\?{_WIDE}?\?"
    rf"|(?<=[0-9])\?(?:{_WIDE}|\?)?\?(?={_WIDE}|[,.;:])"
    rf"|(?<=[{_HAN}0-9])\?[@\[-~](?=[,.;:!)])"
    r")"
    rf"|(?<=\ufffd)(?:[@-~](?=[0-9])|[@\[-~](?={_WIDE}|$))"
    rf"|\ufffd{_WIDE}{{1,3}}(?:[@\[-~](?=[0-9])|[@\[-`{{-~](?={_WIDE}))",
    re.MULTILINE,
)
"""Runs of which hardly more than their ends is left: 創??0間, 戶?黄?10萬, 於?a力局, 司?境^500間. What a number there was is not known."""
_BARE_QUESTION = re.compile(rf"(?<=[{_HAN}，、；：（）「」]){_ASKED}\?(?:[A-Z](?=[{_HAN}])|(?=[0-9]))|(?<=[0-9])[\\^|_~`](?=[元港美人])")
"""As `_BARE`, in a text that is known to have such runs: 看?A組 and 不知?10人 may be questions."""
_LONE = re.compile("[@-~](?![\x20-\x7e])")
"""A sign behind a run that no ASCII text follows: the second byte of a character whose first one is gone."""

_MARKED = re.compile("[?\ufffd](?=[^\x00-\x7f?])|(?<=[^\x00-\x7f])[?\ufffd]")
_SIGNED = re.compile("[?\ufffd][^\x00-\x7f?]{1,7}[@-~](?=[^\x00-\x7f]|[0-9])")
_STRANGE, _PROSE = 10, 7.0
_NEAR = 10
_LONGEST = 600
_CROWD = 3


def gbk_shift(text: str) -> list[Edit]:
    """Puts back the runs of `text` that were paired one byte off.

    >>> [(e.start, e.end, "".join(p.text for p in e.pieces)) for e in gbk_shift("原則?!钢欠奖恪沟怯浻脩敉黄?10萬")]
    [(2, 15, '\ufffd「智方便」登記用戶突\ufffd\ufffd')]
    """
    seeds = _seeds(text)
    edits: list[Edit] = []
    if seeds:
        characters = model(script_of(text))
        runs = [run for start, end in _windows(text, seeds) for run in find_runs(text, start, end, characters)]
        for number, run in enumerate(runs, 1):
            room = edits[-1].end if edits else 0, runs[number].start if number < len(runs) else len(text)
            edits.append(_edit(text, run, room, characters))
        edits = _with_lost(edits, _unreadable(text))
    has_runs = bool(edits)
    if "?" in text or LOST in text:
        edits = _with_bare_marks(text, edits, _BARE)
    return _with_bare_marks(text, edits, _BARE_QUESTION) if has_runs else edits


def _with_bare_marks(text: str, edits: list[Edit], bare: re.Pattern[str]) -> list[Edit]:
    """Adds the runs that are too short to be read: what stood there was lost, and is never a question."""
    return _with_lost(edits, (m.span() for m in bare.finditer(text)))


def _unreadable(text: str) -> Iterator[tuple[int, int]]:
    """Places behind a mark where rare characters stand so close that it is a run, though too much of it vanished to be read."""
    rare = rare_characters(frozenset(text))
    if len(rare) < _CROWD:
        return
    for crowd in re.finditer(rf"\?(?:[^\x00-\x7f]?[{''.join(rare)}]){{{_CROWD},}}\??", text):
        yield crowd.span()


def _with_lost(edits: list[Edit], places: Iterable[tuple[int, int]]) -> list[Edit]:
    """`edits` and those of `places`, in order, that touch none of them: each character there becomes U+FFFD."""
    taken = iter(edits)
    edit = next(taken, None)
    found: list[Edit] = []
    for start, end in places:
        while edit is not None and edit.end <= start:
            edit = next(taken, None)
        if edit is None or edit.start >= end:
            found.append(Edit(start, end, tuple(Piece(LOST, i, i + 1) for i in range(start, end))))
    return sorted((*edits, *found))


def may_hold_shift(characters: frozenset[str]) -> bool:
    """Whether a text of these characters can hold such a run: a mark, or several rare characters. Cheap, for every text."""
    return "?" in characters or LOST in characters or len(rare_characters(characters)) >= 3


def _seeds(text: str) -> list[int]:
    """Places that look like a part of a run: marks next to double-byte characters, rare characters near each other."""
    marks = [m.start() for m in _MARKED.finditer(text) if _strange_near(text, m.start()) or _SIGNED.match(text, m.start())]
    rare = rare_characters(frozenset(text))
    if len(rare) < 3:
        return marks
    places = [m.start() for m in re.finditer(f"[{''.join(rare)}]", text)]
    close = [places[i] for i in range(1, len(places) - 1) if places[i + 1] - places[i - 1] <= _NEAR]
    return sorted({*marks, *close})


def _strange_near(text: str, mark: int) -> bool:
    """Whether the characters in front of a mark or behind it are no Chinese prose."""
    costs = model(None)
    for near in (text[mark + 1 : mark + 7], text[max(0, mark - 6) : mark]):
        letters = [c for c in near if c > "\x7f"]
        pairs = [costs.pair(a, b) for a, b in pairwise(near) if a > "\x7f" and b > "\x7f"]
        if any(costs.single(c) >= _STRANGE for c in letters) or (pairs and sum(pairs) > _PROSE * len(pairs)):
            return True
    return False


def _windows(text: str, seeds: list[int]) -> Iterator[tuple[int, int]]:
    """The stretches of double-byte characters and marks around the seeds, with one sign more at their end."""
    done = 0
    for seed in seeds:
        if seed < done:
            continue
        start = end = seed
        while start > done and seed - start < _LONGEST and (code_of(text[start - 1]) or text[start - 1] == LOST):
            start -= 1
        while end < len(text) and end - seed < _LONGEST and (code_of(text[end]) or text[end] == LOST):
            end += 1
        done = end
        if end - start >= 2:
            yield start, min(end + 1, len(text))


def _edit(text: str, run: Run, room: tuple[int, int], characters: CharacterModel) -> Edit:
    """The edit of one run, inside `room`: a piece for every character that comes out and every byte that has no other half."""
    places = [i for i in range(run.first, run.last + 1) if code_of(text[i])]
    spans = [(a, b + 1) for a, b in pairwise(places)]
    row = [_joined(text[a], text[b - 1]) if b == a + 2 else Joined("", 0, 0) for a, b in spans]
    trail = _code(text[run.last])[1]
    behind = ""
    if run.ending == "sign":
        sign = text[run.last + 1]
        row.append(Joined(char_of(trail, ord(sign)), trail, ord(sign)))
        spans.append((run.last, run.last + 2))
        behind = text[run.end : run.end + 1]
        behind = behind if is_han(behind or "a") else ""
    lost = doubtful_places(row, characters, behind=behind)
    pieces = [Piece(LOST, run.start, run.first + 1)]
    for number, (joined, (a, b)) in enumerate(zip(row, spans, strict=True)):
        pieces += [Piece(LOST, a, b)] * 2 if number in lost else [Piece(joined.char, a, b)]
    if run.ending == "single":
        pieces.append(Piece(chr(trail), run.last, run.last + 1))
    elif run.ending == "mark":
        pieces += [Piece(LOST, run.last, run.last + 2)] * 2
    elif run.ending == "open":
        pieces.append(Piece(LOST, run.last, run.last + 1))
    start, end = run.start, run.end
    if run.ending in ("open", "mark") and end < room[1] and _LONE.match(text, end):
        pieces.append(Piece(LOST, end, end + 1))
        end += 1
    while end < room[1] and text[end] == "?":  # marks that touch a run are a part of it
        pieces.append(Piece(LOST, end, end + 1))
        end += 1
    while start > room[0] and text[start - 1] == "?" and text[start - 2 : start - 1] not in tuple(_ASKING):
        start -= 1
        pieces.insert(0, Piece(LOST, start, start + 1))
    return Edit(start, end, tuple(pieces))


def _code(char: str) -> tuple[int, int]:
    return code_of(char) or (0, 0)


def _joined(left: str, right: str) -> Joined:
    trail, lead = _code(left)[1], _code(right)[0]
    return Joined(char_of(trail, lead), trail, lead)


__all__ = ["MARKS", "gbk_shift", "may_hold_shift"]
