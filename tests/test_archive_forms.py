"""Archives as Parquet, from and to a store of objects, on a Dask cluster, from the command line."""

from __future__ import annotations

import csv
import re
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from hkinno_extract.cli.app import run_app
from hkinno_extract.errors import UsageError
from hkinno_extract.pipeline.archive import run_archive
from hkinno_extract.pipeline.archive.parquet import write_parquet
from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings, place
from hkinno_extract.tables.columns import COLUMNS, column_names
from hkinno_extract.tables.frames import read_tables
from tests.releases import write_dump
from tests.test_archive import tables

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    write_dump(tmp_path / "raw" / "dump.jsonl", Random(8), 30)
    return Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns")


def test_parquet_has_the_same_columns_types_and_values(settings: Settings) -> None:
    import pyarrow.parquet as pq

    run(settings)
    with (settings.out / "programmes.csv").open("a", encoding="utf-8", newline="") as handle:
        row = dict.fromkeys(column_names("programmes"), "") | {
            "record_id": "pg-1",
            "doc_id": "x",
            "name": "'=1+1",
            "known": "false",
            "start": "1",
        }
        csv.writer(handle, lineterminator="\r\n").writerow(row.values())
    folder = write_parquet(settings.out)
    for table, frame in read_tables(settings.out).items():
        rows = pq.read_table(folder / table, partitioning=None).sort_by(COLUMNS[table][0].name)
        assert rows.column_names == column_names(table)
        expected = frame.sort_values(column_names(table)[0])
        for name in column_names(table):
            here = [None if pd.isna(value) else value for value in expected[name].astype(object)]
            assert rows.column(name).to_pylist() == here, (table, name)
    kinds = {f.name: str(f.type) for f in pq.read_schema(next((folder / "amounts").rglob("*.parquet")))}
    assert (kinds["value_from"], kinds["start"], kinds["text"]) == ("decimal128(38, 18)", "int64", "string")
    assert {p.parent.name for p in (folder / "programmes").rglob("*.parquet")} >= {"year=unknown"}
    assert not list(settings.out.glob(".parquet*"))


def test_duckdb_opens_parquet_as_it_is(settings: Settings) -> None:
    duckdb = pytest.importorskip("duckdb")
    run_archive(settings)
    folder = write_parquet(settings.out)
    found = duckdb.sql(f"SELECT count(*), max(value_from) FROM read_parquet('{folder}/amounts/*/*.parquet', hive_partitioning = true)")
    amounts = read_tables(settings.out)["amounts"]
    largest = max(value for value in amounts["value_from"] if isinstance(value, Decimal))
    assert found.fetchall() == [(len(amounts), largest)]
    queries = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "archive.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) == 2
    for query in queries:
        assert "year" in duckdb.sql(query.replace("archive/parquet", str(folder))).columns


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store of objects on loopback, and the address of a bucket in it."""
    from moto.server import ThreadedMotoServer

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()
        s3fs.S3FileSystem().mkdir("archive")
        yield "s3://archive"
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore")  # those of the store's own packages
def test_from_and_to_a_store_of_objects(settings: Settings, bucket: str) -> None:
    run_archive(settings)
    source, target = place(f"{bucket}/raw"), place(f"{bucket}/tables")
    (source / "dump.jsonl").write_bytes((settings.raw / "dump.jsonl").read_bytes())
    for raw in (source, source / "dump.jsonl"):
        there = settings.replace(raw=raw, out=target)
        assert run_archive(there, size=20_000).releases == 30
        assert {name: (target / name).read_bytes() for name in tables(settings.out)} == tables(settings.out)
    write_parquet(target)
    write_parquet(settings.out)
    local = {p.relative_to(settings.out).as_posix(): p.read_bytes() for p in (settings.out / "parquet").rglob("*.parquet")}
    assert {name: (target / name).read_bytes() for name in local} == local
    assert run_archive(there, size=20_000).extracted == 0


@pytest.mark.parametrize("address", ["nothing://x/y", "s3x://archive"])
def test_an_address_that_cannot_be_opened_is_wrong_usage(address: str) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        place(address)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "raw", "--no-json", "--force"], "--no-json takes an archive as a whole"),
        (["run", "s3://bucket/x.jsonl"], "a cluster and addresses are for archives. Add --no-json."),
        (["run", "raw", "--dask", "local"], "a cluster and addresses are for archives. Add --no-json."),
        (["run", "raw", "--format", "xml"], "no format is called 'xml'"),
        (["run", "nowhere.jsonl", "--no-json"], "nowhere.jsonl: no such folder or file of releases"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_processes_write_the_files_that_one_would(settings: Settings, tmp_path: Path) -> None:
    write_dump(settings.raw / "more.jsonl", Random(9), 300)
    run(settings)
    shared = settings.replace(out=tmp_path / "shared")
    done: list[int] = []
    assert run(shared, workers=2, progress=done.append).extracted == sum(done) == 330
    for path in settings.out.rglob("*.json"):
        if path.name != "run.json":
            assert (shared.out / path.relative_to(settings.out)).read_bytes() == path.read_bytes()
    assert tables(shared.out) == tables(settings.out)
    assert run(shared, workers=2).extracted == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Dask's and Prefect's own
def test_a_dask_cluster_gives_the_same_when_a_worker_dies(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    distributed = pytest.importorskip("distributed")
    from hkinno_extract.pipeline.archive.dask_crew import by_client
    from hkinno_extract.pipeline.archive.engine import working_on_archive

    write_dump(settings.raw / "more.jsonl", Random(9), 600)
    run_archive(settings, size=60_000)
    there = settings.replace(out=tmp_path / "dask")
    killed = False
    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client, working_on_archive(there) as archive:
        print(f"dashboard: {client.dashboard_link}")
        for _, head in by_client(client, archive.missing(size=60_000)):
            archive.add(head)
            if not killed:
                killed = True
                next(iter(cluster.workers.values())).process.process.kill()
        assert archive.finish().releases == 630
    assert "dashboard: http://127.0.0.1:" in capsys.readouterr().out
    assert tables(there.out) == tables(settings.out)
