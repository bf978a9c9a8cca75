"""Segmentation: the runtime gives spacy_pkuseg's own words; tables and segmenter agree on tokens; the tokenizer keeps its contract.

What needs the installed model is skipped, loudly, where it is not there; `make test` installs it.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

import hkinno_extract
from hkinno_extract.errors import UsageError
from hkinno_extract.records import Block
from hkinno_extract.segmentation.contest import choose
from hkinno_extract.segmentation.hash_table import HashTable
from hkinno_extract.segmentation.model import COMPILED, REFERENCE
from hkinno_extract.segmentation.runtime import Runtime
from hkinno_extract.segmentation.segmenters import load_segmenter, simplified
from hkinno_extract.segmentation.tokenizer import Tokenizer, Tokens
from hkinno_extract.segmentation.viterbi import best_tags
from hkinno_extract.segmentation.words import Entry
from hkinno_extract.settings import model_dir
from tests.support import load_cases

MODEL = model_dir()
needs_model = pytest.mark.skipif(
    not all((MODEL / name).is_file() for name in (COMPILED, *REFERENCE)),
    reason="the segmentation model is not installed: run hkinno model install",
)
SHORT, LONG = 12_000, 110_000


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(MODEL / COMPILED)


@pytest.fixture(scope="module")
def reference() -> Any:
    import spacy_pkuseg

    return spacy_pkuseg.pkuseg(str(MODEL))


WORDS = """
创新科技 初创企业 本地 研发开支 生产总值 政府 推动 大学 合作 计划 基金 香港 内地 投资 增长 百分之 亿元 公司 市场 人工智能 数据
其中 大部分 的 在 及 与 并 为 了 将 会 已 由 至 大 小 新 中 学生 度假村 一直 三成 十分 简体 专利 条约 局长 主席 委员会 发布 今日
""".split()  # noqa: SIM905
ODD = [*"，。、「」（）%－／·Ａ３…!?&*\ufffd", "12.5", "1,600", "2024", "AI", "InnoHK"]
BLANKS = [" ", "\n", "\u3000", "  ", "\t", "\u00a0"]


def varied_text(seed: int, size: int) -> Iterator[str]:
    """Lines of words of the field, odd signs, and characters at random, until `size` characters have been given."""
    rng = random.Random(seed)
    while size > 0:
        kind = rng.random()
        if kind < 0.6:
            line = "".join(rng.choice(WORDS if rng.random() < 0.8 else ODD) for _ in range(rng.randint(1, 40)))
        elif kind < 0.8:
            line = "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(rng.randint(1, 60)))
        else:
            line = "".join(
                rng.choice([*ODD, *BLANKS, *WORDS, chr(rng.randint(33, 0x2FFF)), "\U0001f44d"]) for _ in range(rng.randint(0, 60))
            )
        size -= len(line)
        yield line


@needs_model
def test_words_are_those_of_spacy_pkuseg(runtime: Runtime, reference: Any) -> None:
    for line in varied_text(1, SHORT):
        assert runtime.cut(line) == reference.cut(line)


@needs_model
@pytest.mark.slow
def test_words_are_those_of_spacy_pkuseg_on_much_text(runtime: Runtime, reference: Any) -> None:
    lines = list(varied_text(2, LONG))
    assert sum(map(len, lines)) >= LONG
    whole = "\n".join(lines)
    assert runtime.cut(whole) == reference.cut(whole)


@needs_model
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_words_of_any_string(runtime: Runtime, reference: Any, text: str) -> None:
    assert runtime.cut(text) == reference.cut(text)


@needs_model
def test_both_segmenters_start_words_at_the_same_places() -> None:
    texts = ["創新科技及工業局今日公布。", "", "數碼港 與 科學園", "甲\n乙"]
    fast, slow = (load_segmenter(name, MODEL).starts(texts) for name in ("hkinno", "spacy-pkuseg"))
    assert [mask.tolist() for mask in fast] == [mask.tolist() for mask in slow]


@needs_model
def test_both_segmenters_know_the_same_words() -> None:
    words = ["大學生", "度假村", "局局長", "附近", "附近，", "〇", "中華人民共和國", "香港特別行政區政", "a"]
    fast, slow = (load_segmenter(name, MODEL).known(words) for name in ("hkinno", "spacy-pkuseg"))
    assert fast == slow
    assert fast[:3] == [True, True, False]


@needs_model
def test_segment_without_lexicon_is_the_segmenter_alone(reference: Any) -> None:
    text = "创新科技署 公布，本地研发开支增至330亿元。\n香港大学生"
    assert hkinno_extract.segment(text, lexicon=False) == reference.cut(text)


@needs_model
def test_segment_keeps_numbers_names_and_own_characters() -> None:
    assert hkinno_extract.segment("數碼港獲撥款1,600萬元。") == ["數碼港", "獲", "撥款", "1,600", "萬", "元", "。"]


@pytest.mark.parametrize("case", load_cases("segmentation", "tokens"))
@needs_model
def test_tokens(tokenizer: Tokenizer, case: dict[str, Any]) -> None:
    tokens = tokenizer.tokens(case["text"])
    words = [case["text"][start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert set(case["tokens"]) <= set(words)
    assert set(case["not_tokens"]).isdisjoint(words)
    assert case["tokens"] or case["not_tokens"]


def assert_whole(tokens: Tokens) -> None:
    """Tokens follow each other without gap or overlap, and the columns have one length."""
    assert tokens.starts == [0, *tokens.ends[:-1]] if tokens.text else not tokens.starts
    assert not tokens.text or tokens.ends[-1] == len(tokens.text)
    assert len(tokens.starts) == len(tokens.tags) == len(tokens.values)
    assert all(start < end for start, end in zip(tokens.starts, tokens.ends, strict=True))


@needs_model
@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="創新科技一三十百萬元個第,.12 \n\u3000ab「」。大學局長約多\ufffd", max_size=40))
def test_tokens_cover_any_text(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenizer.tokens(text)
    assert_whole(tokens)
    doc = tokenizer.to_doc(tokens)
    assert doc.text == text
    assert [(t.idx, t.tag_) for t in doc] == list(zip(tokens.starts, tokens.tags, strict=True))


@needs_model
def test_a_batch_is_its_texts_one_by_one(tokenizer: Tokenizer) -> None:
    texts = ["香港大學獲撥款。\n其中大部分", "", "百分之五", "初創企業增至4,700間"]
    alone = [tokenizer.tokens(text) for text in texts]
    together = tokenizer.batch([(text, None) for text in texts])
    assert [(t.starts, t.ends, t.tags, t.values) for t in alone] == [(t.starts, t.ends, t.tags, t.values) for t in together]
    assert [d.text for d in tokenizer.pipe(iter(texts), batch_size=3)] == texts


@needs_model
def test_no_token_crosses_a_block(tokenizer: Tokenizer) -> None:
    text = "創新科技局長"
    tokens = tokenizer.tokens(text, [Block(kind="cell", start=0, end=3), Block(kind="cell", start=3, end=6)])
    assert 3 in tokens.starts
    assert [s[:2] for s in tokens.sentences] == [(0, 3), (3, 6)]


@needs_model
def test_a_pipeline_with_the_tokenizer_goes_to_disk_and_back(tmp_path: Path) -> None:
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "hkinno.Tokenizer.v1"}}})
    text = "中大教授獲撥款1,600萬元。"
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    assert [t.text for t in again(text)] == [t.text for t in nlp(text)] == ["中大", "教授", "獲", "撥款", "1,600", "萬", "元", "。"]
    assert nlp.from_bytes(nlp.to_bytes()) is nlp


@needs_model
def test_a_saved_pipeline_says_what_has_changed(tokenizer: Tokenizer, tmp_path: Path) -> None:
    saved = tokenizer.to_bytes()
    with pytest.raises(UsageError, match="saved with the segmenter char"):
        tokenizer.from_bytes(saved.replace(b'"hkinno"', b'"char"'))
    with pytest.warns(UserWarning, match="other patterns"):
        tokenizer.from_bytes(saved.replace(tokenizer.patterns.fingerprint.encode(), b"0"))
    tokenizer.to_disk(tmp_path / "tokenizer")
    assert tokenizer.from_disk(tmp_path / "tokenizer") is tokenizer


def borders(*words: str) -> bytearray:
    """What the segmenter says of a text that it cuts into `words`."""
    cuts = bytearray(sum(map(len, words)) + 1)
    at = 0
    for word in words:
        cuts[at] = 1
        at += len(word)
    cuts[at] = 1
    return cuts


@pytest.mark.parametrize(
    ("words", "matches", "dictionary", "chosen"),
    [
        pytest.param("甲乙 丙丁", [(1, 3, "NOUN")], {"甲乙", "丙丁"}, [], id="a word across two real words loses"),
        pytest.param("甲乙 丙丁", [(1, 4, "NOUN")], {"丙丁"}, [(1, 4)], id="what the segmenter only glued gives way"),
        pytest.param(
            "甲 乙丙", [(0, 2, "ORGANISATION"), (2, 3, "HEAD")], {"乙丙"}, [(0, 2), (2, 3)], id="another word accounts for the rest"
        ),
        pytest.param("甲乙 丙丁戊己", [(1, 6, "ORGANISATION")], {"甲乙", "丙丁戊己"}, [(1, 6)], id="a long name stands"),
        pytest.param("甲乙丙丁", [(2, 4, "HEAD")], {"甲乙丙丁"}, [(2, 4)], id="the head of a word stands"),
        pytest.param("甲乙丙丁", [(2, 4, "ORGANISATION")], {"甲乙丙丁"}, [], id="but no name at its end"),
        pytest.param("甲乙丙丁", [(1, 3, "NOUN")], {"甲乙丙丁"}, [], id="nor its middle"),
        pytest.param("甲乙丙丁", [(1, 3, "FRACTION")], {"甲乙丙丁"}, [(1, 3)], id="a firm class stands anywhere"),
        pytest.param("甲 乙 丙 丁", [(0, 2, "NOUN"), (1, 4, "NOUN")], set(), [(1, 4)], id="the longest first"),
        pytest.param("甲 乙 丙", [(0, 2, "NOUN"), (1, 3, "NOUN")], set(), [(0, 2)], id="of equals the first"),
    ],
)
def test_which_word_wins(words: str, matches: list[tuple[int, int, str]], dictionary: set[str], chosen: list[tuple[int, int]]) -> None:
    parts = words.split()
    found = choose(
        "".join(parts), [(s, e, Entry(tag, "")) for s, e, tag in matches], borders(*parts), lambda asked: [w in dictionary for w in asked]
    )
    assert [(start, end) for start, end, _ in found] == chosen


@given(st.lists(st.text(alphabet="創新乾着裏台臺后後髮發", max_size=8), max_size=5))
def test_simplified_text_keeps_its_length(texts: list[str]) -> None:
    turned = simplified(texts)
    assert [len(text) for text in turned] == [len(text) for text in texts]
    assert turned == [simplified([text])[0] for text in texts]


@given(st.sets(st.integers(1, 2**63), max_size=60), st.lists(st.integers(0, 2**63), max_size=20))
def test_a_hash_table_finds_what_is_in_it_and_nothing_else(keys: set[int], others: list[int]) -> None:
    ordered = np.array(sorted(keys), np.uint64)
    table = HashTable.build(ordered)
    assert table.find(ordered).tolist() == list(range(1, len(keys) + 1))
    absent = [key for key in others if key not in keys]
    assert table.find(np.array(absent, np.uint64)).tolist() == [0] * len(absent)
    again = HashTable.mapped(table.keys, table.numbers)
    assert again.bits == table.bits


def plain_viterbi(scores: np.ndarray[Any, Any], edges: np.ndarray[Any, Any]) -> tuple[int, int]:
    """The best score of a path over one piece, and how many paths reach it."""
    ways = {tag: (int(scores[0, tag]), 1) for tag in range(len(edges))}
    for place in scores[1:]:
        step = {}
        for tag in range(len(edges)):
            totals = [(best + int(edges[before, tag]) + int(place[tag]), count) for before, (best, count) in ways.items()]
            top = max(total for total, _ in totals)
            step[tag] = top, sum(count for total, count in totals if total == top)
        ways = step
    top = max(best for best, _ in ways.values())
    return top, sum(count for best, count in ways.values() if best == top)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 9), max_size=6), st.sampled_from([4, 8, 1 << 14]), st.sampled_from([3, 5]))
def test_best_tags_are_on_a_best_path(seed: int, lengths: list[int], chunk: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    live = np.array([flag for length in lengths for flag in [*[True] * length, False]] or [False])
    scores, edges = rng.integers(-3, 4, (len(live), count)).astype(np.int32), rng.integers(-3, 4, (count, count)).astype(np.int32)
    first = live & ~np.concatenate([[False], live[:-1]])
    tags, ties = best_tags(scores, edges, first, live, chunk=chunk)
    at = 0
    for length in lengths:
        if length:
            piece, path = scores[at : at + length], tags[at : at + length]
            total = sum(int(piece[i, tag]) for i, tag in enumerate(path)) + sum(int(edges[a, b]) for a, b in itertools.pairwise(path))
            best, ways = plain_viterbi(piece, edges)
            assert total == best
            assert (ways > 1) == bool(((ties >= at) & (ties < at + length)).any())
        at += length + 1
