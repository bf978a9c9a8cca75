"""The flow `backfill-releases`: the releases of a span of days, however long ago.

In: first and last day. Out: the raw folder, with tables where asked for. Goes in stretches of days; after a kill the next run asks neither
for releases that landed nor for days that were done with. Look first at `backfill_releases`.
"""

import sys
from datetime import timedelta
from typing import Any

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment()

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from hkinno_extract.flows.ingest import Job, Watcher, open_ingest, publish
from hkinno_extract.pipeline.reports import Report
from hkinno_extract.sources.days import Window, parse_day

STRETCH = 10
"""Days a task."""


def stretches(window: Window, days: int = STRETCH) -> list[Window]:
    """`window` cut into stretches of at most `days`, the earliest first.

    >>> from datetime import date
    >>> [str(w.last) for w in stretches(Window(date(2024, 1, 1), date(2024, 1, 25)))]
    ['2024-01-10', '2024-01-20', '2024-01-25']
    """
    count = (window.last - window.first).days
    starts = [window.first + timedelta(days=n) for n in range(0, count + 1, days)]
    return [Window(start, min(window.last, start + timedelta(days=days - 1))) for start in starts]


@task(name="fetch some days", task_run_name="fetch {name}, {label}", cache_policy=NO_CACHE, persist_result=False)
def fetch_days(job: Job, name: str, label: str) -> Report:
    """Fetches the days of the job's window."""
    del label
    report: Report = job.ingest.fetch(job.ingest.sources.by_name[name], job.window, progress=Watcher.done)
    return report


@flow(name="backfill-releases", flow_run_name="backfill {first} to {last}", persist_result=False, validate_parameters=True)
def backfill_releases(
    first: str,
    last: str,
    raw: str = "raw",
    config: str | None = None,
    sources: tuple[str, ...] = (),
    out: str | None = None,
) -> list[dict[str, Any]]:
    """Fetches the releases of a span of days, then extracts them where `out` is given.

    Args:
        first: First day, as 2024-01-01.
        last: Last day, as 2024-12-31.
        raw: Folder that releases land in.
        config: File of sources; none for ./sources.toml, else the package's own.
        sources: Names of sources; empty for all that are enabled.
        out: Folder of the tables; none to fetch only.

    Returns:
        A report a source and stretch of days.
    """
    window = Window(parse_day(first), parse_day(last))
    ingest, chosen = open_ingest(raw, config, sources)
    reports = []
    with ingest:
        for source in chosen:
            for stretch in stretches(window) if source.type == "govhk-listing" else [window]:
                reports.append(fetch_days(Job(ingest, stretch), source.name, f"{stretch.first} to {stretch.last}"))
    publish(reports)
    if out is not None:
        from hkinno_extract.flows.extract import extract_releases

        extract_releases(raw=raw, out=out)
    return [report.as_json() for report in reports]
