"""Ids of releases: the id at the source where the file name is one, else the path below the raw folder.

In: paths relative to the raw folder. Out: an id each, no two alike and the same for the same set of paths. Look first at `doc_ids`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from hkinno_extract.sources.raw_files import without_revision

_SOURCE_ID = re.compile(r"(P\d{12,13})(?:p|_print)?")
"""What the government's site calls a release since 2005; its print page has the same id with a suffix."""


def doc_ids(sources: Iterable[str]) -> dict[str, str]:
    """Path to id.

    >>> doc_ids(["2024/12/P2024122700123.htm", "a/b.txt", "c.txt", "c.htm"])
    {'2024/12/P2024122700123.htm': 'P2024122700123', 'a/b.txt': 'a.b', 'c.htm': 'c.htm', 'c.txt': 'c.txt'}
    >>> doc_ids(["x/P2024122700123.htm", "x/P2024122700123.txt", "y/P2024122700123.txt"])["x/P2024122700123.htm"]
    'P2024122700123.htm'
    >>> doc_ids(["x/P2024122700123.r2.htm", "a/b.r3.txt"])
    {'a/b.r3.txt': 'a.b', 'x/P2024122700123.r2.htm': 'P2024122700123'}
    """
    ids: dict[str, str] = {}
    left = sorted(set(sources))
    for name in (_source_id, _source_id_with_extension, _stem, _whole):
        groups: dict[str, list[str]] = defaultdict(list)
        for source in left:
            groups[name(source)].append(source)
        taken = set(ids.values())
        settled = {group[0]: key for key, group in groups.items() if key and len(group) == 1 and key not in taken}
        ids |= settled
        left = [source for source in left if source not in settled]
    return dict(sorted((ids | _numbered(left, set(ids.values()))).items()))


def _source_id(source: str) -> str:
    match = _SOURCE_ID.fullmatch(PurePosixPath(without_revision(source)).stem)
    return match[1] if match else ""


def _source_id_with_extension(source: str) -> str:
    key = _source_id(source)
    return f"{key}{PurePosixPath(source).suffix}" if key else ""


def _stem(source: str) -> str:
    return PurePosixPath(without_revision(source)).with_suffix("").as_posix().replace("/", ".")


def _whole(source: str) -> str:
    return source.replace("/", ".")


def _numbered(sources: list[str], taken: set[str]) -> dict[str, str]:
    ids = {}
    for source in sources:
        number, key = 2, _whole(source)
        while key in taken:
            key, number = f"{_whole(source)}~{number}", number + 1
        taken.add(key)
        ids[source] = key
    return ids
