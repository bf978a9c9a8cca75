"""Speed, memory and start of a run without Prefect: `python -m benchmarks.pipeline [--copies N]`.

Copies of raw/samples, each with an id of its own, go through a run and a rerun; `hkinno extract` is started cold, three times.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted(p for p in (ROOT / "raw" / "samples").iterdir() if p.suffix in (".txt", ".htm"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=25)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(raw=Path(name) / "raw", out=Path(name) / "out", patterns=ROOT / "patterns")
        for number in range(args.copies):
            for path in SAMPLES:
                target = settings.raw / f"{number:04}" / f"release{SAMPLES.index(path)}{path.suffix}"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        first, first_seconds = timed(settings)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _, again_seconds = timed(settings)
        documents = [json.loads(p.read_text(encoding="utf-8"))["document"] for p in (settings.out / "json").glob("*.json")]
    characters = sum(d["characters"] or 0 for d in documents)
    figures = {
        "releases": first,
        "characters": characters,
        "seconds": round(first_seconds, 2),
        "characters_per_second": round(characters / first_seconds),
        "rerun_seconds": round(again_seconds, 2),
        "peak_mb": round(memory),
        "cold_extract_seconds": round(min(cold() for _ in range(3)), 2),
    }
    print(json.dumps(figures))
    return 0


def timed(settings: Settings) -> tuple[int, float]:
    """Number of releases of a run, and its seconds."""
    started = time.perf_counter()
    return run(settings).releases, time.perf_counter() - started


def cold() -> float:
    """Seconds that `hkinno extract` takes on one release, start included."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "hkinno_extract", "extract", str(SAMPLES[-1]), "--format", "json"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
