"""Extracts the texts of a gold folder and scores them: `python -m benchmarks.gold [FOLDER] [--errors] [--out DIR]`.

The texts are `<doc_id>.txt` beside `gold.jsonl`. The last line is one JSON object: F1 by table.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from pathlib import Path

from hkinno_extract.pipeline import Extractor
from hkinno_extract.records import RawRelease
from hkinno_extract.scoring import score_folder
from hkinno_extract.tables.columns import RECORD_TABLES, column_names
from hkinno_extract.tables.rows import csv_cells, json_row

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold" / "dev"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=GOLD)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    if not args.folder.is_dir():
        print(json.dumps({"skipped": f"no gold set at {args.folder.name}"}))
        return 0
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
    report = score_folder(args.folder / "gold.jsonl", out)
    for name, figures in report.tables.items():
        print(
            f"{name:22} P {figures.precision:.4f} R {figures.recall:.4f} F1 {figures.f1:.4f}  gold {figures.gold} found {figures.predicted}"
        )
        for attribute, count in figures.attributes.items():
            print(f"    {attribute:16} {count.accuracy:.4f} of {count.stated:4}, spurious {count.spurious} of {count.silent}")
    for error in report.errors if args.errors else ():
        print(error)
    print(json.dumps({name: round(figures.f1, 4) for name, figures in report.tables.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
