"""Numbers to text in every style that numerals.py reads; for tests, examples and whoever prints Chinese numbers.

In: a Decimal that is not negative. Out: text. Look first at `spell`; `STYLES` names the styles.
"""

from __future__ import annotations

from decimal import Decimal

from hkinno_extract.records import format_decimal

_PLAIN = "零一二三四五六七八九"
_FORMAL = "零壹貳叁肆伍陸柒捌玖"
_FORMAL_SIMPLIFIED = "零壹贰叁肆伍陆柒捌玖"
_WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")

STYLES = ("arabic", "commas", "spaces", "wide", "traditional", "simplified", "formal", "formal-simplified", "mixed", "mixed-simplified")


def spell(value: Decimal, style: str) -> str:
    """`value` (0 or more) in one of STYLES. Raises ValueError for another style or a negative value.

    >>> [spell(Decimal("120304.5"), style) for style in STYLES[:4]]
    ['120304.5', '120,304.5', '120 304.5', '１２０，３０４．５']
    >>> [spell(Decimal("120304.5"), style) for style in STYLES[4:]]
    ['十二萬零三百零四點五', '十二万零三百零四点五', '拾貳萬零叁佰零肆點伍', '拾贰万零叁佰零肆点伍', '12萬304.5', '12万304.5']
    """
    if value < 0 or style not in STYLES:
        raise ValueError(f"cannot spell {value} in the style {style!r}")
    whole, _, decimals = format_decimal(value).partition(".")
    if style in ("arabic", "commas", "spaces", "wide"):
        grouped = whole if style == "arabic" else f"{int(whole):,}"
        text = (grouped.replace(",", " ") if style == "spaces" else grouped) + ("." + decimals if decimals else "")
        return text.translate(_WIDE) if style == "wide" else text
    simplified = style.endswith("simplified")
    scales = ("", "万", "亿", "万亿") if simplified else ("", "萬", "億", "萬億")
    if style.startswith("mixed"):
        return _mixed(int(whole), scales) + ("." + decimals if decimals else "")
    formal = style.startswith("formal")
    digits = (_FORMAL_SIMPLIFIED if simplified else _FORMAL) if formal else _PLAIN
    text = _chinese(int(whole), digits, "拾佰仟" if formal else "十百千", scales)
    return text + (("点" if simplified else "點") + "".join(digits[int(d)] for d in decimals) if decimals else "")


def _sections(value: int) -> list[int]:
    sections = []
    while value:
        value, rest = divmod(value, 10_000)
        sections.append(rest)
    return sections or [0]


def _mixed(value: int, scales: tuple[str, ...]) -> str:
    high, low = divmod(value, 10**8)
    if high:
        rest = _mixed(low, scales) if low else ""
        return f"{high}{scales[2]}{rest}"
    high, low = divmod(value, 10**4)
    return f"{high}{scales[1]}{low or ''}" if high else str(low)


def _chinese(value: int, digits: str, tens: str, scales: tuple[str, ...]) -> str:
    if value >= 10**8:
        high, low = divmod(value, 10**8)
        gap = digits[0] if low and low < 10**7 else ""
        return _chinese(high, digits, tens, scales) + scales[2] + gap + (_chinese(low, digits, tens, scales) if low else "")
    high, low = divmod(value, 10**4)
    if high:
        gap = digits[0] if low and low < 1000 else ""
        return _section(high, digits, tens) + scales[1] + gap + (_section(low, digits, tens, inner=True) if low else "")
    return _section(low, digits, tens)


def _section(value: int, digits: str, tens: str, *, inner: bool = False) -> str:
    if value == 0:
        return digits[0]
    text, zero = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit:
            text += (digits[0] if zero and text else "") + digits[digit] + (tens[power - 1] if power else "")
            zero = False
        else:
            zero = True
    return text if inner or not text.startswith(digits[1] + tens[0]) else text[1:]
