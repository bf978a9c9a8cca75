"""The same release from two sources is one document with two sources."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random

import pytest

from hkinno_extract.pipeline.duplicates import find_duplicates, is_same, print_of
from hkinno_extract.pipeline.run import run
from hkinno_extract.records import Document
from hkinno_extract.settings import Settings
from tests.damage import KINDS

ROOT = Path(__file__).resolve().parents[1]
RELEASE = """創新科技署公布撥款結果

　　創新科技署今日（五月六日）公布，「新型工業化資助計劃」第三輪申請共收到152份，涉及款額約4.6億元，較上一輪增加三成。

　　發言人說，獲批的78個項目包括三條智能生產線，可為業界節省一成成本，並創造約520個職位；其餘申請會在年底前審批。

完
2025年5月6日（星期二）
"""
NOTICE = """民政事務總署開放臨時避寒中心

　　民政事務總署今晚會在各區開放十九個臨時避寒中心，供有需要的市民入住，直至明早八時為止，中心備有毛毯、床墊及熱水。

　　市民如欲查詢避寒中心的地址，可致電2572 8427，或瀏覽該署網頁；社會福利署亦設有熱線，為露宿者提供協助。

完
2025年5月6日（星期二）
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns")


def put(settings: Settings, name: str, text: str) -> None:
    path = settings.raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def documents(settings: Settings) -> list[tuple[str, str]]:
    with (settings.out / "documents.csv").open(encoding="utf-8-sig", newline="") as handle:
        return [(row["doc_id"], row["source"]) for row in csv.DictReader(handle)]


def outputs(out: Path) -> dict[str, bytes]:
    kept = (p for p in out.rglob("*") if p.is_file() and p.name not in ("run.json", ".lock", "state.jsonl"))
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in kept}


def test_one_document_with_two_sources(settings: Settings) -> None:
    put(settings, "gia/a.txt", RELEASE)
    put(settings, "mirror/b.txt", f"本文轉載自網站\n\n{RELEASE}")
    summary = run(settings)
    assert summary.duplicates == [("mirror.b", "gia.a")]
    assert documents(settings) == [("gia.a", "gia/a.txt; mirror/b.txt")]
    assert json.loads((settings.out / "json" / "gia.a.json").read_text(encoding="utf-8"))["document"]["source"] == "gia/a.txt; mirror/b.txt"
    assert sorted(p.name for p in (settings.out / "json").glob("*.json")) == ["gia.a.json"]


def test_a_damaged_copy_never_stands_for_an_intact_one(settings: Settings) -> None:
    damaged = KINDS["gbk_shift"](RELEASE, Random(3)).raw
    assert damaged != RELEASE
    put(settings, "a-store/a.txt", damaged)
    put(settings, "gia/z.txt", RELEASE)
    assert run(settings).duplicates == [("a-store.a", "gia.z")]
    assert documents(settings) == [("gia.z", "gia/z.txt; a-store/a.txt")]


def test_a_rerun_a_new_copy_and_one_that_is_gone(settings: Settings) -> None:
    put(settings, "gia/b.txt", RELEASE)
    put(settings, "other/n.txt", NOTICE)
    run(settings)
    put(settings, "a-mirror/a.txt", RELEASE)
    assert run(settings).duplicates == [("gia.b", "a-mirror.a")]
    again = run(settings)
    assert (again.extracted, again.reused, again.duplicates) == (0, 3, [("gia.b", "a-mirror.a")])
    fresh = settings.replace(out=settings.out.with_name("fresh"))
    run(fresh)
    assert outputs(settings.out) == outputs(fresh.out)
    (settings.raw / "a-mirror" / "a.txt").unlink()
    assert run(settings).duplicates == []
    assert documents(settings) == [("gia.b", "gia/b.txt"), ("other.n", "other/n.txt")]
    assert not (settings.out / "copies").exists()


def test_standing_notices_of_one_source_are_no_copies(settings: Settings) -> None:
    put(settings, "gia/a.txt", NOTICE)
    put(settings, "gia/b.txt", NOTICE)
    put(settings, "mirror/c.txt", NOTICE)
    assert run(settings).duplicates == [("mirror.c", "gia.a")]
    assert [d for d, _ in documents(settings)] == ["gia.a", "gia.b"]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda t: t, True),
        (lambda t: t.replace("\n\n　　", "\n"), True),
        (lambda t: t.replace("152份", "�52份"), True),
        (lambda t: t.replace("152份", "153份"), False),
        (lambda t: t.replace("4.6億", "4.8億"), False),
        (lambda _: NOTICE, False),
        (lambda t: t[:40], False),
        (lambda t: t + NOTICE * 3, False),
    ],
)
def test_what_is_the_same_text(change: object, same: bool) -> None:
    assert is_same(RELEASE, change(RELEASE)) is same  # type: ignore[operator]
    assert is_same(change(RELEASE), RELEASE) is same  # type: ignore[operator]


def test_another_day_or_source_makes_another_release() -> None:
    def found(day: str, source: str) -> dict[str, str]:
        prints = {
            name: print_of(Document(doc_id=name, source=name, published_at=at), NOTICE) for name, at in (("a", "2025-05-06"), ("b", day))
        }
        return find_duplicates(prints, {"a": "gia", "b": source}, lambda _: NOTICE)

    assert found("2025-05-06", "mirror") == {"b": "a"}
    assert found("2025-05-07", "mirror") == {}
    assert found("2025-05-06", "gia") == {}
