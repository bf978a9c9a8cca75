"""The flow `ingest-releases`: what is new at the sources lands in the raw folder.

In: parameters that a deployment can carry. Out: the raw folder, a report a source, and an artifact. Each source is one task; asking again
after a trouble is the fetcher's own work, so tasks have no retries. Look first at `ingest_releases`.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment()

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from hkinno_extract.pipeline.ingest import Ingest
from hkinno_extract.pipeline.reports import Report
from hkinno_extract.sources.config import Source, find_sources, load_sources
from hkinno_extract.sources.days import Window

Progress = Callable[[int], None]


class Watcher:
    """Whom a fetch tells how far it is, in its own process: 1 a release that a source offers."""

    done: Progress = staticmethod(lambda _: None)


class Job:
    """What the tasks of one run share. No dataclass, so that Prefect hands it on as it is."""

    def __init__(self, ingest: Ingest, window: Window | None = None) -> None:
        self.ingest, self.window = ingest, window


@task(name="fetch a source", task_run_name="fetch {name}", cache_policy=NO_CACHE, persist_result=False)
def fetch_source(job: Job, name: str) -> Report:
    """Fetches one source; its troubles are in the report, only trouble with the raw folder fails the task."""
    return job.ingest.fetch(job.ingest.sources.by_name[name], job.window, progress=Watcher.done)


def open_ingest(raw: str, config: str | None, names: Sequence[str]) -> tuple[Ingest, list[Source]]:
    """The machinery and the sources of a run. Raises UsageError where the file of sources does not hold."""
    sources = load_sources(find_sources(Path(config) if config else None))
    return Ingest(Path(raw), sources), sources.chosen(tuple(names))


@flow(name="ingest-releases", flow_run_name="ingest to {raw}", persist_result=False, validate_parameters=True)
def ingest_releases(raw: str = "raw", config: str | None = None, sources: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Fetches what is new at the sources, and asks again for the releases of the last days.

    Args:
        raw: Folder that releases land in.
        config: File of sources; none for ./sources.toml, else the package's own.
        sources: Names of sources; empty for all that are enabled.

    Returns:
        A report a source, as `hkinno fetch --json` prints it.
    """
    ingest, chosen = open_ingest(raw, config, sources)
    with ingest:
        reports = [fetch_source(Job(ingest), source.name) for source in chosen]
    publish(reports)
    return [report.as_json() for report in reports]


def publish(reports: Sequence[Report]) -> None:
    """Logs every warning and makes the artifact of a fetch: a row a source."""
    logger = get_run_logger()
    for report in reports:
        for text in [*report.warnings, *([report.error] if report.error else [])]:
            logger.warning("%s: %s", report.source, text)
    create_table_artifact(
        table=[report_row(report) for report in reports] or [{"source": "none"}], key="ingestion-sources", description="What came in"
    )


def report_row(report: Report) -> dict[str, Any]:
    """A report as one row."""
    counts = ("found", "new", "revised", "same", "known", "passed_over", "damaged", "unreadable", "missing", "failures")
    plain = report.as_json()
    return {"source": report.source, **{c: plain[c] for c in counts}, "warnings": "; ".join(report.warnings), "error": report.error}
