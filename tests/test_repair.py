"""Repair: cases, recovery by kind of damage, clean text stays, laws of the offsets."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.repair import NUMERALS, differences
from hkinno_extract.characters import LOST
from hkinno_extract.errors import ReadingError
from hkinno_extract.records import Block, PageText, RepairedText
from hkinno_extract.repair import REPAIRS, explain, mend, repair
from hkinno_extract.repair.alignment import Alignment
from hkinno_extract.repair.draft import Draft, Edit, Piece, moved_blocks, replace
from hkinno_extract.repair.signs import hkscs_names
from hkinno_extract.segmentation.blocks import plain_blocks
from tests.clean_texts import clean_texts
from tests.damage import KINDS
from tests.support import load_cases

FLOORS = {
    "gloss": 0.999,
    "gbk_shift": 0.99,
    "gbk_shift_short": 0.9,
    "big5_as_cp1252": 0.99,
    "utf8_as_cp1252": 0.99,
    "utf8_as_cp1252_stripped": 0.99,
    "utf8_twice": 0.99,
    "utf8_as_gbk": 0.99,
    "big5_as_gbk": 0.99,
    "entities": 0.99,
    "invisible": 0.99,
    "radicals": 0.99,
    "private_use": 0.99,
}
"""Share of the recoverable characters that must come back; the figures of today are printed by benchmarks/repair.py."""


@pytest.mark.parametrize("case", load_cases("repair", "repaired"))
def test_case(case: dict[str, Any]) -> None:
    text = case["text"]
    repaired = repair(text, blocks=plain_blocks(text) if case.get("blocks") else ())
    assert repaired.text == case["repaired"]
    assert sorted(repaired.fired) == case["fired"]
    assert [list(place) for place in repaired.lost] == case["lost"]
    check_alignment(repaired)


def check_alignment(repaired: RepairedText) -> None:
    """The stretches cover both texts in order without a gap; what no repair touched is the same in both."""
    at = raw_at = 0
    for stretch in repaired.stretches:
        assert stretch.start == at <= stretch.end
        assert stretch.raw_start <= raw_at <= stretch.raw_end
        if stretch.repair is None:
            assert stretch.raw_start == raw_at
            assert repaired.text[stretch.start : stretch.end] == repaired.raw[stretch.raw_start : stretch.raw_end]
        at, raw_at = stretch.end, stretch.raw_end
    assert (at, raw_at) == (len(repaired.text), len(repaired.raw))


@pytest.mark.parametrize("kind", list(KINDS))
def test_recovery_of_every_kind(kind: str) -> None:
    random = Random(7)
    touched = missed = 0
    for text in clean_texts(random, 20_000 if kind.startswith("gbk") else 5000):
        done = KINDS[kind](text, random)
        repaired = repair(done.raw)
        check_alignment(repaired)
        away, false = differences(done.best, repaired.text)
        touched += done.touched
        missed += len(away)
        assert kind != "gbk_shift" or not set(false) & NUMERALS, "a digit was guessed"
    assert touched
    assert 1 - missed / touched >= FLOORS[kind]


def test_clean_text_stays() -> None:
    seen = 0
    for text in clean_texts(Random(11), 200_000):
        repaired = repair(text)
        assert repaired.text == text
        assert not repaired.fired
        seen += len(text)
    assert seen >= 200_000


@pytest.mark.parametrize("name", [name for name in REPAIRS if name != "wrapped_lines"])
def test_a_repair_can_be_switched_off(name: str) -> None:
    damaged = "數\u200b碼港創(chuàng)新⼤學&nbsp;工業h園<b>甲</b>工業\ue473園"
    assert name not in repair(damaged, off=frozenset((name,))).fired
    assert repair(damaged).fired


@pytest.mark.parametrize("kind", list(KINDS))
@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None)
def test_repair_is_idempotent_on_damaged_text(kind: str, seed: int) -> None:
    random = Random(seed)
    text = next(clean_texts(random, 1))
    once = repair(KINDS[kind](text, random).raw).text
    assert repair(once).text == once


@given(st.text(alphabet="數碼港創新科技(chuàng)&#;nbspamp<br/>?!\ufffd\u200b\n\r 0129萬億钢欠奖恪沟怯浻脩Ã©â€™¤¡@\ue473⼤h", max_size=60))
@settings(max_examples=200, deadline=None)
def test_offsets_hold_whatever_the_text(text: str) -> None:
    repaired = repair(text, blocks=plain_blocks(text))
    check_alignment(repaired)
    alignment = Alignment(repaired)
    last = 0
    for start in range(len(repaired.text)):
        raw_start, raw_end = alignment.raw_place(start, start + 1)
        assert 0 <= raw_start <= raw_end <= len(text)
        assert raw_start >= last
        last = raw_start


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_repaired_without_a_crash(text: str) -> None:
    check_alignment(repair(text))


def test_shifted_run_maps_to_every_raw_character_that_holds_a_byte() -> None:
    raw = "現況?!钢欠奖恪沟怯浻脩敉黄?10萬"
    repaired = repair(raw)
    alignment = Alignment(repaired)
    start = repaired.text.index("智方便")
    raw_start, raw_end = alignment.raw_place(start, start + 3)
    assert raw[raw_start:raw_end] == "钢欠奖恪"
    assert alignment.quality(start, start + 3) == "repaired"
    lost = repaired.text.index(f"{LOST}{LOST}10萬")
    assert alignment.quality(lost, len(repaired.text)) == "damaged"
    assert alignment.quality(0, 2) == "intact"


def test_explain_lists_what_fired_in_order() -> None:
    repaired, firings = explain("創(chuàng)新&nbsp;科技")
    assert [(f.repair, f.before, f.after) for f in firings] == [("pinyin_gloss", "創(chuàng)", "創"), ("html_entities", "&nbsp;", "\u00a0")]
    assert [repaired.raw[f.raw_start : f.raw_end] for f in firings] == ["創(chuàng)", "&nbsp;"]


def test_a_known_name_brings_the_hkscs_character_back() -> None:
    names = hkscs_names(["大埔工業邨", "數碼港"])
    assert repair("位於大埔工業h內", names=names).text == "位於大埔工業邨內"
    assert repair("位於別處工業h內", names=names).lost == ((6, 7),)


def test_blocks_follow_the_repairs() -> None:
    text = "創(chuàng)科成果\n　　發(fā)展穩健，百分之\n六十五由大學負責。\n完"
    page = PageText(text=text, blocks=plain_blocks(text), title="創(chuàng)科成果")
    mended = mend(page)
    assert [mended.page.text[b.start : b.end] for b in mended.page.blocks] == ["創科成果", "發展穩健，百分之六十五由大學負責。", "完"]
    assert mended.page.title == "創科成果"
    assert mended.page.blocks == Alignment(mended.repaired).move(page.blocks)


def test_a_misread_page_gets_its_blocks_anew() -> None:
    clean = "數碼港公布業績\n\n　　數碼港今日公布，全年收入上升。\n\n　　營運開支則下跌。\n"
    raw = "".join(bytes((b,)).decode("latin-1") for b in clean.encode("big5"))
    mended = mend(PageText(text=raw, blocks=plain_blocks(raw)))
    assert mended.misread
    assert [b.kind for b in mended.page.blocks] == ["heading", "paragraph", "paragraph"]
    assert mended.page.text == clean


@pytest.mark.parametrize("text", [f"{LOST}新{LOST}" * 20, "鑮韆龗齾爩鱻麤灪癵籱饢驫鸘鸝鬰龘讟钃厵欟" * 4, "\ufdff甲" * 30])
def test_text_beyond_repair_is_refused(text: str) -> None:
    with pytest.raises(ReadingError, match=r"lost|scrambled"):
        mend(PageText(text=text, blocks=()))


def test_quality_of_places_next_to_a_loss() -> None:
    repaired = repair(f"甲乙{LOST}丙丁")
    alignment = Alignment(repaired)
    assert [alignment.quality(*place) for place in ((0, 2), (1, 3), (2, 3), (3, 5))] == ["intact", "damaged", "damaged", "intact"]


def test_edits_on_top_of_edits_lead_back() -> None:
    draft = Draft("ab&amp;nbsp;cd")
    draft.apply("one", [replace(2, 7, "&")])
    draft.apply("two", [replace(2, 8, " ")])
    draft.apply("three", [Edit(0, 1, (Piece("", 0, 1),))])
    repaired = draft.finish()
    assert repaired.text == "b cd"
    assert Alignment(repaired).raw_place(1, 2) == (2, 12)
    assert Alignment(repaired).raw_place(0, 1) == (1, 2)
    check_alignment(repaired)


def test_blocks_that_an_edit_empties_go() -> None:
    blocks = (Block(kind="heading", start=0, end=2), Block(kind="paragraph", start=3, end=5))
    assert moved_blocks(blocks, [replace(0, 3, "")]) == (Block(kind="paragraph", start=0, end=2),)


def test_a_clean_line_of_a_misread_page_stays() -> None:
    clean = "\u3000\u3000衞生署今日（4月12日）公布，截至2008年底，初創企業增至653個，較前一年上升79.1%。"
    misread = "專利申請成果數目增加情況（附圖）".encode().decode("gbk", "replace").replace("\ufffd", "?")
    repaired = repair(f"{misread}\n\n{clean}\n\u3000\u30002020\u3000\u30007 529間").text
    assert repaired.startswith("專利申請成果數目增加情況")
    assert repaired.endswith(f"\n\n{clean}\n\u3000\u30002020\u3000\u30007 529間")


@pytest.mark.parametrize(("wrong", "right"), [("gbk", "utf-8"), ("gbk", "big5")])
def test_a_question_mark_in_an_address_of_a_misread_line_is_a_sign(wrong: str, right: str) -> None:
    text = "香港科技園公司網站是https://www.example.hk/tc/index.html?lang=tc&page=7 各項計劃申請辦法"
    misread = text.encode(right).decode(wrong, "replace").replace("\ufffd", "?")
    assert "html?lang=tc&page=7" in repair(misread).text


def test_accented_letters_and_degrees_read_as_cp1252() -> None:
    text = "參加者包括Café Zürich及Société Générale，溫度介乎2°C至20°C，詳情見附件(a)及(b)。"
    assert repair(text.encode("big5hkscs").decode("cp1252")).text == text


def test_a_damaged_text_that_is_too_long_to_be_searched_is_refused() -> None:
    shifted = "原則?!钢欠奖恪沟怯浻脩敉黄?10萬，" * 10_000
    with pytest.raises(ReadingError, match="too long to be repaired"):
        mend(PageText(text=shifted, blocks=()))
    assert mend(PageText(text="數碼港有4,700間企業。" * 15_000, blocks=())).repaired.fired == {}
