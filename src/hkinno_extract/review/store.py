"""The store of decisions, `reviews.jsonl` of an output folder: append-only, one decision a line, one writer at a time.

In: decisions. Out: lines that are on the disk when `append` returns, and decisions read back. Look first at `Store.append`. Nothing in
this package removes the file or a line of it; what a killed writer left half-written at its end was never confirmed and is taken away
by the next writer.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hkinno_extract.errors import OutputError, UsageError
from hkinno_extract.review.decisions import Decision, latest
from hkinno_extract.tables.files import ensure_folder, output_errors

REVIEWS = "reviews.jsonl"
_BOM = b"\xef\xbb\xbf"
_OURS = b'{"record":'
_BLOCK = 8192
Clock = Callable[[], datetime.datetime]
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two files say different things of one record. Both decisions are kept; the later one, `theirs` or `ours`, stands."""

    ours: Decision
    theirs: Decision

    @property
    def standing(self) -> Decision:
        """The one that stands."""
        return max(self.ours, self.theirs, key=lambda d: (d.when, d.line()))


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: decisions that were new here, and conflicts."""

    added: int
    conflicts: list[Conflict]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Store:
    """The decisions of the output folder `out`.

    `overtaken`: at the last `append` the file held what this object neither read nor wrote. `unreadable`: lines of the last `read` that are
    no decisions.
    """

    def __init__(self, out: Path, *, clock: Clock = _now) -> None:
        self.path = out / REVIEWS
        self._clock = clock
        self.overtaken = False
        self.unreadable = 0
        self._known: tuple[Stamp, str] | None = None

    def read(self) -> list[Decision]:
        """Every decision, in the file's order; none where there is no file. Lines that are none stay in it and are told by `problems`."""
        stamp = self.stamp()
        if stamp is None:
            return []
        problems: list[UsageError] = []
        decisions = [decision for _, decision in _parsed(self.path, problems)]
        self.unreadable = len(problems)
        if self.stamp() == stamp:
            self._known = stamp, max((d.when for d in decisions), default="")
        return decisions

    def problems(self) -> list[str]:
        """What is in the file and is no decision, a message with file and line each."""
        found: list[UsageError] = []
        if self.path.exists():
            _parsed(self.path, found)
        return [str(error) for error in found]

    def append(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Adds `decisions`, each later than all before; they are on the disk when this returns them with their times.

        Raises OutputError where the folder cannot be written, the disk is full or another writer is at work; then none of them is there.
        """
        if not decisions:
            return []
        with self._writing() as handle:
            last = self._last(handle)
            stamped = []
            for decision in decisions:
                last = self._later_than(last)
                stamped.append(decision.replace(when=last))
            _add_lines(self.path, handle, [d.line() for d in stamped])
            self._known = _stamp(os.fstat(handle)), last
        return stamped

    def stamp(self) -> Stamp | None:
        """Changes whenever the file does; None where there is none."""
        with output_errors(self.path):
            return _stamp(self.path.stat()) if self.path.exists() else None

    def _last(self, handle: int) -> str:
        """The latest time in the file. Read again only where another than this object wrote since it read or wrote."""
        now = os.fstat(handle)
        self.overtaken = self._known[0] != _stamp(now) if self._known else now.st_size > 0
        if self._known and not self.overtaken:
            return self._known[1]
        return max((d.when for _, d in _parsed(self.path, [])), default="")

    def merge(self, other: Path) -> Merged:
        """Adds every decision of the file `other` that is not here. None is dropped; see `Conflict` for what differs.

        Raises UsageError where `other` cannot be read or holds other things, OutputError as `append` does.
        """
        if not other.is_file():
            raise UsageError("no such file of decisions", where=str(other), remedy=f"Name another reviewer's {REVIEWS}.")
        problems: list[UsageError] = []
        theirs = _parsed(other, problems)
        if problems:
            raise problems[0]
        with self._writing() as handle:
            ours = _parsed(self.path, [])
            known = {line for line, _ in ours}
            fresh = {line: decision for line, decision in theirs if line not in known}
            shared = {line for line, _ in theirs}
            only_ours = latest(d for line, d in ours if line not in shared)
            _add_lines(self.path, handle, list(fresh))
        pairs = [(only_ours[k], d) for k, d in sorted(latest(fresh.values()).items()) if k in only_ours]
        conflicts = [Conflict(a, b) for a, b in pairs if _differ(a, b)]
        return Merged(len(fresh), conflicts)

    def _later_than(self, last: str) -> str:
        now = self._clock().astimezone(datetime.UTC)
        if last:
            now = max(now, datetime.datetime.fromisoformat(last) + datetime.timedelta(microseconds=1))
        return now.isoformat(timespec="microseconds")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[int]:
        """The file, open and locked, ending in a whole line."""
        ensure_folder(self.path.parent)
        with output_errors(self.path):
            new = not self.path.exists()
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            _lock(self.path, handle)
            with output_errors(self.path):
                _end_line(handle)
                if new:
                    _sync_folder(self.path.parent)
            yield handle
        finally:
            os.close(handle)


def _differ(a: Decision, b: Decision) -> bool:
    return (a.decision, a.changes, a.values) != (b.decision, b.changes, b.values)


def _parsed(path: Path, problems: list[UsageError]) -> list[tuple[str, Decision]]:
    """Line and decision; `problems` gets the lines that are none, but for half a line at the end, which was never confirmed."""
    with output_errors(path):
        data = path.read_bytes()
    *lines, tail = data.removeprefix(_BOM).split(b"\n")
    found = []
    for number, raw in enumerate([*lines, tail], 1):
        if not raw.strip() or (number > len(lines) and _is_half(raw)):
            continue
        try:
            line = raw.decode("utf-8").rstrip("\r")
            found.append((line, Decision.from_line(line)))
        except ValueError as error:
            remedy = "Mend the line; where git left both sides of a merge, keep the decisions of both."
            problems.append(UsageError(f"no decision ({error})", where=f"{path}:{number}", remedy=remedy))
    return found


def _is_half(tail: bytes) -> bool:
    """Whether the bytes behind the last line feed are the beginning of a line of ours that a killed writer left."""
    text = tail.removeprefix(_BOM)
    try:
        json.loads(text)
    except ValueError:
        return text[: len(_OURS)] == _OURS[: len(text)]
    return False


def _add_lines(path: Path, handle: int, lines: Sequence[str]) -> None:
    data = memoryview("".join(f"{line}\n" for line in lines).encode("utf-8"))
    with output_errors(path):
        size = os.fstat(handle).st_size
        try:
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise


def _end_line(handle: int) -> None:
    """Ends a last line that has no line feed, or takes it away where it is half a decision."""
    size, tail = os.fstat(handle).st_size, b""
    while b"\n" not in tail and len(tail) < size:
        start = max(0, size - max(_BLOCK, 2 * len(tail)))
        os.lseek(handle, start, os.SEEK_SET)
        tail = os.read(handle, size - start)
    tail = tail[tail.rfind(b"\n") + 1 :]
    if tail and _is_half(tail):
        os.ftruncate(handle, size - len(tail))
    elif tail:
        os.write(handle, b"\n")


def _stamp(stat: os.stat_result) -> Stamp:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _lock(path: Path, handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # a system without it has no lock
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise OutputError("another command is writing decisions there", where=str(path), remedy="Wait until it is done.") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
