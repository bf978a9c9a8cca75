"""A whole archive: chunks to parts on one process, several, or whatever else can call `make_part`; then tables.

In: `Settings`. Out: tables and a `Summary`, those of `pipeline.run` for the same releases. A run that was killed goes on where it was, and
one over an archive that grew extracts what is new: a part whose fingerprint is there is not made again. Look first at `run_archive`.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hkinno_extract.errors import UsageError
from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.pipeline.archive.chunks import CHUNK_BYTES, Chunk, chunks_of
from hkinno_extract.pipeline.archive.merging import merge_tables, same_releases
from hkinno_extract.pipeline.archive.parts import PARTS, Head, make_part, part_path, poisoned_part, read_head
from hkinno_extract.pipeline.crew import Crew
from hkinno_extract.pipeline.new_names import write_new_names
from hkinno_extract.pipeline.plan import context_key
from hkinno_extract.pipeline.run import RUN_FILE, Summary, joined_sources, locked, write_run_file
from hkinno_extract.review.store import REVIEWS
from hkinno_extract.settings import Settings, is_local
from hkinno_extract.sources.folder import release_files
from hkinno_extract.tables.files import ensure_folder, output_errors, sweep

Progress = Callable[[int], None]


@dataclass(slots=True)
class Archive:
    """An archive on its way to tables. `heads` are the parts that are there, `planned` counts releases, `made` those extracted now."""

    settings: Settings
    context: str
    started: float
    heads: list[Head] = field(default_factory=list)
    planned: int = 0
    made: int = 0

    def missing(self, *, size: int = CHUNK_BYTES) -> Iterator[Chunk]:
        """The chunks that have no part yet."""
        for chunk in chunks_of(self.settings, self.context, size=size, with_text=_several_sources(self.settings)):
            self.planned += len(chunk.releases)
            known = _known(self.settings.out, chunk)
            if known is None:
                yield chunk
            else:
                self.heads += known

    def add(self, head: Head) -> None:
        """Counts a part that was made now."""
        self.heads.append(head)
        self.made += head.releases

    def finish(self) -> Summary:
        """Merges the parts into tables, takes away those that stand for nothing any more, and writes run.json. Raises OutputError."""
        out = self.settings.out
        extracted_at = time.monotonic()
        fingerprints = sorted(head.fingerprint for head in self.heads)
        with output_errors(out / RUN_FILE):
            (out / RUN_FILE).unlink(missing_ok=True)
        same, sources = same_releases(out, fingerprints) if _several_sources(self.settings) else ({}, {})
        joined = {doc_id: source for doc_id, source in joined_sources(sources, same).items() if source != sources[doc_id]}
        rows = merge_tables(out, fingerprints, sources=joined, without=same)
        _remove_others(out, fingerprints)
        write_new_names(out, load_patterns(self.settings.patterns_dir()))
        languages = sum((Counter(head.languages) for head in self.heads), Counter())
        summary = Summary(
            out=str(out),
            releases=sum(head.releases for head in self.heads),
            extracted=self.made,
            reused=sum(head.releases for head in self.heads) - self.made,
            removed=0,
            vanished=sorted(doc_id for head in self.heads for doc_id in head.vanished),
            quarantined=sorted((doc_id, error) for head in self.heads for doc_id, error in head.quarantined if doc_id not in same),
            duplicates=sorted(same.items()),
            rows=rows,
            languages=dict(sorted(languages.items())),
            seconds=time.monotonic() - self.started,
        )
        write_run_file(self.settings, summary, extraction=extracted_at - self.started)
        return summary


def run_archive(settings: Settings, *, workers: int = 1, progress: Progress = lambda _: None, size: int = CHUNK_BYTES) -> Summary:
    """Extracts an archive without a file a release; `progress` gets how many releases are done. Raises what its steps raise."""
    with working_on_archive(settings) as archive:
        for chunk, head in by_processes(archive.missing(size=size), workers):
            archive.add(head)
            progress(len(chunk.releases))
        return archive.finish()


def by_processes(chunks: Iterable[Chunk], workers: int) -> Iterator[tuple[Chunk, Head]]:
    """Each chunk with its head, made by `workers` processes; by this one where that is one."""
    if workers < 2:
        yield from ((chunk, make_part(chunk)) for chunk in chunks)
    else:
        yield from Crew(workers, make_part, split=Chunk.halves, poisoned=poisoned_part).results(chunks)


@contextlib.contextmanager
def working_on_archive(settings: Settings) -> Iterator[Archive]:
    """An archive whose output folder is made and kept from other runs. Raises UsageError where reviewers' decisions are there."""
    started = time.monotonic()
    out = settings.out
    if (out / REVIEWS).is_file():
        raise UsageError(
            "reviewers' decisions are there, which need a file a release", where=str(out / REVIEWS), remedy="Run without --no-json."
        )
    ensure_folder(out / PARTS)
    with locked(out / ".lock") if is_local(out) else contextlib.nullcontext():
        if is_local(out):
            sweep(out)
            sweep(out / PARTS)
        yield Archive(settings, context_key(settings), started)


def _several_sources(settings: Settings) -> bool:
    """Whether releases of several sources can be the same: a source is a folder of the raw folder."""
    return len({name.partition("/")[0] if "/" in name else "" for name in release_files(settings.raw)}) > 1


def _known(out: Path, chunk: Chunk) -> list[Head] | None:
    """The heads of the parts of a chunk that was made before, whole or in halves; None where some of it is missing."""
    head = read_head(part_path(out, chunk.fingerprint))
    if head is not None:
        return [head]
    if len(chunk.releases) < 2 or not part_path(out, f"{chunk.fingerprint}-0").is_file():
        return None
    halves = [_known(out, half) for half in chunk.halves()]
    return None if None in halves else [head for found in halves if found is not None for head in found]


def _remove_others(out: Path, fingerprints: Sequence[str]) -> None:
    kept = {f"{fingerprint}.jsonl" for fingerprint in fingerprints}
    with output_errors(out / PARTS):
        for path in list((out / PARTS).iterdir()):
            if path.name not in kept:
                path.unlink()
