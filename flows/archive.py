"""The flow `archive-releases`: an archive of 100,000s of releases to tables, without a file a release.

In: parameters that a deployment can carry; raw and out may be fsspec addresses. Out: tables, as CSV and as Parquet where asked for. The
work is one task: its chunks are shared out to processes of this machine or, as Dask's own tasks, to a Dask cluster, so that Prefect's cost
does not grow with their number. Look first at `archive_releases`.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment()

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from hkinno_extract.errors import UsageError
from hkinno_extract.flows.extract import WATCHER, publish
from hkinno_extract.pipeline.archive import Archive
from hkinno_extract.pipeline.archive.chunks import Chunk
from hkinno_extract.pipeline.archive.engine import by_processes, working_on_archive
from hkinno_extract.pipeline.archive.parquet import write_parquet
from hkinno_extract.pipeline.archive.parts import Head
from hkinno_extract.pipeline.crew import cores
from hkinno_extract.pipeline.run import Summary
from hkinno_extract.settings import Settings, place

_TASK: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}


@task(name="extract an archive", task_run_name="extract {raw} on {workers} processes", **_TASK)
def extract_here(settings: Settings, raw: str, workers: int) -> Summary:
    """Extracts on processes of this machine."""
    del raw
    return _extracted(settings, lambda chunks: by_processes(chunks, workers))


@task(name="extract an archive on Dask", task_run_name="extract {raw} on Dask", **_TASK)
def extract_on_dask(settings: Settings, raw: str) -> Summary:
    """Extracts on the Dask cluster of the flow's task runner; runs on one of its workers, and its chunks on all."""
    del raw
    from prefect_dask.utils import get_dask_client

    from hkinno_extract.pipeline.archive.dask_crew import by_client

    with get_dask_client() as client:
        print(f"Dask's dashboard: {client.dashboard_link}", file=sys.stderr, flush=True)
        return _extracted(settings, lambda chunks: by_client(client, chunks))


def _extracted(settings: Settings, caller: Callable[[Iterable[Chunk]], Iterator[tuple[Chunk, Head]]]) -> Summary:
    archive: Archive
    with working_on_archive(settings) as archive:
        for chunk, head in caller(archive.missing()):
            archive.add(head)
            WATCHER.done(len(chunk.releases))
        return archive.finish()


@flow(name="archive-releases", flow_run_name="archive {raw} to {out}", persist_result=False, validate_parameters=True)
def archive_releases(
    raw: str = "raw",
    out: str = "outputs",
    workers: int = 0,
    parquet: bool = False,
    patterns: str | None = None,
    currency: str = "HKD",
    segmenter: str = "hkinno",
) -> dict[str, Any]:
    """Extracts an archive without a file a release, and writes its tables.

    Args:
        raw: Folder of releases, or one file of many; a path or an fsspec address.
        out: Folder of the tables; a path or an fsspec address.
        workers: Processes to work on; 0 for as many as there are processors. Under a Dask task runner the cluster decides.
        parquet: Write a Parquet data set a table beside the CSV files.
        patterns: Folder of patterns; none for ./patterns, else the package's own.
        currency: ISO 4217 code of a 元 without a country.
        segmenter: Word segmenter, one of hkinno, spacy-pkuseg, char.

    Returns:
        The summary of the run, as `hkinno run --json` prints it.
    """
    from prefect.context import FlowRunContext

    settings = Settings(
        raw=place(raw), out=place(out), patterns=place(patterns) if patterns else None, currency=currency, segmenter=segmenter
    )
    context = FlowRunContext.get()
    assert context is not None, "a flow runs in its own context"
    if type(context.task_runner).__name__ == "DaskTaskRunner":
        summary = extract_on_dask.submit(settings, raw).result()
    else:
        summary = extract_here(settings, raw, workers or cores())
    if parquet:
        write_parquet(settings.out)
    publish(summary)
    get_run_logger().info("%d releases, %d extracted, %d quarantined", summary.releases, summary.extracted, len(summary.quarantined))
    return summary.as_json()


def run_flow(settings: Settings, *, workers: int, parquet: bool, dask: str, progress: Callable[[int], None]) -> dict[str, Any]:
    """Runs the flow in this process, on the Dask cluster at `dask` (an address, or `local`) where one is named. Raises what it raises."""
    chosen = archive_releases.with_options(task_runner=dask_runner(dask, workers)) if dask else archive_releases
    WATCHER.done = progress
    try:
        return chosen(
            raw=str(settings.raw),
            out=str(settings.out),
            workers=workers,
            parquet=parquet,
            patterns=str(settings.patterns) if settings.patterns else None,
            currency=settings.currency,
            segmenter=settings.segmenter,
        )
    finally:
        WATCHER.done = lambda _: None


def dask_runner(address: str, workers: int) -> Any:
    """Prefect's task runner for the cluster at an address, or for one that is started on this machine. Raises UsageError without Dask."""
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise UsageError("Dask is not installed", remedy="Install it: pip install 'hkinno-extract[dask]'.") from error
    if address != "local":
        return DaskTaskRunner(address=address)
    return DaskTaskRunner(cluster_kwargs={"n_workers": workers or cores(), "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"})
