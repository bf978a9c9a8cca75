"""Numbers in every style to exact Decimals.

In: the characters of one number, without its comparators and unit (三十五億八千萬, 1,600萬, 二○二四, 百分之三點二, US-style 1.8 billion).
Out: a Decimal, or a `Reading` with two ends where the number is vague (兩三百, 十幾, 數十億); None where it is not understood, never a
smaller number. Look first at `parse_number` and `read_number`. The way back, for tests and examples, is spelling.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Literal, NamedTuple

from hkinno_extract.characters import DIGIT_VALUES, SCALE_VALUES, THIN_SPACES, narrow

MAGNITUDES: Mapping[str, int] = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6,
    "b": 10**9, "bn": 10**9, "billion": 10**9, "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
"""English magnitudes behind an Arabic number, in lower case."""

_OUTER = (("兆", 10**12), ("億亿", 10**8), ("萬万", 10**4))
_INNER = {c: v for c, v in SCALE_VALUES.items() if v < 10_000}
_ZEROS = frozenset(c for c, v in DIGIT_VALUES.items() if v == 0)
_TENS = frozenset("廿卅卌")
_COUNTING = frozenset("兩两")  # counts things, is no digit behind a point
_VAGUE = frozenset("幾几數数")
_SPACES = re.compile(rf"[\s{THIN_SPACES}]+")
_COMMAS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ATOM = re.compile(r"[0-9]*\.?[0-9]+|.")
_ARABIC = re.compile(r"[0-9]*\.?[0-9]+")
_LATIN = re.compile(r"([0-9]*\.?[0-9]+)([a-z]+)")
_EXPONENT = re.compile(r"([0-9]*\.?[0-9]+)e([+-]?[0-9]+)")
_POWER = re.compile(r"([0-9]*\.?[0-9]+)\^([+-]*[0-9]+)")
_SLASHED = re.compile(r"(?:([0-9]+) )?([0-9]+)/([0-9]+)")
_SIGNS = "-−－負负"
_PAIR = re.compile(f"[{''.join(c for c, v in DIGIT_VALUES.items() if 0 < v < 10)}]{{2}}")


class Reading(NamedTuple):
    """Low and high end of a number. `kind`: `eq` (one value), `range` (兩三百, 十幾) or `vague` (數十億, 幾百)."""

    low: Decimal
    high: Decimal
    kind: Literal["eq", "range", "vague"] = "eq"


@lru_cache(maxsize=4096)
def read_number(text: str) -> Reading | None:
    """The ends of the number `text`; both are the same where it is exact.

    >>> read_number("兩三百"), read_number("十幾")
    (Reading(low=Decimal('200'), high=Decimal('300'), kind='range'), Reading(low=Decimal('11'), high=Decimal('19'), kind='range'))
    >>> read_number("數十億"), read_number("億")
    (Reading(low=Decimal('2000000000'), high=Decimal('9000000000'), kind='vague'), None)
    """
    clean = _clean(text)
    vague = next((i for i, c in enumerate(clean) if c in _VAGUE), -1)
    if vague >= 0:
        return _vague(clean, vague)
    pair = _PAIR.search(clean)
    if pair and len(_digit_run(clean, pair.start())) == 2:
        low, high = (DIGIT_VALUES[c] for c in pair.group())
        if high - low == 1 or (low, high) == (3, 5):
            ends = [_parse(clean[: pair.start()] + c + clean[pair.end() :], ()) for c in pair.group()]
            if ends[0] is not None and ends[1] is not None:
                return Reading(ends[0], ends[1], "range")
    value = _parse(clean, ())
    return None if value is None else Reading(value, value)


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Decimal | None:
    """The one value of the number `text`, None where it has none or is not understood.

    >>> parse_number("三十五億八千萬"), parse_number("3.5萬"), parse_number("２ ０００"), parse_number("二○二四")
    (Decimal('3580000000'), Decimal('35000.0'), Decimal('2000'), Decimal('2024'))
    >>> parse_number("三千五"), parse_number("廿五"), parse_number("壹佰貳拾叁"), parse_number("負三分之二") == Decimal(-2) / 3
    (Decimal('3500'), Decimal('25'), Decimal('123'), True)
    >>> parse_number("1.8 billion"), parse_number("萬"), parse_number("三億五億"), parse_number("")
    (Decimal('1800000000.0'), None, None, None)
    """
    return _parse(_clean(text), ())


def _clean(text: str) -> str:
    clean = narrow(text).strip().lower()
    if "/" not in clean:
        clean = _SPACES.sub("", clean)
    return _COMMAS.sub("", clean)


def _parse(clean: str, seen: tuple[str, ...]) -> Decimal | None:
    if not clean or len(seen) > 4:
        return None
    if clean[0] in _SIGNS:
        value = _parse(clean[1:], (*seen, clean))
        return None if value is None else -value
    if clean[0] == "+":
        return _parse(clean[1:], (*seen, clean))
    if clean[0].isascii():
        value = _ascii(clean)
        if value is not None:
            return value
    whole, mixed, rest = clean.partition("又")
    if mixed:
        left, right = _parse(whole, seen), _parse(rest, (*seen, clean))
        return None if left is None or right is None or "分之" not in rest else left + right
    below, divided, above = clean.partition("分之")
    if divided:
        parts = _parse(below, (*seen, clean)) or (_parse("一" + below, (*seen, clean)) if below else None)
        return _quotient(_parse(above, (*seen, clean)), parts)
    return _sections(clean)


def _ascii(clean: str) -> Decimal | None:
    if _ARABIC.fullmatch(clean):
        return Decimal(clean)
    if match := _LATIN.fullmatch(clean):
        factor = MAGNITUDES.get(match[2])
        return None if factor is None else Decimal(match[1]) * factor
    if match := _EXPONENT.fullmatch(clean):
        return _plain(Decimal(match[1]).scaleb(int(match[2]))) if abs(int(match[2])) < 100 else None
    if match := _SLASHED.fullmatch(clean):
        part = _quotient(Decimal(match[2]), Decimal(match[3]))
        return None if part is None else Decimal(match[1] or 0) + part
    if match := _POWER.fullmatch(clean):
        power = int(match[2].lstrip("+-")) * (-1) ** match[2].count("-")
        if abs(power) < 400 and (Decimal(match[1]) or power > 0):
            return Decimal(Decimal(match[1]) ** power)
    return None


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _quotient(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    if above is None or below is None or not below:
        return None
    with localcontext(prec=28):
        return above / below


def _sections(clean: str) -> Decimal | None:
    """A number with 兆, 億, 萬: what is left of the last of the largest counts that many times, what is right of it is added."""
    for chars, scale in _OUTER:
        at = max(clean.rfind(c) for c in chars)
        if at < 0:
            continue
        left, right = clean[:at], clean[at + 1 :]
        if (any(c in left[:-1] for c in chars) and left[-1] not in chars) or (len(left) > 1 and not left.isascii() and _row(left)):
            return None
        times = Decimal("0.5") if left == "半" else (_sections(left) if left else None)
        if times is None:
            return None
        if not right:
            return times * scale
        if len(right) == 1 and 0 < DIGIT_VALUES.get(right, 0) < 10:
            return times * scale + DIGIT_VALUES[right] * scale // 10
        rest = _sections(right.lstrip("".join(_ZEROS)) if right[0] in _ZEROS and len(right) > 1 else right)
        if rest is None or rest >= scale:
            return None
        return times * scale + (_unelided(right) if right[0] in _ZEROS and len(right) == 2 else rest)
    return _leaf(clean)


def _unelided(right: str) -> Decimal:
    return Decimal(right[1]) if right[1].isdecimal() else Decimal(DIGIT_VALUES.get(right[1], _INNER.get(right[1], 0)))


def _leaf(clean: str) -> Decimal | None:
    """A number below 10,000, or a row of digits, with its decimals."""
    whole, point, decimals = clean.replace("点", "點").partition("點")
    if point:
        digits = None if decimals and decimals[0] in _COUNTING else _row(decimals)
        above = Decimal(0) if not whole else _leaf(whole)
        return None if digits is None or above is None or above % 1 else Decimal(f"{above:f}.{digits}")
    row = _row(whole)
    return Decimal(row) if row is not None else _thousands(whole)


def _row(text: str) -> str | None:
    """Digits one by one as ASCII (二○二四 is 2024), None where another character is among them."""
    if not text or not all(c in DIGIT_VALUES and c not in _TENS for c in text):
        return text if text.isascii() and text.isdigit() else None
    return "".join(str(DIGIT_VALUES[c]) for c in text)


def _thousands(text: str) -> Decimal | None:
    total, current, last, zero, chinese = Decimal(0), None, 10_000, False, False
    for atom in _ATOM.findall(text):
        if atom in _INNER:
            if _INNER[atom] >= last or (current is None and total and atom not in "十拾"):
                return None
            last = _INNER[atom]
            total += (1 if current is None else current) * last
            current, zero = None, False
        elif atom in _ZEROS:
            if current is not None:
                return None
            zero = True
        elif atom in _TENS:
            if current is not None or last <= 10:
                return None
            total, last = total + DIGIT_VALUES[atom], 10
        elif current is None and (atom in DIGIT_VALUES or _ARABIC.fullmatch(atom)):
            chinese = atom in DIGIT_VALUES
            current = Decimal(DIGIT_VALUES[atom]) if chinese else Decimal(atom)
        elif atom == "半" and current is None and not total:
            current = Decimal("0.5")
        else:
            return None
    if current is None:
        return total if last < 10_000 else None
    if zero or last == 10 or last == 10_000:
        return total + current if current < last else None
    if chinese:
        return total + current * last / 10
    return total + current if 10 <= current < last else None


def _digit_run(clean: str, at: int) -> str:
    end = at
    while end < len(clean) and clean[end] in DIGIT_VALUES and clean[end] not in _TENS:
        end += 1
    return clean[at:end]


def _vague(clean: str, at: int) -> Reading | None:
    """幾 or 數 stands for 2 to 9 in front (幾百, 數十億) and for 1 to 9 behind tens and more (十幾, 二十幾億)."""
    behind = at > 0 and clean[at - 1] in _INNER
    if at > 0 and not behind:
        return None
    low, high = (_parse(clean[:at] + digit + clean[at + 1 :], ()) for digit in (("一", "九") if behind else ("二", "九")))
    if low is None or high is None:
        return None
    return Reading(low, high, "range" if behind else "vague")


_TRAILING = re.compile(f"[{''.join(SCALE_VALUES)}]+$")


def share_scale(first: str, second: str) -> str:
    """The first number of a range with the scale that only the second one says, where that makes it the smaller one.

    >>> share_scale("5", "10億"), share_scale("三", "四千"), share_scale("2000", "1萬"), share_scale("三百", "五百")
    ('5億', '三千', '2000', '三百')
    """
    scale = _TRAILING.search(second)
    if scale is None or _TRAILING.search(first):
        return first
    low, high = parse_number(first), parse_number(second[: scale.start()])
    return first + scale.group() if low is not None and high is not None and low < high else first
