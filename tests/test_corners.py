"""Odd pages of the site from list to tables: twins, mirrors, copies, old codings, bulletins, other publishers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings
from hkinno_extract.sources.config import Source
from hkinno_extract.sources.days import Window
from hkinno_extract.sources.discovery import discover
from hkinno_extract.sources.fetching import Fetcher
from tests.site import Content, Site
from tests.site.corners import add_corners
from tests.test_ingest import FETCH, fetch, landed, listing

ROOT = Path(__file__).resolve().parents[1]
COPIES = ("mirror", "gloss", "gbk_shift", "big5_as_cp1252")
DAY, AFTER = date(2024, 12, 2), date(2024, 12, 3)


@pytest.fixture(scope="module")
def paths() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def site(paths: dict[str, str]) -> Iterator[Site]:
    content = Content.of(DAY, days=1, a_day=2)
    paths |= add_corners(content, DAY)
    with Site(content) as running:
        yield running


@pytest.fixture(scope="module")
def tables(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, str]]]:
    """Everything fetched and extracted; the rows of documents by their id."""
    folder = tmp_path_factory.mktemp("corners")
    monetary = Source(name="hkma", type="json-api", url=f"{site.base}/monetary/press-releases", records="result.records",
                      ok="header.success", fields={"url": "link", "title": "title", "date": "date"}, recheck_days=0)  # fmt: skip
    sources = (
        listing(site),
        listing(site, name="english", url=site.base + "/gia/general/{yyyymm}/{dd}.htm"),
        *(Source(name=name.replace("_", "-"), type="rss", url=f"{site.base}/copies/{name}.xml", recheck_days=0) for name in COPIES),
        Source(name="news", type="rss", url=f"{site.base}/tc/categories/admin/html/articlelist.rss.xml", recheck_days=0),
        monetary,
    )
    for report in fetch(folder / "raw", *sources, window=Window(DAY, AFTER)):
        assert (report.error, report.failures, report.unreadable) == ("", 0, 0), report
    run(Settings(raw=folder / "raw", out=folder / "out", patterns=ROOT / "patterns"))
    with (folder / "out" / "documents.csv").open(encoding="utf-8-sig", newline="") as handle:
        return folder, {row["doc_id"]: row for row in csv.DictReader(handle)}


Rows = tuple[Path, dict[str, dict[str, str]]]


def row_of(tables: Rows, path: str) -> dict[str, str]:
    name = Path(path.rstrip("/")).stem
    found = [row for row in tables[1].values() if f"/{name}." in row["source"]]
    assert len(found) == 1, (name, [r["source"] for r in tables[1].values()])
    return found[0]


def test_nothing_is_in_quarantine_and_no_attachment_was_fetched(tables: Rows, site: Site) -> None:
    assert {row["status"] for row in tables[1].values()} == {"ok"}
    asked = {r.path for r in site.requests}
    assert not [p for p in asked if p.startswith(("/photos/", "/attachments/")) or p.endswith("p.htm")]


@pytest.mark.parametrize(
    "name", ["zh twin", "one language", "id of an earlier day", "PRDate", "Big5 declared as big5", "Big5 declared as iso-8859-1",
             "Big5 declared as nothing"],
)  # fmt: skip
def test_a_page_says_its_title_and_its_day_of_issue(tables: Rows, site: Site, paths: dict[str, str], name: str) -> None:
    row, release = row_of(tables, paths[name]), site.content.releases[paths[name]]
    assert row["title"] == release.title
    assert row["published_at"] == f"2024-12-02T{release.hour:02}:30:00+08:00"
    assert row["doc_id"] == release.id
    assert row["damaged_spans"] == "0"


def test_the_english_twin_has_an_id_of_its_own_and_is_no_copy(tables: Rows, paths: dict[str, str]) -> None:
    row = row_of(tables, paths["en twin"])
    assert (row["doc_id"], row["language"]) == ("P2024120200903", "en")
    assert row["published_at"] == "2024-12-02T11:30:00+08:00"


def test_mirror_and_damaged_copies_are_one_document_with_the_intact_text(tables: Rows, site: Site) -> None:
    original = next(iter(site.content.releases.values()))
    row = tables[1][original.id]
    assert row["title"] == original.title
    assert row["damaged_spans"] == "0"
    assert row["repairs"] == ""
    assert [part.partition("/")[0] for part in row["source"].split("; ")] == ["list", *sorted(n.replace("_", "-") for n in COPIES)]
    assert [r["doc_id"] for r in tables[1].values() if "智慧城市方案" in r["title"] and "第1" in r["title"]] == [original.id]


def test_standing_notices_issued_again_are_two_releases(tables: Rows, paths: dict[str, str]) -> None:
    rows = [row_of(tables, paths[f"notice {n}"]) for n in (0, 1)]
    assert [r["published_at"][:10] for r in rows] == ["2024-12-02", "2024-12-03"]


def test_other_publishers_are_read_in_their_layouts(tables: Rows, paths: dict[str, str]) -> None:
    story, monetary = row_of(tables, paths["story"]), row_of(tables, paths["monetary"])
    assert (story["title"], story["published_at"][:10]) == ("創科發展第1則", "2024-12-02")
    assert (monetary["title"], monetary["published_at"]) == ("外匯基金票據投標結果", "2024-12-02")
    assert len([r for r in tables[1].values() if r["source"].startswith("news/")]) == 20


def test_a_bulletin_is_several_releases(site: Site, paths: dict[str, str], tmp_path: Path) -> None:
    with Fetcher(FETCH) as fetcher:
        data = fetcher.get(site.base + paths["bulletin"]).data
    (tmp_path / "raw" / "dib").mkdir(parents=True)
    (tmp_path / "raw" / "dib" / "1202.htm").write_bytes(data)
    summary = run(Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns"))
    assert (summary.releases, summary.quarantined) == (2, [])
    assert summary.rows["amounts"] == 2


def test_the_catalogue_is_read_as_an_api(site: Site) -> None:
    source = Source(name="ckan", type="json-api", url=f"{site.base}/tc-data/api/3/action/package_show?id=hk-isd-gnmis-gnmis",
                    records="result.resources", ok="success", fields={"url": "url", "title": "format"})  # fmt: skip
    with Fetcher(FETCH) as fetcher:
        [batch] = discover(source, Window(DAY, AFTER), fetcher, validators=lambda _: {}, skip=lambda *_: False)
    assert [found.url for found in batch.found] == [f"{site.base}/gia/rss/general_zh.xml"]


@pytest.mark.parametrize("validator", ["etags", "dates", "none"])
def test_a_silent_overwrite_is_found_with_every_validator_and_with_none(tmp_path: Path, validator: str) -> None:
    with Site(Content.of(DAY, days=1, a_day=2), etags=validator == "etags", dates=validator == "dates") as site:
        source = listing(site, recheck_days=4)
        assert fetch(tmp_path, source, today=DAY)[0].new == 2
        assert fetch(tmp_path, source, today=DAY)[0].same == 2
        assert any(r.status == 304 for r in site.requests) is (validator != "none")
        path = next(iter(site.content.releases))
        site.content.add(site.content.releases[path].corrected())
        assert fetch(tmp_path, source, today=DAY)[0].revised == 1
        assert any(name.endswith(".r2.htm") for name in landed(tmp_path))
