"""Flows: tasks by their functions, the whole flow once under Prefect's harness, the deployment, the environment."""

from __future__ import annotations

import errno
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hkinno_extract.errors import OutputError
from hkinno_extract.flows import environment
from hkinno_extract.pipeline.run import Summary, run
from hkinno_extract.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.filterwarnings("ignore")  # Prefect's own


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """flows/extract.py, imported with a Prefect home of its own."""
    os.environ.setdefault("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    environment.prepare_environment(quiet=True)
    from hkinno_extract.flows import extract

    return extract


@pytest.fixture(scope="module")
def harness(flow: Any) -> Iterator[Any]:
    """Prefect's temporary API, once for this module."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield flow


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns")
    chosen.raw.mkdir()
    for number in range(3):
        (chosen.raw / f"r{number}.txt").write_text(f"香港位列全球第{number + 1}。", encoding="utf-8")
    (chosen.raw / "r9.txt").write_bytes(b"")
    return chosen


def test_tasks_do_what_a_run_does(flow: Any, settings: Settings) -> None:
    totals: list[int] = []
    flow.WATCHER.total = totals.append
    job = flow.Job(settings)
    from hkinno_extract.pipeline.run import working_on

    with working_on(settings.out):
        chunks = [flow.Chunk(c) for c in flow.list_changes.fn(job, "raw")]
        with job.state:
            for chunk in chunks:
                flow.extract_chunk.fn(job, chunk, chunk.label)
        summary = flow.rebuild_tables.fn(job, "out")
    assert totals == [4]
    assert (summary.releases, summary.extracted, [d for d, _ in summary.quarantined]) == (4, 4, ["r9"])
    assert chunks[0].label == "r0 to r9 (4 releases)"
    plain = settings.replace(out=settings.out.with_name("plain"))
    run(plain)
    for table in ("documents", "rankings", "amounts", "organisations", "programmes"):
        assert (settings.out / f"{table}.csv").read_bytes() == (plain.out / f"{table}.csv").read_bytes()


def test_the_flow_end_to_end(harness: Any, settings: Settings) -> None:
    done: list[int] = []
    summary = harness.run_flow(settings, on_plan=lambda _: None, progress=done.append)
    assert (summary["releases"], summary["extracted"], len(done)) == (4, 4, 4)
    assert summary["quarantined"][0]["doc_id"] == "r9"
    again = harness.run_flow(settings, on_plan=lambda _: None, progress=done.append)
    assert (again["extracted"], again["reused"]) == (0, 4)

    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        artifacts = client.read_latest_artifacts()
        runs = client.read_flow_runs()
        tasks = client.read_task_runs()
    kinds = {a.key: (a.type, str(a.data)) for a in artifacts}
    assert kinds["extraction-counts"][0] == "markdown"
    assert "| quarantined | 1 |" in kinds["extraction-counts"][1]
    assert kinds["extraction-quarantine"][0] == "table"
    assert "r9" in kinds["extraction-quarantine"][1]
    assert {r.name for r in runs} == {f"extract {settings.raw} to {settings.out}"}
    assert "extract r0 to r9 (4 releases)" in {t.name for t in tasks}
    with pytest.raises(OutputError, match="in the way"):
        harness.run_flow(settings.replace(out=settings.raw / "r0.txt"), on_plan=lambda _: None, progress=done.append)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (OSError(errno.EIO, "Input/output error"), True),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (ValueError("a defect"), False),
    ],
)
def test_only_trouble_that_may_pass_is_retried(flow: Any, error: Exception, again: bool) -> None:
    from prefect.states import Failed

    state = Failed(data=error)
    assert flow.is_worth_a_retry(None, None, state) is again
    assert flow.extract_chunk.retries == flow.RETRIES


def test_counts_are_markdown_tables(flow: Any) -> None:
    summary = Summary(out="o", releases=3, extracted=2, reused=1, removed=0, rows={"amounts": 7})
    lines = flow.counts_markdown(summary).splitlines()
    assert {"| releases | 3 |", "| unchanged | 1 |", "| amounts | 7 |"} <= set(lines)


@pytest.mark.parametrize("name", ["extract", "refresh", "backfill"])
def test_a_deployment_names_a_flow_and_its_parameters(flow: Any, name: str) -> None:
    del flow
    from prefect.flows import load_flow_from_entrypoint

    project = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    deployment = {d["name"]: d for d in project["deployments"]}[name]
    file, _, function_name = deployment["entrypoint"].partition(":")
    function = load_flow_from_entrypoint(f"{ROOT / file}:{function_name}")
    parameters = inspect.signature(function.fn).parameters
    assert set(deployment["parameters"]) <= set(parameters)
    function.validate_parameters(deployment["parameters"])
    described = function.parameters.properties
    assert all(described[p].get("description") for p in parameters)
    assert deployment["concurrency_limit"] == 1


def test_the_entrypoint_loads_as_prefect_loads_it(flow: Any) -> None:
    from prefect.flows import load_flow_from_entrypoint

    loaded = load_flow_from_entrypoint(f"{ROOT / 'flows' / 'extract.py'}:extract_releases")
    assert loaded.name == flow.extract_releases.name == "extract-releases"


def test_the_environment_is_prepared_and_the_user_s_own_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*environment.DEFAULTS, "PREFECT_HOME", "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HKINNO_CACHE", str(tmp_path))
    monkeypatch.setenv("DO_NOT_TRACK", "0")
    with monkeypatch.context() as patch:
        patch.setattr(environment.os, "environ", dict(os.environ))
        environment.prepare_environment()
        kept = dict(environment.os.environ)
    assert kept["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert (tmp_path / "prefect").is_dir()
    assert kept["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] == "120"
    assert kept["DO_NOT_TRACK"] == "0"
    assert "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL" not in kept


def test_nothing_imports_prefect_or_pandas_before_it_is_used() -> None:
    heavy = "{'prefect', 'pandas', 'spacy', 'rich', 'trafilatura'}"
    code = f"import sys, hkinno_extract.cli.app, hkinno_extract.flows, hkinno_extract.pipeline; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.slow
def test_a_module_beside_the_data_is_not_run_by_the_server(tmp_path: Path) -> None:
    (tmp_path / "html.py").write_text("raise SystemExit('not the standard library')", encoding="utf-8")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("　　數碼港有4,700間企業。", encoding="utf-8")
    command = [str(Path(sys.executable).parent / "hkinno"), "run", "raw", "--out", "out", "--json"]
    free = {k: v for k, v in os.environ.items() if k not in ("PYTHONSAFEPATH", "PREFECT_API_URL")}
    done = subprocess.run(command, cwd=tmp_path, env=free, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
