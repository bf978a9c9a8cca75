"""Tables after a review: rebuilt from the JSON at hand with today's decisions, without extracting anything.

In: an output folder. Out: its JSON, tables and run.json with the outcomes in them. Look first at `refresh`.
"""

from __future__ import annotations

from pathlib import Path

from hkinno_extract.pipeline.run import RUN_FILE, working_on
from hkinno_extract.pipeline.state import State
from hkinno_extract.review.outcome import Reviews
from hkinno_extract.tables.files import output_errors, write_text
from hkinno_extract.tables.json_text import json_text
from hkinno_extract.tables.writing import JSON_FOLDER, table_digests, write_tables


def refresh(out: Path) -> dict[str, int]:
    """Puts today's decisions into the tables of `out`; the outcomes by name. Raises OutputError where it cannot be written."""
    import json
    from decimal import Decimal

    with working_on(out):
        doc_ids = {p.stem for p in (out / JSON_FOLDER).glob("*.json") if not p.name.startswith(".")}
        reviews = Reviews.load(out)
        state = State(out)
        written = write_tables(out, doc_ids, reviews.settle)
        state.resize(written.settled)
        state.compact(doc_ids)
        path = out / RUN_FILE
        if path.is_file():
            with output_errors(path):
                facts = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
            facts["counts"] |= {"rows": written.rows, "reviews": dict(sorted(reviews.counts.items()))}
            facts["tables"] = table_digests(out)
            write_text(path, json_text(facts))
    return dict(sorted(reviews.counts.items()))
