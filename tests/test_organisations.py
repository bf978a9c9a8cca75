"""Organisations: gazetteer names, new names by rules, short forms that a text defines, and what is none."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hkinno_extract.errors import PatternError
from hkinno_extract.pattern_files import Patterns, load_patterns
from hkinno_extract.recognition.checks import append_row, collect_new_names, gazetteer_problems
from hkinno_extract.recognition.engine import Engine
from hkinno_extract.recognition.names.mentions import DEFINED, GAZETTEER, RULED, Mention, resolve
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.tokenizer import Tokenizer
from tests.support import load_cases


def found(tokenizer: Tokenizer, engine: Engine, text: str, table: str = "organisations") -> list[Any]:
    tokens = tokenizer.tokens(text)
    return engine.records(View(tokens), table)


@pytest.mark.parametrize("case", load_cases("organisations", "organisations"))
def test_cases(tokenizer: Tokenizer, engine: Engine, case: dict[str, Any]) -> None:
    records = found(tokenizer, engine, case["text"])
    assert [[r.text, r.name, r.type] for r in records] == case["organisations"]


def test_a_record_is_the_slice_of_its_text(tokenizer: Tokenizer, engine: Engine) -> None:
    text = "創新科技署（創科署）與晨曦機器人有限公司簽署協議。"
    records = found(tokenizer, engine, text)
    assert [text[r.start : r.end] for r in records] == ["創新科技署", "創科署", "晨曦機器人有限公司"]
    assert [r.known for r in records] == [True, True, False]
    assert [bool(r.org_id) for r in records] == [True, True, False]
    assert records[0].pattern == f"gazetteer:{records[0].org_id}"


def mention(start: int, end: int, source: int = RULED) -> Mention:
    return Mention(start=start, end=end, table="organisations", type="company", pattern="x", source=source)


@pytest.mark.parametrize(
    ("mentions", "taken", "kept"),
    [
        ([(0, 4), (2, 9)], [], [(2, 9)]),
        ([(0, 4), (4, 8)], [], [(0, 4), (4, 8)]),
        ([(0, 4), (2, 6)], [], [(0, 4)]),
        ([(0, 4), (6, 9)], [(3, 5)], [(6, 9)]),
        ([], [(0, 1)], []),
    ],
)
def test_the_overlap_policy(mentions: list[tuple[int, int]], taken: list[tuple[int, int]], kept: list[tuple[int, int]]) -> None:
    assert [(m.start, m.end) for m in resolve([mention(*m) for m in mentions], taken)] == kept


def test_of_equals_the_better_source_stays() -> None:
    assert resolve([mention(0, 4, DEFINED), mention(0, 4, GAZETTEER), mention(0, 4)])[0].source == GAZETTEER


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=25))
@settings(deadline=None)
def test_what_stays_never_overlaps(spans: list[tuple[int, int]]) -> None:
    kept = resolve([mention(s, s + n) for s, n in spans])
    assert all(a.end <= b.start for a, b in itertools.pairwise(kept))
    assert bool(kept) == bool(spans)


def test_new_names_are_counted_with_an_id_of_their_own(patterns: Patterns) -> None:
    row = {"name": "晨曦機器人", "type": "company", "known": False, "sentence": "晨曦機器人簽署協議。"}
    rows = [("organisations", row), ("organisations", row | {"sentence": "晨曦機器人落戶。"}), ("programmes", row | {"known": True})]
    names = collect_new_names([*rows, ("amounts", {}), ("organisations", row | {"name": "雲水署"})], patterns)
    assert [(n.name, n.count, n.proposed_id) for n in names] == [("晨曦機器人", 2, "chen-xi-ji-qi-ren"), ("雲水署", 1, "yun-shui-shu")]
    assert names[0].sentences == ["晨曦機器人簽署協議。", "晨曦機器人落戶。"]


@pytest.fixture
def own_patterns(tmp_path: Any, patterns: Patterns) -> Patterns:
    for path in patterns.root.iterdir():
        if path.suffix in (".csv", ".jsonl"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    return load_patterns(tmp_path)


def test_a_row_is_appended_and_then_known(own_patterns: Patterns) -> None:
    line = append_row(own_patterns, "organisations", {"name": "晨曦機器人", "type": "company", "aliases": "晨曦機械人公司"})
    assert line.startswith("chen-xi-ji-qi-ren,晨曦機器人,,company,")
    again = load_patterns(own_patterns.root)
    assert "chen-xi-ji-qi-ren" in {n.id for n in again.organisations}
    with pytest.raises(PatternError, match="already a form of"):
        append_row(again, "organisations", {"name": "晨曦機械人公司", "type": "company"})


@pytest.mark.parametrize(
    ("table", "values", "message"),
    [
        ("organisations", {"name": "甲乙丙", "type": "firm"}, "name and a type"),
        ("organisations", {"type": "company"}, "name and a type"),
        ("organisations", {"name": "甲乙丙", "type": "company", "colour": "red"}, "no column"),
        ("indices", {"name": "甲乙丙", "type": "company"}, "no gazetteer"),
        ("organisations", {"name": "创新科技署", "type": "government"}, "already a form of"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(own_patterns: Patterns, table: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(PatternError, match=message):
        append_row(own_patterns, table, values)


def test_problems_of_gazetteers_are_found(patterns: Patterns) -> None:
    first, second = patterns.organisations[0], patterns.organisations[1]
    shared = dataclasses.replace(first, aliases=("雲水晨曦署",), context_aliases=("晨署", "晨署"))
    twin = dataclasses.replace(second, aliases=("雲水晨曦署", "超過", "國家們", "署"))
    problems = gazetteer_problems(
        dataclasses.replace(patterns, organisations=(shared, twin), programmes=(), indices=()), frozenset({"国家们"})
    )
    assert sum("also a form of" in p for p in problems) == 1
    assert sum("is a word of" in p for p in problems) == 2
    assert sum("ordinary word" in p for p in problems) == 1
    assert sum("stands twice" in p for p in problems) == 1


def test_the_shipped_gazetteers_have_no_shared_names(patterns: Patterns) -> None:
    own = dataclasses.replace(patterns, indices=())
    assert gazetteer_problems(own) == []
