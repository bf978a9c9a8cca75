"""Checks of the gazetteers, rows for new names, and new names collected for review.

In: `Patterns`, or rows of the tables. Out: problems as text (file and line, what, remedy), CSV rows, `NewName`s. Nothing here writes a
file but `append_row`. Look first at `gazetteer_problems` and `collect_new_names`.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hkinno_extract.characters import fold
from hkinno_extract.errors import PatternError
from hkinno_extract.normalisation.names import propose_id
from hkinno_extract.pattern_files import ORGANISATION_COLUMNS, ORGANISATION_TYPES, PROGRAMME_COLUMNS, PROGRAMME_TYPES, Name, Patterns
from hkinno_extract.segmentation.words import WordIndex

SENTENCES_KEPT = 3
_FILES = {"organisations": (ORGANISATION_COLUMNS, ORGANISATION_TYPES), "programmes": (PROGRAMME_COLUMNS, PROGRAMME_TYPES)}


@dataclass(slots=True)
class NewName:
    """A name that no gazetteer has: how often it was found, an id for it, and the first sentences it stands in."""

    table: str
    name: str
    type: str
    proposed_id: str = ""
    count: int = 0
    sentences: list[str] = field(default_factory=list)


def collect_new_names(rows: Iterable[tuple[str, Mapping[str, object]]], patterns: Patterns) -> list[NewName]:
    """New names among `rows` (table, JSON row), most frequent first; ids differ from each other and from those of the gazetteers."""
    found: dict[tuple[str, str], NewName] = {}
    for table, row in rows:
        if table not in _FILES or row["known"]:
            continue
        name, sentence = str(row["name"]), str(row["sentence"] or "")
        new = found.setdefault((table, fold(name)), NewName(table, name, str(row["type"] or "")))
        new.count += 1
        if sentence and sentence not in new.sentences and len(new.sentences) < SENTENCES_KEPT:
            new.sentences.append(sentence)
    ordered = sorted(found.values(), key=lambda n: (-n.count, n.table, n.name))
    taken = {n.id for n in (*patterns.organisations, *patterns.programmes)}
    for new in ordered:
        new.proposed_id = propose_id(new.name, frozenset(taken))
        taken.add(new.proposed_id)
    return ordered


def append_row(patterns: Patterns, table: str, values: Mapping[str, str]) -> str:
    """Appends a row to the gazetteer `table` of `patterns` and returns its line. `values` by column; `name` and `type` must be there.

    An id is proposed where none is given. Raises PatternError where the type is unknown, or the id or a form of the name is in a gazetteer.
    """
    if table not in _FILES:
        raise PatternError(f"no gazetteer is called {table!r}", where=str(patterns.root.name), remedy=f"Use one of {', '.join(_FILES)}.")
    columns, types = _FILES[table]
    unknown = sorted(set(values) - set(columns))
    where = f"{table}.csv"
    if unknown:
        raise PatternError(f"no column is called {unknown[0]!r}", where=where, remedy=f"The columns are {', '.join(columns)}.")
    if not values.get("name") or values.get("type") not in types:
        raise PatternError("a row needs a name and a type", where=where, remedy=f"The type is one of {', '.join(sorted(types))}.")
    owners = _owners(patterns)
    for form in _forms(values):
        if fold(form) in owners:
            owner = owners[fold(form)]
            raise PatternError(f"{form!r} is already a form of {owner.id}", where=owner.where, remedy="Add an alias there instead.")
    ids = frozenset(n.id for n in getattr(patterns, table))
    name_id = values.get(columns[0]) or propose_id(values["name"], ids)
    if name_id in ids:
        raise PatternError(f"the id {name_id!r} is taken", where=where, remedy="Choose another, or leave it out.")
    line = _csv_line([name_id, *(values.get(c, "") for c in columns[1:])])
    _append(patterns.root / where, line)
    return line


def _forms(values: Mapping[str, str]) -> Iterator[str]:
    yield values["name"]
    if values.get("name_en"):
        yield values["name_en"]
    yield from (a.strip() for a in values.get("aliases", "").split("|") if a.strip())


def _csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _append(path: Path, line: str) -> None:
    """Adds `line` at the end; a disk that gets full leaves the file as it was."""
    with path.open("rb+", buffering=0) as handle:
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(0, size - 1))
        end = b"" if handle.read() in (b"", b"\n") else b"\n"
        try:
            data = memoryview(end + line.encode("utf-8"))
            while data:
                data = data[handle.write(data) :]
        except OSError:
            handle.truncate(size)
            raise


def _owners(patterns: Patterns) -> dict[str, Name]:
    return {fold(s): n for n in (*patterns.programmes, *patterns.organisations) for s in n.surfaces()}


def gazetteer_problems(patterns: Patterns, ordinary: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with the gazetteers, a line each with file, place and remedy.

    A form that two rows share without being marked as only-in-context; one that is a word of the lexicon; one that is in `ordinary` (folded
    words of the segmenter's dictionary); one that can never match, because a longer word always hides it or folding leaves nothing.
    """
    problems: list[str] = []
    seen: dict[str, Name] = {}
    index = WordIndex(patterns)
    for name in (*patterns.organisations, *patterns.programmes, *patterns.indices):
        for form in dict.fromkeys(name.surfaces()):
            key = fold(form)
            other = seen.setdefault(key, name)
            if other is not name:
                problems.append(f"{name.where}: {form!r} is also a form of {other.id} ({other.where}); move one to context_aliases.")
            elif key in patterns.words:
                problems.append(f"{name.where}: {form!r} is a word of {patterns.words[key].where}; move it to context_aliases.")
            elif key in ordinary and form != name.name:
                problems.append(f"{name.where}: {form!r} is an ordinary word; move it to context_aliases.")
            elif not _matches(index, key):
                problems.append(f"{name.where}: {form!r} can never match; take it out, or write it as texts do.")
        if len({fold(s) for s in name.context_aliases}) < len(name.context_aliases):
            problems.append(f"{name.where}: a context alias stands twice; take one out.")
        for form in name.context_aliases:
            if fold(form) in {fold(s) for s in name.surfaces()}:
                problems.append(f"{name.where}: {form!r} is both an alias and a context alias; take one out.")
    return problems


def _matches(index: WordIndex, key: str) -> bool:
    if len(key) < 2:
        return False
    return any(start == 0 and end == len(key) for start, end, _ in index.find(key))
