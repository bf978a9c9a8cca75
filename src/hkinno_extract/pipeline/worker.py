"""Extracts chunks of releases to their JSON files; one bad release never stops the others.

In: planned releases. Out: `json/<doc_id>.json` and lines of the state. Look first at `Worker.chunk`.
"""

from __future__ import annotations

import dataclasses
import errno
import functools
import hashlib
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TypeGuard

from hkinno_extract.errors import HkinnoError
from hkinno_extract.pipeline.duplicates import print_of
from hkinno_extract.pipeline.extractor import Extractor, Result
from hkinno_extract.pipeline.plan import Planned, read_file, release_key
from hkinno_extract.pipeline.state import State
from hkinno_extract.records import Document, RawRelease, RepairedText
from hkinno_extract.settings import Settings
from hkinno_extract.tables.files import output_errors, write_text
from hkinno_extract.tables.json_text import json_text
from hkinno_extract.tables.writing import copy_path, json_path

Progress = Callable[[int], None]
_TRANSIENT = frozenset({errno.EAGAIN, errno.EBUSY, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ESTALE, errno.ETIMEDOUT})
_FOLDERS = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:[\\/][^\s\\/:'\"]+)*[\\/](?=[^\s\\/:'\"])")
_ADDRESSES = re.compile(r" at 0x[0-9a-fA-F]+")


_TOGETHER, _TOGETHER_BYTES = 32, 1 << 20
"""So many releases, or bytes, are segmented together."""


KILLED = HkinnoError("its extraction ended the process that worked on it", remedy="Look at its size, and run it alone with --only.")


class ReadAgain(OSError):
    """A file of the raw folder could not be read just now; the rest of its chunk is done."""


class _OpenFile:
    """A file of the raw folder whose members are read one at a time; `passed` is the number of the last one."""

    def __init__(self, source: str, members: Iterator[RawRelease]) -> None:
        self.source, self.members, self.passed = source, members, 0

    def close(self) -> None:
        """Closes the file, if it is open still."""
        if isinstance(self.members, Generator):
            self.members.close()


class Worker:
    """Extracts releases into the output folder of the extractor's settings. `context` is the plan's; `progress` gets 1 a release."""

    def __init__(self, extractor: Extractor, state: State, context: str, *, progress: Progress = lambda _: None) -> None:
        self._extractor, self._state, self._context, self._progress = extractor, state, context, progress
        self._raw, self._out = extractor.settings.raw, extractor.settings.out
        self._open = _OpenFile("", iter(()))

    def chunk(self, chunk: Sequence[Planned], *, first: bool = True, last: bool = True) -> None:
        """Extracts `chunk`. A release that fails becomes a quarantined document, one whose file vanished leaves no JSON.

        Not the `first` try passes over what the tries before it did; not the `last` raises ReadAgain at the end where a file could not
        be read but may be soon. Raises OutputError where the output folder cannot be written.
        """
        unread: OSError | None = None
        waiting: list[tuple[Planned, str, RawRelease]] = []
        for planned in chunk:
            try:
                release = self._release(planned)
            except FileNotFoundError:
                self._remove(planned.doc_id)
                continue
            except (OSError, HkinnoError) as error:
                unread = error if is_transient(error) else unread
                self.keep(planned.doc_id, "", quarantined(planned, error))
                self._progress(1)
            else:
                key = release_key(self._context, release)
                if first or not self._state.fresh(planned.doc_id, key):
                    waiting.append((planned, key, release))
                else:
                    self._progress(1)
            if len(waiting) >= _TOGETHER or sum(len(release.data) for _, _, release in waiting) > _TOGETHER_BYTES:
                self._extract(waiting)
                waiting = []
        self._extract(waiting)
        if unread is not None and not last:
            raise ReadAgain(unread.errno, unread.strerror)

    def _release(self, planned: Planned) -> RawRelease:
        """The release of `planned`. Members come in the order of the plan, so that a file of many is read once, front to back."""
        number = planned.member or 0
        if self._open.source != planned.source or number <= self._open.passed:
            self._open.close()
            start = None if planned.at is None else (planned.at, number)
            self._open = _OpenFile(planned.source, read_file(self._raw, planned.source, planned.doc_id, start=start))
        for release in self._open.members:
            self._open.passed = release.member or 0
            if release.member == planned.member:
                return dataclasses.replace(release, doc_id=planned.doc_id)
        raise FileNotFoundError(planned.source)

    def _extract(self, waiting: Sequence[tuple[Planned, str, RawRelease]]) -> None:
        """Extracts some releases together and keeps what comes of them; one bad release never stops the others."""
        outcomes = self._extractor.extract_all([release for _, _, release in waiting])
        for (planned, key, release), outcome in zip(waiting, outcomes, strict=True):
            self.keep(planned.doc_id, key, outcome if isinstance(outcome, Result) else quarantined(planned, outcome, release))
            self._progress(1)

    def keep(self, doc_id: str, key: str, outcome: Result) -> None:
        """Puts what came of a release in its place; without a `key` it counts as not done."""
        self._state.withdraw(doc_id)
        size = write_text(json_path(self._out, doc_id), json_text(outcome.as_json()), durable=False)
        if key:
            self._state.record(doc_id, key, size, print_of(outcome.document, outcome.repaired.text))

    def _remove(self, doc_id: str) -> None:
        self._state.withdraw(doc_id)
        for path in (json_path(self._out, doc_id), copy_path(self._out, doc_id)):
            with output_errors(path):
                path.unlink(missing_ok=True)


@functools.lru_cache(maxsize=1)
def extractor_of(settings: Settings) -> Extractor:
    """The extractor of a process that works for others, made once."""
    return Extractor(settings)


def is_transient(error: BaseException | None) -> TypeGuard[OSError]:
    """Whether trying again may help: a busy disk or a share that went away for a moment, not a full disk or a missing right."""
    return isinstance(error, OSError) and error.errno in _TRANSIENT


def quarantined(planned: Planned, error: BaseException, release: RawRelease | None = None) -> Result:
    """A result without records that says why. Its text is null in JSON."""
    document = Document(
        doc_id=planned.doc_id,
        source=planned.source,
        sha256=hashlib.sha256(release.data).hexdigest() if release else "",
        status="quarantined",
        error=error_text(error),
    )
    return Result(document=document, repaired=RepairedText(raw="", text="", stretches=()))


def error_text(error: BaseException) -> str:
    """What `error` says on one line, without absolute paths and addresses, so that it is the same on every machine.

    >>> error_text(ValueError("cannot open '/home/a/raw/x.txt' at 0x7f01"))
    "internal error: ValueError: cannot open 'x.txt'"
    """
    if isinstance(error, HkinnoError):
        text = str(error)
    elif isinstance(error, OSError):
        text = f"cannot be read: {(error.strerror or type(error).__name__).lower()}"
    else:
        text = f"internal error: {type(error).__name__}: {error}"
    return " ".join(_ADDRESSES.sub("", _FOLDERS.sub("", text)).split())[:500]
