"""Rankings against what else there is: `python -m benchmarks.rankings [FOLDER]`; the last line is one JSON object.

The dev gold texts go to three readers: hkinno-extract, a regular expression as a competent user would write one in an hour, and the
ordinals of Recognizers-Text where this Python, or that of RECOGNIZERS_PYTHON, has recognizers-text-suite (a Python is started for each
text, so its seconds say nothing). ../shared/gold/score.py scores them alike: precision, recall and F1 of places and records.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hkinno_extract.pipeline import Extractor
from hkinno_extract.records import RawRelease

SCORE = Path(__file__).resolve().parents[2] / "shared" / "gold" / "score.py"
COLUMNS = ("doc_id", "raw_start", "raw_end", "kind", "rank_from", "rank_to", "text")
PEER = """
import json, sys
from recognizers_number import recognize_ordinal
found = [r for t in json.load(sys.stdin) for r in recognize_ordinal(t, "zh-cn")]
print(json.dumps([(r.start, r.end, int(r.resolution["value"])) for r in found if r.resolution["value"].isdecimal()]))
"""
Row = tuple[int, int, str, int, int]
Reader = Callable[[str], Iterator[Row]]

NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"百": 100}
NUMBER = r"(?:\d+|[一二三四五六七八九十百]+)"
SCOPE = r"(?:全球|世界|亞太區|亞洲|全國|本港|全港)?(?:排名)?"
PLACE = re.compile(
    rf"""(?P<place>{SCOPE}第\s?(?P<nth>{NUMBER})\s?(?:名|位)?(?!期|批|屆|季|次|代|輪|個|項|章|條|階段|一?線|時間))
       | (?P<top>{SCOPE}(?:前|首|頭)(?P<n>{NUMBER})(?:名|位)|(?:全球|世界|全國|亞洲)(?P<m>{NUMBER})[大強])
       | (?P<first>{SCOPE}(?:榜首|冠軍|居首|首位)) | (?P<three>三甲)
       | (?P<record>歷史新高|新高|新低|(?:自|過去|近)?{NUMBER}年(?:以來|來)?(?:最[高低多佳]|新[高低])|歷[來年]最[高低多佳])""",
    re.VERBOSE,
)


def number(text: str) -> int:
    """An Arabic number, or a Chinese one below two hundred."""
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for char in text:
        value = NUMERALS[char]
        if value >= 10:
            total, digit = total + (digit or 1) * value, 0
        else:
            digit = value
    return total + digit


def regex(text: str) -> Iterator[Row]:
    """The places that the regular expression finds."""
    for match in PLACE.finditer(text):
        found = match.groupdict()
        if found["record"]:
            first, last = 1, 1
        elif found["nth"]:
            first = last = number(found["nth"])
        else:
            first, last = 1, 3 if found["three"] else number(found["n"] or found["m"] or "1")
        yield match.start(), match.end(), "record" if found["record"] else "position", first, last


def recognizers() -> Reader | None:
    """Recognizers-Text's ordinals of Chinese, in this Python or in that of RECOGNIZERS_PYTHON; None where neither has the package."""
    python = os.environ.get("RECOGNIZERS_PYTHON", sys.executable)
    trial = subprocess.run([python, "-c", PEER], input="[]", capture_output=True, text=True, check=False)
    if trial.returncode:
        return None

    def read(text: str) -> Iterator[Row]:
        answer = subprocess.run([python, "-c", PEER], input=json.dumps([text]), capture_output=True, text=True, check=True)
        for start, end, value in json.loads(answer.stdout):
            yield start, end + 1, "position", value, value

    return read


def ours() -> Reader:
    """hkinno-extract, from raw bytes to records."""
    extractor = Extractor()

    def read(text: str) -> Iterator[Row]:
        result = extractor.extract(RawRelease(doc_id="doc", source="doc.txt", data=text.encode("utf-8")))
        for r in result.records.get("rankings", ()):
            yield r.raw_start, r.raw_end, r.kind, r.rank_from, r.rank_to

    return read


def measure(folder: Path, reader: Reader) -> dict[str, float]:
    """Precision, recall and F1 of a reader on the texts of `folder`, and the seconds of one pass behind a first one."""
    texts = {p.stem: p.read_bytes().decode("utf-8") for p in sorted(folder.glob("*.txt"))}
    list(reader(next(iter(texts.values()))))
    began = time.perf_counter()
    rows = [(doc, *row, text[row[0] : row[1]]) for doc, text in texts.items() for row in reader(text)]
    seconds = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as out:
        with (Path(out) / "rankings.csv").open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
        command = [sys.executable, str(SCORE), str(folder / "gold.jsonl"), out, "--json"]
        report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["rankings"]
    return {key: report[key] for key in ("precision", "recall", "f1")} | {"seconds": round(seconds, 3)}


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SCORE.parent / "dev"
    readers: dict[str, Reader | None] = {"hkinno-extract": ours(), "regex": regex, "recognizers-text": recognizers()}
    report: dict[str, object] = {}
    print(f"{'reader':18} {'P':>7} {'R':>7} {'F1':>7} {'seconds':>8}")
    for name, reader in readers.items():
        if reader is None:
            print(f"{name:18} ABSENT: the package is not installed, so there is no figure for it")
            report[name] = None
            continue
        figures = measure(folder, reader)
        report[name] = figures
        print(f"{name:18} {figures['precision']:7.4f} {figures['recall']:7.4f} {figures['f1']:7.4f} {figures['seconds']:8.3f}")
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
