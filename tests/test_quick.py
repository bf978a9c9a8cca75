"""What a command that prints at once imports: of spaCy the parts that extraction uses, and nothing of the flow's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hkinno_extract.segmentation.model import COMPILED
from hkinno_extract.settings import model_dir

HEAVY = ("spacy.language", "spacy.pipeline", "spacy.cli", "pandas", "prefect", "pypinyin", "spacy_pkuseg", "trafilatura", "jieba")


def in_a_process(code: str) -> Any:
    """What a fresh process prints last, read as JSON."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_spacy_is_imported_in_part_and_wakes_when_it_is_asked() -> None:
    code = """
import json, sys
from hkinno_extract.cli.quick import import_spacy
import_spacy()
before = sorted(name for name in ("spacy.language", "spacy.pipeline", "spacy.cli") if name in sys.modules)
import spacy
words = [token.text for token in spacy.blank("en")("It wakes up.")]
print(json.dumps([before, words, spacy.__version__ != ""]))
"""
    assert in_a_process(code) == [[], ["It", "wakes", "up", "."], True]


def test_a_release_of_spacy_that_cannot_be_taken_in_part_is_imported_whole() -> None:
    code = """
import json, sys
from hkinno_extract.cli import quick
def broken():
    import spacy.errors
    raise ImportError("circular")
quick._import_parts = broken
quick.import_spacy()
print(json.dumps("spacy.language" in sys.modules))
"""
    assert in_a_process(code) is True


@pytest.mark.skipif(not (model_dir() / COMPILED).is_file(), reason="the segmentation model is not installed: run hkinno model install")
def test_extracting_one_release_loads_nothing_heavy(tmp_path: Path) -> None:
    release = tmp_path / "release.txt"
    release.write_text("數碼港的初創企業增至2,000間，按年上升百分之五。", encoding="utf-8")
    code = f"""
import contextlib, io, json, sys
from hkinno_extract.cli import main
sys.argv = ["hkinno", "extract", {str(release)!r}, "--format", "json"]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    assert in_a_process(code) == []
