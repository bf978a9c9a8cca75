"""`hkinno fetch`, `hkinno status`, `hkinno retry`: what comes in, how it stands, and the quarantine once more.

In: a file of sources and a raw folder. Out: releases in the raw folder, or what earlier fetches wrote down. Exit status 3 where a source
failed.
"""

from __future__ import annotations

import csv
import json as json_module
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hkinno_extract.cli.options import JsonOption, PatternsOption, print_json
from hkinno_extract.cli.text import columns, fit
from hkinno_extract.errors import UsageError

FAILED_SOURCE = 3
SCHEDULE = ".schedule.json"
RawOption = Annotated[Path, typer.Option("--raw", metavar="DIR", help="Folder that releases land in.")]
OutOption = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of the tables.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="File of sources; else ./sources.toml, else the package's own.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", metavar="NAME", help="Only this source, even one that is not enabled; may be repeated.")
]
_SHOWN = 5


def fetch(
    raw: RawOption = Path("raw"),
    config: ConfigOption = None,
    source: SourceOption = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day of a backfill, as 2024-01-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day of a backfill; else today.")] = None,
    json: JsonOption = False,
) -> None:
    """Fetch what is new at the sources, or the releases of a span of days.

    \b
    Examples:
      hkinno fetch
      hkinno fetch --source govhk --from 2024-01-01 --to 2024-12-31
    """
    from hkinno_extract.sources.config import find_sources, load_sources
    from hkinno_extract.sources.days import Window, parse_day

    if last is not None and first is None:
        raise UsageError("--to needs --from", remedy="Give the first day too.")
    if first is not None:
        Window(parse_day(first), parse_day(last or first))
    path = find_sources(config)
    load_sources(path).chosen(tuple(source or ()))
    options: dict[str, Any] = {"raw": str(raw), "config": str(path), "sources": list(source or [])}
    reports = _run(options, first, last, quiet=json)
    if json:
        print_json(reports)
    else:
        _print_reports(reports)
    if any(report["error"] for report in reports):
        raise typer.Exit(FAILED_SOURCE)


def _run(options: dict[str, Any], first: str | None, last: str | None, *, quiet: bool) -> list[dict[str, Any]]:
    from hkinno_extract.sources.days import HONG_KONG

    start_prefect(quiet=quiet)
    from hkinno_extract.flows.backfill import backfill_releases
    from hkinno_extract.flows.ingest import Watcher, ingest_releases

    with _counter(quiet=quiet) as done:
        Watcher.done = done
        if first is None:
            found: list[dict[str, Any]] = ingest_releases(**options)
        else:
            found = backfill_releases(first=first, last=last or datetime.now(HONG_KONG).date().isoformat(), **options)
    return found


def start_prefect(*, quiet: bool) -> None:
    """Prepares Prefect's import, which takes some seconds, and says so unless `quiet`."""
    from hkinno_extract.flows.environment import prepare_environment

    if not quiet:
        print("starting Prefect …", file=sys.stderr, flush=True)
    prepare_environment(quiet=True)


def _counter(*, quiet: bool) -> Any:
    """A running count of releases on a terminal; how many will come nobody knows before the lists are read."""
    import contextlib

    if quiet or not sys.stderr.isatty():
        return contextlib.nullcontext(lambda _: None)
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    @contextlib.contextmanager
    def bar() -> Any:
        parts = (SpinnerColumn(), TextColumn("fetching"), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*parts, console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("fetching", total=None)
            yield lambda step: shown.update(task, advance=step)

    return bar()


def _print_reports(reports: list[dict[str, Any]]) -> None:
    names = ("found", "new", "revised", "same", "known", "passed_over", "damaged", "unreadable", "missing", "failures")
    merged: dict[str, dict[str, int]] = {}
    for report in reports:
        counts = merged.setdefault(report["source"], dict.fromkeys(names, 0))
        for name in names:
            counts[name] += report[name]
    rows = [[source, *(str(counts[n]) if counts[n] else "" for n in names)] for source, counts in merged.items()]
    for line in columns(["source", *(n.replace("_", " ") for n in names)], rows):
        print(line)
    for report in reports:
        for text in report["warnings"]:
            print(f"warning: {report['source']}: {text}", file=sys.stderr)
        for url, problem in report["failed"][:_SHOWN]:
            print(f"failed: {url}: {fit(problem, 200)}", file=sys.stderr)
        if report["error"]:
            print(f"error: {report['source']}: {report['error']}", file=sys.stderr)


def status(raw: RawOption = Path("raw"), out: OutOption = Path("outputs"), config: ConfigOption = None, json: JsonOption = False) -> None:
    """Show when each source was last fetched, what is at hand, what is in quarantine, and when the next run is due.

    \b
    Examples:
      hkinno status
      hkinno status --raw releases --out tables --json
    """
    from hkinno_extract.pipeline.reports import read_status
    from hkinno_extract.sources.config import find_sources, load_sources

    quarantine = quarantined(out)
    rows = []
    for source in load_sources(find_sources(config)).by_name.values():
        known = read_status(raw, source.name)
        report = known.get("report", {})
        rows.append(
            {
                "source": source.name,
                "enabled": source.enabled,
                "last_success": known.get("last_success"),
                "last_run": known.get("last_run"),
                "releases": known.get("releases", 0),
                "quarantined": sum(1 for _, path in quarantine if path.startswith(f"{source.name}/")),
                "next_run": next_run(raw) if source.enabled else None,
                "warnings": [*report.get("warnings", []), *([report["error"]] if report.get("error") else [])],
            }
        )
    if json:
        print_json({"sources": rows, "quarantined": len(quarantine)})
        return
    shown = ("source", "last_success", "releases", "quarantined", "next_run")
    cells = [[str((_here(row[n]) if n == "last_success" else row[n]) or "") for n in shown] for row in rows]
    for line in columns([n.replace("_", " ") for n in shown], cells):
        print(line)
    print(f"{len(quarantine)} releases in quarantine in {out}/")
    for row in rows:
        for text in row["warnings"]:
            print(f"warning: {row['source']}: {text}", file=sys.stderr)


def _here(stamp: str | None) -> str:
    """A time as people read it, in Hong Kong's zone as the next run is."""
    from hkinno_extract.sources.days import HONG_KONG

    return datetime.fromisoformat(stamp).astimezone(HONG_KONG).isoformat(timespec="minutes") if stamp else "never"


def retry(
    raw: RawOption = Path("raw"), out: OutOption = Path("outputs"), patterns: PatternsOption = None, json: JsonOption = False
) -> None:
    """Read every release of the quarantine again.

    \b
    Examples:
      hkinno retry
      hkinno retry --raw releases --out tables
    """
    ids = [doc_id for doc_id, _ in quarantined(out)]
    if not ids:
        print_json({"quarantined": []}) if json else print(f"nothing is in quarantine in {out}/")
        return
    from hkinno_extract.cli.run import run

    run(raw=str(raw), out=str(out), only=ids, force=False, patterns=patterns, json=json)


def quarantined(out: Path) -> list[tuple[str, str]]:
    """Id and source of each release in quarantine; none before the first run."""
    path = out / "documents.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [(row["doc_id"], row["source"]) for row in csv.DictReader(handle) if row["status"] == "quarantined"]


def next_run(raw: Path) -> str | None:
    """When `hkinno serve` runs next on this raw folder, in its own time zone; None where it does not."""
    from zoneinfo import ZoneInfo

    from cronsim import CronSim

    try:
        said = json_module.loads((raw / SCHEDULE).read_text(encoding="utf-8"))
        os.kill(said["pid"], 0)  # raises where a killed one left its file
        return next(CronSim(said["cron"], datetime.now(ZoneInfo(said["timezone"])))).isoformat(timespec="minutes")
    except (OSError, ValueError, KeyError, StopIteration):
        return None
