"""The releases of a run, shared out to processes: a JSON file a release, as one process writes them.

In: a plan. Out: JSON files, and the state that the driver keeps of them. Look first at `share_out`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hkinno_extract.pipeline.crew import Crew
from hkinno_extract.pipeline.duplicates import Print
from hkinno_extract.pipeline.plan import Plan, Planned
from hkinno_extract.pipeline.state import State
from hkinno_extract.pipeline.worker import KILLED, Progress, Worker, extractor_of, quarantined
from hkinno_extract.settings import Settings

Entry = tuple[str, str, int, Print]
"""What a state records of a release: id, key, size of its JSON, print."""

LEAST = 300
"""Releases a process, below which starting it costs more than it brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Releases that one process extracts at a time."""

    settings: Settings
    context: str
    releases: tuple[Planned, ...]

    def halves(self) -> list[Share]:
        """The share in two; itself where it holds one release."""
        middle = len(self.releases) // 2
        parts = [self.releases[:middle], self.releases[middle:]] if middle else [self.releases]
        return [replace(self, releases=part) for part in parts]


def fitting(workers: int | None, todo: int, cores: int) -> int:
    """How many processes to use: as many as asked for, else the processors, but not for too little work.

    >>> fitting(None, 40, 8), fitting(None, 700, 8), fitting(3, 40, 8)
    (1, 2, 3)
    """
    return workers if workers else max(1, min(cores, todo // LEAST))


def share_out(settings: Settings, state: State, plan: Plan, workers: int, *, progress: Progress = lambda _: None) -> None:
    """Extracts what a plan has to do on `workers` processes. `progress` gets the number of releases that are done.

    A release that ends every process that works on it is quarantined. Raises OutputError where the output folder cannot be written.
    """
    crew = Crew(workers, extract_share, split=Share.halves, poisoned=poisoned_share)
    for share, entries in crew.results(_withdrawn(settings, state, plan)):
        for doc_id, key, size, known in entries:
            state.record(doc_id, key, size, known)
        progress(len(share.releases))


def _withdrawn(settings: Settings, state: State, plan: Plan) -> Iterator[Share]:
    """The shares, each once the state says that its JSON is about to change."""
    for chunk in plan.chunks():
        for planned in chunk:
            state.withdraw(planned.doc_id)
        yield Share(settings=settings, context=plan.context, releases=tuple(chunk))


class _Entries(State):
    """Keeps what a worker would record, for the driver to record."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def withdraw(self, doc_id: str) -> None:
        del doc_id

    def record(self, doc_id: str, key: str, size: int, known: Print) -> None:
        self.entries.append((doc_id, key, size, known))


def extract_share(share: Share) -> list[Entry]:
    """Extracts a share in this process."""
    entries = _Entries()
    Worker(extractor_of(share.settings), entries, share.context).chunk(share.releases)
    return entries.entries


def poisoned_share(share: Share) -> list[Entry]:
    """Quarantines the one release of a share."""
    hand = Worker(extractor_of(share.settings), _Entries(), share.context)
    for planned in share.releases:
        hand.keep(planned.doc_id, "", quarantined(planned, KILLED))
    return []
