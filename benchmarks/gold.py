"""Extracts the texts of a gold folder and scores them: `python -m benchmarks.gold FOLDER [--errors]`.

The texts are read as they are (`<doc_id>.txt`), so that offsets are those of the gold records; scoring is ../shared/gold/score.py.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

from hkinno_extract.pipeline import Extractor
from hkinno_extract.records import RawRelease
from hkinno_extract.tables.columns import RECORD_TABLES, column_names
from hkinno_extract.tables.rows import csv_cells, json_row

SCORE = Path(__file__).resolve().parents[2] / "shared" / "gold" / "score.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SCORE.parent / "dev")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    out = args.out or Path(tempfile.mkdtemp())
    out.mkdir(exist_ok=True, parents=True)
    extractor = Extractor()
    results = [extractor.extract(RawRelease(doc_id=p.stem, source=p.name, data=p.read_bytes())) for p in sorted(args.folder.glob("*.txt"))]
    for table in RECORD_TABLES:
        with (out / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(column_names(table))
            for result in results:
                writer.writerows(csv_cells(table, json_row(r)) for r in result.records.get(table, ()))
    command = [sys.executable, str(SCORE), str(args.folder / "gold.jsonl"), str(out), *(["--errors"] if args.errors else [])]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
