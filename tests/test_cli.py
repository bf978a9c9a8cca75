"""The command line: what it prints, its exit statuses, one clear line for an error."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hkinno_extract.cli import app
from hkinno_extract.cli import run as run_command
from hkinno_extract.cli.app import run_app
from hkinno_extract.pipeline.plan import Selection
from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings
from hkinno_extract.tables.columns import COLUMNS, RECORD_TABLES

ROOT = Path(__file__).resolve().parents[1]
TEXT = "創科成果\n香港在2024年世界數碼競爭力排名位列全球第7。\n創新科技及工業局撥款30億元，支持約4,700間初創企業。\n"
COMMANDS = [
    ["run"], ["extract"], ["segment"], ["repair"], ["score"], ["patterns", "check"], ["patterns", "add"], ["model", "install"],
    ["fetch"], ["status"], ["retry"], ["serve"],
]  # fmt: skip


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "raw" / "a.txt"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def no_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    """`hkinno run` without Prefect: the flow's steps only (tests/test_flows.py runs the flow)."""

    def run_flow(settings: Settings, selection: Selection, *, on_plan: Any, progress: Any, workers: int) -> dict[str, Any]:
        del on_plan, workers
        return run(settings, **asdict(selection), progress=progress).as_json()

    monkeypatch.setattr(run_command, "load_flow", lambda **_: run_flow)


def test_extract_prints_each_table(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["extract", str(release)]) == 0
    printed = capsys.readouterr().out
    assert "rankings (1)" in printed
    assert "全球第7" in printed
    assert "約4,700間" in printed


def test_extract_prints_the_contract_s_json(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(Settings(raw=release.parent, out=Path("out")))
    assert run_app(["extract", str(release), "--format", "json"]) == 0
    assert capsys.readouterr().out == Path("out/json/a.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", list(COLUMNS))
def test_extract_prints_one_table_as_csv(release: Path, capsys: pytest.CaptureFixture[str], table: str) -> None:
    run(Settings(raw=release.parent, out=Path("out")))
    assert run_app(["extract", str(release), "--format", "csv", "--table", table]) == 0
    printed = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    with Path(f"out/{table}.csv").open(encoding="utf-8-sig", newline="") as handle:
        assert printed == list(csv.reader(handle))


def test_extract_reads_standard_input(release: Path) -> None:
    command = [sys.executable, "-m", "hkinno_extract", "extract", "-", "--format", "json", "--published-at", "2025-01-02"]
    done = subprocess.run(command, input=release.read_bytes(), capture_output=True, check=True, env=_environment())
    document = json.loads(done.stdout, parse_float=Decimal)["document"]
    assert (document["doc_id"], document["published_at"]) == ("stdin", "2025-01-02")
    assert done.stderr == b""


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"}


def test_output_is_utf_8_whatever_the_locale_says(release: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hkinno_extract", "extract", str(release)],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""},
    )
    assert "全球第7" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["extract", "missing.txt"], "hkinno: missing.txt: no such file or directory. Name a file"),
        (["extract", "raw/a.txt", "--format", "csv"], "hkinno: CSV holds one table. Say which with --table"),
        (["extract", "raw/a.txt", "--table", "nope"], "hkinno: no table is called 'nope'. Use one of documents"),
        (["extract", "raw/a.txt", "--format", "xml"], "Invalid value for '--format'"),
        (["extract", "raw/a.txt", "--segmenter", "nope"], "hkinno: no segmenter is called 'nope'. Use one of"),
        (["extract", "raw/a.txt", "--currency", "dollar"], "hkinno: 'dollar' is no currency code"),
        (["extract", "raw/a.txt", "--patterns", "nowhere"], "hkinno: nowhere: no such folder of patterns"),
        (["extract"], "Missing argument 'FILE|-'"),
        (["nonsense"], "No such command 'nonsense'"),
        (["run", "nowhere"], "hkinno: nowhere: no such folder or file of releases"),
        (["score", "nowhere.jsonl", "raw"], "hkinno: nowhere.jsonl: cannot be read"),
    ],
)
@pytest.mark.usefixtures("release")
def test_wrong_usage_is_one_clear_line_and_status_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err


@pytest.mark.usefixtures("no_prefect")
def test_run_prints_counts_and_where_to_look(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["run"]) == 0
    captured = capsys.readouterr()
    assert "1 releases: 1 extracted, 0 unchanged and skipped" in captured.out
    assert "rankings" in captured.out
    assert "outputs/ (described in datapackage.json)" in captured.out
    assert run_app(["run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reused"] == 1
    assert run_app(["run", str(release.parent), "--out", "outputs", "--only", "a", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["extracted"] == 1
    assert run_app(["run", "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["extracted"] == 1


@pytest.mark.usefixtures("no_prefect")
def test_a_quarantined_release_is_named_and_gives_status_3(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (release.parent / "empty.txt").touch()
    assert run_app(["run"]) == 3
    captured = capsys.readouterr()
    assert "quarantined: empty: empty.txt: the release is empty" in captured.err
    assert "2 releases: 2 extracted" in captured.out


@pytest.mark.usefixtures("no_prefect", "release")
def test_a_failure_is_one_clear_line_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    Path("outputs").write_text("in the way", encoding="utf-8")
    assert run_app(["run"]) == 1
    captured = capsys.readouterr()
    assert "hkinno: outputs" in captured.err
    assert "in the way of a folder" in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.usefixtures("release")
def test_a_missing_model_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from hkinno_extract.segmentation.segmenters import load_segmenter

    load_segmenter.cache_clear()
    monkeypatch.setenv("HKINNO_MODEL", str(Path("no-model").resolve()))
    assert run_app(["extract", "raw/a.txt"]) == 1
    assert "Run: hkinno model install" in capsys.readouterr().err


@pytest.mark.usefixtures("release")
def test_a_defect_is_told_without_a_stack_trace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("hkinno_extract.pipeline.Extractor.extract", fails)
    monkeypatch.delenv("HKINNO_DEBUG", raising=False)
    assert run_app(["extract", "raw/a.txt"]) == 1
    assert "a defect: RuntimeError: boom" in capsys.readouterr().err
    monkeypatch.setenv("HKINNO_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run_app(["extract", "raw/a.txt"])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_s_help_has_two_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app([*command, "--help"]) == 0
    printed = capsys.readouterr().out
    examples = [line.strip() for line in printed.partition("Examples:")[2].splitlines() if line.strip().startswith("hkinno ")]
    assert len(examples) >= 2
    assert all(line.startswith(f"hkinno {' '.join(command)}") for line in examples)


def test_no_command_is_left_out_of_the_test_of_help() -> None:
    from typer.main import get_command

    group: Any = get_command(app.app)
    names = {(name, *((sub,) if sub else ())) for name, c in group.commands.items() for sub in getattr(c, "commands", {"": 0})}
    assert {tuple(c) for c in COMMANDS} <= names


def test_version_and_completion(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import hkinno_extract

    assert run_app(["--version"]) == 0
    assert capsys.readouterr().out.strip() == hkinno_extract.__version__
    monkeypatch.setenv("_HKINNO_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "hkinno ex")
    monkeypatch.setenv("COMP_CWORD", "1")
    run_app([])
    assert "extract" in capsys.readouterr().out


@pytest.mark.usefixtures("release")
def test_segment_prints_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["segment", "raw/a.txt"]) == 0
    printed = capsys.readouterr().out
    assert "第 7" in printed
    assert printed.replace(" ", "").replace("\n", "") == TEXT.replace("\n", "")
    assert run_app(["segment", "raw/a.txt", "--tags"]) == 0
    assert "7/NUMBER" in capsys.readouterr().out
    assert run_app(["segment", "raw/a.txt", "--json"]) == 0
    assert {"word": "7", "class": "NUMBER"} in json.loads(capsys.readouterr().out)[1]


def test_repair_shows_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = tmp_path / "d.txt"
    damaged.write_text("香港創(chuàng)新科技發(fā)展。\n", encoding="utf-8")
    assert run_app(["repair", str(damaged)]) == 0
    assert capsys.readouterr().out == "香港創新科技發展。\n"
    assert run_app(["repair", str(damaged), "--explain"]) == 0
    assert "香港" in capsys.readouterr().out
    assert run_app(["repair", str(damaged), "--json"]) == 0
    assert sum(json.loads(capsys.readouterr().out)["repairs"].values()) == 2


def test_patterns_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "patterns"
    shutil.copytree(ROOT / "patterns", copy)
    lines = (copy / "amounts.jsonl").read_text(encoding="utf-8").splitlines()
    rule = json.loads(lines[0])
    wrong = [{**rule, "id": "a", "no_match": rule["match"]}, {**rule, "id": "b", "match": ["無"]}]
    (copy / "amounts.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in wrong), encoding="utf-8")
    assert run_app(["patterns", "check", "--patterns", str(copy), "--rules-only"]) == 1
    error = capsys.readouterr().err
    assert "amounts.jsonl:1: rule a matches what it must not" in error
    assert "amounts.jsonl:2: rule b does not match its example '無'" in error
    (copy / "amounts.jsonl").write_text('{"id": "a", "colour": "red"}\n', encoding="utf-8")
    (copy / "lexicon.csv").write_text("word,class,value,note\n香港,TOWN,,\n", encoding="utf-8")
    assert run_app(["patterns", "check", "--patterns", str(copy), "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert any("lexicon.csv:2: no class is called 'TOWN'" in p for p in problems)
    assert any("amounts.jsonl:1: unknown key 'colour'" in p for p in problems)


def test_patterns_add(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "patterns"
    shutil.copytree(ROOT / "patterns", copy)
    command = ["patterns", "add", "programmes", "青苗測試資助計劃", "--type", "scheme", "--alias", "青苗測試計劃", "--patterns", str(copy)]
    assert run_app(command) == 0
    assert "青苗測試資助計劃" in capsys.readouterr().out
    assert run_app(command) == 1
    assert "is already a form of" in capsys.readouterr().err
    assert run_app(["extract", "-", "--help"]) == 0


def test_score_of_perfect_tables_is_one(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(Settings(raw=release.parent, out=Path("out")))
    found = json.loads(Path("out/json/a.json").read_text(encoding="utf-8"))
    gold = {"doc_id": "a", **{t: found[t] for t in RECORD_TABLES}}
    Path("gold.jsonl").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
    capsys.readouterr()
    assert run_app(["score", "gold.jsonl", "out", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {name: report[name]["f1"] for name in ("rankings", "amounts", "organisations_strict")} == dict.fromkeys(
        ("rankings", "amounts", "organisations_strict"), 1.0
    )
    gold["rankings"][0]["rank_from"] = 8
    Path("gold.jsonl").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
    assert run_app(["score", "gold.jsonl", "out", "--errors"]) == 0
    assert "MISSED '全球第7' ['position', 8, 7]" in capsys.readouterr().out
