"""Speed, memory and start of extraction without Prefect: `python -m benchmarks.pipeline [FOLDER] [--releases N]`.

Raw bytes of the texts in FOLDER (default: the repository's samples) go to records on one core, many times, in processor time;
`share` says which room the time goes to. What a matcher remembers of a text is forgotten between the rounds, so that a text is new each
time. N releases of an archive (tests/releases.py) and a hundred are run to tables in a process each, which shows whether memory grows.
`hkinno extract` is started cold, three times. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import functools
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from hkinno_extract.pipeline import Extractor, extractor
from hkinno_extract.recognition.rules import RuleMatcher
from hkinno_extract.records import RawRelease
from tests.releases import write_dump

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "raw" / "samples"
ROUNDS = 8
RUN = """
import json, resource, sys, time
from pathlib import Path
from hkinno_extract.pipeline.run import run
from hkinno_extract.settings import Settings
folder = Path(sys.argv[1])
settings = Settings(raw=folder / "raw", out=folder / "out", patterns=Path(sys.argv[2]))
start = time.perf_counter()
releases = run(settings).releases
seconds = time.perf_counter() - start
print(json.dumps({"releases": releases, "seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--releases", type=int, default=3000)
    args = parser.parse_args()
    figures: dict[str, Any] = extraction(args.folder)
    print("extraction", figures)
    few, many = archive(100), archive(args.releases)
    figures["run"] = {
        "releases": many["releases"],
        "characters_per_second": round(many["characters"] / many["seconds"]),
        "peak_mb_100": round(few["peak_mb"]),
    }
    figures["peak_mb"] = round(many["peak_mb"])
    figures["cold_extract_seconds"] = round(min(cold() for _ in range(3)), 2)
    print(json.dumps(figures))
    return 0


def extraction(folder: Path) -> dict[str, Any]:
    """Characters a second from bytes to records, best of ROUNDS, and the share of each room."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".txt", ".htm", ".html"))
    releases = [RawRelease(doc_id=p.stem, source=p.name, data=p.read_bytes()) for p in paths]
    ours = Extractor(extractor.Settings(patterns=ROOT / "patterns"))
    results = [r for r in ours.extract_all(releases) if not isinstance(r, Exception)]
    characters = sum(len(r.repaired.text) for r in results)
    best = min(_seconds(ours, releases) for _ in range(ROUNDS))
    return {
        "texts": len(results),
        "characters": characters,
        "characters_per_second": round(characters / best),
        "share": shares(ours, releases),
    }


def _seconds(ours: Extractor, releases: list[RawRelease]) -> float:
    forget()
    start = time.process_time()
    ours.extract_all(releases)
    return time.process_time() - start


def forget() -> None:
    """Makes every matcher forget the texts that it has seen."""
    for found in gc.get_objects():
        if isinstance(found, RuleMatcher):
            found.forget()


def shares(ours: Extractor, releases: list[RawRelease]) -> dict[str, float]:
    """The share of processor time of each room, in a run that is timed room by room."""
    spent: Counter[str] = Counter()

    def timed(room: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[room] += time.perf_counter() - start  # type: ignore[assignment]

        return call

    tokenizer, engine = ours._machinery
    kept = extractor.read_release, extractor.mend, extractor.with_ids
    try:
        extractor.read_release = timed("reading", extractor.read_release)  # type: ignore[assignment]
        extractor.mend = timed("repair", extractor.mend)
        extractor.with_ids = timed("tables", extractor.with_ids)
        tokenizer.batch = timed("segmentation", tokenizer.batch)  # type: ignore[method-assign]
        engine.linked = timed("recognition", engine.linked)  # type: ignore[method-assign]
        for _ in range(ROUNDS):
            forget()
            start = time.perf_counter()
            ours.extract_all(releases)
            spent["all"] += time.perf_counter() - start  # type: ignore[assignment]
    finally:
        extractor.read_release, extractor.mend, extractor.with_ids = kept
        del tokenizer.batch, engine.linked
    return {room: round(seconds / spent["all"], 3) for room, seconds in spent.items() if room != "all"}


def archive(count: int) -> dict[str, Any]:
    """A run of `count` generated releases in a process of its own: releases, characters, seconds, peak_mb."""
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name) / "raw"
        raw.mkdir()
        characters = write_dump(raw / "archive.jsonl", Random(count), count)
        done = subprocess.run([sys.executable, "-c", RUN, name, str(ROOT / "patterns")], check=True, capture_output=True, text=True)
    return {**json.loads(done.stdout.splitlines()[-1]), "characters": characters}


def cold() -> float:
    """Seconds that `hkinno extract` takes on one release, start included."""
    started = time.perf_counter()
    sample = sorted(p for p in SAMPLES.iterdir() if p.suffix == ".txt")[-1]
    command = [sys.executable, "-m", "hkinno_extract", "extract", str(sample), "--format", "json"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
