"""Numbers of every style: parse(spell(x)) = x, exact values, and what is no number; periods; numbers(text)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkinno_extract.normalisation.numerals import parse_number, read_number, share_scale
from hkinno_extract.normalisation.spelling import STYLES, spell
from hkinno_extract.recognition.numbers import numbers

WHOLE = st.integers(min_value=0, max_value=10**16)
DECIMAL = st.decimals(min_value=0, max_value=10**16, places=4, allow_nan=False)


@given(st.sampled_from(STYLES), WHOLE)
def test_whole_numbers_come_back_in_every_style(style: str, value: int) -> None:
    assert parse_number(spell(Decimal(value), style)) == value


@given(st.sampled_from(STYLES), DECIMAL)
def test_decimals_come_back_in_every_style(style: str, value: Decimal) -> None:
    assert parse_number(spell(value, style)) == value


@given(st.sampled_from(STYLES), DECIMAL.filter(bool))
def test_signs_come_back(style: str, value: Decimal) -> None:
    assert parse_number("負" + spell(value, style)) == -value


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    reading = read_number(text)
    assert reading is None or reading.low <= reading.high or reading.low < 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三十五億八千萬", 3_580_000_000), ("二○二四", 2024), ("廿五", 25), ("卅", 30), ("卌二", 42), ("兩百", 200), ("三千五", 3500),
        ("九十二萬四", 924_000), ("一萬零五十", 10_050), ("壹佰貳拾叁", 123), ("壹佰贰拾叁", 123), ("2 000萬億", 2 * 10**15),
        ("5萬4千6百", 54_600), ("半億", 50_000_000), ("3.5萬", 35_000), ("１，２３４", 1234), ("1\u2009234\u2009567", 1_234_567),
        ("四萬萬", 400_000_000), ("1.8 billion", 1_800_000_000), ("2.3bn", 2_300_000_000), ("十", 10), ("千三", 1300), ("2e5", 200_000),
    ],
)  # fmt: skip
def test_numbers(text: str, value: int) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("百分之三點二", "0.032"), ("千分之五", "0.005"), ("萬分之一", "0.0001"), ("四分之一", "0.25"), ("三又二分之一", "3.5")],
)
def test_fractions(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "萬", "億", "一二萬三億", "三億五億", "十百", "百百", "1.2.3", "五xyz", "點", "分之三", "三點", "一萬億億億億億又"]
)
def test_what_is_not_understood_has_no_value(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high", "kind"),
    [
        ("兩三百", 200, 300, "range"), ("十幾", 11, 19, "range"), ("二十幾億", 2_100_000_000, 2_900_000_000, "range"),
        ("三四十", 30, 40, "range"), ("十五六", 15, 16, "range"), ("幾百", 200, 900, "vague"),
        ("數十億", 2_000_000_000, 9_000_000_000, "vague"),
    ],
)  # fmt: skip
def test_numbers_with_two_ends(text: str, low: int, high: int, kind: str) -> None:
    assert read_number(text) == (low, high, kind)


def test_the_scale_of_a_range_is_shared_only_where_it_makes_the_first_number_the_smaller() -> None:
    assert share_scale("5", "10億") == "5億"
    assert share_scale("2000", "1萬") == "2000"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一切都好，四川的代表一直在等。", []),
        ("共有三十五億八千萬人", [("number", 3_580_000_000, 3_580_000_000)]),
        ("佔百分之十二點五", [("percent", Decimal("12.5"), Decimal("12.5"))]),
        ("七成六的人打了八五折", [("percent", 76, 76), ("percent", 85, 85)]),
        ("上升1.2個百分點", [("percentage_point", Decimal("1.2"), Decimal("1.2"))]),
        ("一千到一千五百", [("range", 1000, 1500), ("number", 1000, 1000), ("number", 1500, 1500)]),
        ("不少於30", [("range", 30, None), ("number", 30, 30)]),
        ("請到 https://example.org/a?q=30%25 查閱", []),
    ],
)
def test_numbers_of_a_text(text: str, wanted: list[tuple[str, object, object]]) -> None:
    found = numbers(text)
    assert [(n.kind, n.value, n.value_to) for n in found] == wanted
    assert all(text[n.start : n.end] == n.text for n in found)
