"""The flow `extract-releases`: every new or changed release of a folder becomes JSON and tables.

In: parameters that a deployment can carry. Out: the output folder, a summary, and two artifacts. Each task wraps one step of
hkinno_extract.pipeline; releases go through in chunks, so that Prefect's cost does not grow with their number. Look first at
`extract_releases`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment()

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import task_run

from hkinno_extract.pipeline.crew import cores
from hkinno_extract.pipeline.extractor import Extractor
from hkinno_extract.pipeline.plan import Plan, Planned, Selection, plan_run
from hkinno_extract.pipeline.run import Summary, finish, working_on
from hkinno_extract.pipeline.sharing import fitting, share_out
from hkinno_extract.pipeline.state import State
from hkinno_extract.pipeline.worker import Progress, Worker, is_transient
from hkinno_extract.settings import Settings

RETRIES = 2
QUARANTINES_SHOWN = 200
EVERYTHING = Selection()


class Job:
    """What the tasks of one run share. No dataclass, so that Prefect hands it on as it is."""

    def __init__(self, settings: Settings, selection: Selection = EVERYTHING) -> None:
        self.settings, self.selection = settings, selection
        self.started = time.monotonic()
        self.state = State(settings.out)
        self.plan: Plan | None = None
        self.worker: Worker | None = None


@dataclass(slots=True)
class Watcher:
    """Whom a run tells how far it is, in its own process: `total` once, `done` with 1 a release."""

    total: Callable[[int], None] = field(default=lambda _: None)
    done: Progress = field(default=lambda _: None)


WATCHER = Watcher()


def is_worth_a_retry(task: object, run: object, state: Any) -> bool:
    """Prefect's retry condition: only trouble with reading or writing that may pass."""
    del task, run
    error = state.result(raise_on_failure=False)
    return isinstance(error, BaseException) and (is_transient(error) or is_transient(error.__cause__))


_IO: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay_seconds": 1,
    "retry_condition_fn": is_worth_a_retry,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}


@task(name="list releases and what changed", task_run_name="list releases in {raw}", **_IO)
def list_changes(job: Job, raw: str) -> list[list[Planned]]:
    """Plans the run; the chunks of releases to extract."""
    del raw
    job.plan = plan_run(job.settings, job.state, **asdict(job.selection))
    WATCHER.total(sum(p.todo for p in job.plan.releases))
    return job.plan.chunks()


@task(name="extract releases", task_run_name="extract {label}", **_IO)
def extract_chunk(job: Job, chunk: Chunk, label: str) -> None:
    """Extracts one chunk to JSON. A release that fails goes to quarantine; only trouble with the disk fails the task."""
    del label
    assert job.plan is not None, "list_changes runs first"
    if job.worker is None:
        job.worker = Worker(Extractor(job.settings), job.state, job.plan.context, progress=WATCHER.done)
    run_count = task_run.run_count or 1
    job.worker.chunk(chunk.releases, first=run_count == 1, last=run_count > RETRIES)


@task(name="extract on processes", task_run_name="extract on {workers} processes", **(_IO | {"retries": 0}))
def extract_shares(job: Job, workers: int) -> None:
    """Extracts all chunks to JSON on several processes; what one of them does to a release is what `extract_chunk` does."""
    assert job.plan is not None, "list_changes runs first"
    share_out(job.settings, job.state, job.plan, workers, progress=WATCHER.done)


@task(name="rebuild tables", task_run_name="rebuild tables in {out}", **_IO)
def rebuild_tables(job: Job, out: str) -> Summary:
    """Writes the tables of every release there is, and run.json last."""
    del out
    assert job.plan is not None, "list_changes runs first"
    return finish(job.settings, job.plan, job.state, started=job.started)


class Chunk:
    """Releases that one task extracts; no dataclass and no list, so that Prefect does not walk through them."""

    def __init__(self, releases: Sequence[Planned]) -> None:
        self.releases = releases

    @property
    def label(self) -> str:
        """What the task run is called after."""
        first, last = self.releases[0].doc_id, self.releases[-1].doc_id
        return first if first == last else f"{first} to {last} ({len(self.releases)} releases)"


@flow(name="extract-releases", flow_run_name="extract {raw} to {out}", persist_result=False, validate_parameters=True)
def extract_releases(
    raw: str = "raw",
    out: str = "outputs",
    only: tuple[str, ...] = (),
    since: str = "",
    sources: tuple[str, ...] = (),
    force: bool = False,
    patterns: str | None = None,
    currency: str = "HKD",
    segmenter: str = "hkinno",
    workers: int = 0,
) -> dict[str, Any]:
    """Extracts every new or changed release of a folder and rebuilds the tables.

    Args:
        raw: Folder of releases as received.
        out: Folder of the tables.
        only: Ids of releases to extract again; empty for all that changed.
        since: A day, month or year (2024-12): look at releases of that time and later only; empty for all.
        sources: Folders or files of the raw folder to look at; empty for all.
        force: Extract what is looked at again although nothing changed.
        patterns: Folder of patterns; none for ./patterns, else the package's own.
        currency: ISO 4217 code of a 元 without a country.
        segmenter: Word segmenter, one of hkinno, spacy-pkuseg, char.
        workers: Processes to work on; 0 for as many as there are processors and enough to do.

    Returns:
        The summary of the run, as `hkinno run --json` prints it.
    """
    settings = Settings(raw=Path(raw), out=Path(out), patterns=Path(patterns) if patterns else None, currency=currency, segmenter=segmenter)
    logger = get_run_logger()
    with working_on(settings.out):
        job = Job(settings, Selection(only=only, since=since, sources=sources, force=force))
        chunks = [Chunk(c) for c in list_changes(job, raw)]
        hands = fitting(workers, sum(len(chunk.releases) for chunk in chunks), cores())
        with job.state:
            if hands > 1:
                extract_shares(job, hands)
            else:
                for chunk in chunks:
                    extract_chunk(job, chunk, chunk.label)
        summary = rebuild_tables(job, out)
    publish(summary)
    logger.info("%d releases, %d extracted, %d quarantined", summary.releases, summary.extracted, len(summary.quarantined))
    return summary.as_json()


def publish(summary: Summary) -> None:
    """Makes the artifacts of a run: its counts as markdown, its quarantines as a table."""
    create_markdown_artifact(markdown=counts_markdown(summary), key="extraction-counts", description="What the run read and wrote")
    rows = [{"doc_id": doc_id, "error": error} for doc_id, error in summary.quarantined[:QUARANTINES_SHOWN]]
    more = len(summary.quarantined) - len(rows)
    create_table_artifact(
        table=rows or [{"doc_id": "", "error": "none"}],
        key="extraction-quarantine",
        description=f"Releases in quarantine, {more} more in documents.csv" if more else "Releases in quarantine",
    )


def counts_markdown(summary: Summary) -> str:
    """The counts of a run as markdown tables."""
    facts = {
        "releases": summary.releases,
        "extracted": summary.extracted,
        "unchanged": summary.reused,
        "removed": summary.removed,
        "vanished": len(summary.vanished),
        "quarantined": len(summary.quarantined),
    }
    lines = ["| releases | number |", "| --- | ---: |", *(f"| {name} | {count} |" for name, count in facts.items())]
    lines += ["", "| table | rows |", "| --- | ---: |", *(f"| {table} | {count} |" for table, count in summary.rows.items())]
    return "\n".join(lines) + "\n"


def run_flow(
    settings: Settings, selection: Selection = EVERYTHING, *, on_plan: Callable[[int], None], progress: Progress, workers: int = 0
) -> dict[str, Any]:
    """Runs the flow in this process and tells the caller how far it is. Raises what the flow raises."""
    WATCHER.total, WATCHER.done = on_plan, progress
    try:
        return extract_releases(
            raw=str(settings.raw),
            out=str(settings.out),
            only=selection.only,
            since=selection.since,
            sources=selection.sources,
            force=selection.force,
            patterns=str(settings.patterns) if settings.patterns else None,
            currency=settings.currency,
            segmenter=settings.segmenter,
            workers=workers,
        )
    finally:
        WATCHER.total = WATCHER.done = lambda _: None
