"""What earlier runs did: which release's JSON in the output folder was made from what.

In: an output folder. Out: `State`, a file of one JSON object a line, appended to while a run works, so that a killed run loses nothing
and nothing stale is taken for fresh: before a release's JSON is replaced its line is withdrawn. Look first at `State.fresh`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from hkinno_extract.pipeline.duplicates import Print
from hkinno_extract.tables.files import ensure_folder, output_errors, write_text
from hkinno_extract.tables.writing import copy_path, json_path

STATE_FILE = "state.jsonl"


class State:
    """Release id to the key it was extracted under, the size of its JSON and its print. A context manager: its file is open inside."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._path = out / STATE_FILE
        self._known: dict[str, tuple[str, int, list[object]]] = {}
        self._handle: IO[str] | None = None
        if self._path.is_file():
            self._load()

    def _load(self) -> None:
        with output_errors(self._path), self._path.open(encoding="utf-8", errors="replace") as handle:
            for line in handle:
                try:
                    doc_id, key, size, *known = json.loads(line)
                except ValueError:
                    continue  # torn by a kill or a full disk; the release is extracted again
                if key:
                    self._known[doc_id] = (key, size, known[0] if known else [])
                else:
                    self._known.pop(doc_id, None)

    def __enter__(self) -> Self:
        ensure_folder(self._out)
        with output_errors(self._path):
            self._handle = self._path.open("a", encoding="utf-8")
            self._handle.write("\n")  # ends a torn line
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._handle is not None:
            with output_errors(self._path):
                self._handle.close()
            self._handle = None

    def fresh(self, doc_id: str, key: str) -> bool:
        """Whether the JSON of `doc_id` is there, whole, and was made under `key`."""
        known = self._known.get(doc_id)
        if known is None or known[0] != key:
            return False
        for path in (json_path(self._out, doc_id), copy_path(self._out, doc_id)):
            with contextlib.suppress(OSError):
                return path.stat().st_size == known[1]
        return False

    def withdraw(self, doc_id: str) -> None:
        """Says that the JSON of `doc_id` is about to change."""
        if self._known.pop(doc_id, None) is not None:
            self._append([doc_id, "", 0])

    def record(self, doc_id: str, key: str, size: int, known: Print) -> None:
        """Says that the JSON of `doc_id`, of `size` bytes, was made under `key`, and what is remembered of the release."""
        self._known[doc_id] = (key, size, known.as_json())
        self._append([doc_id, *self._known[doc_id]])

    def print_of(self, doc_id: str) -> Print | None:
        """What is remembered of a release; None of one that failed, or was extracted by a version that did not remember."""
        known = self._known.get(doc_id)
        return Print.from_json(known[2]) if known and known[2] else None

    def _append(self, entry: list[object]) -> None:
        assert self._handle is not None, "a State is written to inside its with block"
        with output_errors(self._path):
            self._handle.write(f"{json.dumps(entry, ensure_ascii=False)}\n")
            self._handle.flush()

    def resize(self, sizes: Mapping[str, int]) -> None:
        """Says that the JSON of releases, by id, has these sizes now and still stands for what it was made from."""
        for doc_id, size in sizes.items():
            if doc_id in self._known:
                key, _, known = self._known[doc_id]
                self._known[doc_id] = (key, size, known)

    def compact(self, doc_ids: set[str]) -> None:
        """Rewrites the file with the last line of each of `doc_ids` only. Outside the with block."""
        lines = [json.dumps([d, *self._known[d]], ensure_ascii=False) for d in sorted(doc_ids & self._known.keys())]
        write_text(self._path, "".join(f"{line}\n" for line in lines))
