"""Decisions find their records after every kind of rerun, and the tables show their outcome."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkinno_extract.pipeline.run import run
from hkinno_extract.review.decisions import Decision
from hkinno_extract.review.outcome import Reviews, extracted
from hkinno_extract.review.store import REVIEWS, Store
from hkinno_extract.settings import Settings
from hkinno_extract.tables.json_text import json_text, read_json
from hkinno_extract.tables.rows import shown
from hkinno_extract.tables.writing import json_path, write_tables
from tests.reviewing import decide, release

ROOT = Path(__file__).resolve().parents[1]
TEXT = "創科撮要\n本地研發開支為330元，創下新猷。\n共有47人參與‹海濱科技›的課程。\n整體出口按年上升12.1%，勝於預期。\n"


def signed(decisions: list[Decision]) -> list[Decision]:
    return [d.replace(when=f"2025-01-01T00:00:00.{n:06}+00:00") for n, d in enumerate(decisions)]


def outcomes(plain: dict[str, Any], *decisions: Decision, table: str = "amounts") -> list[tuple[str, str | None]]:
    settled = Reviews(signed(list(decisions))).settle(plain)
    return [(row["text"], row["review"]) for row in settled[table]]


def test_the_record_it_was_made_about() -> None:
    plain = release(TEXT)
    assert outcomes(plain, decide(plain, "amounts", 1, "rejected")) == [("330元", None), ("47人", "rejected"), ("12.1%", None)]


def test_without_decisions_nothing_is_touched() -> None:
    plain = release(TEXT)
    other = decide(release(TEXT, "P2"), "amounts", 0)
    assert Reviews(signed([other])).settle(plain) is plain


def test_the_json_keeps_both_values_and_the_tables_show_the_corrected() -> None:
    plain = release(TEXT)
    settled = Reviews(signed([decide(plain, "amounts", 0, "corrected", value_from="33000000000", measure="研發開支")])).settle(plain)
    row = settled["amounts"][0]
    assert (row["value_from"], row["measure"], row["review"]) == (Decimal(330), None, "corrected")
    assert row["corrected"] == {"value_from": Decimal(33000000000), "measure": "研發開支"}
    assert shown(row)["value_from"] == Decimal(33000000000)
    assert json.loads(json_text(settled))["amounts"][0]["corrected"]["value_from"] == 33000000000
    assert extracted(settled) == plain


def test_settling_twice_is_settling_once_and_can_be_taken_back() -> None:
    plain = release(TEXT)
    added = decide(plain, "organisations", 0, "added").replace(
        record="og-new", values={"name": "甲"}, anchor=decide(plain, "amounts", 0).anchor
    )
    reviews = Reviews(signed([decide(plain, "amounts", 0, "corrected", unit="USD"), added]))
    once = reviews.settle(plain)
    assert reviews.settle(once) == once
    assert [r["review"] for r in once["organisations"]] == ["added", None]
    assert Reviews([]).settle(once) == plain


@pytest.mark.parametrize(
    "text",
    [
        f"新增的一段。\n{TEXT}",
        f"{TEXT}後記共330元。",
        TEXT.replace("本地", "新一段話共47人。\n本地"),
        TEXT.replace("\n", "\n\n  "),
        TEXT.replace("研發開支", "研發\n開支"),
        TEXT.replace("創科撮要", "另一標題"),
        TEXT.replace("整體出口", "今年整體出口"),
    ],
)
def test_moved_text_keeps_every_decision(text: str) -> None:
    before, after = release(TEXT), release(text)
    decided = [decide(before, "amounts", n, "rejected") for n in range(3)] + [decide(before, "organisations", 0)]
    reviews = Reviews(signed(decided))
    outcome = reviews.outcome(after)
    assert outcome.lost == []
    rejected = {row["text"]: row["sentence"] for row in outcome.release["amounts"] if row["review"] == "rejected"}
    assert list(rejected) == ["330元", "47人", "12.1%"]
    assert "後記" not in rejected["330元"]
    assert "新一段話" not in rejected["47人"]
    assert outcome.release["organisations"][0]["review"] == "accepted"


SENTENCE = st.text("甲乙丙丁戊己庚", min_size=12, max_size=30)
NUMBERED = st.lists(st.tuples(SENTENCE, st.integers(1, 99), st.sampled_from(["元", "人", "%"]), SENTENCE), min_size=1, max_size=5)


@given(
    sentences=NUMBERED,
    where=st.integers(0, 5),
    inserted=st.lists(SENTENCE, min_size=1, max_size=3),
    picks=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_text_put_in_anywhere_between_sentences_keeps_every_decision(
    sentences: list[tuple[str, int, str, str]], where: int, inserted: list[str], picks: list[bool]
) -> None:
    lines = [
        f"{a}{mark}{number}{unit}{b}。" for mark, (a, number, unit, b) in zip("子丑寅卯辰", sentences, strict=False)
    ]  # none like another
    before = release("\n".join(lines))
    at = min(where, len(lines))
    after = release("\n".join([*lines[:at], *(f"{line}。" for line in inserted), *lines[at:]]))
    picked = [n for n in range(len(lines)) if picks[n]]
    outcome = Reviews(signed([decide(before, "amounts", n) for n in picked])).outcome(after)
    assert outcome.lost == []
    assert [n for n, row in enumerate(outcome.release["amounts"]) if row["review"] == "accepted"] == picked


@given(count=st.integers(1, 6), above=st.integers(0, 3), picks=st.sets(st.integers(0, 5)))
def test_rows_that_look_all_the_same_keep_their_order(count: int, above: int, picks: set[int]) -> None:
    before, after = release("同一句話值5元。\n" * count), release("無關的話。\n" * above + "同一句話值5元。\n" * count)
    picked = sorted(n for n in picks if n < count)
    outcome = Reviews(signed([decide(before, "amounts", n) for n in picked])).outcome(after)
    assert outcome.lost == []
    assert [n for n, row in enumerate(outcome.release["amounts"]) if row["review"]] == picked


def test_another_value_is_stale() -> None:
    now = release(TEXT, comparator="gt")
    assert outcomes(now, decide(release(TEXT), "amounts", 0)) == [("330元", "stale"), ("47人", None), ("12.1%", None)]


def test_a_correction_stands_column_by_column_where_the_rest_is_stale() -> None:
    decided = decide(release(TEXT), "amounts", 0, "corrected", measure="研發開支", unit="USD")
    row = Reviews(signed([decided])).settle(release(TEXT, unit="CNY"))["amounts"][0]
    assert (row["review"], shown(row)["measure"], shown(row)["unit"]) == ("stale", "研發開支", "CNY")


def test_rules_that_learnt_what_the_reviewer_said_are_accepted() -> None:
    decided = decide(release(TEXT), "amounts", 0, "corrected", measure="研發開支")
    row = Reviews(signed([decided])).settle(release(TEXT, measure="研發開支"))["amounts"][0]
    assert (row["review"], row["measure"], "corrected" in row) == ("accepted", "研發開支", False)


@pytest.mark.parametrize("text", [TEXT.replace("330元", "350元"), TEXT.replace("330元", "3300元")])
def test_another_number_in_its_place_is_stale(text: str) -> None:
    assert outcomes(release(text), decide(release(TEXT), "amounts", 0))[0][1] == "stale"


def test_a_record_that_is_gone_leaves_its_decision_listed() -> None:
    decided = decide(release(TEXT), "amounts", 0)
    without = release(TEXT.replace("330元", "很多"))
    outcome = Reviews(signed([decided])).outcome(without)
    assert [d.record for d in outcome.lost] == [decided.record]
    assert all(row["review"] is None for row in outcome.release["amounts"])


def test_the_same_words_elsewhere_are_not_the_record() -> None:
    decided = decide(release(TEXT), "amounts", 2)
    elsewhere = release("創科撮要\n失業率為12.1%。\n")
    outcome = Reviews(signed([decided])).outcome(elsewhere)
    assert len(outcome.lost) == 1
    assert outcome.release["amounts"][0]["review"] is None


def test_a_release_that_is_gone_leaves_its_decisions_listed() -> None:
    reviews = Reviews(signed([decide(release(TEXT), "amounts", 0)]))
    assert [d.doc_id for d in reviews.without_release(["P2"])] == ["P1"]
    assert reviews.without_release(["P1"]) == []


def test_the_later_decision_stands_and_a_withdrawn_one_ends_it() -> None:
    plain = release(TEXT)
    accepted, rejected, withdrawn = (decide(plain, "amounts", 0, d) for d in ("accepted", "rejected", "withdrawn"))
    assert outcomes(plain, accepted, rejected)[0] == ("330元", "rejected")
    assert outcomes(plain, rejected, accepted)[0] == ("330元", "accepted")
    assert outcomes(plain, accepted, withdrawn)[0] == ("330元", None)


def test_two_reviewers_before_and_after_a_move_decide_about_one_record() -> None:
    moved = release(f"新增的一段。\n{TEXT}")
    outcome = Reviews(signed([decide(release(TEXT), "amounts", 0), decide(moved, "amounts", 0, "rejected")])).outcome(moved)
    assert (outcome.release["amounts"][0]["review"], outcome.lost) == ("rejected", [])


def added_name(plain: dict[str, Any], text: str) -> Decision:
    row = {
        **plain["organisations"][0],
        "text": text,
        "start": (at := plain["text"].index(text)),
        "end": at + len(text),
        "record_id": "og-x",
    }
    return decide({**plain, "organisations": [row]}, "organisations", 0, "added").replace(
        values={"name": text, "type": "other", "known": False}
    )


def test_a_record_that_was_added_moves_with_its_text() -> None:
    added = added_name(release(TEXT), "整體出口")
    text = f"新增的一段。\n{TEXT}"
    rows = Reviews(signed([added])).settle(release(text))["organisations"]
    assert [(r["text"], r["review"]) for r in rows] == [("海濱科技", None), ("整體出口", "added")]
    assert text[rows[1]["raw_start"] : rows[1]["raw_end"]] == "整體出口"
    assert rows[1]["pattern"] == "review"


def test_rules_that_learnt_an_added_record_are_accepted() -> None:
    added = added_name(release(TEXT), "整體出口")
    assert outcomes(release(TEXT.replace("整體出口", "‹整體出口›")), added.replace(values={"name": "整體出口"}), table="organisations")[
        1
    ] == (
        "整體出口",
        "accepted",
    )


def cells(out: Path, table: str = "amounts") -> list[dict[str, str]]:
    with (out / f"{table}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One real release and an empty output folder."""
    chosen = Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns")
    chosen.raw.mkdir()
    (chosen.raw / "a.txt").write_text("撮要\n政府撥款30億元推出計劃，支持約4,700間初創企業。\n", encoding="utf-8")
    return chosen


def everything(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name not in ("run.json", ".lock")}


def test_a_rerun_keeps_decisions_and_is_the_same_reused_or_not(settings: Settings) -> None:
    run(settings)
    bare = everything(settings.out)
    plain = read_json(json_path(settings.out, "a"))
    number = next(n for n, row in enumerate(plain["amounts"]) if row["kind"] == "money")
    Store(settings.out).append([decide(plain, "amounts", number, "corrected", measure="撥款額")])
    again = run(settings)
    assert (again.extracted, again.reviews) == (0, {"corrected": 1})
    assert [(r["measure"], r["review"]) for r in cells(settings.out)][number] == ("撥款額", "corrected")
    reused = everything(settings.out)
    assert run(settings).extracted == 0
    assert everything(settings.out) == reused
    assert run(settings, force=True).extracted == 1
    assert everything(settings.out) == reused
    (settings.out / REVIEWS).unlink()
    assert run(settings).extracted == 0
    assert everything(settings.out) == bare


def test_a_changed_release_keeps_its_decisions(settings: Settings) -> None:
    run(settings)
    plain = read_json(json_path(settings.out, "a"))
    Store(settings.out).append([decide(plain, "amounts", n) for n in range(len(plain["amounts"]))])
    path = settings.raw / "a.txt"
    path.write_text(f"更新：下稿取代早前版本。\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert run(settings).extracted == 1
    assert {r["review"] for r in cells(settings.out)} == {"accepted"}


def test_no_run_removes_the_store(settings: Settings) -> None:
    Store(settings.out).append([decide(release(TEXT, "gone"), "amounts", 0)])
    before = (settings.out / REVIEWS).read_bytes()
    run(settings)
    (settings.raw / "a.txt").unlink()
    run(settings)
    assert (settings.out / REVIEWS).read_bytes() == before


def test_a_line_that_is_no_decision_stops_no_run_and_is_counted(settings: Settings) -> None:
    settings.out.mkdir()
    (settings.out / REVIEWS).write_text("nonsense\n", encoding="utf-8")
    assert run(settings).reviews == {"unreadable": 1}
    assert (settings.out / REVIEWS).read_text(encoding="utf-8") == "nonsense\n"


def test_tables_of_settled_releases_are_sorted(tmp_path: Path) -> None:
    from tests.reviewing import folder

    plain = release(TEXT)
    out = folder(tmp_path, {"P1": plain})
    write_tables(out, ["P1"], Reviews(signed([added_name(plain, "創科撮要")])).settle)
    assert [(r["text"], r["review"]) for r in cells(out, "organisations")] == [("創科撮要", "added"), ("海濱科技", "")]
