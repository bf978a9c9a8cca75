"""Recognition's core: the view of a text, the overlap policy, the order of claims."""

from __future__ import annotations

import dataclasses

import pytest

from hkinno_extract.pattern_files import Rule
from hkinno_extract.recognition.engine import Engine
from hkinno_extract.recognition.rules import Match, longest_first
from hkinno_extract.recognition.view import SENTENCE_LIMIT, View, is_simplified, strip_quotes
from hkinno_extract.segmentation.tokenizer import Tokenizer

TEXT = "創科成果\n- 初創企業有300間。按年多兩成；\n- 研發人員逾4萬人\n資助安排\n　　署方會批出「甲乙。丙」資助。"


def view_for(tokenizer: Tokenizer, text: str) -> View:
    tokens = tokenizer.tokens(text)
    return View(tokens)


def rule(name: str) -> Rule:
    return Rule(id=name, component="amounts", pattern=({"TAG": "NUMBER"},), note="", match=("1",), no_match=("x",), kind="", where="")


def test_a_view_has_the_tokens_of_its_text(tokenizer: Tokenizer) -> None:
    view = view_for(tokenizer, TEXT)
    doc = tokenizer.doc(TEXT)
    assert [t.text for t in doc] == [TEXT[s:e] for s, e in zip(view.starts, view.ends, strict=True)]
    assert [t.tag_ for t in doc] == view.tags
    assert "".join(t.text_with_ws for t in doc) == TEXT


def test_sentences_stay_inside_their_block(tokenizer: Tokenizer) -> None:
    view = view_for(tokenizer, TEXT)
    texts = [TEXT[view.starts[s.start] : view.ends[s.end - 1]] for s in view.sentences]
    assert texts == ["創科成果", "初創企業有300間。", "按年多兩成；", "研發人員逾4萬人", "資助安排", "署方會批出「甲乙。丙」資助。"]


@pytest.mark.parametrize(
    ("word", "section"), [("300", "創科成果"), ("研發", "創科成果"), ("署方", "資助安排"), ("資助安排", "創科成果"), ("創科成果", None)]
)
def test_the_section_is_the_heading_above(tokenizer: Tokenizer, word: str, section: str | None) -> None:
    assert view_for(tokenizer, TEXT).section_at(TEXT.index(word)) == section


def test_a_long_sentence_is_cut_around_the_record(tokenizer: Tokenizer) -> None:
    text = "甲" * 500 + "共有120間企業" + "乙" * 500 + "。"
    sentence = view_for(tokenizer, text).sentence_text(502, 506)
    assert len(sentence) <= SENTENCE_LIMIT
    assert sentence.startswith("…甲")
    assert sentence.endswith("乙…")
    assert "共有120間企業" in sentence


def test_overlaps_leave_the_longest_then_the_leftmost() -> None:
    a, b = rule("a"), rule("b")
    matches = [Match(a, 0, 2), Match(b, 1, 4), Match(a, 4, 6), Match(b, 5, 7), Match(a, 9, 10)]
    assert longest_first(matches) == [Match(b, 1, 4), Match(a, 4, 6), Match(a, 9, 10)]


def test_rules_of_the_last_kind_take_what_is_left() -> None:
    a, b = rule("a"), dataclasses.replace(rule("b"), kind="bare")
    matches = [Match(b, 0, 4), Match(a, 3, 5), Match(b, 5, 6), Match(b, 5, 8), Match(a, 8, 9)]
    assert longest_first(matches, last="bare") == [Match(a, 3, 5), Match(b, 5, 8), Match(a, 8, 9)]
    assert longest_first(matches)[0] == Match(b, 0, 4)


def test_asking_for_one_table_runs_those_before_it(tokenizer: Tokenizer, engine: Engine) -> None:
    view = view_for(tokenizer, "香港全球排名第5，初創企業有300間。")
    engine.records(view, "amounts")
    assert list(view.found) == ["rankings", "amounts"]
    assert engine.records(view, "amounts") is view.found["amounts"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("「甲」", "甲"),
        ("《甲》", "甲"),
        ("「甲」和「乙」", "「甲」和「乙」"),
        ("「甲」計劃", "「甲」計劃"),
        ("『「甲」』", "甲"),
        ("「」", "「」"),
    ],
)
def test_quotes_go_only_where_they_enclose_the_whole(text: str, expected: str) -> None:
    assert strip_quotes(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("創新科技發展", False), ("创新科技发展", True), ("IMD 2024", False)])
def test_the_script_of_a_text(text: str, expected: bool) -> None:
    assert is_simplified(text) is expected
