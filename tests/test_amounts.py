"""Amounts: values, comparators, units, roles, periods and measures of our own sentences, and what is none."""

from __future__ import annotations

from typing import Any

import pytest
from spacy.vocab import Vocab

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.amounts.runs import TRIGGERS, amount_runs
from hkinno_extract.recognition.engine import Engine
from hkinno_extract.recognition.rules import RuleMatcher
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.tokenizer import Tokenizer
from tests.support import load_cases


def found(tokenizer: Tokenizer, engine: Engine, text: str, **facts: Any) -> list[Any]:
    tokens = tokenizer.tokens(text)
    return engine.records(View(tokens, **facts), "amounts")


@pytest.mark.parametrize("case", load_cases("amounts", "amounts"))
def test_cases(tokenizer: Tokenizer, engine: Engine, case: dict[str, Any]) -> None:
    records = [r.to_plain() for r in found(tokenizer, engine, case["text"])]
    assert [{k: r[k] for k in want} for r, want in zip(records, case["amounts"], strict=False)] == case["amounts"]
    assert len(records) == len(case["amounts"]), [r["text"] for r in records]


def test_the_span_holds_comparator_number_scale_and_unit(tokenizer: Tokenizer, engine: Engine) -> None:
    text = "總開支約為12億7,300萬元，涉及90多個項目，佔一成半以上。"
    records = found(tokenizer, engine, text)
    assert [text[r.start : r.end] for r in records] == ["約為12億7,300萬元", "90多個", "一成半以上"]
    assert [r.text for r in records] == [text[r.start : r.end] for r in records]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("去年投資額為3億元。", "2024"),
        ("今年首季出口下跌2%。", "2025-Q1"),
        ("上半年接獲30宗申請。", "2025-H1"),
        ("本財政年度撥款2億元。", "2024/25"),
        ("十二月的失業率為3%。", "2024-12"),
        ("過去五年批出1,200宗申請。", "2020/2025"),
        ("首三季的營業額為9億元。", "2025-Q1/2025-Q3"),
        ("去年首三季，收入為2億元。", "2024-Q1/2024-Q3"),
        ("去年上半年錄得20宗個案。", "2024-H1"),
        ("首三個月錄得20宗個案。", "2025-01/2025-03"),
        ("去年頭十個月的收入為2億元。", "2024-01/2024-10"),
    ],
)
def test_relative_times_are_resolved_against_the_publication(tokenizer: Tokenizer, engine: Engine, text: str, period: str) -> None:
    assert [r.period for r in found(tokenizer, engine, text, published_at="2025-02-10")] == [period]
    assert [r.period for r in found(tokenizer, engine, text)] == [None]


def test_a_bare_yuan_is_the_currency_of_the_settings(tokenizer: Tokenizer, engine: Engine) -> None:
    assert [r.unit for r in found(tokenizer, engine, "耗資3萬元，另加HK$500。", currency="CNY")] == ["CNY", "HKD"]


def test_rankings_claim_first(tokenizer: Tokenizer, engine: Engine) -> None:
    text = "香港位列全球前10名，參賽隊伍有120名成員。"
    tokens = tokenizer.tokens(text)
    view = View(tokens)
    amounts = engine.records(view, "amounts")
    assert [r.text for r in amounts] == ["120名"]
    assert all(a.end <= r.start or a.start >= r.end for a in amounts for r in view.found["rankings"])


def test_every_rule_matches_its_examples_and_not_its_counterexamples(tokenizer: Tokenizer, vocab: Vocab, patterns: Patterns) -> None:
    for rule in patterns.rules["amounts"]:
        matcher = RuleMatcher(vocab, [rule], TRIGGERS)
        for text, wanted in [(t, True) for t in rule.match] + [(t, False) for t in rule.no_match]:
            tokens = tokenizer.tokens(text)
            assert bool(list(matcher.find(View(tokens)))) == wanted, (rule.id, text)


def test_the_runs_hold_every_match_of_the_whole_sentences(tokenizer: Tokenizer, vocab: Vocab, patterns: Patterns) -> None:
    matcher = RuleMatcher(vocab, patterns.rules["amounts"], TRIGGERS)
    for param in load_cases("amounts", "amounts"):
        tokens = tokenizer.tokens(param.values[0]["text"])
        view = View(tokens)
        whole = {(m.rule.id, m.start, m.end) for m in matcher.find(view)}
        assert {(m.rule.id, m.start, m.end) for m in matcher.find_in(view, amount_runs(view))} == whole
