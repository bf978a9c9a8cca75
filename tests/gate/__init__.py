"""The gate: floors under the scores of the gold set, and the digest of the corpus they were measured on.

In: ../shared/gold/dev. Out: scores by table, compared with floors.json. `python -m tests.gate` prints them, `--raise` raises floors,
`--lower TABLE` is the only way to lower one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hkinno_extract.pipeline.run import run
from hkinno_extract.scoring import Report, read_gold, score_folder
from hkinno_extract.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT.parent / "shared" / "gold" / "dev"
FLOORS = Path(__file__).with_name("floors.json")
SEED = "itib-2024-review"


def digest(folder: Path = GOLD) -> str:
    """SHA-256 over the gold records and texts, by name."""
    total = hashlib.sha256()
    for path in sorted([folder / "gold.jsonl", *folder.glob("*.txt")]):
        total.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def measure(folder: Path = GOLD) -> dict[str, Report]:
    """Scores of the whole set (`all`) and of the seed alone (`seed`), from a run over the texts."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        raw = work / "raw"
        raw.mkdir()
        for path in folder.glob("*.txt"):
            shutil.copy(path, raw)
        summary = run(Settings(raw=raw, out=work / "out", patterns=ROOT / "patterns"))
        if summary.quarantined:
            raise AssertionError(f"gold releases in quarantine: {summary.quarantined}")
        seed = work / "seed.jsonl"
        seed.write_text(json.dumps(read_gold(folder / "gold.jsonl")[SEED], ensure_ascii=False), encoding="utf-8")
        return {"all": score_folder(folder / "gold.jsonl", work / "out"), "seed": score_folder(seed, work / "out")}


def read_floors() -> dict[str, Any]:
    """The committed floors: `corpus` (digest), `all` and `seed` (F1 by table)."""
    floors: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return floors
