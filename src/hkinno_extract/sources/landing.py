"""The raw folder as a store: `raw/<source>/<yyyy>/<mm>/<id>.<ext>`, a sidecar each, revisions beside it, nothing overwritten.

In: releases as received, and what reading made of them (`Verdict`). Out: files, and `.index.jsonl` a source, which says what is at hand by
address. A killed run loses nothing: sidecar, then file, then line of the index; what lacks its line is landed again and recognised. A copy
that is damaged or cannot be read never takes the place of an intact one: it goes to `.damaged/`. Look first at `Landing.land`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from hkinno_extract.errors import OutputError
from hkinno_extract.sources.addresses import canonical, file_name, short_hash
from hkinno_extract.sources.config import Source
from hkinno_extract.sources.discovery import Batch, Found
from hkinno_extract.sources.fetching import Fetched
from hkinno_extract.sources.index import INDEX, Known, Verdict, load_index
from hkinno_extract.sources.raw_files import SIDECAR, lock_folder, put, sidecar_facts

Outcome = Literal["new", "revised", "same", "damaged"]


class Landing:
    """The store of one raw folder. A context manager: inside, no other run may fetch into it."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw
        self._known: dict[str, Known] = {}
        self._lists: dict[tuple[str, str], dict[str, Any]] = {}
        self._handles: dict[str, IO[str]] = {}
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        self._lock = lock_folder(self.raw)
        for folder in sorted(p for p in self.raw.iterdir() if p.is_dir() and not p.name.startswith(".")):
            known, lists = load_index(self.raw, folder)
            self._known |= known
            self._lists |= {(folder.name, address): line for address, line in lists.items()}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for handle in (*self._handles.values(), self._lock):
            if handle is not None:
                with suppress(OSError):  # each line was flushed when it was written; what failed then was said then
                    handle.close()
        self._handles.clear()

    def known(self, url: str) -> Known | None:
        """What is at hand of the release at `url`, whichever source brought it."""
        return self._known.get(canonical(url))

    def recent(self, source: str, first: date) -> list[Known]:
        """The releases of `source` from day `first` on that have a page to ask for again."""
        return [
            k for k in self._known.values() if k.source == source and k.path and k.day >= first.isoformat() and k.url.startswith("http")
        ]

    def count(self, source: str) -> int:
        """How many releases of `source` are at hand."""
        return sum(1 for k in self._known.values() if k.source == source and k.path)

    def land(self, source: Source, found: Found, answer: Fetched, verdict: Verdict) -> Outcome:
        """Keeps a copy: the first of a release, or a revision where its text changed. Raises OutputError."""
        known = self.known(found.url)
        sha256 = hashlib.sha256(answer.data).hexdigest()
        if known and known.path:
            if sha256 == known.sha256 or (verdict.key and verdict.key == known.verdict.key):
                if dict(answer.headers) != known.headers:
                    self._remember(self._changed(known, headers=dict(answer.headers)))
                return "same"
            if _is_worse(verdict, known.verdict):
                self._write(self._damaged_path(known, sha256), source, found, answer, revision=known.revision)
                return "damaged"
        name, revision = self._place(source, found, known, sha256)
        self._write(name, source, found, answer, revision=revision)
        day = (found.day or datetime.now(UTC).date()).isoformat()
        owner = known.source if known and known.path else source.name
        self._remember(
            Known(
                canonical(found.url),
                owner,
                name,
                day,
                found.url,
                sha256,
                verdict,
                dict(answer.headers),
                revision,
                known.also if known else (),
                len(answer.data),
            )
        )
        return "revised" if revision > 1 else "new"

    def last_day(self, source: str) -> date | None:
        """The day of the newest release that `source` ever offered, wanted or not."""
        days = [k.day for k in self._known.values() if k.day and (k.source == source or source in k.also)]
        return date.fromisoformat(max(days)) if days else None

    def pass_over(self, source: Source, found: Found, key: str) -> None:
        """Remembers that the filter `key` does not want this release, so that its page is not fetched again before the filter changes."""
        self._remember(Known(canonical(found.url), source.name, day=found.day.isoformat() if found.day else "", filter=key))

    def seen(self, known: Known, source: str) -> bool:
        """Remembers that `source` has a release too that another one brought; True the first time."""
        if known.source == source or source in known.also:
            return False
        self._remember(self._changed(known, also=(*known.also, source)))
        path = self.raw / f"{known.path}{SIDECAR}"
        with suppress(OSError, ValueError):
            facts = json.loads(path.read_text(encoding="utf-8"))
            put(path, _json({**facts, "also": [*facts.get("also", []), source]}))
        return True

    def list_headers(self, source: str, key: str, address: str) -> Mapping[str, str]:
        """The validators of a list page of `source` whose releases were all dealt with under the filter `key`."""
        line = self._lists.get((source, address), {})
        found: Mapping[str, str] = line.get("headers", {}) if line.get("filter", "") == key else {}
        return found

    def list_done(self, source: Source, batch: Batch, today: date, key: str) -> None:
        """Remembers that every release of a list page was dealt with under the filter `key`."""
        if batch.changed and not batch.address.startswith("file:"):
            headers = {k: v for k, v in batch.headers.items() if k in ("etag", "last-modified")}
            line = {"list": batch.address, "headers": headers, "done": today.isoformat(), "filter": key}
            self._lists[source.name, batch.address] = line
            self._append(source.name, line)

    def is_final(self, source: str, key: str, address: str, day: date) -> bool:
        """Whether the list of `day` was done with under the filter `key` at least two days later, when it no longer grows."""
        line = self._lists.get((source, address), {})
        done = line.get("done", "")
        return bool(done) and line.get("filter", "") == key and (date.fromisoformat(done) - day).days >= 2

    def _place(self, source: Source, found: Found, known: Known | None, sha256: str) -> tuple[str, int]:
        """The path of a copy, and its revision; a file of a killed run that has these very bytes is taken as it is."""
        if known and known.path:
            stem, extension = _split(known.path)[0], found.extension
            revision = known.revision + 1
            while (self.raw / f"{stem}.r{revision}{extension}").exists() and self._sha(f"{stem}.r{revision}{extension}") != sha256:
                revision += 1
            return f"{stem}.r{revision}{extension}", revision
        day = found.day or datetime.now(UTC).date()
        name = found.name if found.name and found.url.startswith("file:") else file_name(found.url)
        stem = f"{source.name}/{day:%Y}/{day:%m}/{name}"
        if (self.raw / f"{stem}{found.extension}").exists() and self._sha(f"{stem}{found.extension}") != sha256:
            if sidecar_facts(self.raw / f"{stem}{found.extension}").get("address") == canonical(found.url):
                return f"{stem}.r2{found.extension}", 2
            stem = f"{stem}-{short_hash(canonical(found.url))}"
        return f"{stem}{found.extension}", 1

    def _damaged_path(self, known: Known, sha256: str) -> str:
        stem, extension = _split(known.path)
        folder, _, rest = stem.partition("/")
        return f"{folder}/.damaged/{rest}-{sha256[:8]}{extension}"

    def _write(self, name: str, source: Source, found: Found, answer: Fetched, *, revision: int) -> None:
        facts = {
            "url": found.url,
            "address": canonical(found.url),
            "source": source.name,
            "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "headers": dict(answer.headers),
            "sha256": hashlib.sha256(answer.data).hexdigest(),
            "revision": revision,
            "title": found.title,
            "day": found.day.isoformat() if found.day else "",
            "language": source.language,
            "currency": source.currency,
        }
        path = self.raw / name
        put(path.with_name(f"{path.name}{SIDECAR}"), _json(facts))
        if not path.exists():
            put(path, answer.data)

    def _sha(self, name: str) -> str:
        return hashlib.sha256((self.raw / name).read_bytes()).hexdigest()

    @staticmethod
    def _changed(known: Known, **changes: Any) -> Known:
        return Known(**{**{name: getattr(known, name) for name in Known.__dataclass_fields__}, **changes})

    def _remember(self, known: Known) -> None:
        self._known[known.address] = known
        self._append(known.source, asdict(known))

    def _append(self, source: str, line: dict[str, Any]) -> None:
        handle, path = self._handles.get(source), self.raw / source / INDEX
        try:
            if handle is None:
                path.parent.mkdir(parents=True, exist_ok=True)
                handle = self._handles[source] = path.open("a", encoding="utf-8")
                handle.write("\n")  # ends a line torn by a kill
            handle.write(f"{json.dumps(line, ensure_ascii=False)}\n")
            handle.flush()
        except OSError as error:
            raise OutputError(
                (error.strerror or str(error)).lower(), where=f"{source}/{INDEX}", remedy="Make room and run again."
            ) from error


def _is_worse(new: Verdict, old: Verdict) -> bool:
    return (bool(new.problem), new.damage) > (bool(old.problem), old.damage)


def _split(path: str) -> tuple[str, str]:
    """Stem and extension, without the mark of a revision."""
    stem, extension = os.path.splitext(path)  # noqa: PTH122
    head, _, mark = stem.rpartition(".r")
    return (head, extension) if head and mark.isdigit() else (stem, extension)


def _json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
