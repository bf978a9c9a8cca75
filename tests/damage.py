"""Damages clean text in the ways in which copies of releases are damaged, and says what a repair can bring back at best.

In: clean text and a random generator. Out: `Damaged`. Tests and benchmarks/repair.py share it; look first at `KINDS`.
"""

from __future__ import annotations



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


def gbk_shift(text: str, random: Random, runs: int = 3) -> Damaged:
    """Loses the first byte of a character in GBK, so that what follows is paired one byte off until the bytes fall into step again."""
    raw, best, touched = [], [], 0
    at = 0
    starts = sorted(random.sample(range(len(text)), min(runs, len(text))))
    for start in starts:
        if start < at or not _double(text[start]):
            continue
        found = _shifted(text, start)
        if found is None:
            continue
        end, out, hope = found
        raw += [text[at:start], out]
        best += [text[at:start], hope]
        touched += len(hope) - hope.count(LOST)
        at = end
    return Damaged("".join((*raw, text[at:])), "".join((*best, text[at:])), touched)


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
