"""A folder of releases as received: which of its files are releases.

In: a folder. Out: paths relative to it, with `/`, in order of code points. Hidden files, READMEs, sidecars (`*.meta.json`) and
half-written downloads are no releases; of a release with revisions (`a.htm`, `a.r2.htm`) the newest one is.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from hkinno_extract.errors import UsageError
from hkinno_extract.settings import is_local
from hkinno_extract.sources.raw_files import SIDECAR, newest_only

_WRITTEN_OUT = re.compile(rb"\\x([89a-f][0-9a-f])")
_UNFINISHED = (".part", ".tmp", ".crdownload", "~")


def base_of(raw: Path) -> Path:
    """The folder that releases are named in: `raw` itself, or that of the one file that `raw` is."""
    return raw.parent if raw.is_file() else raw


def release_files(raw: Path) -> list[str]:
    """The releases below `raw`, as paths relative to it; its name where it is a file. Raises UsageError where it is neither, or cannot
    be listed."""
    if raw.is_file():
        return [source_of(raw.name)]
    if not raw.is_dir():
        raise UsageError("no such folder of releases", where=str(raw), remedy="Make it and put releases in, or name another folder.")
    if not is_local(raw):
        return newest_only(p.relative_to(raw).as_posix() for p in raw.rglob("*") if p.is_file() and is_release(p.name))
    found: list[str] = []
    for folder, folders, names in os.walk(raw, onerror=_refuse):
        folders[:] = [f for f in folders if not f.startswith(".")]
        base = Path(folder).relative_to(raw)
        found.extend(source_of((base / name).as_posix()) for name in names if is_release(name))
    return newest_only(found)


def is_release(name: str) -> bool:
    """Whether a file of that name is taken for a release.

    >>> [is_release(n) for n in ("P2024122700123.htm", ".DS_Store", "README.md", "a.htm.meta.json", "a.htm.part")]
    [True, False, False, False, False]
    """
    return not (name.startswith(".") or name.upper().startswith("README") or name.endswith((SIDECAR, *_UNFINISHED)))


def source_of(name: str) -> str:
    """`name` as tables and JSON may hold it: bytes of a file name that are no UTF-8 are written out.

    >>> source_of(os.fsdecode(b"a\\xff.txt"))
    'a\\\\xff.txt'
    """
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def path_of(folder: Path, source: str) -> Path:
    """The file in `folder` that `release_files` gave as `source`."""
    path = folder / source
    if _WRITTEN_OUT.search(source.encode()) and is_local(folder) and not path.exists():
        return folder / os.fsdecode(_WRITTEN_OUT.sub(lambda m: bytes.fromhex(m[1].decode()), source.encode()))
    return path


def _refuse(error: OSError) -> None:
    raise UsageError(
        f"cannot be listed: {(error.strerror or str(error)).lower()}", where=str(error.filename), remedy="Mend its rights."
    ) from error
