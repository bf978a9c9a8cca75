"""A run over a folder: what is extracted again, what is reused, what bad input does, and that results never depend on it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hkinno_extract
from hkinno_extract.errors import OutputError, PatternError, UsageError
from hkinno_extract.pipeline import Extractor, plan, worker
from hkinno_extract.pipeline.plan import Planned, plan_run
from hkinno_extract.pipeline.run import Summary, run
from hkinno_extract.pipeline.state import STATE_FILE, State
from hkinno_extract.pipeline.worker import ReadAgain, Worker, error_text
from hkinno_extract.settings import Settings
from hkinno_extract.sources.doc_ids import doc_ids
from hkinno_extract.sources.folder import release_files
from hkinno_extract.tables import files
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.frames import read_tables
from hkinno_extract.tables.writing import json_path

ROOT = Path(__file__).resolve().parents[1]
TEXTS = {
    "a.txt": "創科成果\n香港在2024年世界數碼競爭力排名位列全球第7。\n",
    "b.txt": "創新科技及工業局撥款30億元推出資助計劃，支持約4,700間初創企業。\n",
    "2024/c.txt": "研發開支按年上升12.1%，創歷史新高。\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Three small releases and an empty output folder."""
    chosen = Settings(raw=tmp_path / "raw", out=tmp_path / "out", patterns=ROOT / "patterns")
    for name, text in TEXTS.items():
        path = chosen.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return chosen


def outputs(out: Path) -> dict[str, bytes]:
    """Every file of a run that must be the same for the same releases."""
    kept = [p for p in out.rglob("*") if p.is_file() and p.name not in ("run.json", ".lock")]
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in kept}


def test_a_run_writes_the_contract(settings: Settings) -> None:
    summary = run(settings)
    assert (summary.releases, summary.extracted, summary.reused, summary.quarantined) == (3, 3, 0, [])
    tables = {f"{t}.csv" for t in ("documents", *RECORD_TABLES)}
    jsons = {"json/a.json", "json/b.json", "json/2024.c.json"}
    assert set(outputs(settings.out)) == tables | jsons | {"datapackage.json", "new_names.csv", STATE_FILE}
    facts = json.loads((settings.out / "run.json").read_text(encoding="utf-8"))
    assert facts["version"] == hkinno_extract.__version__
    assert facts["counts"]["rows"] == summary.rows
    assert facts["counts"]["rows"]["documents"] == 3
    assert set(facts["tables"]) == {f"{t}.csv" for t in ("documents", *RECORD_TABLES)}
    assert len(facts["patterns"]) == 64
    release = json.loads(json_path(settings.out, "a").read_text(encoding="utf-8"))
    assert list(release) == ["document", "raw_text", "text", "alignment", *RECORD_TABLES]
    assert release["raw_text"] == TEXTS["a.txt"]
    assert release["document"]["source"] == "a.txt"


def test_every_record_s_slices_are_its_own(settings: Settings) -> None:
    run(settings)
    found = 0
    for path in (settings.out / "json").glob("*.json"):
        release = json.loads(path.read_text(encoding="utf-8"))
        for record in (r for t in RECORD_TABLES for r in release[t]):
            found += 1
            assert release["text"][record["start"] : record["end"]] == record["text"]
            assert release["raw_text"][record["raw_start"] : record["raw_end"]]
        raw = "".join(release["raw_text"][s:e] for *_, s, e, _ in release["alignment"])
        assert raw == release["raw_text"]
    assert found


def test_a_rerun_reuses_everything_and_force_nothing_with_the_same_bytes(settings: Settings) -> None:
    run(settings)
    first = outputs(settings.out)
    again = run(settings)
    assert (again.extracted, again.reused) == (0, 3)
    assert outputs(settings.out) == first
    forced = run(settings, force=True)
    assert (forced.extracted, forced.reused) == (3, 0)
    assert outputs(settings.out) == first


def change_bytes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    del monkeypatch
    (settings.raw / "a.txt").write_text("香港位列全球第8。", encoding="utf-8")
    return settings, 1


def change_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    del monkeypatch
    return settings.replace(currency="CNY"), 3


def change_patterns(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    del monkeypatch
    copy = settings.raw.parent / "patterns"
    shutil.copytree(ROOT / "patterns", copy)
    with (copy / "lexicon.csv").open("a", encoding="utf-8") as handle:
        handle.write("從未見過的詞,NOUN,,\n")
    return settings.replace(patterns=copy), 3


def change_version(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    monkeypatch.setattr(plan, "__version__", "999")
    return settings, 3


def change_code(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    monkeypatch.setattr(plan, "code_fingerprint", lambda: "other")
    return settings, 3


def lose_json(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    del monkeypatch
    json_path(settings.out, "b").unlink()
    return settings, 1


def truncate_json(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    del monkeypatch
    path = json_path(settings.out, "b")
    path.write_bytes(path.read_bytes()[:100])
    return settings, 1


def tear_state(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, int]:
    del monkeypatch
    path = settings.out / STATE_FILE
    path.write_bytes(path.read_bytes()[:-20])
    return settings, 1


@pytest.mark.parametrize(
    "change", [change_bytes, change_settings, change_patterns, change_version, change_code, lose_json, truncate_json, tear_state]
)
def test_only_what_changed_is_extracted_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, change: Callable[[Settings, pytest.MonkeyPatch], tuple[Settings, int]]
) -> None:
    run(settings)
    changed, expected = change(settings, monkeypatch)
    assert run(changed).extracted == expected
    fresh = changed.replace(out=settings.out.with_name("fresh"))
    run(fresh)
    assert outputs(changed.out) == outputs(fresh.out)


def test_bytes_that_come_back_are_not_taken_for_fresh_after_a_kill(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    run(settings)
    before = outputs(settings.out)
    old = (settings.raw / "a.txt").read_bytes()
    (settings.raw / "a.txt").write_text(old.decode().replace("7", "8"), encoding="utf-8")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(State, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            run(settings)
    (settings.raw / "a.txt").write_bytes(old)
    assert run(settings).extracted == 1
    assert outputs(settings.out) == before


def test_a_killed_run_goes_on_where_it_was(settings: Settings) -> None:
    done = []

    def stop(step: int) -> None:
        done.append(step)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(settings, progress=stop)
    assert not (settings.out / "documents.csv").exists()
    (settings.out / ".tables.csv.1.part").write_text("half", encoding="utf-8")
    summary = run(settings)
    assert (summary.extracted, summary.reused) == (1, 2)
    assert not list(settings.out.rglob("*.part"))
    fresh = settings.replace(out=settings.out.with_name("fresh"))
    run(fresh)
    assert outputs(settings.out) == outputs(fresh.out)


def test_only_extracts_those_and_leaves_the_rest(settings: Settings) -> None:
    run(settings)
    for name in ("a.txt", "b.txt"):
        (settings.raw / name).write_text("香港位列全球第8。", encoding="utf-8")
    before = outputs(settings.out)
    summary = run(settings, only=["a"])
    after = outputs(settings.out)
    assert (summary.extracted, summary.reused) == (1, 2)
    assert before["json/b.json"] == after["json/b.json"]
    assert before["json/a.json"] != after["json/a.json"]
    assert run(settings).extracted == 1


def test_only_refuses_an_id_that_is_not_there(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no release has the id 'zz'"):
        run(settings, only=["a", "zz"])


def test_since_and_source_leave_the_rest(settings: Settings) -> None:
    for name in ("gia/2024/11/P2024112800001.txt", "gia/2024/12/P2024120300001.txt", "hkma/2024/12/x.txt"):
        path = settings.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"香港位列全球第7。{name}", encoding="utf-8")
    assert run(settings, sources=["gia"], since="2024-12").extracted == 1
    assert run(settings, since="2024-12-01").extracted == 4  # hkma, and three whose day is not known before they are read
    assert run(settings).extracted == 1
    again = run(settings, sources=["gia/"], force=True)
    assert (again.extracted, again.releases) == (2, 6)
    fresh = settings.replace(out=settings.out.with_name("fresh"))
    run(fresh)
    assert outputs(settings.out) == outputs(fresh.out)


@pytest.mark.parametrize("since", ["2024-13", "December", "2024-1", "20241231"])
def test_since_refuses_what_is_no_date(settings: Settings, since: str) -> None:
    with pytest.raises(UsageError, match=r"is no date\. Write a day, a month or a year"):
        run(settings, since=since)


def test_source_refuses_what_is_not_there(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no release is of the source 'b'"):
        run(settings, sources=["b"])


def test_a_release_that_is_gone_leaves_the_tables_and_reviews_stay(settings: Settings) -> None:
    run(settings)
    (settings.out / "reviews.jsonl").write_text("{}\n", encoding="utf-8")
    (settings.raw / "b.txt").unlink()
    summary = run(settings)
    assert (summary.releases, summary.removed) == (2, 1)
    assert not json_path(settings.out, "b").exists()
    assert b"\r\nb," not in (settings.out / "documents.csv").read_bytes()
    assert (settings.out / "reviews.jsonl").read_text(encoding="utf-8") == "{}\n"


def quarantine_of(settings: Settings) -> Summary:
    summary = run(settings)
    assert summary.releases == 4
    assert [d for d, _ in summary.quarantined] == ["bad"]
    release = json.loads(json_path(settings.out, "bad").read_text(encoding="utf-8"))
    assert release["document"]["status"] == "quarantined"
    assert str(settings.raw) not in release["document"]["error"]
    assert all(release[t] == [] for t in RECORD_TABLES)
    return summary


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\n", bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + b"\0" * 500], ids=["empty", "blank", "binary", "png"]
)
def test_what_is_no_release_goes_to_quarantine_and_the_others_are_extracted(settings: Settings, data: bytes) -> None:
    (settings.raw / "bad.htm").write_bytes(data)
    quarantine_of(settings)
    again = run(settings)
    assert (again.extracted, len(again.quarantined)) == (0, 1)


def test_a_defect_in_one_release_does_not_stop_the_others(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.raw / "bad.txt").write_text("壞", encoding="utf-8")
    finished = Extractor._finished

    def fails(self: Extractor, prepared: Any) -> Any:
        if prepared.doc_id == "bad":
            raise ValueError(f"cannot read {settings.raw}/bad.txt")
        return finished(self, prepared)

    monkeypatch.setattr(Extractor, "_finished", fails)
    ((_, error),) = quarantine_of(settings).quarantined
    assert error == "internal error: ValueError: cannot read bad.txt"


@pytest.mark.parametrize("size", [100_000, 390_000])
@pytest.mark.parametrize("sentence", ["這項工作會繼續推行，", "香港的創科發展步伐穩健。"])
def test_a_file_of_one_long_line(settings: Settings, sentence: str, size: int) -> None:
    (settings.raw / "long.txt").write_text(f"香港位列全球第7。{sentence * (size // len(sentence))}", encoding="utf-8")
    summary = run(settings.replace(segmenter="char"))
    assert summary.quarantined == []
    release = json.loads(json_path(settings.out, "long").read_text(encoding="utf-8"))
    assert [r["rank_from"] for r in release["rankings"]] == [7]


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes there")
def test_a_pipe_in_the_folder_is_no_release(settings: Settings) -> None:
    os.mkfifo(settings.raw / "pipe.txt")
    summary = run(settings)
    assert [doc_id for doc_id, _ in summary.quarantined] == ["pipe"]
    assert (summary.releases, summary.extracted) == (4, 4)


def test_a_text_of_far_more_than_a_release_ends_in_quarantine(settings: Settings) -> None:
    (settings.raw / "long.txt").write_text("香港的創科發展步伐穩健。" * 40_000, encoding="utf-8")
    ((doc_id, error),) = run(settings).quarantined
    assert (doc_id, error[: error.index(",") + 4]) == ("long", "long.txt: the text has 480,000")


def test_a_file_that_vanishes_while_the_run_goes_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_TOGETHER", 1)

    def vanish(_: int) -> None:
        (settings.raw / "b.txt").unlink(missing_ok=True)

    summary = run(settings, progress=vanish)
    assert (summary.vanished, summary.releases) == (["b"], 2)
    assert not json_path(settings.out, "b").exists()


def test_a_file_that_cannot_be_read_is_tried_again_next_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    read = plan.read_file

    def refuse(raw: Path, source: str, doc_id: str, **start: Any) -> Any:
        if source == "b.txt":
            raise PermissionError(errno.EACCES, "Permission denied", str(raw / source))
        return read(raw, source, doc_id, **start)

    with monkeypatch.context() as patch:
        patch.setattr(plan, "read_file", refuse)
        patch.setattr(worker, "read_file", refuse)
        assert run(settings).quarantined == [("b", "cannot be read: permission denied")]
    summary = run(settings)
    assert (summary.extracted, summary.quarantined) == (1, [])


def test_trouble_that_may_pass_asks_for_another_try(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    run(settings.replace(out=settings.out))
    state = State(settings.out)
    planned = plan_run(settings, state, force=True)
    read, tries = worker.read_file, []

    def busy(raw: Path, source: str, doc_id: str, **start: Any) -> Any:
        tries.append(source)
        if source == "b.txt" and tries.count("b.txt") == 1:
            raise OSError(errno.EIO, "Input/output error")
        return read(raw, source, doc_id, **start)

    monkeypatch.setattr(worker, "read_file", busy)
    done: list[int] = []
    with state:
        hand = Worker(Extractor(settings), state, planned.context, progress=done.append)
        with pytest.raises(ReadAgain):
            hand.chunk(planned.releases, last=False)
        hand.chunk(planned.releases, first=False)
    assert json.loads(json_path(settings.out, "b").read_text(encoding="utf-8"))["document"]["status"] == "ok"


def test_a_file_of_many_releases_is_read_once_front_to_back(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps({"url": f"https://example.hk/{i}", "title": f"第{i}則", "content": f"撥款{i}億元。"}) for i in range(1, 251)]
    (settings.raw / "dump.jsonl").write_text("\n".join(lines), encoding="utf-8")
    planned = plan_run(settings, State(settings.out))
    read, opened, yielded = worker.read_file, [], []

    def watched(raw: Path, source: str, doc_id: str, **start: Any) -> Any:
        opened.append(source)
        for release in read(raw, source, doc_id, **start):
            yielded.append(release.member)
            yield release

    monkeypatch.setattr(worker, "read_file", watched)
    (settings.out / "json").mkdir(parents=True)
    state = State(settings.out)
    of_dump = [p for p in planned.releases if p.source == "dump.jsonl"]
    with state:
        hand = Worker(Extractor(settings), state, planned.context)
        hand.chunk(of_dump[:3])
        assert yielded == [1, 2, 3], "no line is read before it is wanted"
        hand.chunk(of_dump[3:])
        hand.chunk(of_dump[:1])
    assert opened == ["dump.jsonl", "dump.jsonl"], "opened again only to go back"
    assert len(of_dump) == 250
    assert all(json_path(settings.out, p.doc_id).is_file() for p in of_dump)


def test_an_output_folder_that_cannot_be_written(settings: Settings) -> None:
    settings.out.write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError, match="is in the way of a folder"):
        run(settings)


def test_a_full_disk_stops_the_run_and_leaves_the_old_tables(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    run(settings)
    before = outputs(settings.out)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.Path, "replace", full)
        with pytest.raises(OutputError, match="make room"):
            run(settings, force=True)
    kept = outputs(settings.out)
    assert {k: v for k, v in kept.items() if k != STATE_FILE} == {k: v for k, v in before.items() if k != STATE_FILE}
    assert run(settings).extracted >= 1
    assert outputs(settings.out) == before


def test_a_broken_pattern_line_stops_the_run_before_anything_is_written(settings: Settings) -> None:
    copy = settings.raw.parent / "patterns"
    shutil.copytree(ROOT / "patterns", copy)
    with (copy / "rankings.jsonl").open("a", encoding="utf-8") as handle:
        handle.write('{"id": "broken"\n')
    with pytest.raises(PatternError, match=r"rankings\.jsonl:\d+: not a JSON object.*Mend the line"):
        run(settings.replace(patterns=copy))
    assert not (settings.out / "documents.csv").exists()


def test_two_runs_do_not_write_into_one_folder(settings: Settings) -> None:
    def second(_: int) -> None:
        with pytest.raises(OutputError, match="another run is writing"):
            run(settings)

    assert run(settings, progress=second).extracted == 3


def test_a_missing_raw_folder_is_wrong_usage(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        run(settings.replace(raw=Path("nowhere")))


def test_extract_gives_the_records_of_a_run(settings: Settings) -> None:
    run(settings)
    for name, doc_id in (("a.txt", "a"), ("b.txt", "b"), ("2024/c.txt", "2024.c")):
        result = hkinno_extract.extract(TEXTS[name], doc_id=doc_id, settings=settings)
        release = json.loads(json_path(settings.out, doc_id).read_text(encoding="utf-8"))
        ours = json.loads(json.dumps(result.as_json(), default=float))
        assert {t: ours[t] for t in (*RECORD_TABLES, "text", "raw_text")} == {t: release[t] for t in (*RECORD_TABLES, "text", "raw_text")}


def test_extract_takes_what_it_is_told(extractor: Extractor) -> None:
    result = extractor.extract_text("研發開支較去年上升3%。", published_at="2025-01-02", issuer="統計處")
    assert (result.document.published_at, result.document.issuer) == ("2025-01-02", "統計處")


def test_frames_of_a_result(extractor: Extractor) -> None:
    frames = extractor.extract_text("香港位列全球第7，開支為3億元。").frames()
    assert set(frames) == {"documents", *RECORD_TABLES}
    assert frames["documents"].loc[0, "doc_id"] == "text"
    assert str(frames["rankings"]["rank_from"].dtype) == "Int64"


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["2024/12/P2024122700123.htm"], ["P2024122700123"]),
        (["x/P2024122700123p.htm"], ["P2024122700123"]),
        (["a/b/c.txt", "d"], ["a.b.c", "d"]),
        (["a.htm", "a.txt", "b.txt"], ["a.htm", "a.txt", "b"]),
        (["a/b.txt", "a.b.txt"], ["a.b.txt", "a.b.txt~2"]),
        (["x/P2024122700123.htm", "y/P2024122700123.htm"], ["x.P2024122700123", "y.P2024122700123"]),
        (["P2024122700123.htm", "P2024122700123.txt"], ["P2024122700123.htm", "P2024122700123.txt"]),
    ],
)
def test_ids(sources: list[str], expected: list[str]) -> None:
    assert sorted(doc_ids(sources).values()) == expected


def test_what_is_a_release(tmp_path: Path) -> None:
    for name in ("a.txt", "README.md", ".hidden", "b.htm.meta.json", "s/c.htm", ".git/d.txt", "e.part"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert release_files(tmp_path) == ["a.txt", "s/c.htm"]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(errno.EACCES, "Permission denied", "/home/x/raw/a"), "cannot be read: permission denied"),
        (KeyError("/tmp/x/y.txt"), "internal error: KeyError: 'y.txt'"),
        (ValueError("3/4 of 1/2\nof it"), "internal error: ValueError: 3/4 of 1/2 of it"),
    ],
)
def test_errors_name_no_folder(error: Exception, text: str) -> None:
    assert error_text(error) == text


def test_chunks_hold_all_that_is_to_do() -> None:
    releases = tuple(Planned(str(n), str(n), None, n % 2 == 0) for n in range(10))
    chunks = plan.Plan(releases=releases, context="").chunks(2)
    assert [[p.doc_id for p in c] for c in chunks] == [["0", "2"], ["4", "6"], ["8"]]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_name_that_is_no_utf8_stops_nothing(settings: Settings) -> None:
    shutil.rmtree(settings.raw)
    (settings.raw / os.fsdecode(b"\xb7s\xbb")).mkdir(parents=True)
    for name in ("good.txt", os.fsdecode(b"bad\xff.txt"), os.fsdecode(b"\xb7s\xbb/\xd4\xc2.txt")):
        (settings.raw / name).write_text("　　數碼港有約4,900間企業。", encoding="utf-8")
    assert run(settings).quarantined == []
    frames = read_tables(settings.out)
    assert sorted(frames["documents"]["source"]) == [r"\xb7s\xbb/\xd4\xc2.txt", r"bad\xff.txt", "good.txt"]
    assert [str(value) for value in frames["amounts"]["value_from"]] == ["4900"] * 3
    with pytest.raises(UsageError, match="no UTF-8"):
        Settings(raw=settings.raw / os.fsdecode(b"bad\xff.txt"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "".join(f"&#x{ord(c):x};" for c in text),
        lambda text: "".join(f"&amp;#{ord(c)};" if c > "\x7f" else c for c in text),
        lambda text: text.replace("月", "\u2f49").replace("日", "\u2f47"),
        lambda text: text.replace("年", "年(nián)").replace("時間", "時(shí)間(jiān)"),
        lambda text: "\u200b".join(text),
        lambda text: text.encode().decode("latin-1"),
    ],
    ids=["hexadecimal", "doubly escaped", "radicals", "gloss", "zero width", "Latin-1"],
)
def test_a_release_says_of_itself_what_its_repaired_text_says(settings: Settings, damage: Callable[[str], str]) -> None:
    text = "培育計劃完成\n\n　　創新科技署今日（三月四日）公布，去年培育企業約4,900間。\n完\n"
    text += "２０２５年３月４日（星期二）\n香港時間１５時２０分\n"
    intact, damaged = (Extractor(settings).extract_text(t) for t in (text, damage(text)))
    for field in ("title", "issuer", "published_at", "language"):
        assert getattr(damaged.document, field) == getattr(intact.document, field) != "", field
    assert [(a.value_from, a.period) for a in damaged.amounts] == [(a.value_from, a.period) for a in intact.amounts]
    assert len(damaged.amounts) == 1


CHINESE = ("　　培育企業約4,900間，開支增至351億元。", "　　其中270間來自內地，佔一成二。")
ENGLISH = (
    "The park has some 4,900 firms, and the Innovation and Technology Commission spent $35.1 billion.",
    "Of these, 270 firms come from other places; they make up 12 per cent of all, as the Secretary said.",
)


@pytest.mark.parametrize("order", [(CHINESE, ENGLISH), (ENGLISH, CHINESE), (CHINESE, ENGLISH, CHINESE[:1])])
def test_of_a_release_in_two_languages_the_chinese_part_is_extracted(settings: Settings, order: tuple[tuple[str, ...], ...]) -> None:
    result = Extractor(settings).extract_text("立法會五題：培育企業 LCQ5: Firms\n\n" + "\n\n".join("\n\n".join(part) for part in order))
    assert result.document.language == "mixed"
    expected = ["約4,900間", "351億元", "270間", "一成二"] + (["約4,900間", "351億元"] if len(order) == 3 else [])
    assert [a.text for a in result.amounts] == expected
    assert [o.text for o in result.organisations] == ["立法會"]


def test_english_names_in_a_chinese_release_make_it_no_release_in_two_languages(settings: Settings) -> None:
    names = ["Hong Kong Applied Science and Technology Research Institute", "Logistics and Supply Chain MultiTech R&D Centre"]
    text = "".join(f"　　{name}獲撥款{i}億元，用以支援本地企業的研究，並推動成果轉化。\n{name}\n" for i, name in enumerate(names, 2))
    result = Extractor(settings).extract_text(text)
    assert result.document.language == "zh-Hant"
    assert {a.text for a in result.amounts} >= {"2億元", "3億元"}
