"""What a worker makes of a chunk: a part, a file of its releases' rows in order of their ids.

In: a `Chunk`. Out: `parts/<fingerprint>.jsonl` in the output folder and a `Head`, its first line. Each further line is a release: its id,
its row of documents, the CSV lines of its other tables and how many these are; where releases of several sources are to be compared, what
is remembered of it, and its text. Look first at `make_part`.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.pipeline.archive.chunks import Chunk
from hkinno_extract.pipeline.duplicates import print_of
from hkinno_extract.pipeline.extractor import Result
from hkinno_extract.pipeline.state import State
from hkinno_extract.pipeline.worker import KILLED, Worker, extractor_of, quarantined
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.files import ensure_folder, write_text
from hkinno_extract.tables.rows import csv_cells, json_document, json_row

PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Head:
    """What a part holds, in few words."""

    fingerprint: str
    releases: int = 0
    quarantined: list[list[str]] = field(default_factory=list)
    languages: dict[str, int] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)


def part_path(out: Path, fingerprint: str) -> Path:
    """Where the part of a chunk lies."""
    return out / PARTS / f"{fingerprint}.jsonl"


def make_part(chunk: Chunk) -> Head:
    """Extracts a chunk and writes its part. Raises OutputError where the output cannot be written."""
    hand = _PartWorker(chunk)
    hand.chunk(chunk.releases)
    return hand.write()


def poisoned_part(chunk: Chunk) -> Head:
    """The part of a chunk whose one release ends every process that works on it."""
    hand = _PartWorker(chunk)
    for planned in chunk.releases:
        hand.keep(planned.doc_id, "", quarantined(planned, KILLED))
    return hand.write()


def read_head(path: Path) -> Head | None:
    """The head of a part; None where there is none, or it is torn."""
    try:
        with path.open(encoding="utf-8") as handle:
            return Head(**json.loads(handle.readline()))
    except (OSError, ValueError, TypeError):
        return None


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The releases of a part, in order: id and the rest of the line, unparsed."""
    with path.open(encoding="utf-8") as handle:
        handle.readline()
        for line in handle:
            doc_id, _, rest = line.partition("\t")
            yield doc_id, rest


class _NoState(State):
    """A part keeps no state of single releases."""

    def __init__(self) -> None:
        pass

    def withdraw(self, doc_id: str) -> None:
        del doc_id


class _PartWorker(Worker):
    """A worker that keeps rows in the place of files."""

    def __init__(self, chunk: Chunk) -> None:
        super().__init__(extractor_of(chunk.settings), _NoState(), chunk.context)
        self._chunk = chunk
        self._lines: dict[str, str] = {}
        self._languages: Counter[str] = Counter()
        self._quarantined: list[list[str]] = []
        self._vanished: list[str] = []

    def keep(self, doc_id: str, key: str, outcome: Result) -> None:
        """Keeps the rows of a release."""
        del key
        document = json_document(outcome.document)
        if document["status"] == "quarantined":
            self._quarantined.append([doc_id, document["error"] or ""])
        if document["language"]:
            self._languages[document["language"]] += 1
        tables = [self._csv(outcome, table) for table in RECORD_TABLES]
        line: list[Any] = [document, tables, [len(outcome.records.get(table, ())) for table in RECORD_TABLES]]
        if self._chunk.with_text:
            text = outcome.repaired.text
            line += [print_of(outcome.document, text).as_json(), text]
        self._lines[doc_id] = json.dumps(line, ensure_ascii=False, separators=(",", ":"))

    def _csv(self, outcome: Result, table: str) -> str:
        records = outcome.records.get(table, ())
        held = io.StringIO(newline="")
        csv.writer(held, lineterminator="\r\n").writerows(csv_cells(table, json_row(record)) for record in records)
        return held.getvalue()

    def _remove(self, doc_id: str) -> None:
        self._vanished.append(doc_id)

    def write(self) -> Head:
        """Writes the part."""
        head = Head(
            self._chunk.fingerprint,
            len(self._lines),
            sorted(self._quarantined),
            dict(self._languages),
            sorted(self._vanished),
        )
        out = self._chunk.settings.out
        lines = [json.dumps(asdict(head), ensure_ascii=False), *(f"{doc_id}\t{self._lines[doc_id]}" for doc_id in sorted(self._lines))]
        ensure_folder(out / PARTS)
        write_text(part_path(out, self._chunk.fingerprint), "".join(f"{line}\n" for line in lines), durable=False)
        return head
