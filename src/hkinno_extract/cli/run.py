"""`hkinno run`: the Prefect flow over a folder of releases.

In: a raw folder. Out: the output folder, a progress bar on a terminal, and a short table of counts.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hkinno_extract.cli.options import CurrencyOption, JsonOption, PatternsOption, SegmenterOption, print_json
from hkinno_extract.cli.text import columns, fit
from hkinno_extract.errors import UsageError

if TYPE_CHECKING:
    from hkinno_extract.settings import Settings

QUARANTINED = 3
STOPPED = "stopped; what was done is kept, the next run goes on from there"
_SHOWN = 5


def run(
    raw: Annotated[str, typer.Argument(metavar="[RAW]", help="Folder of releases, or one file of many.", show_default=True)] = "raw",
    out: Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Folder of the tables.")] = "outputs",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="DOC_ID", help="Extract this release again and leave the rest; may be repeated.")
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="Look at releases of this day, month or year (2024-12) and later only.")
    ] = "",
    source: Annotated[
        list[str] | None, typer.Option("--source", metavar="NAME", help="Look at this folder or file of RAW only; may be repeated.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Extract again what did not change.")] = False,
    patterns: PatternsOption = None,
    currency: CurrencyOption = "HKD",
    segmenter: SegmenterOption = "hkinno",
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=0, help="Processes to work on; 0 for the processors, where there is enough to do.")
    ] = 0,
    no_json: Annotated[
        bool, typer.Option("--no-json", help="Write no file a release: for archives. RAW and DIR may be addresses.")
    ] = False,
    table_format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="csv, or parquet for Parquet data sets beside the CSV files.")
    ] = "csv",
    dask: Annotated[
        str, typer.Option("--dask", metavar="ADDRESS", help="Work on the Dask cluster at this address, or on a local one; with --no-json.")
    ] = "",
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Write a workbook for reviewing, too: review.xlsx.")] = False,
    json: JsonOption = False,
) -> None:
    """Extract every new or changed release of a folder and rebuild the tables.

    \b
    Examples:
      hkinno run
      hkinno run releases --out tables --only P2025061800123
      hkinno run --since 2024-12 --source gia --force
      hkinno run zh-HK.jsonl --out archive --no-json --format parquet
    """
    from hkinno_extract.pipeline.plan import Selection
    from hkinno_extract.settings import Settings, place

    _check_archive(no_json=no_json, table_format=table_format, addresses=(raw, out), dask=dask, others=(only, since, source, force, xlsx))
    selection = Selection(only=tuple(only or ()), since=since, sources=tuple(source or ()), force=force)
    settings = Settings(raw=place(raw), out=place(out), patterns=patterns, currency=currency, segmenter=segmenter)
    if not settings.raw.exists():
        raise UsageError("no such folder or file of releases", where=raw, remedy="Make it and put releases in, or name another.")
    parquet = table_format == "parquet"
    if no_json:
        summary = _run_archive(settings, workers=workers, parquet=parquet, dask=dask, quiet=json)
    else:
        run_flow = load_flow(quiet=json)
        with stopping_at_once(), progress_bar(quiet=json) as progress:
            summary = run_flow(settings, selection, on_plan=progress.total, progress=progress.advance, workers=workers)
        if parquet:
            from hkinno_extract.pipeline.archive.parquet import write_parquet

            write_parquet(settings.out)
    if xlsx:
        from hkinno_extract.cli.review import export_workbook

        summary["workbook"] = str(export_workbook(settings.out, settings.raw)[0])
    if json:
        print_json(summary)
    else:
        _print_summary(summary, no_json=no_json)
    if summary["quarantined"]:
        raise typer.Exit(QUARANTINED)


def _check_archive(*, no_json: bool, table_format: str, addresses: tuple[str, str], dask: str, others: tuple[object, ...]) -> None:
    """Raises UsageError where options do not go together, before anything starts."""
    if table_format not in ("csv", "parquet"):
        raise UsageError(f"no format is called {table_format!r}", remedy="Use csv or parquet.")
    if no_json and any(others):
        raise UsageError("--no-json takes an archive as a whole", remedy="Leave out --only, --since, --source, --force and --xlsx.")
    if not no_json and (dask or any("://" in address for address in addresses)):
        raise UsageError("a cluster and addresses are for archives", remedy="Add --no-json.")


def _run_archive(settings: Settings, *, workers: int, parquet: bool, dask: str, quiet: bool) -> dict[str, Any]:
    if not quiet:
        print("starting Prefect …", file=sys.stderr, flush=True)
    from hkinno_extract.flows.environment import prepare_environment

    prepare_environment(quiet=True)
    from hkinno_extract.flows import archive

    with stopping_at_once(), progress_bar(quiet=quiet) as progress:
        summary: dict[str, Any] = archive.run_flow(settings, workers=workers, parquet=parquet, dask=dask, progress=progress.advance)
    return summary


def load_flow(*, quiet: bool) -> Callable[..., dict[str, Any]]:
    """Imports the flow, which takes some seconds, and says so unless `quiet`."""
    if not quiet:
        print("starting Prefect …", file=sys.stderr, flush=True)
    from hkinno_extract.flows.environment import prepare_environment

    prepare_environment(quiet=True)
    from hkinno_extract.flows import extract

    flow: Callable[..., dict[str, Any]] = extract.run_flow
    return flow


@contextlib.contextmanager
def stopping_at_once() -> Iterator[None]:
    """Lets Ctrl-C and SIGTERM end the program and Prefect's temporary server at once; what is extracted is kept.

    Prefect itself would try for minutes to tell its server, which the same Ctrl-C has ended. With PREFECT_API_URL set its own way stays.
    """
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    before = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: object) -> None:
    del frame
    signal.signal(number, signal.SIG_IGN)
    show_cursor = "\x1b[?25h\r\x1b[K" if sys.stderr.isatty() else ""
    print(f"{show_cursor}hkinno: {STOPPED}", file=sys.stderr, flush=True)
    with contextlib.suppress(Exception):
        from prefect.server.api.server import SubprocessASGIServer

        SubprocessASGIServer().stop()
    os._exit(128 + number)


class _Progress:
    total: Callable[[int], None]
    advance: Callable[[int], None]


@contextlib.contextmanager
def progress_bar(*, quiet: bool) -> Iterator[_Progress]:
    """A bar on a terminal, nothing elsewhere. It appears when the number of releases is known."""
    handle = _Progress()
    handle.total = handle.advance = lambda _: None
    if quiet or not sys.stderr.isatty():
        yield handle
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("extracting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("extracting", total=None)
        handle.total = lambda total: bar.update(task, total=total)
        handle.advance = lambda step: bar.update(task, advance=step)
        yield handle


def _print_summary(summary: dict[str, Any], *, no_json: bool) -> None:
    print(f"{summary['releases']} releases: {summary['extracted']} extracted, {summary['reused']} unchanged and skipped", end="")
    print(f", {summary['removed']} gone and removed" if summary["removed"] else "", end="")
    print(f", {len(summary['quarantined'])} in quarantine" if summary["quarantined"] else "", end="")
    print(f"; {summary['seconds']:.1f} s")
    for line in columns(["table", "rows"], [[table, str(count)] for table, count in summary["rows"].items()]):
        print(f"  {line}")
    if summary["duplicates"]:
        print(f"{len(summary['duplicates'])} copies of releases of another source, which stands for them (in copies/, in no table)")
    if english := summary["languages"].get("en"):
        print(f"{english} in English, which have a row in documents and no records")
    if summary["reviews"]:
        print(f"reviewed: {', '.join(f'{count} {name}' for name, count in summary['reviews'].items())} (hkinno review list)")
    for doc_id in summary["vanished"][:_SHOWN]:
        print(f"warning: {doc_id}: its file vanished while the run went on; it is in no table", file=sys.stderr)
    quarantined = summary["quarantined"]
    for entry in quarantined[:_SHOWN]:
        print(f"quarantined: {entry['doc_id']}: {fit(entry['error'], 200)}", file=sys.stderr)
    if len(quarantined) > _SHOWN:
        print(f"quarantined: {len(quarantined) - _SHOWN} more, with their errors in documents.csv", file=sys.stderr)
    where = "parts/ (a rerun extracts only what changed)" if no_json else "json/ a release's text and records"
    print(f"tables in {summary['out']}/ (described in datapackage.json), in {where}")
    if "workbook" in summary:
        print(f"workbook for reviewing: {summary['workbook']}")
