"""What a run has to do: every release of the raw folder, its id, and whether the JSON at hand still stands for it.

In: `Settings` and the state of earlier runs. Out: `Plan`. Look first at `plan_run`.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import hashlib
import io
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import BinaryIO, cast

from hkinno_extract import __version__
from hkinno_extract.errors import HkinnoError, ReadingError, UsageError
from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.pipeline.state import State
from hkinno_extract.reading import members, stream_members
from hkinno_extract.reading.facts import from_address, from_stamp
from hkinno_extract.records import Plain, RawRelease
from hkinno_extract.settings import Settings, is_local, model_dir
from hkinno_extract.sources.doc_ids import doc_ids
from hkinno_extract.sources.folder import base_of, path_of, release_files, source_of
from hkinno_extract.sources.raw_files import release_facts

CHUNK = 100
_BUFFER = 1 << 20
"""Bytes that are read at a time from an address."""

_DATED = re.compile(r"(?:^|/)((?:19|20)\d\d)/(0[1-9]|1[0-2])/")
"""The folders of a year and a month that releases land in."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A release of the raw folder: `source` is its file, `member` its number in a file of several, `at` the byte where its line begins.

    `todo`: it is to be extracted.
    """

    doc_id: str
    source: str
    member: int | None
    todo: bool
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every release of a run, in order of source and member. `context` is the key of all that is not the release itself."""

    releases: tuple[Planned, ...]
    context: str

    def chunks(self, size: int = CHUNK) -> list[list[Planned]]:
        """What is to be extracted, at most `size` releases at a time."""
        todo = [p for p in self.releases if p.todo]
        return [todo[i : i + size] for i in range(0, len(todo), size)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which releases a run looks at; the others stay as they are.

    `only` names ids, which are extracted again in any case. `since` is a day, month or year (2024-12): releases of that time and later, and
    those whose day is not known before they are read. `sources` are folders of the raw folder, or files in it. `force` extracts what is
    selected although nothing changed. Raises UsageError for a `since` that is no date.
    """

    only: tuple[str, ...] = ()
    since: str = ""
    sources: tuple[str, ...] = ()
    force: bool = False

    def __post_init__(self) -> None:
        if self.since and not _is_date(self.since):
            raise UsageError(f"{self.since!r} is no date", remedy="Write a day, a month or a year: 2024-12-31, 2024-12, 2024.")

    def takes(self, source: str, release: RawRelease | None) -> bool:
        """Whether `since` and `sources` take a release; None for a file that cannot be read now."""
        if self.sources and not any(source == name or source.startswith(f"{name}/") for name in self.sources):
            return False
        return not self.since or (day := day_of(source, release)) is None or day >= self.since[: len(day)]


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10] if len(text) == 7 else text)
    except ValueError:
        return False
    return len(text) in (4, 7, 10)


def day_of(source: str, release: RawRelease | None) -> str | None:
    """The day of a release as far as it is known before it is read (ISO 8601): what came with it, else the day in its address or name."""
    said = (release.hints.get("published_at") or release.hints.get("date")) if release else None
    if isinstance(said, str) and (stamp := from_stamp(said)):
        return stamp[:10]
    addresses = (str(release.hints.get("url") or ""), release.doc_id) if release else ()
    found = next((day for address in (*addresses, source) if (day := from_address(address))), None)
    dated = _DATED.search(source)
    return found or (f"{dated[1]}-{dated[2]}" if dated else None)


def plan_run(
    settings: Settings,
    state: State,
    *,
    only: Collection[str] = (),
    since: str = "",
    sources: Collection[str] = (),
    force: bool = False,
) -> Plan:
    """What to extract of what the parameters select (`Selection`): with `force` all of it, else what changed since its JSON was made.

    Raises UsageError where the raw folder, an id of `only` or one of `sources` is not there, PatternError where the patterns do not hold.
    """
    context = context_key(settings)
    selection = Selection(only=tuple(only), since=since, sources=tuple(name.strip("/") for name in sources), force=force)
    wanted = frozenset(only)
    releases = []
    for doc_id, source, release in named_releases(settings.raw):
        if wanted:
            todo = doc_id in wanted
        else:
            todo = selection.takes(source, release) and (force or not _is_fresh(state, context, doc_id, release))
        releases.append(Planned(doc_id, source, release.member if release else None, todo, release.at if release else None))
    _check_sources(settings.raw, selection.sources, releases)
    missing = wanted - {p.doc_id for p in releases}
    if missing:
        raise UsageError(
            f"no release has the id {sorted(missing)[0]!r}", where=str(settings.raw), remedy="Ids are the first column of documents.csv."
        )
    return Plan(releases=tuple(releases), context=context)


def _is_fresh(state: State, context: str, doc_id: str, release: RawRelease | None) -> bool:
    return release is not None and state.fresh(doc_id, release_key(context, release))


def _check_sources(raw: Path, sources: Collection[str], releases: Sequence[Planned]) -> None:
    for name in sources:
        if not any(p.source == name or p.source.startswith(f"{name}/") for p in releases):
            there = sorted({p.source.partition("/")[0] for p in releases})[:10]
            raise UsageError(
                f"no release is of the source {name!r}", where=str(raw), remedy=f"Sources are its folders and files: {', '.join(there)}."
            )


def named_releases(raw: Path) -> Iterator[tuple[str, str, RawRelease | None]]:
    """Every release with its final id; None for a file that cannot be read now."""
    seen: set[str] = set()
    ids = doc_ids(release_files(raw))
    bases = frozenset(ids.values())
    for source, base in ids.items():
        for release in _members_or_none(raw, source, base):
            name = key = release.doc_id if release else base
            number = 2
            while key in seen or (key != base and key in bases):
                key, number = f"{name}~{number}", number + 1
            seen.add(key)
            yield key, source, release


def _members_or_none(raw: Path, source: str, base: str) -> Iterator[RawRelease | None]:
    """The releases that `source` holds, one at a time, and None in the place of what cannot be read."""
    try:
        yield from read_file(raw, source, base)
    except (OSError, HkinnoError):
        yield None


def read_file(raw: Path, source: str, doc_id: str, *, start: tuple[int, int] | None = None) -> Iterator[RawRelease]:
    """The releases that the file `source` holds, as received, in order; a file of several is read as they are asked for, never whole.

    `start` is the byte of a JSON Lines file at which to begin, with the number of the release there. Raises OSError, or ReadingError where
    its members cannot be told apart.
    """
    folder = base_of(raw)
    beside = release_facts(folder, source)
    path = path_of(folder, source)
    if is_local(folder) and path.exists() and not path.is_file():  # opening a pipe would wait for ever
        raise ReadingError("it is a pipe or a device, no file", where=source, remedy="Take it out of the folder.")
    with path.open("rb") as opened:
        stream = cast(BinaryIO, opened if is_local(folder) else io.BufferedReader(cast(io.RawIOBase, opened), _BUFFER))
        release = RawRelease(doc_id=doc_id, source=source, data=b"", charset=beside.charset, hints=beside.hints)
        for member in stream_members(release, stream, start=start):
            yield member if member.member is None else dataclasses.replace(member, hints={**beside.hints, **member.hints})


def members_of(name: str, data: bytes, *, hints: Plain | None = None) -> list[RawRelease]:
    """The releases in the bytes of one file called `name` (`-` for standard input), with the ids that a run would give them."""
    name = source_of(name)
    doc_id = "stdin" if name == "-" else doc_ids([name])[name]
    return list(members(RawRelease(doc_id=doc_id, source=name, data=data, hints=dict(hints or {}))))


def context_key(settings: Settings) -> str:
    """SHA-256 of what decides a result besides the release: version and code of this package, patterns, settings, model."""
    patterns = load_patterns(settings.patterns_dir())
    parts = [__version__, code_fingerprint(), patterns.fingerprint, settings.results_key(), model_stamp()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def release_key(context: str, release: RawRelease) -> str:
    """SHA-256 of a release as received and of `context`."""
    facts = json.dumps([context, release.source, release.member, release.charset, release.hints], sort_keys=True, default=str)
    return hashlib.sha256(facts.encode() + b"\0" + release.data).hexdigest()


@functools.cache
def code_fingerprint() -> str:
    """SHA-256 of this package's own code, so that a developer's rerun sees a changed rule of the code as it sees a changed pattern."""
    digest = hashlib.sha256()
    root = Path(str(resources.files("hkinno_extract")))
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".txt") and path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def model_stamp() -> list[tuple[str, int]]:
    """Names and sizes of the segmentation model's files; empty where none is installed."""
    folder = model_dir()
    return sorted((p.name, p.stat().st_size) for p in folder.glob("*") if p.is_file()) if folder.is_dir() else []
