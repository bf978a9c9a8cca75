"""The wheel: it holds every package and data file, and works in a bare environment; the lock and the licence."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hkinno_extract.segmentation.model import model_dir

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DATA = {".csv", ".jsonl", ".txt", ".typed", ".bin", ".toml", ".html", ".js", ".css", ".json"}


def packages() -> set[str]:
    """Every folder that holds package code or data, by its name in the wheel."""
    found = {"hkinno_extract.flows", "hkinno_extract.patterns"}
    for init in (ROOT / "src" / "hkinno_extract").rglob("__init__.py"):
        found.add(".".join(init.parent.relative_to(ROOT / "src").parts))
    return found


def data_files() -> set[str]:
    """Every file that is no code, by its place in the wheel."""
    places = {
        ROOT / "src" / "hkinno_extract": "hkinno_extract",
        ROOT / "patterns": "hkinno_extract/patterns",
        ROOT / "flows": "hkinno_extract/flows",
    }
    return {
        f"{place}/{path.relative_to(folder).as_posix()}"
        for folder, place in places.items()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in DATA
    }


def test_the_list_of_packages_is_the_folders() -> None:
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages()


def test_the_version_is_the_same_everywhere() -> None:
    import hkinno_extract

    assert PROJECT["project"]["version"] == hkinno_extract.__version__


def test_the_lock_has_every_dependency_with_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock, re.M))
    wanted = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"] + PROJECT["build-system"]["requires"]
    names = {re.split(r"[<>=!~;\[ ]", w, maxsplit=1)[0].lower().replace("_", "-") for w in wanted}
    assert names <= locked
    assert "://" not in lock
    assert not re.search(r"^--(?:index|extra|find)", lock, re.M)
    entries = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", lock, re.M | re.S)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_pins_that_prefect_needs_are_in_the_project() -> None:
    dependencies = {re.split(r"[<>=]", d, maxsplit=1)[0]: d for d in PROJECT["project"]["dependencies"]}
    assert dependencies["fastapi"] == "fastapi>=0.139,<0.151"
    assert "<3.9" in dependencies["prefect"]


def test_licence_and_notice_are_shipped() -> None:
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "pkuseg" in (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license-files"] == ["LICENSE", "NOTICE"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the files that git knows."""
    source = tmp_path_factory.mktemp("source")
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_every_data_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    assert data_files() <= inside
    assert {f"{p.replace('.', '/')}/__init__.py" for p in packages() - {"hkinno_extract.patterns"}} <= inside
    assert not [n for n in inside if n.startswith(("tests/", "raw/", "outputs/", "benchmarks/"))]


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new environment with the wheel; its dependencies are those of the running one, so that nothing is downloaded twice."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True, capture_output=True, text=True
    ).stdout.strip()
    here = next(p for p in sys.path if p.endswith("site-packages"))
    Path(site, "borrowed.pth").write_text(
        f"{here}\n", encoding="utf-8"
    )  # a .pth inside it is not read: the checkout's editable install is not seen
    yield folder / "bin"
    shutil.rmtree(folder)


@pytest.mark.slow
def test_the_wheel_runs_in_an_empty_folder_with_one_release(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("香港在2024年世界數碼競爭力排名位列全球第7。\n", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "PYTHON"))}
    environment |= {"HKINNO_CACHE": str(tmp_path / "cache"), "HKINNO_MODEL": str(model_dir())}
    where = subprocess.run(
        [bare / "python", "-c", "import hkinno_extract; print(hkinno_extract.__file__)"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert str(bare.parent) in where
    done = subprocess.run([bare / "hkinno", "run", "--json"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout)["rows"]["rankings"] == 1
    assert {p.name for p in tmp_path.iterdir()} == {"raw", "outputs", "cache"}
    report = subprocess.run([bare / "hkinno", "report"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert report.returncode == 0, report.stderr
    assert "世界數碼競爭力" in (tmp_path / "outputs" / "report.html").read_text(encoding="utf-8")
    check = subprocess.run(
        [bare / "hkinno", "patterns", "check", "--rules-only"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr
