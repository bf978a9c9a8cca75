"""Prints the gold scores beside their floors; raises floors with `--raise`, lowers the named ones with `--lower TABLE`."""

from __future__ import annotations

import argparse
import json
import math
import sys

from tests.gate import FLOORS, GOLD, digest, measure, read_floors

SLACK = 0.02


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gate", description=__doc__)
    parser.add_argument(
        "--raise",
        dest="up",
        action="store_true",
        help="raise every floor to the score, less two points, so that a change may trade one record for several",
    )
    parser.add_argument("--lower", action="append", default=[], metavar="TABLE", help="lower the floor of this table to the score")
    args = parser.parse_args()
    if not GOLD.is_dir():
        print("no gold set at ../shared/gold/dev", file=sys.stderr)
        return 1
    floors = read_floors()
    below = False
    for part, report in measure().items():
        for table, figures in report.tables.items():
            floor = floors[part].get(table, 0.0)
            score = max(0.0, math.floor((figures.f1 - SLACK) * 1000) / 1000)
            if (args.up and score > floor) or table in args.lower:
                floors[part][table] = score
            print(f"{part:5} {table:22} F1 {figures.f1:.4f}  floor {floor:.3f} -> {floors[part].get(table, floor):.3f}")
            below |= figures.f1 < floors[part].get(table, 0.0)
    if args.up or args.lower:
        FLOORS.write_text(json.dumps({**floors, "corpus": digest()}, indent=2) + "\n", encoding="utf-8")
    return int(below)


if __name__ == "__main__":
    sys.exit(main())
