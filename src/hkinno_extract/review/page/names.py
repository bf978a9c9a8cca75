"""A name that no gazetteer has yet, from the page into the gazetteer: by the code of `hkinno patterns add`.

In: what a reviewer says of a name. Out: a row at the end of the gazetteer's file, and how many records of this run it will change.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.recognition.checks import append_row
from hkinno_extract.review.page.index import Index
from hkinno_extract.tables.files import output_errors

NAME_TABLES = ("organisations", "programmes")


def reach(index: Index, table: str, values: Mapping[str, str], record_id: str) -> dict[str, Any]:
    """The records besides `record_id` that would be known by the name or an alias in `values`: how many, in how many releases."""
    forms = [values["name"], values.get("name_en", ""), *values.get("aliases", "").split("|")]
    found = [e for e in index.same_name(table, frozenset(fold(f.strip()) for f in forms if f.strip())) if e.id != record_id]
    return {"records": len(found), "releases": len({e.doc_id for e in found})}


def add_name(patterns: Path, table: str, values: Mapping[str, str]) -> str:
    """Appends the name to the gazetteer `table` of the folder `patterns`; the line. Raises PatternError, OutputError."""
    kept = {name: value.strip() for name, value in values.items() if value.strip()}
    with output_errors(patterns / f"{table}.csv"):
        return append_row(load_patterns(patterns), table, kept).strip()
