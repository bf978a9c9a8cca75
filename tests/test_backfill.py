"""3,000 releases in one backfill: killed in the middle, memory flat, nothing lost, nothing asked twice. Slow."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings
from hkinno_extract.sources.folder import release_files
from hkinno_extract.sources.raw_files import SIDECAR
from tests.site import Content, Site

ROOT = Path(__file__).resolve().parents[1]
FIRST, DAYS, A_DAY = date(2024, 10, 1), 60, 50

BACKFILL = """
import sys
from datetime import date
from pathlib import Path
from hkinno_extract.flows.backfill import stretches
from hkinno_extract.pipeline.ingest import Ingest
from hkinno_extract.sources.config import load_sources
from hkinno_extract.sources.days import Window

sources = load_sources(Path("sources.toml"))
with Ingest(Path(sys.argv[1]), sources, today=date(2025, 1, 31)) as ingest:
    for window in stretches(Window(date(2024, 10, 1), date(2024, 11, 29))):
        report = ingest.fetch(sources.by_name["list"], window)
        pages = int(open("/proc/self/statm").read().split()[1]) if sys.platform == "linux" else 0
        print(window.last, report.new, report.failures, report.error or "-", pages * 4, flush=True)
"""
CONFIG = """
[fetch]
user_agent = "hkinno-tests"
rate = 0
retries = 3
timeout_seconds = 2
private_hosts = ["127.0.0.1"]
[sources.list]
type = "govhk-listing"
url = "{base}/gia/general/{{yyyymm}}/{{dd}}c.htm"
"""


def start(folder: Path, raw: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")} | {"PREFECT_HOME": str(folder / "prefect")}
    return subprocess.Popen([sys.executable, "-c", BACKFILL, raw], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def tree(raw: Path) -> dict[str, bytes]:
    return {name: (raw / name).read_bytes() for name in release_files(raw)}


@pytest.mark.slow
def test_a_backfill_of_3000_releases_survives_a_kill(tmp_path: Path) -> None:
    content = Content.of(FIRST, days=DAYS, a_day=A_DAY)
    with Site(content) as site:
        (tmp_path / "sources.toml").write_text(CONFIG.format(base=site.base), encoding="utf-8")
        for number, path in enumerate(list(content.releases)[::100]):
            site.fail([path], ("500", "half", "429", "shut")[number % 4])
        began = time.monotonic()
        whole, _ = start(tmp_path, "whole").communicate(timeout=200)
        seconds = time.monotonic() - began
        lines = [line.split() for line in whole.splitlines()]
        assert [(line[1], line[2], line[3]) for line in lines] == [("500", "0", "-")] * 6
        print(f"{3000 / seconds:.0f} releases a second; resident kB after each 500: {', '.join(line[4] for line in lines)}")
        if sys.platform == "linux":
            assert int(lines[5][4]) - int(lines[1][4]) < 30_000

        asked = len(site.requests)
        killed = start(tmp_path, "killed")
        while len(list((tmp_path / "killed").rglob("*.htm"))) < 1200:
            assert killed.poll() is None
            time.sleep(0.05)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        again, _ = start(tmp_path, "killed").communicate(timeout=200)
    assert sum(int(line.split()[1]) for line in again.splitlines()) >= 3000 - 1200 - 100
    assert tree(tmp_path / "killed") == tree(tmp_path / "whole")
    assert len(tree(tmp_path / "whole")) == 3000
    twice = [p for p, n in Counter(r.path for r in site.requests[asked:] if "/P" in r.path).items() if n > 1]
    assert len(twice) <= 2, "only what was under way when it was killed is asked for again"

    for name in ("whole", "killed"):
        part = tmp_path / f"{name}-part"
        for release in release_files(tmp_path / name)[1000:1300]:  # the kill came among these
            (part / release).parent.mkdir(parents=True, exist_ok=True)
            for file in (release, f"{release}{SIDECAR}"):
                shutil.copy(tmp_path / name / file, part / file)
        summary = run(Settings(raw=part, out=tmp_path / f"{name}-out", patterns=ROOT / "patterns"))
        assert (summary.releases, summary.quarantined) == (300, [])
    for table in ("documents", "rankings", "amounts", "organisations", "programmes"):
        assert (tmp_path / "whole-out" / f"{table}.csv").read_bytes() == (tmp_path / "killed-out" / f"{table}.csv").read_bytes()
