"""A day of every kind of page, from the site through fetching and extraction to the tables: sources.md, section 11."""

from __future__ import annotations

import csv
import dataclasses
import functools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from hkinno_extract.pipeline import Extractor
from hkinno_extract.pipeline.run import run
from hkinno_extract.records import RawRelease
from hkinno_extract.settings import Settings
from tests.damage import KINDS, gbk_shift
from tests.site import Content, Site, pages
from tests.test_ingest import feed, fetch, landed, listing

ROOT = Path(__file__).resolve().parents[1]
DAY, NEXT = date(2024, 12, 2), date(2024, 12, 3)
Rows = dict[str, dict[str, str]]


@pytest.fixture
def site() -> Iterator[Site]:
    """Two days: a release with an English twin, one in Chinese only, one whose id is a day older than its folder, a notice issued twice."""
    content = Content.of(DAY, days=2, a_day=2, seed=5)
    first = content.on("20241202")[-1]
    content.add_english(first, 7)
    content.add(dataclasses.replace(content.on("20241203")[0], id="P2024112900441", title="創新科技署宣布計劃接受申請"))
    for day in (DAY, NEXT):
        notice = dataclasses.replace(first, id=f"P{day:%Y%m%d}00900", day=day, title="天氣酷熱　署方提醒市民", twin="", hour=8)
        content.add(dataclasses.replace(notice, paragraphs=("署方提醒市民，全港19個臨時避暑中心今日開放。",)))
    with Site(content) as running:
        yield running


def documents(tmp_path: Path) -> Rows:
    run(Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns"))
    with (tmp_path / "out" / "documents.csv").open(encoding="utf-8-sig", newline="") as handle:
        return {row["doc_id"]: row for row in csv.DictReader(handle)}


def test_lists_feeds_and_english_lists_give_every_release_once(site: Site, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    english = listing(site, name="english", url=site.base + "/gia/general/{yyyymm}/{dd}.htm")
    news = feed(site, name="news", url=site.base + "/tc/categories/admin/html/articlelist.rss.xml")
    reports = fetch(raw, listing(site), feed(site), news, english)
    assert [r.new for r in reports] == [7, 0, 0, 1]
    rows = documents(tmp_path)
    assert len(rows) == 8
    assert {row["status"] for row in rows.values()} == {"ok"}
    assert sorted(row["language"] for row in rows.values()) == ["en", *["zh-Hant"] * 7]
    twin = next(row for row in rows.values() if row["language"] == "en")
    assert twin["published_at"] == "2024-12-02T09:30:00+08:00"
    assert twin["title"] == "Progress of digital services announced"
    assert rows["P2024112900441"]["published_at"].startswith("2024-12-03")  # the folder's day, not the id's
    assert {"P2024120200900", "P2024120300900"} <= set(rows)  # a standing notice is issued anew, not copied


def test_print_pages_and_the_mirror_are_no_releases_of_their_own(site: Site, tmp_path: Path) -> None:
    first = site.content.on("20241202")[-1]
    addresses = (first.path, first.path.replace(".htm", "p.htm"), f"{first.path}?fontSize=1")
    site.content.copies["/links.xml"] = links(site, addresses, f"http://sc.isd.gov.hk/TuniS/www.info.gov.hk{first.path}")
    [report] = fetch(tmp_path / "raw", feed(site, name="links", url=f"{site.base}/links.xml"))
    assert (report.new, report.failures) == (1, 0)
    assert landed(tmp_path / "raw") == [f"links/2024/12/{first.id}.htm"]


def links(site: Site, paths: tuple[str, ...], mirror: str) -> bytes:
    base = site.base.removeprefix("http://")
    targets = [f"{site.base}{path}" for path in paths] + [mirror.replace("www.info.gov.hk", base)]
    items = "".join(f"<item><title>t</title><link>{t}</link><pubDate>Mon, 02 Dec 2024 09:30:00 +0800</pubDate></item>" for t in targets)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def test_the_mirror_s_page_is_a_copy_with_the_same_records(site: Site, tmp_path: Path, extractor: Extractor) -> None:
    release = site.content.on("20241202")[-1]
    copies = {"original": pages.page(release), "mirror": pages.mirror(release)}
    results = {name: extractor.extract(RawRelease(doc_id=name, source=f"{name}.htm", data=data)) for name, data in copies.items()}
    assert (results["mirror"].document.language, results["mirror"].document.encoding) == ("zh-Hans", "gb18030")
    found = {name: [(a.value_from, a.unit, a.measure) for a in result.amounts] for name, result in results.items()}
    assert found["mirror"] == found["original"] != []
    for name, data in copies.items():
        (tmp_path / "raw" / name).mkdir(parents=True)
        (tmp_path / "raw" / name / f"{name}.htm").write_bytes(data)
    assert [row["source"] for row in documents(tmp_path).values()] == ["original/original.htm; mirror/mirror.htm"]


def test_a_bulletin_of_1997_holds_many_releases(tmp_path: Path) -> None:
    day = date(1997, 8, 29)
    content = Content.of(day, days=1, a_day=3, layout=1998)
    releases = tuple(reversed(content.on("19970829")))
    content.bulletins["/gia/general/dib/0829.htm"] = releases
    content.copies["/list.htm"] = b'<a href="/gia/general/dib/0829.htm">29 August 1997</a>'
    with Site(content) as site:
        [report] = fetch(tmp_path / "raw", listing(site, url=f"{site.base}/list.htm", days=1), today=day)
    assert report.new == 1
    rows = documents(tmp_path)
    assert [row["title"] for row in rows.values()] == [r.title for r in releases]
    assert {row["published_at"][:10] for row in rows.values()} == {"1997-08-29"}


@pytest.mark.parametrize("kind", ["gloss", "gbk_shift", "big5_as_cp1252"])
def test_a_damaged_copy_from_elsewhere_stands_behind_the_intact_one(site: Site, tmp_path: Path, kind: str) -> None:
    release = site.content.on("20241202")[-1]
    text = "\n\n".join((release.title, *(f"\u3000\u3000{p}" for p in release.paragraphs)))
    damage = functools.partial(gbk_shift, least=2) if kind == "gbk_shift" else KINDS[kind]
    damaged = next(found for seed in range(99) if (found := damage(text, Random(seed)).raw) != text)
    path = f"/copies/{release.path.rpartition('/')[2]}"
    site.content.copies[path] = f'<meta charset="utf-8"><title>t</title><div id="pressrelease">{damaged}</div>'.encode()
    site.content.copies["/copies.xml"] = links(site, (path,), f"{site.base}/none")
    fetch(tmp_path / "raw", feed(site, name="copies", url=f"{site.base}/copies.xml"), listing(site))
    rows = documents(tmp_path)
    [mine] = [row for row in rows.values() if release.id in row["doc_id"]]
    assert mine["source"].split("; ") == [f"list/2024/12/{release.id}.htm", f"copies/2024/12/{release.id}.htm"]
    assert mine["repairs"] == ""


def test_a_list_that_changes_between_two_polls(site: Site, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    today = listing(site, name="today", url=f"{site.base}/gia/general/ctoday.htm", days=1)
    assert fetch(raw, today, today=NEXT)[0].new == 4
    newest = site.content.on("20241203")[0]
    site.content.add(dataclasses.replace(newest, id="P2024120399999", title="晚上發出的一則", paragraphs=("撥款為7億元。",)))
    assert fetch(raw, today, today=NEXT)[0].new == 1
