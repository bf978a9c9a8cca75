"""Archives: parts and processes give the tables of a plain run, whatever happens on the way."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
from pathlib import Path
from random import Random

import pytest

from hkinno_extract.errors import UsageError
from hkinno_extract.pipeline.archive import engine, merging, parts, run_archive
from hkinno_extract.pipeline.archive.chunks import Chunk, chunks_of
from hkinno_extract.pipeline.crew import Crew
from hkinno_extract.pipeline.plan import context_key
from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings
from hkinno_extract.tables.columns import COLUMNS
from tests.releases import write_dump

ROOT = Path(__file__).resolve().parents[1]
RELEASE = (
    "創新科技署公布申請結果\n\n　　創新科技署今日（六月十八日）公布，「企業支援計劃」本輪收到52宗申請，涉及款額約1.4億元，"
    "較上一輪增加12.5%。署方會在下月通知申請人結果。\n\n"
    "　　發言人說，獲批企業可在三年內使用資助，名單會上載署方網頁，市民可以查閱。\n\n完\n2025年6月18日（星期三）\n香港時間12時30分\n"
)
FILES = (*(f"{table}.csv" for table in COLUMNS), "new_names.csv", "datapackage.json")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A dump of forty releases, one of them without a text, one line that is torn, and one id twice."""
    (tmp_path / "raw").mkdir()
    dump = tmp_path / "raw" / "dump.jsonl"
    write_dump(dump, Random(3), 40)
    lines = dump.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    lines += [
        '{"url": "https://example.hk/x", "content": ""}',
        "{torn",
        json.dumps({**first, "content": "撥款4億元。"}, ensure_ascii=False),
    ]
    dump.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns")


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in FILES}


def test_parts_give_the_tables_of_a_plain_run(settings: Settings, tmp_path: Path) -> None:
    plain = run(settings.replace(out=tmp_path / "plain"))
    seen: list[int] = []
    archive = run_archive(settings, size=20_000, progress=seen.append)
    assert tables(settings.out) == tables(tmp_path / "plain")
    assert sum(seen) == archive.releases == archive.extracted == 43
    assert dataclasses.replace(archive, out="", seconds=0) == dataclasses.replace(plain, out="", seconds=0)
    assert not (settings.out / "json").exists()
    again = run_archive(settings, size=20_000)
    assert (again.extracted, again.reused) == (0, 43)
    assert tables(settings.out) == tables(tmp_path / "plain")


def test_a_dump_may_be_named_itself_and_may_grow(settings: Settings, tmp_path: Path) -> None:
    dump = settings.raw / "dump.jsonl"
    run_archive(settings.replace(raw=dump), size=20_000)
    with dump.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps({"url": "https://example.hk/y", "content": "本港有初創企業500間。"}, ensure_ascii=False) + "\n")
    grown = run_archive(settings.replace(raw=dump), size=20_000)
    assert 0 < grown.extracted < 20
    fresh = settings.replace(raw=dump, out=tmp_path / "fresh")
    run_archive(fresh)
    assert tables(settings.out) == tables(fresh.out)
    assert len(list((settings.out / "parts").iterdir())) == len(list(chunks_of(settings.replace(raw=dump), "", size=20_000)))


def test_several_sources_and_more_parts_than_files_may_be_open(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("a", "b"):
        (settings.raw / folder).mkdir()
        (settings.raw / folder / "same.txt").write_text(RELEASE, encoding="utf-8")
    (settings.raw / "dump.jsonl").rename(settings.raw / "a" / "dump.jsonl")
    plain = run(settings.replace(out=tmp_path / "plain"))
    monkeypatch.setattr(merging, "TOGETHER", 3)
    archive = run_archive(settings, size=8_000)
    assert tables(settings.out) == tables(tmp_path / "plain")
    assert archive.duplicates == plain.duplicates != []


def test_reviewers_decisions_need_a_file_a_release(settings: Settings) -> None:
    settings.out.mkdir()
    (settings.out / "reviews.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no-json"):
        run_archive(settings)


def kill_at_poison(chunk: Chunk) -> parts.Head:
    """Stands for an extraction that runs out of memory at one release."""
    if any(planned.doc_id == POISON for planned in chunk.releases):
        os.kill(os.getpid(), signal.SIGKILL)
    return parts.make_part(chunk)


POISON = "dump-42"


def kill_once(chunk: Chunk) -> parts.Head:
    """Stands for a process that somebody kills: the first to come here dies."""
    mark = chunk.settings.out / "killed"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return parts.make_part(chunk)


@pytest.mark.slow
def test_processes_give_the_same_and_survive_what_kills_them(settings: Settings, tmp_path: Path) -> None:
    run_archive(settings, size=20_000)
    for workers in (2, 8):
        out = tmp_path / f"out{workers}"
        assert run_archive(settings.replace(out=out), workers=workers, size=20_000).extracted == 43
        assert tables(out) == tables(settings.out)

    killed = settings.replace(out=tmp_path / "killed")
    with engine.working_on_archive(killed) as archive:
        for _, head in Crew(2, kill_once, split=Chunk.halves, poisoned=parts.poisoned_part).results(archive.missing(size=20_000)):
            archive.add(head)
        assert archive.finish().releases == 43
    assert tables(killed.out) == tables(settings.out)

    poisoned = settings.replace(out=tmp_path / "poisoned")
    with engine.working_on_archive(poisoned) as archive:
        for _, head in Crew(2, kill_at_poison, split=Chunk.halves, poisoned=parts.poisoned_part).results(archive.missing(size=20_000)):
            archive.add(head)
        summary = archive.finish()
    assert summary.releases == 43
    assert [error for doc_id, error in summary.quarantined if doc_id == POISON] == [str(parts.KILLED)]
    again = run_archive(poisoned, size=20_000)
    assert (again.extracted, again.quarantined) == (0, summary.quarantined)


def test_chunks_cover_every_release_once(settings: Settings) -> None:
    found = list(chunks_of(settings, context_key(settings), size=20_000))
    assert len(found) > 3
    assert [p.member for chunk in found for p in chunk.releases] == list(range(1, 44))
    assert len({chunk.fingerprint for chunk in found}) == len(found)
