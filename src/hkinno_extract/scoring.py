"""Precision and recall of a run's tables against gold records.

In: a gold file (JSONL, a release a line: doc_id and a list of records a table) and a folder of CSV tables. Out: `Report`.
Method: a found and a gold record match when they share a doc_id, their raw spans are alike (overlap divided by union at least 0.5) and
their core values are equal; matches are one to one, the same span before the most alike. Of names the strict score wants the same span.
Optional gold records, and what is found in their place, count neither way. Attributes are compared on matched records.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from hkinno_extract.errors import UsageError

Row = dict[str, Any]
CORE: Mapping[str, tuple[str, ...]] = {
    "rankings": ("kind", "rank_from", "rank_to"),
    "amounts": ("kind", "value_from", "value_to", "unit"),
    "organisations": (),
    "programmes": (),
}
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "rankings": (
        "subject", "factor", "index_name", "publisher", "edition", "scope", "out_of", "change_places", "previous_rank", "streak_years",
        "since", "quality",
    ),
    "amounts": ("comparator", "measure", "period", "role", "direction", "basis", "programme", "organisation", "quality"),
    "organisations": ("name", "type", "quality"),
    "programmes": ("name", "type", "quality"),
}  # fmt: skip
NAMED = ("organisations", "programmes")
ALIKE = 0.5
_VARIANTS = str.maketrans("台裡衛", "臺裏衞")


@dataclass(slots=True)
class Attribute:
    """Over matched records: `right` of the `stated`; `spurious` are filled where the gold is empty, of `silent` records."""

    right: int = 0
    stated: int = 0
    spurious: int = 0
    silent: int = 0

    @property
    def accuracy(self) -> float:
        """Share of the stated values that are right; 0 where none is stated."""
        return self.right / self.stated if self.stated else 0.0


@dataclass(slots=True)
class Figures:
    """Counts of one table: `hits` of `gold` records were found, among `predicted`."""

    hits: int = 0
    gold: int = 0
    predicted: int = 0
    attributes: dict[str, Attribute] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold records that were found."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hits / (self.gold + self.predicted) if self.gold + self.predicted else 0.0


@dataclass(slots=True)
class Report:
    """Figures by table, `organisations_strict` and `programmes_strict` among them, and a line for each difference."""

    tables: dict[str, Figures] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The figures as plain data, rounded to four decimals."""
        return {name: _plain_figures(figures) for name, figures in self.tables.items()}


def _plain_figures(figures: Figures) -> dict[str, Any]:
    attributes = {name: {"accuracy": round(a.accuracy, 4), **asdict(a)} for name, a in figures.attributes.items()}
    means = {name: round(getattr(figures, name), 4) for name in ("precision", "recall", "f1")}
    return {**means, "gold": figures.gold, "predicted": figures.predicted, "attributes": attributes}


def score_folder(gold: Path, tables: Path) -> Report:
    """Scores the CSV tables of a run's output folder. Raises UsageError where a file is missing or is none of ours."""
    releases = read_gold(gold)
    return score(releases, {table: _read_found(tables / f"{table}.csv", releases.keys()) for table in CORE})


def read_gold(path: Path) -> dict[str, Row]:
    """The gold releases of a JSONL file, by id. Raises UsageError."""
    releases: dict[str, Row] = {}
    for number, line in enumerate(_text(path, "utf-8").splitlines(), 1):
        if line.strip():
            try:
                release = json.loads(line)
                releases[release["doc_id"]] = release
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError("not a gold release", where=f"{path}:{number}", remedy="A line is a JSON object with a doc_id.") from error
    return releases


def _read_found(path: Path, doc_ids: Iterable[str]) -> dict[str, list[Row]]:
    wanted = frozenset(doc_ids)
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(_text(path, "utf-8-sig"), newline="")):
        if row.get("doc_id") in wanted and row.get("review") != "rejected":
            rows[row["doc_id"]].append({**row, "raw_start": int(row["raw_start"]), "raw_end": int(row["raw_end"])})
    return rows


def _text(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding, newline="") as handle:
            return handle.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot be read: {error.__class__.__name__}", where=str(path), remedy="Name a gold file and a run's folder."
        ) from error


def score(gold: Mapping[str, Row], found: Mapping[str, Mapping[str, Sequence[Row]]]) -> Report:
    """Scores records by table and release id against gold releases by id."""
    report = Report()
    for table in CORE:
        for strict in (True, False) if table in NAMED else (False,):
            figures = Figures(attributes={name: Attribute() for name in ATTRIBUTES[table]})
            name = f"{table}_strict" if strict else table
            for doc_id, release in gold.items():
                golds, rows = release.get(table, []), list(found.get(table, {}).get(doc_id, ()))
                lines = _score_release(table, golds, rows, strict, figures)
                report.errors.extend(f"{doc_id} {name} {line}" for line in lines)
            report.tables[name] = figures
    return report


def _score_release(table: str, golds: list[Row], rows: list[Row], strict: bool, figures: Figures) -> list[str]:
    lines: list[str] = []
    pairs = match(table, rows, golds, strict=strict)
    for row, wanted in ((rows[i], golds[j]) for i, j in pairs if not golds[j].get("optional")):
        figures.hits += 1
        figures.gold += 1
        figures.predicted += 1
        lines.extend(_compare(row, wanted, figures.attributes))
    used_rows, used_golds = {i for i, _ in pairs}, {j for _, j in pairs}
    for j, wanted in enumerate(golds):
        if j not in used_golds and not wanted.get("optional"):
            figures.gold += 1
            lines.append(f"MISSED {wanted.get('text')!r} {[wanted.get(k) for k in CORE[table]]}")
    for i, row in enumerate(rows):
        if i not in used_rows and not any(g.get("optional") and alike(row, g) >= ALIKE for g in golds):
            figures.predicted += 1
            lines.append(f"EXTRA {row.get('text')!r} {[row.get(k) for k in CORE[table]]} rule {row.get('pattern')}")
    return lines


def _compare(row: Row, wanted: Row, attributes: Mapping[str, Attribute]) -> list[str]:
    lines = []
    for name, count in attributes.items():
        default = "intact" if name == "quality" else None
        want, got = comparable(wanted.get(name, default)), comparable(row.get(name))
        count.stated += bool(want)
        count.silent += not want
        count.right += bool(want) and want == got
        count.spurious += bool(got) and not want
        if want != got:
            lines.append(f"{name}: {wanted.get('text')!r} gold {wanted.get(name)!r} got {row.get(name)!r}")
    return lines


def match(table: str, rows: Sequence[Row], golds: Sequence[Row], *, strict: bool) -> list[tuple[int, int]]:
    """Pairs (row, gold) by number, one to one: the same span first, then the most alike."""
    pairs = []
    for i, row in enumerate(rows):
        for j, gold in enumerate(golds):
            same_span = (row["raw_start"], row["raw_end"]) == (gold["raw_start"], gold["raw_end"])
            if (same_span or not strict) and _same(table, row, gold):
                pairs.append((not same_span, -alike(row, gold), i, j))
    used_rows: set[int] = set()
    used_golds: set[int] = set()
    chosen = []
    for *_, i, j in sorted(pairs):
        if i not in used_rows and j not in used_golds:
            used_rows.add(i)
            used_golds.add(j)
            chosen.append((i, j))
    return chosen


def _same(table: str, row: Row, gold: Row) -> bool:
    return alike(row, gold) >= ALIKE and all(comparable(row.get(k)) == comparable(gold.get(k)) for k in CORE[table])


def alike(a: Row, b: Row) -> float:
    """Overlap divided by union of two raw spans, 0 to 1."""
    common = min(a["raw_end"], b["raw_end"]) - max(a["raw_start"], b["raw_start"])
    union = a["raw_end"] - a["raw_start"] + b["raw_end"] - b["raw_start"] - common
    return max(0, common) / union if union else 0.0


def comparable(value: object) -> str:
    """One form for numbers to four decimals and for text without quotes around it and variants; empty for what is not stated.

    >>> comparable(7), comparable("7.0"), comparable("「臺灣」") == comparable("台灣"), comparable(None)
    ('7.0000', '7.0000', True, '')
    """
    if value is None or value == "":
        return ""
    text = str(value).removeprefix("'").strip()
    try:
        return f"{Decimal(text.replace(',', '')):.4f}"
    except (InvalidOperation, ValueError):
        return text.strip("「」《》").translate(_VARIANTS)
