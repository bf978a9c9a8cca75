"""Characters, records and errors: laws that the rest of the house relies on."""

from __future__ import annotations

import dataclasses
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkinno_extract.characters import fold, fold_table, narrow
from hkinno_extract.errors import HkinnoError, ReadingError
from hkinno_extract.records import RECORD_TYPES, Amount, Ranking, Record, format_decimal
from hkinno_extract.tables.columns import COLUMNS


@given(st.text())
def test_folding_keeps_length_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert len(narrow(text)) == len(text)


def test_every_fold_is_one_character() -> None:
    assert {len(value) for value in fold_table().values()} == {1}


VARIANTS = "臺灣=台湾 裏面=裡面 着手=著手 衞生=衛生 外匯=外滙 群=羣 為=爲 研發=硏發 ＩＭＤ=imd"


@pytest.mark.parametrize(("one", "other"), [pair.split("=") for pair in VARIANTS.split()])
def test_variants_fold_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**16), max_value=10**16))
def test_a_decimal_is_written_without_exponent_and_reads_back(value: Decimal) -> None:
    text = format_decimal(value)
    assert "E" not in text.upper()
    assert Decimal(text) == value
    assert not ("." in text and text.endswith("0"))


def test_a_record_survives_as_plain_data() -> None:
    amount = Amount(start=1, end=4, text="3億", value_from=Decimal("3E8"), unit="HKD")
    plain = amount.to_plain()
    assert plain["value_from"] == "300000000"
    assert {type(v) for v in plain.values()} <= {str, int, type(None)}
    assert Amount.from_plain(plain) == amount


@pytest.mark.parametrize("table", RECORD_TYPES)
def test_a_record_has_the_columns_of_its_table(table: str) -> None:
    fields = {f.name for f in dataclasses.fields(RECORD_TYPES[table])}
    assert fields == {c.name for c in COLUMNS[table]}


def test_unknown_keys_of_plain_data_are_refused() -> None:
    plain = Ranking(start=0, end=1, text="x").to_plain()
    with pytest.raises(TypeError):
        Ranking.from_plain(plain | {"nonsense": 1})


def test_errors_name_place_and_remedy_and_cross_processes() -> None:
    error = ReadingError("the file is empty", where="raw/a.txt", remedy="Fetch it again.")
    assert str(error) == "raw/a.txt: the file is empty. Fetch it again."
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, HkinnoError)
    assert str(again) == str(error)


def test_the_base_record_has_no_table() -> None:
    assert Record.table == ""
