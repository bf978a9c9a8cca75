"""What a run has to do: every release of the raw folder, its id, and whether the JSON at hand still stands for it.

In: `Settings` and the state of earlier runs. Out: `Plan`. Look first at `plan_run`.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from hkinno_extract import __version__
from hkinno_extract.errors import HkinnoError, UsageError
from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.pipeline.state import State
from hkinno_extract.reading import members, stream_members
from hkinno_extract.records import Plain, RawRelease
from hkinno_extract.settings import Settings, model_dir
from hkinno_extract.sources.doc_ids import doc_ids
from hkinno_extract.sources.folder import release_files
from hkinno_extract.sources.raw_files import release_facts

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Planned:
    """A release of the raw folder: `source` is its file, `member` its number in a file of several. `todo`: it is to be extracted."""

    doc_id: str
    source: str
    member: int | None
    todo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every release of a run, in order of source and member. `context` is the key of all that is not the release itself."""

    releases: tuple[Planned, ...]
    context: str

    def chunks(self, size: int = CHUNK) -> list[list[Planned]]:
        """What is to be extracted, at most `size` releases at a time."""
        todo = [p for p in self.releases if p.todo]
        return [todo[i : i + size] for i in range(0, len(todo), size)]


def plan_run(settings: Settings, state: State, *, only: Collection[str] = (), force: bool = False) -> Plan:
    """What to extract: with `only` those ids, with `force` everything, else what changed since its JSON was made.

    Raises UsageError where the raw folder is missing or an id of `only` is not there, PatternError where the patterns do not hold.
    """
    context = context_key(settings)
    wanted = frozenset(only)
    releases = []
    for doc_id, source, release in _named(settings.raw):
        fresh = release is not None and not wanted and not force and state.fresh(doc_id, release_key(context, release))
        todo = doc_id in wanted if wanted else not fresh
        releases.append(Planned(doc_id, source, release.member if release else None, todo))
    missing = wanted - {p.doc_id for p in releases}
    if missing:
        raise UsageError(
            f"no release has the id {sorted(missing)[0]!r}", where=str(settings.raw), remedy="Ids are the first column of documents.csv."
        )
    return Plan(releases=tuple(releases), context=context)


def _named(raw: Path) -> Iterator[tuple[str, str, RawRelease | None]]:
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


def read_file(raw: Path, source: str, doc_id: str) -> Iterator[RawRelease]:
    """The releases that the file `source` holds, as received, in order; a file of several is read as they are asked for, never whole.

    Raises OSError, or ReadingError where its members cannot be told apart.
    """
    beside = release_facts(raw, source)
    with (raw / source).open("rb") as stream:
        release = RawRelease(doc_id=doc_id, source=source, data=b"", charset=beside.charset, hints=beside.hints)
        for member in stream_members(release, stream):
            yield member if member.member is None else dataclasses.replace(member, hints={**beside.hints, **member.hints})


def members_of(name: str, data: bytes, *, hints: Plain | None = None) -> list[RawRelease]:
    """The releases in the bytes of one file called `name` (`-` for standard input), with the ids that a run would give them."""
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
