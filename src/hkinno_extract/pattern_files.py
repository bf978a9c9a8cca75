"""Load and validate patterns/ into typed words, gazetteers and rules.

In: a folder with lexicon.csv, units.csv, organisations.csv, programmes.csv, indices.csv and a *.jsonl of rules a component.
Out: one frozen `Patterns`. Every problem is a `PatternError` with file, line and remedy. Look first at `load_patterns`.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hkinno_extract.characters import fold
from hkinno_extract.errors import PatternError
from hkinno_extract.word_classes import WORD_CLASSES

WORD_COLUMNS = ("word", "class", "value", "note")
ORGANISATION_COLUMNS = (
    "org_id", "name", "name_en", "type", "aliases", "context_aliases", "former_names", "parent", "country", "wikidata", "source",
)  # fmt: skip
PROGRAMME_COLUMNS = ("programme_id", "name", "name_en", "type", "aliases", "context_aliases", "owner", "source")
INDEX_COLUMNS = ("index_id", "name", "name_en", "aliases", "context_aliases", "publisher_id", "frequency", "source")
ORGANISATION_TYPES = frozenset(
    {"government", "legislature", "public_body", "university", "research", "company", "international", "association", "other"}
)
PROGRAMME_TYPES = frozenset({"fund", "scheme", "plan", "event", "facility"})
COMPONENTS = ("rankings", "amounts", "organisations", "programmes")
RULE_KEYS = frozenset({"id", "note", "pattern", "match", "no_match"})
RULE_OPTIONS = frozenset({"kind"})


@dataclass(frozen=True, slots=True)
class Word:
    """A row of lexicon.csv or units.csv. `value` is what the word stands for, empty where the class says all."""

    word: str
    cls: str
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Name:
    """A row of a gazetteer. `aliases` match anywhere; `context_aliases` only where the text or its context makes them this name.

    A name that is also an ordinary word (地平線) is listed among its own context_aliases and then counts only in context, too.
    """

    id: str
    name: str
    name_en: str | None
    type: str
    aliases: tuple[str, ...]
    context_aliases: tuple[str, ...]
    parent: str | None
    where: str

    def surfaces(self) -> tuple[str, ...]:
        """Every form that matches anywhere: the name, its English name and its aliases, but for those that need context."""
        forms = (self.name, *((self.name_en,) if self.name_en else ()), *self.aliases)
        return tuple(form for form in forms if form not in self.context_aliases)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a *.jsonl: one spaCy token pattern with examples. `kind` is handed to the component that reads the match."""

    id: str
    component: str
    pattern: tuple[dict[str, Any], ...]
    note: str
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    kind: str
    where: str


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Everything that patterns/ says. `fingerprint` is a SHA-256 over the files that count, by name."""

    root: Path
    fingerprint: str
    words: dict[str, Word]
    organisations: tuple[Name, ...]
    programmes: tuple[Name, ...]
    indices: tuple[Name, ...]
    rules: dict[str, tuple[Rule, ...]]


def load_patterns(root: Path) -> Patterns:
    """The patterns of the folder `root`, validated; the same object again while no file there has changed.

    Raises PatternError (file, line, remedy) on the first problem; `hkinno patterns check` lists them all.
    """
    files = pattern_paths(root)
    stamp = tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in files)
    return _load(root, stamp)


@functools.lru_cache(maxsize=8)
def _load(root: Path, stamp: tuple[tuple[str, int, int], ...]) -> Patterns:
    del stamp
    words: dict[str, Word] = {}
    for name in ("lexicon.csv", "units.csv"):
        for word in read_words(root / name):
            key = fold(word.word)
            if key in words and (words[key].cls, words[key].value) != (word.cls, word.value):
                raise PatternError(f"{word.word!r} is also in {words[key].where}", where=word.where, remedy="Keep one of the two rows.")
            words.setdefault(key, word)
    return Patterns(
        root=root,
        fingerprint=fingerprint(root),
        words=words,
        organisations=tuple(read_names(root / "organisations.csv", ORGANISATION_COLUMNS, ORGANISATION_TYPES)),
        programmes=tuple(read_names(root / "programmes.csv", PROGRAMME_COLUMNS, PROGRAMME_TYPES)),
        indices=tuple(read_names(root / "indices.csv", INDEX_COLUMNS, None)),
        rules={c: tuple(read_rules(root / f"{c}.jsonl", c)) for c in COMPONENTS},
    )


def pattern_paths(root: Path) -> list[Path]:
    """The files of `root` that count, by name. Raises PatternError where one that must be there is missing."""
    needed = ["lexicon.csv", "units.csv", "organisations.csv", "programmes.csv", "indices.csv", *(f"{c}.jsonl" for c in COMPONENTS)]
    for name in needed:
        if not (root / name).is_file():
            raise missing(root / name)
    return sorted(root / name for name in needed)


def missing(path: Path) -> PatternError:
    return PatternError("the file is missing", where=path.name, remedy="Copy it from the package's own patterns folder.")


def fingerprint(root: Path) -> str:
    """SHA-256 (hex) over names and bytes of the files that count."""
    digest = hashlib.sha256()
    for path in pattern_paths(root):
        data = path.read_bytes()
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def read_words(path: Path) -> Iterator[Word]:
    """Rows of lexicon.csv or units.csv."""
    for where, row in _rows(path, WORD_COLUMNS):
        if not row["word"]:
            raise PatternError("the column word is empty", where=where, remedy="Write the word or take the row out.")
        if row["class"] not in WORD_CLASSES:
            raise PatternError(f"no class is called {row['class']!r}", where=where, remedy=f"Use one of {', '.join(sorted(WORD_CLASSES))}.")
        yield Word(row["word"], row["class"], row["value"], where)


def read_names(path: Path, columns: tuple[str, ...], types: frozenset[str] | None) -> Iterator[Name]:
    """Rows of a gazetteer; `types` are the values that its column type may have (None: the gazetteer has no types)."""
    seen: dict[str, str] = {}
    for where, row in _rows(path, columns):
        key = row[columns[0]]
        if not key or not row["name"]:
            raise PatternError(f"{columns[0]} or name is empty", where=where, remedy="Fill both, or take the row out.")
        if key in seen:
            raise PatternError(f"the id {key!r} is also in {seen[key]}", where=where, remedy="Give one of the two another id.")
        if types is not None and row["type"] not in types:
            raise PatternError(f"no type is called {row['type']!r}", where=where, remedy=f"Use one of {', '.join(sorted(types))}.")
        seen[key] = where
        former = tuple(f.split("@", 1)[0] for f in _several(row.get("former_names", "")))
        yield Name(
            id=key,
            name=row["name"],
            name_en=row["name_en"] or None,
            type=row.get("type", ""),
            aliases=_several(row["aliases"]) + former,
            context_aliases=_several(row["context_aliases"]),
            parent=row.get("parent") or row.get("owner") or row.get("publisher_id") or None,
            where=where,
        )


def read_rules(path: Path, component: str) -> Iterator[Rule]:
    """Lines of a file of rules, JSON objects with RULE_KEYS and perhaps RULE_OPTIONS; blank lines are passed over."""
    seen: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            data = json.loads(line)
        except ValueError as error:
            raise PatternError(f"not a JSON object ({error})", where=where, remedy="Mend the line; one rule is one line.") from error
        if not isinstance(data, dict):
            raise PatternError("not a JSON object", where=where, remedy="A rule is {...} on one line.")
        yield _rule(data, component, where, seen)


def _rule(data: dict[str, Any], component: str, where: str, seen: dict[str, str]) -> Rule:
    unknown = set(data) - RULE_KEYS - RULE_OPTIONS
    missing = RULE_KEYS - set(data)
    if unknown or missing:
        what = f"unknown key {sorted(unknown)[0]!r}" if unknown else f"the key {sorted(missing)[0]!r} is missing"
        raise PatternError(
            what, where=where, remedy=f"A rule has the keys {', '.join(sorted(RULE_KEYS))} and may have {', '.join(RULE_OPTIONS)}."
        )
    if data["id"] in seen:
        raise PatternError(f"the id {data['id']!r} is also in {seen[data['id']]}", where=where, remedy="Give one of the two another id.")
    if not data["match"] or not data["no_match"] or not data["pattern"]:
        raise PatternError("pattern, match and no_match may not be empty", where=where, remedy="Give the rule an example of either kind.")
    seen[data["id"]] = where
    return Rule(
        id=data["id"],
        component=component,
        pattern=tuple(data["pattern"]),
        note=data["note"],
        match=tuple(data["match"]),
        no_match=tuple(data["no_match"]),
        kind=data.get("kind", ""),
        where=where,
    )


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PatternError("the file is not UTF-8", where=path.name, remedy="Save it as CSV UTF-8.") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != columns:
            raise PatternError(f"the columns are {', '.join(header)}", where=f"{path.name}:1", remedy=f"They must be {', '.join(columns)}.")
        for cells in reader:
            where = f"{path.name}:{reader.line_num}"
            if not any(cells):
                continue
            if len(cells) != len(columns):
                raise PatternError(
                    f"{len(cells)} cells where there are {len(columns)} columns", where=where, remedy="Quote a cell that holds a comma."
                )
            yield where, dict(zip(columns, (c.strip() for c in cells), strict=True))
    except csv.Error as error:
        raise PatternError(
            f"not a CSV row ({error})", where=f"{path.name}:{reader.line_num}", remedy="Check the quotes of this row."
        ) from error


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())
