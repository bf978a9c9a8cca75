"""Files of the raw folder: whole or not there, one run at a time, the newest revision only, with what their sidecars say.

In: paths. Out: files, a lock, facts. Look first at `put` and `newest_only`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from hkinno_extract.errors import OutputError

LOCK = ".lock"
SIDECAR = ".meta.json"
_HINTS = {"url": "url", "day": "published_at", "currency": "currency"}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_REVISION = re.compile(r"(.+)\.r([2-9]|[1-9]\d+)(\.[^./]+)")


def put(path: Path, data: bytes) -> None:
    """Puts `data` at `path` as a whole. Raises OutputError.

    A kill leaves it whole or away; a loss of power may leave it short, which the index notices by its size.
    """
    part = path.with_name(f".{path.name[:80]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as handle:
            handle.write(data)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        problem = (error.strerror or str(error)).lower()
        raise OutputError(
            f"cannot be written: {problem}", where=str(path), remedy="Make room or mend its rights, and run again."
        ) from error


def lock_folder(raw: Path) -> IO[str]:
    """The open lock of a raw folder, which is made where it is missing. Raises OutputError where another run has it."""
    try:
        raw.mkdir(parents=True, exist_ok=True)
        handle = (raw / LOCK).open("w")
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot be written: {problem}", where=str(raw), remedy="Mend its rights, or name another folder.") from error
    try:
        import fcntl
    except ImportError:  # a system without it has no lock
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise OutputError("another run is fetching into it", where=str(raw), remedy="Wait until it is done.") from error
    return handle


def without_revision(path: str) -> str:
    """`path` without the mark of a revision.

    >>> without_revision("a/P2024122700123.r2.htm"), without_revision("a/b.htm")
    ('a/P2024122700123.htm', 'a/b.htm')
    """
    found = _REVISION.fullmatch(path)
    return f"{found[1]}{found[3]}" if found else path


def newest_only(paths: Iterable[str]) -> list[str]:
    """`paths` without those of which a later revision is there.

    >>> newest_only(["a.htm", "a.r2.htm", "a.r10.htm", "b.htm", "c.r2.htm"])
    ['a.r10.htm', 'b.htm', 'c.r2.htm']

    A revision may have another form than the first copy: it takes the place of the file that shares its name.

    >>> newest_only(["a.json", "a.r2.htm", "b.json", "b.htm"])
    ['a.r2.htm', 'b.htm', 'b.json']
    """
    there = frozenset(paths)
    best: dict[str, tuple[int, str]] = {}
    for path in there:
        found = _REVISION.fullmatch(path)
        best_key = without_revision(path)
        best[best_key] = max(best.get(best_key, (0, "")), (int(found[2]) if found else 1, path))
    other_form = {os.path.splitext(key)[0] for key, (revision, _) in best.items() if revision > 1 and key not in there}  # noqa: PTH122
    newest: dict[str, tuple[int, str]] = {}
    for key, found_best in best.items():
        stem = os.path.splitext(key)[0]  # noqa: PTH122
        group = stem if stem in other_form else key
        newest[group] = max(newest.get(group, (0, "")), found_best)
    return sorted(path for _, path in newest.values())


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of a release besides its bytes: the charset that its server declared, and hints for reading."""

    charset: str | None = None
    hints: dict[str, Any] = field(default_factory=dict)


def sidecar_facts(path: Path) -> dict[str, Any]:
    """What the sidecar of the release at `path` says; nothing where there is none or it is torn."""
    try:
        facts = json.loads(path.with_name(f"{path.name}{SIDECAR}").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def release_facts(raw: Path, source: str) -> Beside:
    """What the sidecar of the file `source` says that a result may depend on; never when or how it was fetched."""
    facts = sidecar_facts(raw / source)
    hints = {hint: facts[key] for key, hint in _HINTS.items() if isinstance(facts.get(key), str) and facts[key]}
    headers = facts.get("headers")
    found = _CHARSET.search(headers.get("content-type", "")) if isinstance(headers, dict) else None
    return Beside(found[1] if found else None, hints)
