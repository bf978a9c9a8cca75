"""Export and import of many records: `python -m benchmarks.review [RECORDS]`.

Makes an output folder of RECORDS amounts (100,000), writes its workbook, reads the workbook and the CSV back unedited and with an edit a
release, and puts these decisions into the tables. Targets of the project: export and import at most 30 s each for 100,000 records. The
last line is one JSON object; seconds are wall time, beside them the processor's, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hkinno_extract.pipeline.reviewed import refresh
from hkinno_extract.review.edits import read_edits
from hkinno_extract.review.listing import read_listing
from hkinno_extract.review.outcome import Reviews
from hkinno_extract.review.store import Store
from hkinno_extract.review.workbook import write_workbook
from tests.reviewing import folder, release

A_RELEASE = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int, nargs="?", default=100_000)
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        ids = [f"P{number:06}" for number in range(records // A_RELEASE)]
        folder(out, {doc_id: release(text_of(n), doc_id, measure="本地研發總開支", period="2024-12") for n, doc_id in enumerate(ids)})
        refresh(out)
        figures: dict[str, Any] = {"records": records}
        book, table = out / "review.xlsx", out / "amounts.csv"
        timed(figures, "export", lambda: write_workbook(book, read_listing(out, Reviews.load(out))))
        for kind, path in (("workbook", book), ("csv", table)):
            edits = timed(figures, f"import_{kind}", lambda path=path: read_edits(out, path))
            assert edits.decisions == [], edits.lines()[:3]
            assert edits.refused == [], edits.refused[:3]
            assert edits.rows >= records
        edits = timed(figures, "import_edited", lambda: read_edits(out, edited(table)))
        assert len(edits.decisions) == len(ids)
        timed(figures, "store", lambda: Store(out).append(edits.decisions))
        timed(figures, "tables", lambda: refresh(out))
        figures["decisions"] = len(edits.decisions)
        figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures))


def text_of(number: int) -> str:
    """A release with A_RELEASE amounts, no two alike."""
    lines = (
        f"第{number}項第{k}目的本地研發總開支為{number * 7919 + k * 104729 + 1}元，按年上升，用以支持初創企業。" for k in range(A_RELEASE)
    )
    return "\n".join(lines)


def edited(table: Path) -> Path:
    """The CSV with another measure in every A_RELEASEth row."""
    with table.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows[::A_RELEASE]:
        row["measure"] = "開支"
    path = table.with_name("edited.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def timed(figures: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    """What `work` returns; its seconds go into `figures`."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    figures[name] = {"seconds": round(time.perf_counter() - wall, 2), "processor": round(time.process_time() - processor, 2)}
    print(name, figures[name], flush=True)
    return result


if __name__ == "__main__":
    main()
