"""Files that are whole or not there: written beside, then renamed.

In: a path and what to write. Out: the file. Every OSError becomes an OutputError that says what to do.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from hkinno_extract.errors import OutputError
from hkinno_extract.settings import is_local

_REMEDIES = {
    errno.ENOSPC: "The disk is full: make room and run again.",
    errno.EDQUOT: "Your quota is used up: make room and run again.",
    errno.EACCES: "You may not write there: mend its rights, or name another folder with --out.",
    errno.EPERM: "You may not write there: mend its rights, or name another folder with --out.",
    errno.EROFS: "The file system is read-only: name another folder with --out.",
    errno.ENOTDIR: "A file is in the way of a folder: take it away, or name another folder with --out.",
    errno.EEXIST: "A file is in the way of a folder: take it away, or name another folder with --out.",
    errno.EISDIR: "A folder is in the way of a file: take it away, or name another folder with --out.",
    errno.ENAMETOOLONG: "The name is too long for this file system: rename the release.",
}
TEMPORARY = ".part"


@contextlib.contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turns an OSError of the block into an OutputError that names `path` and a remedy."""
    try:
        yield
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        remedy = _REMEDIES.get(error.errno or 0, "Check the folder, or name another one with --out.")
        raise OutputError(f"cannot be written or read: {problem}", where=str(path), remedy=remedy) from error


def ensure_folder(path: Path) -> Path:
    """`path`, made where it was missing. Raises OutputError."""
    with output_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def beside(path: Path, *, newline: str = "\n", encoding: str = "utf-8") -> Iterator[IO[str]]:
    """A text file that takes the place of `path` when the block ends well, and leaves no trace when it does not."""
    with _replacing(path) as part, part.open("w", encoding=encoding, newline=newline) as handle:
        yield handle
        _to_disk(handle)


def write_text(path: Path, text: str, *, durable: bool = True) -> int:
    """Puts `text` (UTF-8) at `path` as a whole; the number of bytes. `durable` waits for the disk."""
    data = text.encode("utf-8")
    with _replacing(path) as part, part.open("wb") as handle:
        handle.write(data)
        if durable:
            _to_disk(handle)
    return len(data)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` whose file replaces it when the block ends well, and goes when it does not. Raises OutputError."""
    local = is_local(path)
    part = path.with_name(f".{path.name[:80]}.{os.getpid()}{TEMPORARY}") if local else path
    with output_errors(path):
        try:
            yield part
            if local:
                part.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise


def _to_disk(handle: IO[Any]) -> None:
    handle.flush()
    with contextlib.suppress(io.UnsupportedOperation, AttributeError):  # at an address there is no descriptor
        os.fsync(handle.fileno())


def sweep(folder: Path) -> None:
    """Takes away what a killed run left half-written in `folder`."""
    with output_errors(folder):
        for part in folder.glob(f".*{TEMPORARY}"):
            part.unlink(missing_ok=True)
