"""Rankings: places, records and all that is said of them in our own sentences, and what is none."""

from __future__ import annotations

import dataclasses
import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.vocab import Vocab

from hkinno_extract.normalisation import ranks, scripts
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.engine import Engine
from hkinno_extract.recognition.rankings.recogniser import TRIGGERS
from hkinno_extract.recognition.rules import RuleMatcher
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Ranking
from hkinno_extract.segmentation.tokenizer import Tokenizer
from tests.support import CASES, load_cases


def found(tokenizer: Tokenizer, engine: Engine, text: str, *, linked: bool = True) -> list[Any]:
    tokens = tokenizer.tokens(text)
    view = View(tokens)
    return engine.linked(view)["rankings"] if linked else engine.records(view, "rankings")


@pytest.mark.parametrize("case", load_cases("rankings", "rankings"))
def test_cases(tokenizer: Tokenizer, engine: Engine, case: dict[str, Any]) -> None:
    records = [r.to_plain() for r in found(tokenizer, engine, case["text"])]
    assert [r["text"] for r in records] == [want["text"] for want in case["rankings"]]
    assert [{k: r[k] for k in want} for r, want in zip(records, case["rankings"], strict=True)] == case["rankings"]


def test_the_cases_are_many_and_of_many_indices() -> None:
    rows = [json.loads(line) for p in (CASES / "rankings").glob("*.jsonl") for line in p.read_text(encoding="utf-8").splitlines()]
    indices = {r["index_name"] for row in rows for r in row["rankings"] if r.get("index_name")}
    negatives = sum(not row["rankings"] for row in rows)
    assert len(rows) >= 250
    assert negatives * 3 >= len(rows)
    assert len(indices) >= 25
    assert all(set(r) <= {f.name for f in dataclasses.fields(Ranking)} for row in rows for r in row["rankings"])


def test_rules_match_their_examples_and_no_others(vocab: Vocab, patterns: Patterns, tokenizer: Tokenizer) -> None:
    matcher = RuleMatcher(vocab, patterns.rules["rankings"], TRIGGERS)
    wrong = []
    for rule in patterns.rules["rankings"]:
        for text, must in [*((t, True) for t in rule.match), *((t, False) for t in rule.no_match)]:
            tokens = tokenizer.tokens(text)
            hit = any(m.rule.id == rule.id for m in matcher.find(View(tokens)))
            if hit is not must:
                wrong.append((rule.id, text))
    assert wrong == []
    assert len(patterns.rules["rankings"]) <= 26, "the Matcher costs more with every pattern: DESIGN.md wants about 25"


def test_a_component_alone_leaves_the_publisher_to_the_links(tokenizer: Tokenizer, engine: Engine) -> None:
    text = "香港在國際管理發展學院的世界人才排名中位列第九。"
    (alone,), (linked,) = found(tokenizer, engine, text, linked=False), found(tokenizer, engine, text)
    assert (alone.publisher, alone.publisher_id) == (None, None)
    assert (linked.publisher, linked.publisher_id) == ("國際管理發展學院", "imd")
    assert (linked.index_id, linked.subject_id) == ("imd-wtr", None)


def test_an_index_id_is_that_of_the_publisher_named(tokenizer: Tokenizer, engine: Engine) -> None:
    (record,) = found(tokenizer, engine, "科大在QS的世界大學排名中位列第47。")
    assert (record.index_name, record.index_id, record.publisher_id) == ("世界大學排名", "qs-wur", "qs")


def test_the_slice_is_the_text_and_places_do_not_overlap(tokenizer: Tokenizer, engine: Engine) -> None:
    text = "香港在69個經濟體中排名第５，亞太區第 2 位；研發開支創歷史新高。\n- 世界人才排名：全球第九，亞洲居首（IMD）"
    records = found(tokenizer, engine, text)
    assert [r.text for r in records] == [text[r.start : r.end] for r in records]
    assert all(a.end <= b.start for a, b in itertools.pairwise(records))
    assert [(r.rank_from, r.rank_to) for r in records] == [(5, 5), (2, 2), (1, 1), (9, 9), (1, 1)]


def test_simplified_text_gives_traditional_names_and_keeps_its_own_words(tokenizer: Tokenizer, engine: Engine) -> None:
    (record,) = found(tokenizer, engine, "根据国际管理发展学院的《2025年世界数码竞争力排名》，香港的“知识”因素位居全球第五。")
    assert (record.text, record.index_name, record.factor) == ("全球第五", "世界數碼競爭力排名", "知識")
    assert record.sentence.startswith("根据")


@pytest.mark.parametrize(
    "text",
    [
        *("香港位列全球第\ufffd位。", "香港在全球創新指數排名第4\ufffd位。", "香港位列全球第1\ufffd。", "六所大學進入亞洲前五\ufffd名。"),
        *("該校排名第401至500\ufffd。", "香港在數碼競爭力排名位列全球第\ufffd\ufffd，較去年上升。", "香港在世界人才排名位列第二十\ufffd。"),
    ],
)
def test_a_number_of_which_a_part_was_lost_is_no_place(tokenizer: Tokenizer, engine: Engine, text: str) -> None:
    assert found(tokenizer, engine, text) == []


def test_a_place_that_was_lost_is_no_former_place(tokenizer: Tokenizer, engine: Engine) -> None:
    (record,) = found(tokenizer, engine, "香港由第十\ufffd位升至第九位。")
    assert (record.rank_from, record.previous_rank) == (9, None)
    assert found(tokenizer, engine, "香港在全球創新指數由第18位升至\ufffd5位。") == []
    (record,) = found(tokenizer, engine, "該指數由第十二位急升至第四位，在\ufffd41個經濟體中表現最佳。")
    assert (record.rank_from, record.previous_rank, record.out_of) == (4, 12, None)


@given(st.integers(1, 99_999))
@settings(max_examples=100)
def test_places_read_back(number: int) -> None:
    assert ranks.place(str(number)) == ranks.place(f"{number:,}") == number
    assert ranks.word_places(f"1-{number}") == (1, number)


@given(st.integers(1, 500), st.integers(1, 500))
def test_places_from_the_end_mirror(place: int, total: int) -> None:
    counted = ranks.from_end(place, total)
    assert (counted is None) == (place > total)
    assert counted is None or ranks.from_end(counted, total) == place


@given(st.text("國际管理发展學院数码排名，。「」A1 ", max_size=20))
def test_traditional_is_stable_and_keeps_the_length(text: str) -> None:
    once = scripts.to_traditional(text)
    assert scripts.to_traditional(once) == once
    assert len(once) == len(text)
