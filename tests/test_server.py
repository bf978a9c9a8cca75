"""A real Prefect server on loopback: the schedule is served, a run triggered from outside completes, its artifacts can be read. Slow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest

from hkinno_extract.cli.fetch import SCHEDULE
from hkinno_extract.sources.days import HONG_KONG
from hkinno_extract.sources.folder import release_files
from tests.site import Content, Site
from tests.test_cli_fetch import CONFIG, ROOT

STARTS_WITHIN, RUNS_WITHIN = 180, 180


def ask(address: str, body: dict[str, Any]) -> Any:
    """What Prefect's API answers to a POST."""
    data = json.dumps(body).encode()
    request = urllib.request.Request(address, data=data, headers={"content-type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.loads(answer.read())


class Notices:
    """An address on loopback that keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        posted = self.posted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                del format, arguments

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where notices are to be posted."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/notices"


def wait_for(what: Any, seconds: float) -> Any:
    """The first true result of `what`."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(f"nothing after {seconds} seconds")


@pytest.mark.slow
def test_a_served_schedule_runs_on_a_server_of_its_own(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_") and not k.lower().endswith("_proxy")}
    environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "PYTHONUNBUFFERED": "1"}
    (tmp_path / "prefect").mkdir()
    (tmp_path / "patterns").symlink_to(ROOT / "patterns")
    content = Content.of(datetime.now(HONG_KONG).date() - timedelta(days=1), days=2, a_day=5)
    log = tmp_path / "serve.log"
    with Site(content) as site, Notices() as notices, log.open("wb") as output:
        (tmp_path / "sources.toml").write_text(CONFIG.format(base=site.base), encoding="utf-8")
        # a shell that ran the tests in the background would have it ignore the interrupt
        script = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from hkinno_extract.cli import main; main()"
        command = [sys.executable, "-c", script, "serve", "--cron", "0 0 1 1 *"]
        serving = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(lambda: "is being served" in log.read_text(encoding="utf-8"), STARTS_WITHIN)
            api = log.read_text(encoding="utf-8").partition("Prefect's pages: ")[2].split()[0] + "/api"
            assert (tmp_path / "raw" / SCHEDULE).is_file()
            scheduled = wait_for(lambda: ask(f"{api}/flow_runs/filter", {}), 30)
            assert {run["state_type"] for run in scheduled} == {"SCHEDULED"}

            def call(*arguments: str) -> None:
                command = [sys.executable, "-m", *arguments]
                subprocess.run(command, env=environment | {"PREFECT_API_URL": api}, check=True, capture_output=True, timeout=180)

            call("prefect", "deployment", "run", "refresh-releases/hkinno-serve")
            ends = {"COMPLETED", "FAILED", "CRASHED"}
            runs = wait_for(
                lambda: [r for r in ask(f"{api}/flow_runs/filter", {}) if r["deployment_id"] and r["state_type"] in ends], RUNS_WITHIN
            )
            assert [(r["state_type"], (r["state"] or {}).get("message")) for r in runs] == [("COMPLETED", None)]
            artifacts = {a["key"]: a["data"] for a in ask(f"{api}/artifacts/latest/filter", {})}

            for _ in range(2):  # the second time takes the place of the first
                call("hkinno_extract.flows.notices", "--webhook", notices.address)
            assert [a["name"] for a in ask(f"{api}/automations/filter", {})] == ["hkinno-failures"]
            call("prefect", "deployment", "run", "refresh-releases/hkinno-serve", "--param", "raw=sources.toml")
            wait_for(lambda: notices.posted, RUNS_WITHIN)
        finally:
            serving.send_signal(signal.SIGINT)
            try:
                serving.wait(60)
            except subprocess.TimeoutExpired:
                serving.kill()
                serving.wait()
    assert [notice["subject"] for notice in notices.posted] == [f"hkinno: refresh sources.toml to {tmp_path / 'outputs'} is Failed"]
    assert "sources.toml: cannot be written" in notices.posted[0]["text"]
    assert {"ingestion-sources", "extraction-counts", "drift"} <= set(artifacts)
    assert json.loads(artifacts["ingestion-sources"])[0]["new"] == 10
    assert len(release_files(tmp_path / "raw")) == 10
    assert (tmp_path / "outputs" / "amounts.csv").stat().st_size > 1000
    assert not (tmp_path / "raw" / SCHEDULE).exists()
