"""The gold scores stay above their floors, on the corpus that the floors were measured on."""

from __future__ import annotations

import json

import pytest

from tests.gate import GOLD, SEED, digest, measure, read_floors

ABSENT = "NO GOLD SET at ../shared/gold/dev: the accuracy of this version was NOT measured"


@pytest.fixture(scope="module")
def reports():  # type: ignore[no-untyped-def]
    if not GOLD.is_dir():
        pytest.skip(ABSENT)
    return measure()


def test_the_floors_are_those_of_this_corpus() -> None:
    if not GOLD.is_dir():
        pytest.skip(ABSENT)
    assert read_floors()["corpus"] == digest(), "the gold set changed: look at the scores, then run python -m tests.gate --raise"


@pytest.mark.parametrize("part", ["all", "seed"])
def test_no_score_is_below_its_floor(reports, part: str) -> None:  # type: ignore[no-untyped-def]
    floors = read_floors()[part]
    scores = {table: round(figures.f1, 4) for table, figures in reports[part].tables.items()}
    assert floors.keys() == scores.keys()
    low = {table: (score, floors[table]) for table, score in scores.items() if score < floors[table]}
    assert low == {}, f"(score, floor); lowering a floor needs python -m tests.gate --lower TABLE: {low}"


def test_floors_are_not_below_what_the_project_promised() -> None:
    floors = read_floors()
    promised = {"rankings": 0.75, "amounts": 0.85, "organisations_strict": 0.70}
    promised_seed = {"rankings": 0.95, "amounts": 0.95, "organisations_strict": 0.90}
    assert all(floors["all"][t] >= f for t, f in promised.items())
    assert all(floors["seed"][t] >= f for t, f in promised_seed.items())


def test_our_scores_are_those_of_the_shared_scorer(reports, tmp_path) -> None:  # type: ignore[no-untyped-def]
    import shutil
    import subprocess
    import sys

    from hkinno_extract.pipeline.run import run
    from hkinno_extract.settings import Settings

    scorer = GOLD.parent / "score.py"
    (tmp_path / "raw").mkdir()
    shutil.copy(GOLD / f"{SEED}.txt", tmp_path / "raw")
    line = next(x for x in (GOLD / "gold.jsonl").read_text(encoding="utf-8").splitlines() if json.loads(x)["doc_id"] == SEED)
    (tmp_path / "gold.jsonl").write_text(line, encoding="utf-8")
    run(Settings(raw=tmp_path / "raw", out=tmp_path / "out"))
    command = [sys.executable, str(scorer), str(tmp_path / "gold.jsonl"), str(tmp_path / "out"), "--json"]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert theirs == reports["seed"].as_json()
