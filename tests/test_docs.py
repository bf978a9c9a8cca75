"""The documentation is true: its commands run, its Python runs, every command, column and class is documented."""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from hkinno_extract.cli import app as command_line
from hkinno_extract.cli import run as run_command
from hkinno_extract.cli.app import run_app
from hkinno_extract.pipeline import new_names
from hkinno_extract.pipeline.plan import Selection
from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings
from hkinno_extract.tables.columns import COLUMNS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
LEFT_OUT = {"model install", "fetch", "serve", "review serve"}
"""Commands that reach the network or do not end; other tests run them."""


def blocks(language: str) -> list[Any]:
    found = [(p, code) for p in PAGES for name, code in FENCE.findall(p.read_text(encoding="utf-8")) if name == language]
    return [pytest.param(code, id=f"{p.name}-{number}") for number, (p, code) in enumerate(found)]


def commands() -> list[Any]:
    """Every line of a shell block that calls hkinno or make."""
    lines: dict[str, None] = {}
    for block in blocks("sh"):
        for line in block.values[0].splitlines():
            words = shlex.split(line, comments=True)
            if words:
                lines[shlex.join([Path(words[0]).name, *words[1:]])] = None
    return list(lines)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with what the documentation speaks of: raw/samples, patterns; runs go without Prefect."""
    for name in ("raw", "patterns"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)

    def run_flow(settings: Settings, selection: Selection, *, on_plan: Any, progress: Any, workers: int) -> dict[str, Any]:
        del on_plan, workers
        return run(settings, **asdict(selection), progress=progress).as_json()

    monkeypatch.setattr(run_command, "load_flow", lambda **_: run_flow)
    return tmp_path


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_documentation_works(command: str, checkout: Path) -> None:
    words = shlex.split(command)
    assert words[0] in ("hkinno", "make"), "another program wants a test of its own"
    if words[0] == "make":
        assert {w for w in words[1:] if "=" not in w} <= TARGETS
    elif not any(" ".join(words[1:]).startswith(left_out) for left_out in LEFT_OUT):
        run(Settings(raw=Path("raw/samples")))
        assert run_app([w.replace("P2025061800123", one_id(checkout)) for w in words[1:]]) == 0


def one_id(checkout: Path) -> str:
    return sorted(p.stem for p in (checkout / "outputs" / "json").glob("*.json"))[0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("code", blocks("python"))
def test_a_snippet_of_the_documentation_runs(code: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(Settings(raw=checkout / "raw" / "samples"))
    exec(compile(code, "README", "exec"), {"__name__": "snippet"})
    assert "print(" not in code or capsys.readouterr().out.strip()


def test_every_command_is_documented() -> None:
    from typer.main import get_command

    text = "\n".join(p.read_text(encoding="utf-8") for p in PAGES)
    group: Any = get_command(command_line.app)
    names = [f"{n} {s}".strip() for n, c in group.commands.items() for s in (getattr(c, "commands", None) or {"": None})]
    assert [n for n in names if f"hkinno {n}" not in text] == []


@pytest.mark.parametrize("table", list(COLUMNS))
def test_every_column_is_documented(table: str) -> None:
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", section, re.M)
    assert rows == [(c.name, c.type, c.description) for c in COLUMNS[table]]


def test_every_column_of_new_names_is_documented() -> None:
    section = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8").partition("\n## new_names.csv\n")[2]
    assert [c for c in new_names.COLUMNS if f"`{c}`" not in section] == []


def test_every_target_of_make_is_documented() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in PAGES)
    assert [t for t in sorted(TARGETS - {"format", "gold", "clean"}) if f"make {t}" not in text] == []


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
