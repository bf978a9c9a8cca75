"""`hkinno serve`: the schedule on this machine, with nothing else installed.

In: a schedule. Out: runs of the flow refresh-releases until it is interrupted. Without PREFECT_API_URL a Prefect server of its own runs on
loopback as long as the command does.
"""

from __future__ import annotations

import contextlib
import json as json_module
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from hkinno_extract.cli.fetch import SCHEDULE, ConfigOption, OutOption, RawOption, SourceOption, start_prefect
from hkinno_extract.errors import HkinnoError, UsageError

_SERVER_STARTS_WITHIN = 120


def serve(
    cron: Annotated[str, typer.Option("--cron", metavar="CRON", help="When to run: minute, hour, day, month, weekday.")] = "*/30 * * * *",
    raw: RawOption = Path("raw"),
    out: OutOption = Path("outputs"),
    config: ConfigOption = None,
    source: SourceOption = None,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="Time zone of the schedule.")] = "Asia/Hong_Kong",
) -> None:
    """Fetch, extract and rebuild the tables on a schedule, until interrupted.

    \b
    Examples:
      hkinno serve --cron "*/30 * * * *"
      hkinno serve --cron "0 8,20 * * 1-5" --source govhk
    """
    from cronsim import CronSim, CronSimError

    from hkinno_extract.sources.config import find_sources, load_sources
    from hkinno_extract.sources.days import HONG_KONG
    from hkinno_extract.sources.raw_files import put

    try:
        CronSim(cron, datetime.now(HONG_KONG))
    except CronSimError as error:
        raise UsageError(f"{cron!r} is no schedule: {error}", remedy='Write five fields, such as "*/30 * * * *".') from error
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"{timezone!r} is no time zone", remedy="Write one such as Asia/Hong_Kong.") from error
    path = find_sources(config).resolve()
    load_sources(path).chosen(tuple(source or ()))
    schedule_file = raw / SCHEDULE
    put(schedule_file, json_module.dumps({"cron": cron, "timezone": timezone, "pid": os.getpid()}).encode())
    try:
        start_prefect(quiet=False)
        with server():
            parameters: dict[str, object] = {
                "raw": str(raw.resolve()),
                "out": str(out.resolve()),
                "config": str(path),
                "sources": list(source or []),
            }
            _serve(cron, timezone, parameters)
    finally:
        schedule_file.unlink(missing_ok=True)


def _serve(cron: str, timezone: str, parameters: dict[str, object]) -> None:
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from hkinno_extract.flows.refresh import refresh_releases

    refresh_releases.serve(
        name="hkinno-serve",
        schedule=Cron(cron, timezone=timezone),
        limit=1,
        global_limit=1,
        parameters=parameters,
        tags=["hkinno"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The address of Prefect's API: the one that the environment names, else that of a server on loopback that ends with the block."""
    named = os.environ.get("PREFECT_API_URL")
    if named:
        yield named
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    log = Path(os.environ["PREFECT_HOME"]) / "server.log"
    with log.open("wb") as handle:
        process = subprocess.Popen(command, stdout=handle, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}/api"
        _wait_for(f"{address}/health", process, log)
        os.environ["PREFECT_API_URL"] = address
        print(f"Prefect's pages: http://127.0.0.1:{port}", file=sys.stderr)
        yield address
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(health: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _SERVER_STARTS_WITHIN
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), opener.open(health, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.3)
    raise HkinnoError("Prefect's server did not start", where=str(log), remedy="Its last lines say why.")
