"""From sources to the raw folder: every release lands once, corrections become revisions, damage never replaces what is whole."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hkinno_extract.errors import OutputError
from hkinno_extract.pipeline.ingest import Ingest
from hkinno_extract.pipeline.plan import read_file
from hkinno_extract.pipeline.reports import Report, read_status
from hkinno_extract.reading import read_release
from hkinno_extract.sources.config import Fetching, Source, Sources
from hkinno_extract.sources.days import Window
from hkinno_extract.sources.doc_ids import doc_ids
from hkinno_extract.sources.fetching import Fetcher
from hkinno_extract.sources.folder import release_files
from hkinno_extract.sources.index import INDEX
from tests.damage import KINDS
from tests.site import Content, Site
from tests.site.content import Release

FETCH = Fetching(
    user_agent="hkinno-tests",
    rate=0,
    timeout_seconds=0.4,
    retries=2,
    longest_wait_seconds=5,
    private_hosts=("127.0.0.1",),
    largest_bytes=10**6,
)
TODAY = date(2024, 12, 4)
ALL = Window(date(2024, 12, 1), TODAY)


@pytest.fixture
def site() -> Iterator[Site]:
    """Twelve releases on three days; the fourth day has none."""
    with Site(Content.of(date(2024, 12, 1), days=3, a_day=4)) as running:
        running.stall = 0.6
        yield running


def listing(site: Site, **changes: Any) -> Source:
    url = site.base + "/gia/general/{yyyymm}/{dd}c.htm"
    return Source(**{"name": "list", "type": "govhk-listing", "url": url, "days": 4, "recheck_days": 0} | changes)


def feed(site: Site, **changes: Any) -> Source:
    return Source(**{"name": "feed", "type": "rss", "url": f"{site.base}/gia/rss/general_zh.xml", "days": 4, "recheck_days": 0} | changes)


def fetch(raw: Path, *sources: Source, window: Window | None = None, today: date = TODAY) -> list[Report]:
    """One run over `sources` whose retries do not wait."""
    settings = Sources(file="test", fetch=FETCH, by_name={s.name: s for s in sources})
    with Ingest(raw, settings, fetcher=Fetcher(FETCH, sleep=lambda _: None), today=today) as ingest:
        return [ingest.fetch(source, window) for source in sources]


def landed(raw: Path) -> list[str]:
    return release_files(raw)


def test_every_release_lands_once_with_its_sidecar_and_is_not_asked_for_again(site: Site, tmp_path: Path) -> None:
    [report] = fetch(tmp_path, listing(site))
    assert (report.found, report.new, report.failures, report.error) == (12, 12, 0, "")
    assert landed(tmp_path) == sorted(f"list/2024/12/{r.id}.htm" for r in site.content.releases.values())
    facts = json.loads((tmp_path / f"{landed(tmp_path)[0]}.meta.json").read_text(encoding="utf-8"))
    assert facts["url"].endswith("/gia/general/202412/01/P2024120100000.htm")
    assert {"etag", "content-type"} <= set(facts["headers"])
    assert len(facts["sha256"]) == 64
    asked = len(site.requests)
    [again] = fetch(tmp_path, listing(site))
    assert (again.new, again.revised) == (0, 0)
    assert not [r for r in site.requests[asked:] if "/P" in r.path]
    assert all(len(site.asked(path)) == 1 for path in site.content.releases)


def test_the_same_release_of_list_feed_and_api_is_one_file_with_its_sources(site: Site, tmp_path: Path) -> None:
    url = site.base + "/public/press-releases?lang=tc&pagesize={size}&offset={offset}&from={from}&to={to}"
    api = Source(name="api", type="json-api", url=url, records="result.records", ok="header.success", page_size=5,
                 fields={"url": "link", "title": "title", "date": "date"}, days=4)  # fmt: skip
    reports = fetch(tmp_path, listing(site), feed(site), api, feed(site, name="items", content="item"))
    assert [(r.found, r.new, r.known) for r in reports] == [(12, 12, 0), (12, 0, 12), (12, 0, 12), (12, 0, 12)]
    assert len(landed(tmp_path)) == 12
    assert len(site.asked("/public/press-releases")) == 3
    facts = json.loads((tmp_path / f"{landed(tmp_path)[0]}.meta.json").read_text(encoding="utf-8"))
    assert (facts["source"], facts["also"]) == ("list", ["feed", "api", "items"])


@pytest.mark.parametrize("etags", [True, False], ids=["etag", "no-etag"])
def test_a_silent_overwrite_becomes_a_revision_under_the_same_id(site: Site, tmp_path: Path, etags: bool) -> None:
    site.etags = etags
    source = listing(site, recheck_days=4)
    fetch(tmp_path, source)
    release = site.content.releases["/gia/general/202412/02/P2024120200001.htm"]
    site.content.add(release.corrected())
    [report] = fetch(tmp_path, source)
    assert (report.new, report.revised, report.same) == (0, 1, 11)
    assert (tmp_path / "list/2024/12/P2024120200001.htm").is_file()
    newest = "list/2024/12/P2024120200001.r2.htm"
    assert newest in landed(tmp_path)
    assert "list/2024/12/P2024120200001.htm" not in landed(tmp_path)
    assert doc_ids(landed(tmp_path))[newest] == "P2024120200001"
    [third] = fetch(tmp_path, source)
    assert (third.revised, third.same) == (0, 12)
    site.content.add(site.content.releases[release.path].corrected())
    assert fetch(tmp_path, source)[0].revised == 1
    assert "list/2024/12/P2024120200001.r3.htm" in landed(tmp_path)


def test_a_damaged_or_empty_copy_never_replaces_an_intact_one(site: Site, tmp_path: Path) -> None:
    source = listing(site, recheck_days=4)
    fetch(tmp_path, source)
    before = landed(tmp_path)
    paths = list(site.content.releases)
    release = site.content.releases[paths[0]]
    torn = tuple(f"{p[:6]}\ufffd\ufffd{p[8:]}" for p in release.paragraphs)
    site.content.add(dataclasses.replace(release, paragraphs=torn))
    site.lasting[paths[1]] = "layout"
    [report] = fetch(tmp_path, source)
    assert (report.damaged, report.revised, report.unreadable) == (2, 0, 1)
    assert landed(tmp_path) == before
    assert len(list((tmp_path / "list/.damaged").rglob("*.htm"))) == 2


def test_faults_lose_nothing(site: Site, tmp_path: Path) -> None:
    paths = list(site.content.releases)
    for path, fault in zip(paths, ("500", "502", "429", "half", "slow", "moved", "shut", "charset"), strict=False):
        site.fail([path], fault)
    site.fail(["/gia/general/202412/03c.htm"], "500", times=2)
    [report] = fetch(tmp_path, listing(site))
    assert (report.new, report.failures) == (12, 0)
    texts = [read_release(r).text for name in landed(tmp_path) for r in read_file(tmp_path, name, "x")]
    assert sum("發言人說" in text for text in texts) == 12


def test_a_release_that_cannot_be_had_is_tried_by_the_next_run(site: Site, tmp_path: Path) -> None:
    path = next(iter(site.content.releases))
    site.lasting[path] = "500"
    [report] = fetch(tmp_path, listing(site), today=date(2024, 12, 9), window=ALL)
    assert (report.new, report.failures) == (11, 1)
    assert "500, 3 times" in report.failed[0][1]
    assert report.warnings == ["1 releases could not be fetched and will be tried again"]
    site.lasting.clear()
    [again] = fetch(tmp_path, listing(site), today=date(2024, 12, 9), window=ALL)
    assert (again.new, len(landed(tmp_path))) == (1, 12)
    asked = len(site.requests)
    fetch(tmp_path, listing(site), today=date(2024, 12, 9), window=ALL)
    assert len(site.requests) == asked, "a finished past day is not asked for again"


def test_a_source_that_is_down_stops_early_and_the_others_go_on(site: Site, tmp_path: Path) -> None:
    for path in site.content.releases:
        site.lasting[path] = "500"
    item_feed = feed(site, content="item")
    reports = fetch(tmp_path, listing(site), item_feed)
    assert "5 releases in a row" in reports[0].error
    assert (reports[1].new, reports[1].error) == (12, "")
    assert read_status(tmp_path, "list").get("last_success") is None
    assert read_status(tmp_path, "feed")["releases"] == 12


def test_items_of_a_feed_land_as_they_are_and_can_be_read(site: Site, tmp_path: Path) -> None:
    [report] = fetch(tmp_path, feed(site, content="item"))
    assert report.new == 12
    name = next(n for n in landed(tmp_path) if "P2024120100000" in n)
    page = read_release(next(read_file(tmp_path, name, "x")))
    assert page.title == site.content.releases["/gia/general/202412/01/P2024120100000.htm"].title
    assert page.published_at == "2024-12-01T09:30:00+08:00"
    assert "發言人說" in page.text


def test_filters_pass_over_for_good(site: Site, tmp_path: Path) -> None:
    special = Release("P2024120200099", date(2024, 12, 2), "天文台發出酷熱天氣警告", ("市民宜多飲水。",))
    site.content.add(special)
    text_filter = listing(site, keywords=("撥款",))
    [report] = fetch(tmp_path, text_filter)
    assert (report.new, report.passed_over) == (12, 1)
    fetch(tmp_path, text_filter)
    assert len(site.asked(special.path)) == 1
    [by_title] = fetch(tmp_path / "other", listing(site, keywords=("天气",), keywords_in="title"))
    assert (by_title.new, by_title.passed_over) == (1, 12)
    assert "P2024120200099" in landed(tmp_path / "other")[0]


def test_an_api_that_says_that_it_failed_is_an_error(site: Site, tmp_path: Path) -> None:
    source = Source(name="api", type="json-api", url=f"{site.base}/public/press-releases?pagesize=5", records="result.records",
                    ok="header.success", fields={"url": "link"})  # fmt: skip
    assert "lang is missing" in fetch(tmp_path, source)[0].error
    search = dataclasses.replace(source, url=f"{site.base}/search", ok="")
    assert "status 400" in fetch(tmp_path, search)[0].error


def test_a_changed_layout_and_a_silent_source_are_warnings(site: Site, tmp_path: Path) -> None:
    source = listing(site, quiet_days=3, days=9)
    fetch(tmp_path / "a", source)
    [quiet] = fetch(tmp_path / "a", source, today=date(2024, 12, 8))
    assert quiet.warnings == ["no release for 5 days, the last one of 2024-12-03"]
    site.changed_layout = True
    [changed] = fetch(tmp_path / "b", source)
    assert changed.unreadable == 12
    assert "the layout at the source may have changed" in changed.warnings[0]


@pytest.mark.parametrize("layout", [2005, 1998])
def test_old_layouts_in_big5_land_and_can_be_read(tmp_path: Path, layout: int) -> None:
    first = date(2004, 3, 1)
    with Site(Content.of(first, days=1, a_day=3, layout=layout)) as site:
        [report] = fetch(tmp_path, listing(site), window=Window(first, first))
    assert (report.new, report.unreadable) == (3, 0)
    page = read_release(next(read_file(tmp_path, landed(tmp_path)[0], "x")))
    assert page.encoding == "big5hkscs"
    assert (page.published_at or "").startswith("2004-03-01")


def test_folders_and_dumps_land_like_the_rest(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "P2024120100007.txt").write_text("創科成果\n\n全球第7。\n", encoding="utf-8")
    (drop / "half.txt.part").write_text("x", encoding="utf-8")
    lines = [{"link": f"https://www.info.gov.hk/gia/general/202412/0{n}/P202412010000{n}.htm", "title": f"創科{n}",
              "pubDate": f"0{n} Dec 2024 10:00:00 +0800", "description": f"撥款{n}億元。"} for n in (1, 2, 3)]  # fmt: skip
    text = "\n".join([*(json.dumps(line, ensure_ascii=False) for line in lines), "{torn", ""])
    (tmp_path / "dump.jsonl").write_text(text, encoding="utf-8")
    fields = {"url": "link", "title": "title", "date": "pubDate", "text": "description"}
    folder = Source(name="dropped", type="folder", path=str(drop))
    dump = Source(name="dump", type="jsonl", path=str(tmp_path / "dump.jsonl"), fields=fields, keywords=("創科",))
    raw = tmp_path / "raw"
    first_time = fetch(raw, folder, dump)
    assert [r.new for r in first_time] == [1, 3]
    assert first_time[1].warnings == [f"1 lines of {tmp_path / 'dump.jsonl'} are no JSON objects and were passed over"]
    assert "dropped/2024/12/P2024120100007.txt" in landed(raw)
    assert sorted(doc_ids(landed(raw)).values())[0] == "P2024120100001"
    assert [r.new for r in fetch(raw, folder, dump)] == [0, 0]
    (drop / "P2024120100007.txt").write_text("創科成果\n\n全球第6。\n", encoding="utf-8")
    assert fetch(raw, folder)[0].revised == 1
    assert "dropped/2024/12/P2024120100007.r2.txt" in landed(raw)


def test_a_run_killed_between_file_and_index_lands_nothing_twice(site: Site, tmp_path: Path) -> None:
    fetch(tmp_path, listing(site))
    before = {name: (tmp_path / name).read_bytes() for name in landed(tmp_path)}
    index = tmp_path / "list" / INDEX
    whole = index.read_text(encoding="utf-8")
    index.write_text(whole[: len(whole) // 2], encoding="utf-8")
    fetch(tmp_path, listing(site))
    assert {name: (tmp_path / name).read_bytes() for name in landed(tmp_path)} == before
    index.unlink()
    fetch(tmp_path, listing(site))
    torn = tmp_path / landed(tmp_path)[0]
    torn.write_bytes(b"")
    assert fetch(tmp_path, listing(site))[0].revised == 1
    assert torn.with_name(f"{torn.stem}.r2.htm").read_bytes() == before.pop(f"list/2024/12/{torn.name}")
    before[f"list/2024/12/{torn.stem}.r2.htm"] = torn.with_name(f"{torn.stem}.r2.htm").read_bytes()
    assert {name: (tmp_path / name).read_bytes() for name in landed(tmp_path)} == before


def test_two_runs_at_once_are_told_apart(site: Site, tmp_path: Path) -> None:
    settings = Sources(file="test", fetch=FETCH, by_name={})
    with Ingest(tmp_path, settings), pytest.raises(OutputError, match="another run is fetching into it"):
        fetch(tmp_path, listing(site))


def test_the_sidecar_says_how_to_read(site: Site, tmp_path: Path) -> None:
    fetch(tmp_path, listing(site, currency="CNY"))
    [release] = read_file(tmp_path, landed(tmp_path)[0], "x")
    assert (release.charset, release.hints["currency"], release.hints["published_at"]) == ("utf-8", "CNY", "2024-12-01")


def test_days_without_a_fetch_are_caught_up(site: Site, tmp_path: Path) -> None:
    short = listing(site, days=1)
    assert fetch(tmp_path, short, today=date(2024, 12, 1))[0].new == 4
    assert fetch(tmp_path, short, today=date(2024, 12, 4))[0].new == 8
    late = Release("P2024120400001", date(2024, 12, 4), "遲發的公報", ("撥款1億元。",))
    site.content.add(late)
    site.lasting[late.path] = "500"
    assert fetch(tmp_path, short, today=date(2024, 12, 5))[0].failures == 1
    site.lasting.clear()
    assert fetch(tmp_path, short, today=date(2024, 12, 20))[0].new == 1, "what failed is tried however long ago it was"
    assert read_status(tmp_path, "list")["reached"] == "2024-12-20"


def test_a_changed_filter_looks_again_at_what_the_old_one_passed_over(site: Site, tmp_path: Path) -> None:
    [none] = fetch(tmp_path, listing(site, keywords=("天文台",)))
    assert (none.new, none.passed_over) == (0, 12)
    fetch(tmp_path, listing(site, keywords=("天文台",)), today=date(2024, 12, 9), window=ALL)
    [some] = fetch(tmp_path, listing(site, keywords=("撥款",)), today=date(2024, 12, 9), window=ALL)
    assert (some.new, some.passed_over) == (12, 0)


def test_a_feed_that_rolled_over_is_a_warning(site: Site, tmp_path: Path) -> None:
    source = feed(site, days=400)
    assert fetch(tmp_path, source)[0].warnings == []
    site.content.releases.clear()
    site.content.add(Release("P2024122000001", date(2024, 12, 20), "新的公報", ("撥款1億元。",)))
    assert "nothing in the feed was known" in fetch(tmp_path, source, today=date(2024, 12, 20))[0].warnings[0]


def test_an_intact_copy_of_another_source_takes_the_place_of_a_damaged_one(site: Site, tmp_path: Path) -> None:
    release = next(iter(site.content.releases.values()))
    damaged = KINDS["gbk_shift"]("\n\n".join(release.paragraphs), Random(3)).raw
    line = {"link": f"https://127.0.0.1:{site.base.rpartition(':')[2]}{release.path}", "title": release.title, "description": damaged}
    (tmp_path / "dump.jsonl").write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    fields = {"url": "link", "title": "title", "text": "description"}
    dump = Source(name="archive", type="jsonl", path=str(tmp_path / "dump.jsonl"), fields=fields)
    raw = tmp_path / "raw"
    assert fetch(raw, dump)[0].new == 1
    assert doc_ids(landed(raw)) == {f"archive/2024/12/{release.id}.json": release.id}
    [report] = fetch(raw, listing(site))
    assert (report.new, report.revised) == (11, 1)
    assert doc_ids(landed(raw))[f"archive/2024/12/{release.id}.r2.htm"] == release.id
    assert f"archive/2024/12/{release.id}.json" not in landed(raw)
    assert fetch(raw, dump)[0].revised == 0
    assert fetch(raw, listing(site))[0].revised == 0


def test_a_full_disk_is_one_clear_line(site: Site, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("LOUD: no /dev/full here: a full disk was not tried")
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / INDEX).symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"no space left on device.*Make room"):
        fetch(tmp_path, listing(site))


def test_a_page_without_a_text_is_asked_for_again_by_a_backfill(site: Site, tmp_path: Path) -> None:
    path = next(iter(site.content.releases))
    site.fail([path], "layout")
    late = date(2024, 12, 20)
    assert fetch(tmp_path, listing(site), today=late, window=ALL)[0].unreadable == 1
    [again] = fetch(tmp_path, listing(site), today=late, window=ALL)
    assert (again.revised, again.unreadable) == (1, 0)
    asked = len(site.requests)
    fetch(tmp_path, listing(site), today=late, window=ALL)
    assert len(site.requests) == asked
