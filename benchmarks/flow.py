"""What Prefect costs: `python -m benchmarks.flow [--releases N]`.

N generated releases (tests/releases.py) of one folder are extracted by `hkinno run`'s flow and without Prefect, each in a process of its
own, and so are none, which gives what starting costs. `ms_a_release` is what the flow takes longer for a release, its fixed start aside;
`peak_mb` is the flow's memory after N and after a tenth of them. The last line is one JSON object.
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

from tests.releases import releases

PATTERNS = Path(__file__).resolve().parents[1] / "patterns"
RUN = """
import json, resource, sys, time
start = time.perf_counter()
from pathlib import Path
from hkinno_extract.settings import Settings
raw, out, patterns, way = sys.argv[1:]
settings = Settings(raw=Path(raw), out=Path(out), patterns=Path(patterns))
if way == "flow":
    from hkinno_extract.cli.run import load_flow
    count = load_flow(quiet=True)(settings, on_plan=lambda _: None, progress=lambda _: None, workers=1)["releases"]
else:
    from hkinno_extract.pipeline.run import run
    count = run(settings).releases
seconds = time.perf_counter() - start
print(json.dumps({"releases": count, "seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=3000)
    args = parser.parse_args()
    found = {(way, count): measured(way, count) for count in (0, args.releases // 10, args.releases) for way in ("plain", "flow")}
    for (way, count), figures in found.items():
        print(way, count, figures)
    start = found["flow", 0]["seconds"] - found["plain", 0]["seconds"]
    more = found["flow", args.releases]["seconds"] - found["plain", args.releases]["seconds"] - start
    figures = {
        "releases": args.releases,
        "seconds": round(found["flow", args.releases]["seconds"], 2),
        "releases_per_second": round(args.releases / found["flow", args.releases]["seconds"], 1),
        "start_seconds": round(start, 2),
        "ms_a_release": round(1000 * more / args.releases, 3),
        "peak_mb": round(found["flow", args.releases]["peak_mb"]),
        "peak_mb_tenth": round(found["flow", args.releases // 10]["peak_mb"]),
    }
    print(json.dumps(figures))
    return 0


def measured(way: str, count: int) -> dict[str, Any]:
    """A run of `count` releases, a file each: releases, seconds with the start of Python, peak_mb."""
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name) / "raw"
        raw.mkdir()
        for number, release in enumerate(releases(Random(count), count)):
            (raw / f"r{number:05}.txt").write_text(release["content"], encoding="utf-8")
        command = [sys.executable, "-c", RUN, str(raw), f"{name}/out", str(PATTERNS), way]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert figures["releases"] == count, figures
    return figures


if __name__ == "__main__":
    sys.exit(main())
