"""Programmes: quoted and unquoted names, gazetteer names, types, and what is none."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from hkinno_extract.normalisation.names import canonical_name, propose_id
from hkinno_extract.recognition.engine import Engine
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.tokenizer import Tokenizer
from tests.support import load_cases


@pytest.mark.parametrize("case", load_cases("programmes", "programmes"))
def test_cases(tokenizer: Tokenizer, engine: Engine, case: dict[str, Any]) -> None:
    tokens = tokenizer.tokens(case["text"])
    records: list[Any] = engine.records(View(tokens), "programmes")
    assert [[r.text, r.name, r.type] for r in records] == case["programmes"]


def test_one_place_is_an_organisation_or_a_programme(tokenizer: Tokenizer, engine: Engine) -> None:
    tokens = tokenizer.tokens("數碼港創業基金由數碼港管理，創新科技署推出「科創晨曦計劃」。")
    view = View(tokens)
    places = [(r.start, r.end) for t in ("organisations", "programmes") for r in engine.records(view, t)]
    assert len(places) >= 3
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(sorted(places)))


@pytest.mark.parametrize(
    ("text", "simplified", "name"),
    [
        ("「甲計劃」", False, "甲計劃"),
        ("「甲」計劃", False, "「甲」計劃"),
        ("創新 科技署", False, "創新科技署"),
        ("创科基金", True, "創科基金"),
    ],
)
def test_canonical_names(text: str, simplified: bool, name: str) -> None:
    assert canonical_name(text, simplified=simplified) == name


def test_proposed_ids_differ() -> None:
    assert propose_id("甲乙計劃", frozenset({"jia-yi-ji-hua"})) == "jia-yi-ji-hua-2"
