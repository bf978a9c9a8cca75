"""Speed of the amounts component with all its attributes: `python -m benchmarks.amounts [FOLDER]`.

FOLDER holds texts (default: the repository's samples); they are repeated to about 200,000 characters. The tokenizer is not part of the
time. The peer, Recognizers-Text's currency and percentage models, runs on the same text in the same run where `recognizers-text-suite`
can be imported (it wants emoji<2), or where RECOGNIZERS_PYTHON names the Python of an environment that has it; otherwise the last line
says `"peer": null`. Times are processor times, so that a busy machine does not decide. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from hkinno_extract.pipeline import Extractor
from hkinno_extract.reading import read_release
from hkinno_extract.recognition.view import View
from hkinno_extract.records import RawRelease
from hkinno_extract.repair import repair

SAMPLES = Path(__file__).resolve().parents[1] / "raw" / "samples"
PEER = """
import json, sys, time
from recognizers_number import NumberRecognizer, recognize_percentage
from recognizers_number_with_unit import recognize_currency
texts = json.load(sys.stdin)
seconds = []
for run in range(4):
    start = time.process_time()
    found = sum(len(recognize_currency(t, "zh-cn")) + len(recognize_percentage(t, "zh-cn")) for t in texts)
    seconds.append(time.process_time() - start)
print(json.dumps({"seconds": min(seconds), "found": found}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    args = parser.parse_args()
    texts = [_text(p) for p in sorted(args.folder.iterdir()) if p.suffix in (".txt", ".htm", ".html")]
    characters = sum(map(len, texts))
    times = max(1, 200_000 // characters)
    ours, found = _ours(texts, times)
    report: dict[str, object] = {
        "characters": characters * times,
        "amounts": found,
        "characters_per_second": round(characters * times / ours),
    }
    peer = _peer(texts)
    if peer is None:
        print(
            "Recognizers-Text is not there, so there is no comparison; set RECOGNIZERS_PYTHON to a Python that has recognizers-text-suite."
        )
    report["peer"] = peer and {
        "characters_per_second": round(characters / peer),
        "faster": round(characters * times / ours / (characters / peer), 1),
    }
    print(json.dumps(report))
    return 0


def _text(path: Path) -> str:
    page = read_release(RawRelease(doc_id=path.stem, source=path.name, data=path.read_bytes()))
    return repair(page.text, blocks=page.blocks).text


def _ours(texts: list[str], times: int) -> tuple[float, int]:
    """Seconds (the best of four runs) and records of the amounts component over `texts`, `times` times."""
    tokenizer, engine = Extractor()._machinery
    recogniser = engine.recognisers["amounts"]
    tokens = [tokenizer.tokens(text) for text in texts]
    best, found = float("inf"), 0
    for _ in range(4):
        views = [View(t) for _ in range(times) for t in tokens]
        for view in views:
            view.found["rankings"] = []
        start = time.process_time()
        found = sum(len(recogniser.find(view)) for view in views)
        best = min(best, time.process_time() - start)
    return best, found


def _peer(texts: list[str]) -> float | None:
    """Seconds (the best of four runs) of Recognizers-Text over `texts`, None where it is not there."""
    python = os.environ.get("RECOGNIZERS_PYTHON", sys.executable)
    run = subprocess.run([python, "-c", PEER], input=json.dumps(texts), capture_output=True, text=True, check=False)
    return float(json.loads(run.stdout.splitlines()[-1])["seconds"]) if run.returncode == 0 else None


if __name__ == "__main__":
    raise SystemExit(main())
