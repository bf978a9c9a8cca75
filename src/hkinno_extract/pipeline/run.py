"""A whole run: the releases of a folder to an output folder of JSON and tables.

In: `Settings`. Out: files, and a `Summary`. A flow does the same steps as `run` does: `prepare`, `plan_run`, `Worker.chunk`, `finish`.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from importlib import metadata
from pathlib import Path
from typing import Any

from hkinno_extract import __version__
from hkinno_extract.errors import OutputError
from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.pipeline.duplicates import find_duplicates, print_of
from hkinno_extract.pipeline.extractor import Extractor
from hkinno_extract.pipeline.new_names import write_new_names
from hkinno_extract.pipeline.plan import Plan, model_stamp, plan_run
from hkinno_extract.pipeline.sharing import share_out
from hkinno_extract.pipeline.state import State
from hkinno_extract.pipeline.worker import Progress, Worker
from hkinno_extract.records import Document
from hkinno_extract.review.outcome import Reviews
from hkinno_extract.settings import Settings
from hkinno_extract.tables.files import ensure_folder, output_errors, sweep, write_text
from hkinno_extract.tables.json_text import json_text, read_json
from hkinno_extract.tables.writing import COPIES_FOLDER, JSON_FOLDER, copy_path, json_path, table_digests, write_tables

RUN_FILE = "run.json"
_REPORTED = ("lxml", "opencc", "prefect", "pyahocorasick", "pypinyin", "spacy", "spacy-pkuseg", "trafilatura")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did. `rows` counts the rows of each table; `vanished` are releases whose file went away while it ran;
    `duplicates` are copies that a release of another source stands for, with its id: they are in no table;
    `reviews` counts the outcomes of reviewers' decisions, and those `without a record`; `languages` the releases in each language.
    """

    out: str
    releases: int
    extracted: int
    reused: int
    removed: int
    vanished: list[str] = field(default_factory=list)
    quarantined: list[tuple[str, str]] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The summary as plain data."""
        plain = asdict(self)
        plain["quarantined"] = [{"doc_id": doc_id, "error": error} for doc_id, error in self.quarantined]
        plain["duplicates"] = [{"doc_id": doc_id, "same_as": kept} for doc_id, kept in self.duplicates]
        plain["seconds"] = round(self.seconds, 3)
        return plain


def run(
    settings: Settings,
    *,
    only: Collection[str] = (),
    since: str = "",
    sources: Collection[str] = (),
    force: bool = False,
    workers: int = 1,
    progress: Progress = lambda _: None,
) -> Summary:
    """Extracts what changed of what is selected (`Selection`) and rebuilds the tables, without Prefect, on `workers` processes.

    `progress` gets the number of releases that are done. Raises what its steps raise.
    """
    started = time.monotonic()
    with working_on(settings.out):
        state = State(settings.out)
        plan = plan_run(settings, state, only=only, since=since, sources=sources, force=force)
        with state:
            if workers > 1:
                share_out(settings, state, plan, workers, progress=progress)
            else:
                worker = Worker(Extractor(settings), state, plan.context, progress=progress)
                for chunk in plan.chunks():
                    worker.chunk(chunk)
        return finish(settings, plan, state, started=started)


@contextmanager
def working_on(out: Path) -> Iterator[None]:
    """Makes the output folder, keeps other runs out of it, and takes away what a killed run left half-written. Raises OutputError."""
    ensure_folder(out / JSON_FOLDER)
    with locked(out / ".lock"):
        sweep(out)
        sweep(out / JSON_FOLDER)
        yield


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps other runs out as long as the block lasts. Raises OutputError where one is there."""
    with output_errors(path):
        handle = path.open("w")
    with handle:
        try:
            import fcntl
        except ImportError:  # a system without it has no lock
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(
                "another run is writing there", where=str(path.parent), remedy="Wait until it is done, or name another folder with --out."
            ) from error
        yield


def finish(settings: Settings, plan: Plan, state: State, *, started: float) -> Summary:
    """Removes the JSON of releases that vanished, rebuilds the tables from the JSON there is, and writes run.json, last.

    `started` is the run's start by time.monotonic. Raises OutputError.
    """
    out = settings.out
    extracted_at = time.monotonic()
    reviews = Reviews.load(out)
    planned = {p.doc_id for p in plan.releases}
    _bring_back_copies(out)
    removed = _remove_others(out, planned)
    at_hand = {doc_id for doc_id in planned if json_path(out, doc_id).is_file()}
    with output_errors(out / RUN_FILE):
        (out / RUN_FILE).unlink(missing_ok=True)
    sources = {p.doc_id: p.source for p in plan.releases if p.doc_id in at_hand}
    same = _duplicates(out, state, sources)
    joined = joined_sources(sources, same)

    def settle(release: dict[str, Any]) -> dict[str, Any]:
        return reviews.settle(_with_source(release, joined[release["document"]["doc_id"]]))

    written = write_tables(out, at_hand - same.keys(), settle)
    _set_copies_aside(out, same)
    state.resize(written.settled)
    write_new_names(out, load_patterns(settings.patterns_dir()))
    state.compact(at_hand)
    todo = {p.doc_id for p in plan.releases if p.todo}
    summary = Summary(
        out=str(out),
        releases=len(at_hand),
        extracted=len(todo & at_hand),
        reused=len(at_hand - todo),
        removed=removed,
        vanished=sorted(todo - at_hand),
        quarantined=written.quarantined,
        duplicates=sorted(same.items()),
        rows=written.rows,
        reviews=dict(sorted(reviews.counts.items())),
        languages=dict(sorted(written.languages.items())),
        seconds=time.monotonic() - started,
    )
    write_run_file(settings, summary, extraction=extracted_at - started)
    return summary


def _duplicates(out: Path, state: State, sources: Mapping[str, str]) -> dict[str, str]:
    """Each release that a release of another source stands for, with the id of that one. A source is a folder of the raw folder."""
    folders = {doc_id: source.partition("/")[0] if "/" in source else "" for doc_id, source in sources.items()}
    if len(set(folders.values())) < 2:
        return {}

    def text_of(doc_id: str) -> str:
        return read_json(json_path(out, doc_id))["text"] or ""

    prints = {}
    for doc_id in sources:
        known = state.print_of(doc_id)
        if known is None:
            release = read_json(json_path(out, doc_id))
            known = print_of(Document(**release["document"]), release["text"] or "")
        prints[doc_id] = known
    return find_duplicates(prints, folders, text_of)


def _bring_back_copies(out: Path) -> None:
    """Puts what the last run set aside back to the others, so that all are compared anew; what was extracted since stays."""
    with output_errors(out / COPIES_FOLDER):
        for path in sorted((out / COPIES_FOLDER).glob("*.json")):
            if json_path(out, path.stem).exists():
                path.unlink()
            else:
                path.replace(json_path(out, path.stem))


def _set_copies_aside(out: Path, copies: Collection[str]) -> None:
    """Moves the JSON of copies that another release stands for, so that json/ has each release once."""
    with output_errors(out / COPIES_FOLDER):
        for doc_id in copies:
            copy_path(out, doc_id).parent.mkdir(exist_ok=True)
            json_path(out, doc_id).replace(copy_path(out, doc_id))
        if not copies and (out / COPIES_FOLDER).is_dir():
            (out / COPIES_FOLDER).rmdir()


def joined_sources(sources: Mapping[str, str], same: Mapping[str, str]) -> dict[str, str]:
    """By id, the sources of a release: its own, then those of the copies that it stands for, in order."""
    others: dict[str, list[str]] = {}
    for copy, kept in same.items():
        others.setdefault(kept, []).append(sources[copy])
    return {doc_id: "; ".join([source, *sorted(others.get(doc_id, ()))]) for doc_id, source in sources.items()}


def _with_source(release: dict[str, Any], source: str) -> dict[str, Any]:
    """A release's JSON with `source`; the same object where it has it."""
    document = release["document"]
    return release if document["source"] == source else {**release, "document": {**document, "source": source}}


def _remove_others(out: Path, planned: set[str]) -> int:
    removed = 0
    with output_errors(out / JSON_FOLDER):
        for path in (out / JSON_FOLDER).glob("*.json"):
            if path.stem not in planned and not path.name.startswith("."):
                path.unlink()
                removed += 1
    return removed


def write_run_file(settings: Settings, summary: Summary, *, extraction: float) -> None:
    """Writes run.json: versions, counts, timings and the tables' SHA-256. Raises OutputError."""

    def seconds(value: float) -> Decimal:
        return Decimal(f"{value:.3f}")

    counts = {k: v for k, v in summary.as_json().items() if k not in ("out", "seconds", "quarantined", "duplicates", "vanished", "rows")}
    counts["duplicates"] = len(summary.duplicates)
    facts = {
        "version": __version__,
        "versions": {"python": platform.python_version(), **_versions()},
        "patterns": load_patterns(settings.patterns_dir()).fingerprint,
        "settings": settings.results_key(),
        "model": [list(stamp) for stamp in model_stamp()],
        "counts": counts | {"quarantined": len(summary.quarantined), "vanished": len(summary.vanished), "rows": summary.rows},
        "seconds": {"extraction": seconds(extraction), "tables": seconds(summary.seconds - extraction), "all": seconds(summary.seconds)},
        "tables": table_digests(settings.out),
    }
    write_text(settings.out / RUN_FILE, json_text(facts))


def _versions() -> dict[str, str]:
    found = {}
    for name in _REPORTED:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found
