"""The index of a source in the raw folder, `.index.jsonl`: what is at hand by address, and which list pages are done with.

In: a folder of the raw folder. Out: `Known` by address and lines of lists. A line that a kill tore is passed over, a file that is missing
or short is forgotten so that it is fetched again, an index that was lost is made again from the sidecars. Look first at `load_index`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.sources.raw_files import SIDECAR, put, sidecar_facts

INDEX = ".index.jsonl"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading made of a copy: a key of its text alone, how many characters are lost, and the problem where it cannot be read."""

    key: str
    damage: int = 0
    problem: str = ""


@dataclass(slots=True)
class Known:
    """A release at hand: the newest copy that holds. `path` is below raw/, empty for one that the filter passed over."""

    address: str
    source: str
    path: str = ""
    day: str = ""
    url: str = ""
    sha256: str = ""
    verdict: Verdict = field(default_factory=lambda: Verdict(""))
    headers: dict[str, str] = field(default_factory=dict)
    revision: int = 1
    also: tuple[str, ...] = ()
    size: int = 0
    filter: str = ""
    """The filter that passed it over."""

    @property
    def is_poor(self) -> bool:
        """Whether the copy is damaged or cannot be read."""
        return bool(self.path and (self.verdict.damage or self.verdict.problem))


def load_index(raw: Path, folder: Path) -> tuple[dict[str, Known], dict[str, dict[str, Any]]]:
    """The releases of `folder` by address, and its list pages by theirs; no list is done with where a release went missing."""
    known: dict[str, Known] = {}
    lists: dict[str, dict[str, Any]] = {}
    path = folder / INDEX
    if not path.is_file() and (made := list(_from_sidecars(raw, folder))):
        put(path, "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in made).encode())
    for line in _lines(path) if path.is_file() else ():
        if "list" in line:
            lists[line["list"]] = line
            continue
        with suppress(TypeError, KeyError):
            found = Known(**{**line, "verdict": Verdict(**line["verdict"]), "also": tuple(line.get("also", ()))})
            known[found.address] = found
    lost = [k.address for k in known.values() if k.path and _size(raw / k.path) != k.size]
    for address in lost:
        del known[address]
    return known, {} if lost else lists


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _from_sidecars(raw: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """The newest revision last."""
    found = []
    for path in folder.rglob(f"*{SIDECAR}"):
        name = path.relative_to(raw).as_posix().removesuffix(SIDECAR)
        facts = sidecar_facts(raw / name)
        if facts.get("address") and "/." not in name:
            found.append((facts["address"], int(facts.get("revision", 1)), name, facts))
    for address, revision, name, facts in sorted(found, key=lambda f: f[:2]):
        line = {key: facts.get(key, "") for key in ("day", "url", "sha256")} | {"path": name, "size": _size(raw / name)}
        yield {"address": address, "source": folder.name, "revision": revision, "verdict": {"key": ""}, **line}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as handle:
        for text in handle:
            with suppress(ValueError):
                line = json.loads(text) if text.strip() else None
                if isinstance(line, dict):
                    yield line
