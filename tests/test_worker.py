"""A Prefect server and a worker on loopback: the worker is killed in the middle of a backfill, the rerun goes on. Slow."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.site import Content, Site
from tests.test_backfill import CONFIG
from tests.test_server import ask, wait_for

ROOT = Path(__file__).resolve().parents[1]
FIRST, LAST, DAYS, A_DAY = "2024-10-01", "2024-10-20", 20, 25
ALL = DAYS * A_DAY
TABLES = ("documents", "rankings", "amounts", "organisations", "programmes")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def is_up(api: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{api}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Machine:
    """A Prefect server, and a worker that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.api = f"http://127.0.0.1:{free_port()}/api"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_") and not k.lower().endswith("_proxy")}
        self.environment = kept | {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "HKINNO_CHECKOUT": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        self.started: list[subprocess.Popen[bytes]] = []

    def prefect(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "prefect", *arguments]
        with (self.folder / f"{arguments[0]}{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.started.append(process)
        return process

    def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ask(f"{self.api}/flow_runs/filter", {"sort": "EXPECTED_START_TIME_ASC"})
        return [run for run in found if run["deployment_id"]]

    def stop(self) -> None:
        for process in reversed(self.started):
            if process.poll() is None:
                kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of a process and of all that it started, in whatever session."""
    for pid in (*descendants(process.pid), process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(20)


def descendants(pid: int) -> list[int]:
    """The processes that `pid` started, and those that they did, innermost first (Linux)."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    children = [child for child, parent in parents.items() if parent == pid]
    return [below for child in children for below in (*descendants(child), child)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="LOUD: killing a worker with what it started needs Linux's /proc")
@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_backfill(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (tmp_path / "prefect").mkdir()
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    content = Content.of(date.fromisoformat(FIRST), days=DAYS, a_day=A_DAY)
    with Site(content) as site:
        (tmp_path / "sources.toml").write_text(CONFIG.format(base=site.base), encoding="utf-8")
        try:
            port = machine.api.rpartition(":")[2].partition("/")[0]
            machine.start("server", "start", "--host", "127.0.0.1", "--port", port)
            wait_for(lambda: is_up(machine.api), 90)
            machine.prefect("work-pool", "create", "hkinno", "--type", "process")
            machine.prefect("deploy", "--name", "backfill")
            worker = machine.start("worker", "start", "--pool", "hkinno")

            trigger(machine, tmp_path, whole)
            wait_for(lambda: [r for r in machine.runs() if r["state_type"] == "COMPLETED"], 120)

            trigger(machine, tmp_path, killed)
            wait_for(lambda: len(list(killed.glob("raw/**/*.htm"))) >= ALL // 3, 90)
            kill(worker)
            landed = len(list(killed.glob("raw/**/*.htm")))
            assert landed < ALL
            time.sleep(1)
            assert len(list(killed.glob("raw/**/*.htm"))) == landed, "the flow went on without its worker"

            stale = [r for r in machine.runs() if r["state_type"] != "COMPLETED"]
            for run in stale:  # what a person does, or Prefect's own clean-up after some minutes
                ask(f"{machine.api}/flow_runs/{run['id']}/set_state", {"state": {"type": "CRASHED", "message": "killed"}, "force": True})
            machine.start("worker", "start", "--pool", "hkinno")
            trigger(machine, tmp_path, killed)
            wait_for(lambda: len([r for r in machine.runs() if r["state_type"] == "COMPLETED"]) == 2, 120)
        finally:
            machine.stop()
    for table in TABLES:
        assert (killed / "out" / f"{table}.csv").read_bytes() == (whole / "out" / f"{table}.csv").read_bytes(), table
    assert len((whole / "out" / "documents.csv").read_text(encoding="utf-8-sig").splitlines()) > ALL


def trigger(machine: Machine, folder: Path, target: Path) -> None:
    """Starts a run of the deployment from the command line, as a person does."""
    parameters = {
        "first": FIRST,
        "last": LAST,
        "raw": str(target / "raw"),
        "out": str(target / "out"),
        "config": str(folder / "sources.toml"),
    }
    given = [part for name, value in parameters.items() for part in ("--param", f"{name}={value}")]
    machine.prefect("deployment", "run", "backfill-releases/backfill", *given)
