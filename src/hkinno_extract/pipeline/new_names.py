"""new_names.csv: the names of a run that no gazetteer has, for people who want to teach them to the program.

In: the run's tables and the patterns. Out: a CSV whose first columns are those of a gazetteer, so that a row can be pasted there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.checks import SENTENCES_KEPT, collect_new_names
from hkinno_extract.tables.files import beside, output_errors
from hkinno_extract.tables.rows import csv_cell, plain_cell

NEW_NAMES = "new_names.csv"
TABLES = ("organisations", "programmes")
COLUMNS = ("id", "name", "name_en", "type", "table", "count", *(f"sentence_{n + 1}" for n in range(SENTENCES_KEPT)))


def write_new_names(out: Path, patterns: Patterns) -> int:
    """Writes new_names.csv into `out` from the tables there, most frequent first; the number of names. Raises OutputError."""
    names = collect_new_names(_rows(out), patterns)
    with beside(out / NEW_NAMES, newline="", encoding="utf-8-sig") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for new in names:
            sentences = new.sentences + [""] * (SENTENCES_KEPT - len(new.sentences))
            cells = [new.proposed_id, new.name, "", new.type, new.table, str(new.count), *sentences]
            writer.writerow([csv_cell(cell) for cell in cells])
    return len(names)


def _rows(out: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    for table in TABLES:
        path = out / f"{table}.csv"
        with output_errors(path), path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                if row["review"] != "rejected":
                    kept = {name: plain_cell(row[name]) for name in ("name", "sentence", "type")}
                    yield table, {**kept, "known": row["known"] == "true"}
