"""patterns/: every file loads, every rule's examples hold, every problem names file, line and remedy."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hkinno_extract.errors import PatternError
from hkinno_extract.pattern_files import COMPONENTS, Rule, load_patterns, read_rules
from hkinno_extract.pipeline.check import check_patterns
from hkinno_extract.recognition.rules import RuleMatcher
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.tokenizer import Tokenizer
from hkinno_extract.settings import Settings
from hkinno_extract.word_classes import TOKENIZER_TAGS, WORD_CLASSES

ROOT = Path(__file__).resolve().parents[1]
RULES = [rule for component in COMPONENTS for rule in read_rules(ROOT / "patterns" / f"{component}.jsonl", component)]
MOST_RULES = 30
Change = Callable[[Path], None]


def matches(rule: Rule, text: str, tokenizer: Tokenizer) -> bool:
    tokens = tokenizer.tokens(text)
    return RuleMatcher(tokenizer.vocab, [rule], []).matches(View(tokens))


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_rule_matches_its_examples_and_no_others(rule: Rule, tokenizer: Tokenizer) -> None:
    assert [t for t in rule.match if not matches(rule, t, tokenizer)] == []
    assert [t for t in rule.no_match if matches(rule, t, tokenizer)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_rule_names_classes_that_exist_and_holds_no_regex(rule: Rule) -> None:
    text = json.dumps(rule.pattern)
    assert "REGEX" not in text
    named: set[str] = set()
    for token in rule.pattern:
        tag = token.get("TAG")
        named |= {tag} if isinstance(tag, str) else set((tag or {}).get("IN", [])) | set((tag or {}).get("NOT_IN", []))
    assert named <= {*WORD_CLASSES, *TOKENIZER_TAGS}
    assert rule.note


def test_grammars_are_small() -> None:
    counts = {c: sum(r.component == c for r in RULES) for c in COMPONENTS}
    assert all(0 < n <= MOST_RULES for n in counts.values()), counts


def test_ids_of_rules_are_unique_and_readable() -> None:
    ids = [r.id for r in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i) for i in ids)


def test_check_finds_the_shipped_rules_in_order() -> None:
    report = check_patterns(Settings(patterns=ROOT / "patterns"), gazetteers=False)
    assert report.problems == []
    assert report.rules == len(RULES)
    assert report.examples == sum(len(r.match) + len(r.no_match) for r in RULES)


def rule_line(**changes: Any) -> str:
    rule = {"id": "x", "note": "n", "pattern": [{"TAG": "NUMBER"}], "match": ["1"], "no_match": ["無"], **changes}
    return json.dumps({k: v for k, v in rule.items() if v is not None}, ensure_ascii=False)


def write(name: str, text: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return change


def drop(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


WORDS = "word,class,value,note\n"
PROGRAMMES = "programme_id,name,name_en,type,aliases,context_aliases,owner,source\n"
ROW = "a,甲計劃,,scheme,,,,\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop("units.csv"), r"units\.csv: the file is missing\. Copy it"),
        (write("units.csv", "word,class\n"), r"units\.csv:1: the columns are word, class\. They must be word, class, value, note"),
        (write("units.csv", f"{WORDS}元,COLOUR,,\n"), r"units\.csv:2: no class is called 'COLOUR'\. Use one of"),
        (write("units.csv", f"{WORDS}元,CURRENCY\n"), r"units\.csv:2: 2 cells where there are 4 columns"),
        (write("units.csv", f"{WORDS},CURRENCY,,\n"), r"units\.csv:2: the column word is empty"),
        (write("units.csv", f'{WORDS}"元,CURRENCY,,\n'), r"units\.csv:\d+: not a CSV row"),
        (write("programmes.csv", f"{PROGRAMMES}{ROW}{ROW}"), r"programmes\.csv:3: the id 'a' is also in programmes\.csv:2"),
        (write("programmes.csv", f"{PROGRAMMES}a,甲計劃,,thing,,,,\n"), r"programmes\.csv:2: no type is called 'thing'"),
        (write("programmes.csv", f"{PROGRAMMES},甲計劃,,scheme,,,,\n"), r"programmes\.csv:2: programme_id or name is empty"),
        (write("amounts.jsonl", "{"), r"amounts\.jsonl:1: not a JSON object"),
        (write("amounts.jsonl", "[]"), r"amounts\.jsonl:1: not a JSON object"),
        (write("amounts.jsonl", rule_line(colour="red")), r"amounts\.jsonl:1: unknown key 'colour'\. A rule has the keys"),
        (write("amounts.jsonl", rule_line(note=None)), r"amounts\.jsonl:1: the key 'note' is missing"),
        (write("amounts.jsonl", rule_line(match=[])), r"amounts\.jsonl:1: pattern, match and no_match may not be empty"),
        (write("amounts.jsonl", f"\n{rule_line()}\n{rule_line()}\n"), r"amounts\.jsonl:3: the id 'x' is also in amounts\.jsonl:2"),
        (lambda folder: (folder / "units.csv").write_bytes(b"\xff\xfe"), r"units\.csv: the file is not UTF-8"),
    ],
)  # fmt: skip
def test_a_problem_names_file_line_and_remedy(tmp_path: Path, change: Change, message: str) -> None:
    folder = tmp_path / "patterns"
    shutil.copytree(ROOT / "patterns", folder)
    change(folder)
    with pytest.raises(PatternError, match=message):
        load_patterns(folder)
    assert [p for p in check_patterns(Settings(patterns=folder)).problems if re.search(message, p)]


def test_a_pattern_that_spacy_refuses_is_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "patterns"
    shutil.copytree(ROOT / "patterns", folder)
    write("amounts.jsonl", rule_line(pattern=[{"TAG": {"NEAR": "x"}}]))(folder)
    assert any("amounts.jsonl:1: spaCy does not take this pattern" in p for p in check_patterns(Settings(patterns=folder)).problems)


def test_a_word_of_two_files_may_not_differ(tmp_path: Path) -> None:
    folder = tmp_path / "patterns"
    shutil.copytree(ROOT / "patterns", folder)
    with (folder / "units.csv").open("a", encoding="utf-8") as handle:
        handle.write("第,UNIT,第,\n")
    with pytest.raises(PatternError, match=r"'第' is also in lexicon\.csv:\d+\. Keep one"):
        load_patterns(folder)


def test_patterns_are_loaded_once_and_again_when_they_change(tmp_path: Path) -> None:
    folder = tmp_path / "patterns"
    shutil.copytree(ROOT / "patterns", folder)
    first = load_patterns(folder)
    assert load_patterns(folder) is first
    with (folder / "units.csv").open("a", encoding="utf-8") as handle:
        handle.write("測量單位,UNIT,測量單位,\n")
    again = load_patterns(folder)
    assert again is not first
    assert again.fingerprint != first.fingerprint


def test_the_bom_that_excel_writes_does_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "patterns"
    shutil.copytree(ROOT / "patterns", folder)
    words = load_patterns(folder).words.keys()
    for path in folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_patterns(folder).words.keys() == words
