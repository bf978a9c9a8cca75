"""Damages clean text in the ways in which copies of releases are damaged, and says what a repair can bring back at best.

In: clean text and a random generator. Out: `Damaged`. Tests and benchmarks/repair.py share it; look first at `KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from hkinno_extract.characters import LOST, is_han


class Damaged(NamedTuple):
    """`raw` is the damaged text, `best` what can be known of the clean one: U+FFFD for each character that is lost.

    `touched` counts the characters that the damage took hold of and that can be recovered.
    """

    raw: str
    best: str
    touched: int


def gloss(text: str, random: Random) -> Damaged:
    """Puts a pinyin gloss behind some characters, the same ones everywhere, as the copies do."""
    from pypinyin.pinyin_dict import pinyin_dict

    chosen = {c for c in set(text) if is_han(c) and ord(c) in pinyin_dict and random.random() < 0.3}
    touched = 0
    out = []
    for char in text:
        out.append(char)
        if char in chosen:
            readings = [r for r in pinyin_dict[ord(char)].split(",") if any(m > "\x7f" for m in r)]
            if readings:
                out.append(f"({random.choice(readings)})")
                touched += 1
    return Damaged("".join(out), text, touched)


def gbk_shift(text: str, random: Random, *, runs: int = 8, least: int = 8, most: int = 200) -> Damaged:
    """Loses the first byte of a character in GBK, so that what follows is paired one byte off until the bytes fall into step again.

    The runs are of `least` to `most` characters.
    """
    raw, best, touched = [], [], 0
    at = 0
    starts = sorted(random.sample(range(len(text)), min(runs * (8 if least > 3 else 1), len(text))))
    for start in starts:
        if start < at or not _double(text[start]):
            continue
        found = _shifted(text, start)
        if found is None or not least <= found[0] - start <= most:
            continue
        end, out, hope = found
        raw += [text[at:start], out]
        best += [text[at:start], hope]
        touched += len(hope) - hope.count(LOST)
        at = end
    return Damaged("".join((*raw, text[at:])), "".join((*best, text[at:])), touched)


def gbk_shift_short(text: str, random: Random) -> Damaged:
    """As `gbk_shift`, runs of 2 to 7 characters: of most of them hardly a character is left."""
    return gbk_shift(text, random, least=2, most=7)


def _double(char: str) -> bytes:
    try:
        code = char.encode("gbk")
    except UnicodeEncodeError:
        return b""
    return code if len(code) == 2 else b""


def _shifted(text: str, start: int) -> tuple[int, str, str] | None:
    """What becomes of text[start:end] when the first byte of its first character is gone: (end, raw, best); None where it cannot happen."""
    out, hope = ["?"], [LOST]
    pending = _double(text[start])[1]
    if pending < 0x80:
        return None
    at = start + 1
    while at < len(text) and at - start < 200:
        char = text[at]
        code = _double(char)
        if not code:
            if not (" " <= char <= "~"):
                return None
            pair = _decoded(pending, ord(char)) if char >= "@" else None
            out.append(pair or "?")
            if pair:
                hope.append(char)
            else:
                hope[-1] = LOST
                hope.append(LOST)
            return at + 1, "".join(out), "".join(hope)
        pair = _decoded(pending, code[0])
        if pair is None:
            out.append("?")
        elif pair:
            out.append({"！": "!", "？": "?", "，": ","}.get(pair, pair))
        hope.append(char)
        if not pair:
            hope[-2:] = [LOST, LOST]
        pending = code[1]
        at += 1
        if pending < 0x80:
            out.append(chr(pending))
            return at, "".join(out), "".join(hope)
    return None


def _decoded(lead: int, trail: int) -> str | None:
    """The character of two bytes; "" where it vanishes (user-defined areas), None where it becomes a `?`."""
    if (0xAA <= lead <= 0xAF or 0xF8 <= lead <= 0xFE) and trail >= 0xA1:
        return ""
    if 0xA1 <= lead <= 0xA7 and trail < 0xA1:
        return ""
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return None


def _misread(text: str, random: Random, damage: Callable[[str], tuple[str, str] | None]) -> Damaged:
    """Damages some stretches of `text` by `damage`, which gives (raw, best) of a stretch."""
    raw, best, touched, at = [], [], 0, 0
    while at < len(text):
        start = min(len(text), at + random.randrange(20, 120))
        end = min(len(text), start + random.randrange(8, 90))
        raw.append(text[at:start])
        best.append(text[at:start])
        done = damage(text[start:end])
        out, hope = done if done else (text[start:end], text[start:end])
        raw.append(out)
        best.append(hope)
        touched += len(hope) - hope.count(LOST) if done else 0
        at = end
    return Damaged("".join(raw), "".join(best), touched)


def _as_cp1252(data: bytes) -> str:
    return "".join(bytes((b,)).decode("cp1252") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b) for b in data)


def utf8_as_cp1252(text: str, random: Random) -> Damaged:
    """UTF-8 read as cp1252, the bytes that it has not as C1 controls."""
    return _misread(text, random, lambda part: (_as_cp1252(part.encode()), part))


def utf8_twice(text: str, random: Random) -> Damaged:
    """UTF-8 read as cp1252, twice."""
    return _misread(text, random, lambda part: (_as_cp1252(_as_cp1252(part.encode()).encode()), part))


def utf8_as_cp1252_stripped(text: str, random: Random) -> Damaged:
    """Lines of UTF-8 read as cp1252, with U+00AD and controls stripped."""
    return _misread_lines(text, random, lambda line: _stripped(line, "utf-8"))


def big5_as_cp1252(text: str, random: Random) -> Damaged:
    """Big5-HKSCS lines read as cp1252, with U+00AD and controls stripped as in the stores."""
    del random  # this damage leaves nothing to chance

    lines = text.split("\n")
    found = [_stripped(line, "big5hkscs") or (line, line) for line in lines]
    best = "\n".join(b for _, b in found)
    return Damaged("\n".join(r for r, _ in found), best, len(best) - best.count(LOST))


def _stripped(part: str, codec: str) -> tuple[str, str] | None:
    """`part` in `codec` read as cp1252 and stripped, and what can be known of it; None where the codec has not its characters."""
    raw, best = [], []
    try:
        part.encode(codec)
    except UnicodeEncodeError:
        return None
    for char in part:
        code = char.encode(codec)
        letters = [c for c in _as_cp1252(code) if c != "\xad" and not "\x7f" <= c <= "\x9f"]
        raw += letters
        best.append(char if len(letters) == len(code) else LOST)
    return "".join(raw), "".join(best)


def _misread_lines(text: str, random: Random, damage: Callable[[str], tuple[str, str] | None]) -> Damaged:
    """Damages two lines out of three of `text` by `damage`, as whole pages are damaged."""
    found = [(damage(line) if random.random() < 0.67 else None) or (line, line) for line in text.split("\n")]
    touched = sum(len(best) - best.count(LOST) for raw, best in found if raw != best)
    return Damaged("\n".join(raw for raw, _ in found), "\n".join(best for _, best in found), touched)


def utf8_as_gbk(text: str, random: Random) -> Damaged:
    """UTF-8 read as GBK; bytes that GBK has not, and a last byte with the sign behind it, become a `?`."""

    def damage(part: str) -> tuple[str, str] | None:
        if sum(map(is_han, re.split("[\x00-\x7f]", part)[0])) < 8:
            return None
        data = part.encode()
        owners = [i for i, c in enumerate(part) for _ in c.encode()]
        raw: list[str] = []
        lost: set[int] = set()
        at = 0
        while at < len(data):
            if data[at] < 0x80:
                raw.append(chr(data[at]))
                at += 1
                continue
            size = 1 if data[at] in (0x80, 0xFF) or at + 1 == len(data) else 2
            char = _decoded(data[at], data[at + 1]) if size == 2 else None
            if not char:
                raw.append("?")
                lost |= set(owners[at : at + size])
            else:
                raw.append(char)
            at += size
        return "".join(raw), "".join(LOST if i in lost else c for i, c in enumerate(part))

    return _misread_lines(text, random, damage)


def _pairs(text: str, random: Random, right: str, wrong: str) -> Damaged:
    def damage(part: str) -> tuple[str, str] | None:
        raw, best = [], []
        for char in part:
            try:
                code = char.encode(right)
            except UnicodeError:
                return None
            try:
                raw.append(code.decode(wrong) if len(code) == 2 else char)
                best.append(char)
            except UnicodeError:
                raw.append("?")
                best.append(LOST)
        return ("".join(raw), "".join(best)) if sum(map(is_han, part)) >= 8 else None

    return _misread_lines(text, random, damage)


def big5_as_gbk(text: str, random: Random) -> Damaged:
    """Big5 read as GBK."""
    return _pairs(text, random, "big5", "gbk")


def entities(text: str, random: Random) -> Damaged:
    """Signs and characters as HTML entities, some of them escaped twice."""
    out, touched = [], 0
    names = {"“": "&ldquo;", "”": "&rdquo;", "&": "&amp;", "<": "&lt;", "—": "&mdash;", "$": "&#36;", "\xa0": "&nbsp;", " ": " "}
    for char in text:
        escaped = names.get(char)
        if escaped is None and is_han(char) and random.random() < 0.05:
            escaped = random.choice((f"&#{ord(char)};", f"&#x{ord(char):x};"))
        if escaped and escaped != char:
            touched += 1
            out.append(escaped.replace("&", "&amp;") if random.random() < 0.2 else escaped)
        else:
            out.append(char)
    return Damaged("".join(out), text, touched)


def invisible(text: str, random: Random) -> Damaged:
    """Zero-width and control characters between others."""
    out = []
    for char in text:
        out.append(char)
        if random.random() < 0.03:
            out.append(random.choice("\u200b\u200d\ufeff\u2060\x00\x08\x1f\u202c\u00ad"))
    return Damaged("".join(out), text, len(text))


def radicals(text: str, random: Random) -> Damaged:
    """Kangxi radicals in the place of the characters that look the same."""
    import unicodedata

    table = {unicodedata.normalize("NFKC", chr(c)): chr(c) for c in range(0x2F00, 0x2FD6)}
    out = [table.get(c, c) if random.random() < 0.9 else c for c in text]
    return Damaged("".join(out), text, sum(a != b for a, b in zip(out, text, strict=True)))


def private_use(text: str, random: Random) -> Damaged:
    """HKSCS characters as the private-use ones that stood for them."""
    del random  # this damage leaves nothing to chance
    from hkinno_extract.repair.signs import hkscs_of

    table = {hkscs_of(chr(c)): chr(c) for c in range(0xE000, 0xF849) if not 0xF020 <= c < 0xF100}
    table.pop("", None)
    out = [table[c] if c in table and not _plain_big5(c) else c for c in text]
    return Damaged("".join(out), text, sum(a != b for a, b in zip(out, text, strict=True)))


def _plain_big5(char: str) -> bool:
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


KINDS: dict[str, Callable[[str, Random], Damaged]] = {
    "gloss": gloss,
    "gbk_shift": gbk_shift,
    "gbk_shift_short": gbk_shift_short,
    "big5_as_cp1252": big5_as_cp1252,
    "utf8_as_cp1252": utf8_as_cp1252,
    "utf8_as_cp1252_stripped": utf8_as_cp1252_stripped,
    "utf8_twice": utf8_twice,
    "utf8_as_gbk": utf8_as_gbk,
    "big5_as_gbk": big5_as_gbk,
    "entities": entities,
    "invisible": invisible,
    "radicals": radicals,
    "private_use": private_use,
}
"""Every kind of damage by name."""
