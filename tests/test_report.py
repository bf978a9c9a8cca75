"""The report: one file that needs nothing, the same bytes for the same results, and nothing in a release can get out of its text."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from hkinno_extract.cli.app import run_app
from hkinno_extract.pipeline.run import run
from hkinno_extract.records import RECORD_TYPES
from hkinno_extract.review.report.charts import drawing
from hkinno_extract.review.report.document import CHARTS, report_html
from hkinno_extract.review.report.facts import collect
from hkinno_extract.review.report.series import series_of
from hkinno_extract.review.store import Store
from hkinno_extract.settings import Settings
from tests.reviewing import decide, folder, release

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}‹</style><svg onload=alert(3)>›\u202e330元\ufffd。\n'


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("samples") / "outputs"
    run(Settings(raw=ROOT / "raw" / "samples", out=out, patterns=ROOT / "patterns"))
    return out


def yearly(years: dict[str, str], measure: str) -> dict[str, dict[str, Any]]:
    return {f"P{y}": release(f"{measure}為{value}元。\n", f"P{y}", measure=measure, period=y) for y, value in years.items()}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_report_of_the_samples_is_one_file_that_asks_for_nothing(samples: Path, language: str) -> None:
    text = report_html(samples, language=language)
    assert f'<html lang="{language}">' in text
    assert re.findall(r"<script|<link|<iframe|\son\w+=|\sstyle=|javascript:", text) == []
    sources = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert {source.partition(",")[0] for source in sources if not source.startswith("#")} == {"data:image/svg+xml;base64"}
    ids = set(re.findall(r'id="([^"]*)"', text))
    assert {source[1:] for source in sources if source.startswith("#")} <= ids
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    assert style is not None
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()}'" in html.unescape(text)
    assert text == report_html(samples, language=language)


def test_every_drawing_is_an_inert_svg(samples: Path) -> None:
    images = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', report_html(samples))
    assert images
    for image in images:
        tree = etree.fromstring(base64.b64decode(image))
        assert tree.tag == "{http://www.w3.org/2000/svg}svg"
        assert not [e.tag for e in tree.iter() if str(e.tag).endswith(("script", "foreignObject", "image", "use"))]


def test_what_a_release_says_stays_text(tmp_path: Path) -> None:
    name = '"><img src=x onerror=alert(4)>'
    out = folder(
        tmp_path, {name: release(HOSTILE, name, measure="<b>", period="2024"), "P2": release(HOSTILE, "P2", measure="<b>", period="2025")}
    )
    text = report_html(out)
    tree = etree.HTML(text)
    assert [e.tag for e in tree.iter("script", "svg", "b", "iframe", "object")] == []
    assert {e.get("src", "").partition(",")[0] for e in tree.iter("img")} == {"data:image/svg+xml;base64"}
    assert [e.get(k) for e in tree.iter() for k in e.keys() if k.startswith("on")] == []  # noqa: SIM118
    shown = ["".join(e.itertext()) for e in tree.iter("div") if e.get("class") == "text"]
    assert shown == [HOSTILE.replace("\u202e", "⟨U+202E⟩")] * 2
    assert "49" not in shown[0]
    assert "\u202e" not in text


def test_counts_and_decisions(tmp_path: Path) -> None:
    plain = release("共有47人參與‹海濱科技›。\n另有9人，按年上升12.1%。\n")
    out = folder(tmp_path, {"P1": plain, "P2": release("沒有數字。\n", "P2")})
    Store(out).append(
        [decide(plain, "amounts", 0, "corrected", value_from="4700", value_to="4700"), decide(plain, "amounts", 1, "rejected")]
    )
    facts = collect(out, releases=5)
    assert facts.counts["amounts"] == {"all": 3, "intact": 3, "corrected": 1, "rejected": 1, "open": 1, "decided": 2}
    assert (facts.documents["all"], len(facts.releases), facts.left_out, facts.first) == (2, 1, 0, "2025-01-02")
    text = report_html(out)
    assert "4,700 人" in text
    assert 'class="span amounts rejected"' in text


def test_the_newest_releases_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    releases = {f"P{n}": release(f"共有{n}人。\n", f"P{n}") for n in range(5)}
    for number, plain in enumerate(releases.values()):
        plain["document"]["published_at"] = f"2025-01-0{number + 1}"
    facts = collect(folder(tmp_path, releases), releases=2)
    assert ([r["document"]["doc_id"] for r in facts.releases], facts.left_out) == (["P4", "P3"], 3)
    assert "3 more releases are not shown" in report_html(tmp_path, releases=2)
    assert collect(tmp_path, releases=0).releases == []


def row(table: str, **values: Any) -> tuple[str, dict[str, Any]]:
    empty = RECORD_TYPES[table](start=0, end=1, text="x", published_at="2025-06-01T10:00:00+08:00").to_plain()
    return table, {**empty, **values}


def amount(**values: Any) -> tuple[str, dict[str, Any]]:
    return row("amounts", **{"measure": "開支", "unit": "HKD", "value_from": Decimal(1), "value_to": Decimal(1), **values})


def ranking(**values: Any) -> tuple[str, dict[str, Any]]:
    return row("rankings", **{"index_name": "指數", "subject": "香港", "rank_from": 7, "rank_to": 7, **values})


SERIES: list[tuple[str, list[tuple[str, dict[str, Any]]], list[list[str]]]] = [
    ("two years", [amount(period="2023"), amount(period="2024")], [["2023", "2024"]]),
    ("the same year twice", [amount(period="2023"), amount(period="2023", value_from=Decimal(2))], []),
    ("a year and a quarter", [amount(period="2023"), amount(period="2024-Q1")], []),
    ("other units", [amount(period="2023"), amount(period="2024", unit="%")], []),
    ("rejected", [amount(period="2023"), amount(period="2024", review="rejected")], []),
    ("damaged", [amount(period="2023"), amount(period="2024", value_from=None, value_to=None, quality="damaged")], []),
    ("no measure", [amount(period="2023", measure=None), amount(period="2024", measure=None)], []),
    ("by publication", [amount(), amount(published_at="2025-05-01")], [["2025-05-01", "2025-06-01"]]),
    ("no time at all", [amount(published_at=None), amount(period="2024")], []),
    ("editions", [ranking(edition="2024"), ranking()], [["2024", "2025"]]),
    ("factors apart", [ranking(edition="2024", factor="人才"), ranking()], []),
    ("records are no places", [ranking(edition="2024", kind="record"), ranking()], []),
]


@pytest.mark.parametrize(("rows", "times"), [pytest.param(r, t, id=n) for n, r, t in SERIES])
def test_what_repeats(rows: list[tuple[str, dict[str, Any]]], times: list[list[str]]) -> None:
    assert [[p.when for p in s.points] for s in series_of(rows)] == times


def test_ranges_and_falls_keep_their_sense() -> None:
    change = {"role": "change", "unit": "%"}
    rows = [amount(period="2023", direction="down", **change), amount(period="2024", value_to=Decimal(3), direction="up", **change)]
    (found,) = series_of(rows)
    assert [(p.low, p.high) for p in found.points] == [(-1, -1), (1, 3)]
    assert drawing(found) == drawing(found)


def test_many_series_are_named_not_drawn(tmp_path: Path) -> None:
    releases = {}
    for number in range(CHARTS + 2):
        releases |= {f"{n}-{k}": v for k, (n, v) in enumerate(yearly({"2023": "1", "2024": "2"}, f"第{number}項").items(), number * 10)}
    for doc_id, plain in releases.items():
        plain["document"]["doc_id"] = doc_id
    text = report_html(folder(tmp_path, releases), releases=1)
    assert (text.count("<figure>"), "2 more are not drawn" in text) == (CHARTS, True)


def test_a_report_without_anything_that_repeats(tmp_path: Path) -> None:
    assert "No index and no measure repeats" in report_html(folder(tmp_path, {"P1": release("共有47人。\n")}))


def test_the_command(samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "new" / "report.html"
    assert run_app(["report", str(samples), "--output", str(tmp_path / "report.html"), "--language", "zh-Hant"]) == 0
    assert "KiB in" in capsys.readouterr().out
    for arguments, status, problem in (
        ([str(tmp_path / "none")], 2, "holds no run's results"),
        ([str(samples), "--language", "fr"], 2, "no report is written in 'fr'"),
        ([str(samples), "--output", str(target)], 1, "no such file or directory"),
        ([str(samples), "--releases", "-1"], 2, "--releases"),
    ):
        assert run_app(["report", *arguments]) == status
        assert problem in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
