"""Tables from parts: a merge of sorted files, so that memory does not grow with the archive.

In: an output folder with parts. Out: the five CSV files and datapackage.json, as `write_tables` would write them. Look first at
`merge_tables`.
"""

from __future__ import annotations

import contextlib
import csv
import heapq
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hkinno_extract.pipeline.archive.parts import PARTS, part_path, read_lines
from hkinno_extract.pipeline.duplicates import Print, find_duplicates
from hkinno_extract.tables.columns import COLUMNS, RECORD_TABLES, column_names
from hkinno_extract.tables.files import beside, write_text
from hkinno_extract.tables.json_text import json_text
from hkinno_extract.tables.rows import csv_cells
from hkinno_extract.tables.writing import PACKAGE, datapackage

TOGETHER = 400
"""Files that are open at a time."""


def merge_tables(out: Path, fingerprints: Sequence[str], *, sources: Mapping[str, str], without: Collection[str]) -> dict[str, int]:
    """Writes the tables of the parts `fingerprints`, without the releases `without`; the rows of each.

    `sources` says what stands as a release's source where that is not its own. Raises OutputError.
    """
    paths = [part_path(out, fingerprint) for fingerprint in fingerprints]
    rows = dict.fromkeys(COLUMNS, 0)
    with contextlib.ExitStack() as stack:
        handles = {table: stack.enter_context(beside(out / f"{table}.csv", newline="", encoding="utf-8-sig")) for table in COLUMNS}
        documents = csv.writer(handles["documents"], lineterminator="\r\n")
        for table, handle in handles.items():
            csv.writer(handle, lineterminator="\r\n").writerow(column_names(table))
        for doc_id, rest in merged(paths, out):
            if doc_id in without:
                continue
            document, tables, counts, *_ = json.loads(rest)
            if doc_id in sources:
                document["source"] = sources[doc_id]
            documents.writerow(csv_cells("documents", document))
            rows["documents"] += 1
            for table, text, count in zip(RECORD_TABLES, tables, counts, strict=True):
                if text:
                    handles[table].write(text)
                    rows[table] += count
        for handle in handles.values():
            handle.flush()
    write_text(out / PACKAGE, json_text(datapackage()))
    return rows


def merged(paths: Sequence[Path], out: Path, *, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The releases of all parts, in order of their ids."""
    if len(paths) <= TOGETHER:
        yield from heapq.merge(*map(read_lines, paths), key=lambda line: line[0])
        return
    joined = []
    try:
        for number, first in enumerate(range(0, len(paths), TOGETHER)):
            joined.append(out / PARTS / f".joined-{depth}-{number}.part")
            with joined[-1].open("w", encoding="utf-8") as handle:
                handle.write("\n")
                handle.writelines(f"{doc_id}\t{rest}" for doc_id, rest in merged(paths[first : first + TOGETHER], out, depth=depth + 1))
        yield from merged(joined, out, depth=depth + 1)
    finally:
        for path in joined:
            path.unlink(missing_ok=True)


def same_releases(out: Path, fingerprints: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Of parts that kept their texts: each release that a release of another source stands for, with that one's id, and all sources."""
    prints: dict[str, Print] = {}
    sources: dict[str, str] = {}
    places: dict[str, Path] = {}
    for fingerprint in fingerprints:
        path = part_path(out, fingerprint)
        for doc_id, rest in read_lines(path):
            document, _, _, known, _ = json.loads(rest)
            prints[doc_id], sources[doc_id], places[doc_id] = Print.from_json(known), document["source"], path

    def text_of(doc_id: str) -> str:
        found: list[Any] = next(json.loads(rest) for name, rest in read_lines(places[doc_id]) if name == doc_id)
        return str(found[4] or "")

    folders = {doc_id: source.partition("/")[0] if "/" in source else "" for doc_id, source in sources.items()}
    return find_duplicates(prints, folders, text_of), sources
