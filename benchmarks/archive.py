"""An archive on one process and on two: `python -m benchmarks.archive [--releases N]`.

Generated releases (tests/releases.py: median 600 characters, tail to 60,000) become tables as `hkinno run DUMP --no-json` does it, without
Prefect, each run in a process of its own: first with one worker, then with two. Wall-clock time, so a busy machine decides: run it on a
quiet one. `efficiency_2` is the speed of two workers over twice that of one; `extrapolated_minutes_265m` the time that 265 million
characters, the whole archive, would take on two. Memory is the peak of the driver, and the largest peak of a worker (Linux). The last line
is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from tests.releases import write_dump

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = 265_000_000
RUN = """
import json, os, re, resource, sys, time
from pathlib import Path
from hkinno_extract.pipeline.archive import run_archive
from hkinno_extract.settings import Settings

peak = 0

def watch(_):
    global peak
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    for pid, parent in parents.items():
        while parent not in (0, os.getpid()):
            parent = parents.get(parent, 0)
        try:
            if parent:
                peak = max(peak, int(re.search(r"VmHWM:\\s+(\\d+)", Path(f"/proc/{pid}/status").read_text())[1]))
        except (OSError, TypeError):
            continue

if __name__ == "__main__":
    folder, workers, patterns = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    settings = Settings(raw=folder / "dump.jsonl", out=folder / f"out{workers}", patterns=patterns)
    started = time.perf_counter()
    summary = run_archive(settings, workers=workers, progress=watch)
    seconds = time.perf_counter() - started
    driver = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"releases": summary.releases, "seconds": seconds, "driver": driver / 1024, "worker": peak / 1024}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=30_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        characters = write_dump(folder / "dump.jsonl", Random(13), args.releases)
        one, two = (measured(folder, workers) for workers in (1, 2))
        for table in ("amounts", "documents"):
            if (folder / "out1" / f"{table}.csv").read_bytes() != (folder / "out2" / f"{table}.csv").read_bytes():
                raise SystemExit(f"two workers gave another {table}.csv than one")
    figures = {
        "releases": one["releases"],
        "characters": characters,
        "characters_per_second_1": round(characters / one["seconds"]),
        "characters_per_second_2": round(characters / two["seconds"]),
        "efficiency_2": round(one["seconds"] / two["seconds"] / 2, 3),
        "peak_mb_driver": round(two["driver"]),
        "peak_mb_worker": round(two["worker"]),
        "extrapolated_minutes_265m": round(ARCHIVE / characters * two["seconds"] / 60, 1),
    }
    print(json.dumps(figures))
    return 0


def measured(folder: Path, workers: int) -> dict[str, Any]:
    """One run in a process of its own."""
    script = folder / "run.py"
    script.write_text(RUN, encoding="utf-8")
    command = [sys.executable, str(script), str(folder), str(workers), str(ROOT / "patterns")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{workers} workers: {found['seconds']:.1f} s, driver {found['driver']:.0f} MB, worker {found['worker']:.0f} MB")
    return found


if __name__ == "__main__":
    sys.exit(main())
