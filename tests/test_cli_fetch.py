"""`hkinno fetch`, `status`, `retry`, `serve`: what they print and their exit statuses; the flows under Prefect's harness."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hkinno_extract.cli import fetch as fetch_commands
from hkinno_extract.cli import run as run_command
from hkinno_extract.cli.app import run_app
from hkinno_extract.flows import environment
from hkinno_extract.pipeline.drift import rate_warnings
from hkinno_extract.pipeline.plan import Selection
from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings
from hkinno_extract.sources.days import HONG_KONG
from hkinno_extract.sources.doc_ids import doc_ids
from hkinno_extract.sources.folder import release_files
from tests.site import Content, Site

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.filterwarnings("ignore")  # Prefect's own
TODAY = datetime.now(HONG_KONG).date()

CONFIG = """
[fetch]
user_agent = "hkinno-tests"
rate = 0
retries = 1
timeout_seconds = 2
private_hosts = ["127.0.0.1"]
[sources.list]
type = "govhk-listing"
url = "{base}/gia/general/{{yyyymm}}/{{dd}}c.htm"
days = 2
[sources.down]
type = "rss"
enabled = false
url = "{base}/missing.xml"
"""


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prefect's temporary API, once for this module."""
    os.environ.setdefault("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    environment.prepare_environment(quiet=True)
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Six releases of the last two days, and a sources.toml for them in an empty working directory."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "patterns").symlink_to(ROOT / "patterns")
    with Site(Content.of(TODAY - timedelta(days=1), days=2, a_day=3)) as running:
        (tmp_path / "sources.toml").write_text(CONFIG.format(base=running.base), encoding="utf-8")
        yield running


def test_fetch_refresh_and_backfill_land_every_release_once(harness: None, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    del harness
    from hkinno_extract.flows.refresh import refresh_releases

    assert run_app(["fetch", "--json"]) == 0
    [report] = json.loads(capsys.readouterr().out)
    assert (report["found"], report["new"]) == (6, 6)
    result = refresh_releases(raw="raw", out="outputs")
    assert (result["sources"][0]["same"], result["extraction"]["extracted"], result["warnings"]) == (6, 6, [])
    ids = {r.id for r in site.content.releases.values()}
    with Path("outputs/documents.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["doc_id"] for row in rows} == ids
    assert all(row["published_at"].endswith(":30:00+08:00") for row in rows)
    path = next(iter(site.content.releases))
    site.content.add(site.content.releases[path].corrected())
    again = refresh_releases(raw="raw", out="outputs")
    assert (again["sources"][0]["revised"], again["extraction"]["extracted"], again["extraction"]["releases"]) == (1, 1, 6)
    assert run_app(["fetch", "--from", str(TODAY - timedelta(days=1)), "--json"]) == 0
    assert [r["new"] for r in json.loads(capsys.readouterr().out)] == [0]
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        found = {a.key: str(a.data) for a in client.read_latest_artifacts()}
    assert {"ingestion-sources", "extraction-counts", "extraction-quarantine", "drift"} <= set(found)
    assert "Nothing looks wrong." in found["drift"]


def test_a_source_that_fails_is_an_exit_status_and_a_line(harness: None, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    del harness, site
    assert run_app(["fetch", "--source", "down"]) == fetch_commands.FAILED_SOURCE
    assert "error: down:" in capsys.readouterr().err
    assert run_app(["status", "--json"]) == 0
    rows = {row["source"]: row for row in json.loads(capsys.readouterr().out)["sources"]}
    assert rows["down"]["last_success"] is None
    assert rows["down"]["last_run"]
    assert "the feed has no items" in rows["down"]["warnings"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fetch", "--to", "2024-12-31"], "--to needs --from"),
        (["fetch", "--source", "nobody"], "no source is called 'nobody'"),
        (["fetch", "--config", "missing.toml"], "missing.toml: no such file"),
        (["serve", "--cron", "soon"], "'soon' is no schedule"),
        (["serve", "--timezone", "Mars"], "'Mars' is no time zone"),
        (["fetch", "--from", "soon"], "'soon' is no day"),
        (["fetch", "--from", "2024-12-31", "--to", "2024-01-01"], "2024-12-31 is after 2024-01-01"),
        (["serve", "--source", "nobody"], "no source is called 'nobody'"),
    ],
)
def test_wrong_usage_is_one_line_before_anything_starts(
    site: Site, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_app(arguments) == 2
    assert message in capsys.readouterr().err
    assert site.requests == []


def test_status_counts_and_retry_reads_the_quarantine_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "patterns").symlink_to(ROOT / "patterns")
    (tmp_path / "sources.toml").write_text(CONFIG.format(base="http://127.0.0.1:9"), encoding="utf-8")
    folder = tmp_path / "raw" / "list" / "2024" / "12"
    folder.mkdir(parents=True)
    (folder / "P2024120200001.htm").write_bytes(b"")
    (folder / "P2024120200002.htm").write_text("<p>香港位列全球第7。</p>", encoding="utf-8")
    run(Settings())
    assert run_app(["status"]) == 0
    assert "1 releases in quarantine" in capsys.readouterr().out
    (folder / "P2024120200001.htm").write_text("<p>香港位列全球第8。</p>", encoding="utf-8")

    def plain(settings: Settings, selection: Selection, *, on_plan: Any, progress: Any, workers: int) -> dict[str, Any]:
        del on_plan, workers
        assert selection == Selection(only=("P2024120200001",))
        return run(settings, **asdict(selection), progress=progress).as_json()

    monkeypatch.setattr(run_command, "load_flow", lambda **_: plain)
    assert run_app(["retry"]) == 0
    assert json.loads(Path("outputs/run.json").read_text(encoding="utf-8"))["counts"]["quarantined"] == 0
    assert run_app(["retry"]) == 0
    assert "nothing is in quarantine" in capsys.readouterr().out


def test_next_run_follows_the_schedule(tmp_path: Path) -> None:
    assert fetch_commands.next_run(tmp_path) is None
    (tmp_path / fetch_commands.SCHEDULE).write_text(
        json.dumps({"cron": "30 7 * * *", "timezone": "Asia/Hong_Kong", "pid": os.getpid()}), encoding="utf-8"
    )
    found = datetime.fromisoformat(fetch_commands.next_run(tmp_path) or "")
    assert (found.hour, found.minute, found.utcoffset()) == (7, 30, timedelta(hours=8))
    assert found.date() - TODAY in (timedelta(0), timedelta(days=1))
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    (tmp_path / fetch_commands.SCHEDULE).write_text(
        json.dumps({"cron": "30 7 * * *", "timezone": "UTC", "pid": killed.pid}), encoding="utf-8"
    )
    assert fetch_commands.next_run(tmp_path) is None


def test_revisions_and_sidecars_are_no_releases_of_their_own(tmp_path: Path) -> None:
    for name in ("P2024120200001.htm", "P2024120200001.r2.htm", "P2024120200001.r10.htm", "P2024120200001.htm.meta.json", "b.r2.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert release_files(tmp_path) == ["P2024120200001.r10.htm", "b.r2.txt"]
    assert sorted(doc_ids(release_files(tmp_path)).values()) == ["P2024120200001", "b"]


def test_a_source_whose_new_releases_hold_little_is_a_warning(tmp_path: Path) -> None:
    assert rate_warnings(tmp_path) == []
    documents, amounts = ["doc_id,source,published_at,status,language"], ["record_id,doc_id"]
    for source, late in (("gia", 1), ("feed", 6)):
        for number in range(50):
            doc_id = f"{source}{number}"
            documents.append(f"{doc_id},{source}/{number}.htm,2024-{1 + number // 28:02}-{1 + number % 28:02},ok,zh-Hant")
            amounts += [f"am,{doc_id}"] * (6 if number < 30 else late)
    (tmp_path / "documents.csv").write_text("\n".join(documents), encoding="utf-8-sig")
    for table in ("amounts", "rankings", "organisations", "programmes"):
        (tmp_path / f"{table}.csv").write_text("\n".join(amounts if table == "amounts" else amounts[:1]), encoding="utf-8-sig")
    text = "gia: the newest 20 releases hold 1 records each, those before 6: the extraction rate fell by more than half"
    assert rate_warnings(tmp_path) == [text]
