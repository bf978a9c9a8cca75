"""Where numbers are: runs of digits and numerals, and the longest beginning of each that is a number.

In: text, folded text and the words of the tables. Out: `Scanned` numbers in order. Look first at `scan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from hkinno_extract.characters import is_han, narrow
from hkinno_extract.normalisation.numerals import parse_number, read_number

_HAN = "零〇○一壹弌二貳贰貮兩两倆俩三叁參叄参弎四肆五伍六陸陆七柒八捌九玖十拾百佰千仟萬万億亿兆廿卅卌半幾几"
_ARABIC = (
    r"\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d])(?:\.\d+)?|\d+ \d+/\d+(?![\d/])|\d+/\d+(?![\d/])"
    r"|(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+|\^[+-]*\d+)?"
)
_ATOM = re.compile(rf"(?:{_ARABIC})(?: *(?:bn|mn|tn|[kKmMbB])(?![A-Za-z]))?|[{_HAN}]|分\s*之|[又點点負负多餘余]")
_RUN = re.compile(rf"(?:{_ATOM.pattern})(?:\s*(?:{_ATOM.pattern}))*")
_URL = re.compile(r"[a-z]+://\S+")
_SIGN = re.compile(r"[-−負负]\s*$")
_PASSED = frozenset("多餘余幾几")
_ALONE_NOT = frozenset("百佰千仟萬万億亿兆半幾几肆伍陸陆拾倆俩")
_ARTICLES = frozenset("一兩两")
_DOZEN = "打"
_PAIRS = str.maketrans("倆俩", "兩两")
_COUNTED = frozenset({"CLASSIFIER", "CLASSIFIER_OR_RANK", "CLASSIFIER_OR_PLACE", "UNIT", "TIME", "PERCENT", "POINT", "RANGE"})


@dataclass(frozen=True, slots=True)
class Scanned:
    """`text[start:end]` is the number `value`, up to `high` where it is two (二三十).

    `more` says that 多 or 餘 stands in it (500多億), `fraction` that 分之 does.
    """

    start: int
    end: int
    value: Decimal
    high: Decimal
    more: bool = False
    fraction: bool = False


def scan(text: str, folded: str, blocked: bytearray, entries: Mapping[str, tuple[str, str]]) -> Iterator[Scanned]:
    """The numbers of `text`. `blocked[i]` says that a word of the tables that is no number holds character i (四川, 一切)."""
    clean = narrow(text)
    urls = [m.span() for m in _URL.finditer(clean)] if "://" in clean else []
    for run in _RUN.finditer(clean):
        if any(s <= run.start() < e for s, e in urls):
            continue
        atoms = [m.span() for m in _ATOM.finditer(clean, run.start(), run.end())]
        at = 0
        while at < len(atoms):
            found, used = _longest(clean, atoms[at:], blocked)
            if found is None or not _stands(clean, folded, found, entries):
                at += 1
                continue
            yield _signed(clean, found)
            at += used


def _longest(clean: str, atoms: list[tuple[int, int]], blocked: bytearray) -> tuple[Scanned | None, int]:
    """The longest number that begins with the first of `atoms`, and how many of them it takes."""
    start = atoms[0][0]
    if blocked[start] or clean[start] in "又點点分多餘余":
        return None, 1
    for used in range(len(atoms), 0, -1):
        end = atoms[used - 1][1]
        if clean[end - 1] in _PASSED or clean[end - 1] == "之" or any(blocked[start:end]):
            continue
        inner = [clean[s:e] for s, e in atoms[:used]]
        spoken = "".join(_close(part) for part in inner if part not in _PASSED).translate(_PAIRS)
        value, reading = parse_number(spoken), read_number(spoken)
        if reading is not None and reading.kind == "range":
            low, high = reading.low, reading.high
        elif value is not None:
            low = high = value
        else:
            continue
        if clean[end : end + 1] == _DOZEN and is_han(clean[start]):
            low, high, end = low * 12, high * 12, end + 1
        return Scanned(start, end, low, high, any(p in _PASSED for p in inner), any(p[0] == "分" for p in inner)), used
    return None, 1


def _close(atom: str) -> str:
    return "".join(atom.split()) if "/" not in atom else atom


def _stands(clean: str, folded: str, found: Scanned, entries: Mapping[str, tuple[str, str]]) -> bool:
    before, behind = clean[found.start - 1 : found.start], clean[found.end : found.end + 1]
    first = clean[found.start]
    if first.isascii():
        return not (before.isascii() and before.isalpha())
    if found.end - found.start > 1:
        return True
    if first in _ALONE_NOT:
        return False
    if first in _ARTICLES:
        linked = bool(before) and entries.get(folded[found.start - 1], ("", ""))[1] == "be"
        return linked or not behind or not behind.isalnum() or entries.get(folded[found.end], ("",))[0] in _COUNTED
    return True


def _signed(clean: str, found: Scanned) -> Scanned:
    sign = _SIGN.search(clean, max(0, found.start - 3), found.start)
    if sign is None:
        return found
    at = sign.start()
    before = clean[at - 1 : at]
    if clean[at] in "-−" and (before.isalnum() or before in ("-", "−", ")", " ")) and before:
        return found
    return Scanned(at, found.end, -found.value, -found.high, found.more, found.fraction)
