"""What reviews teach: figures a rule, and reviewed releases as gold records.

In: an output folder with its store. Out: `RuleFigures`, worst first, and a gold file with its texts. Look first at `rule_figures`.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.review.decisions import VALUES, Decision
from hkinno_extract.review.listing import outcomes
from hkinno_extract.review.outcome import Outcome, Reviews
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.files import ensure_folder, write_text
from hkinno_extract.tables.rows import shown

EXAMPLES = 3
_Z = 1.959964
_UNSTATED = ("known",)
_DECIDED = frozenset({"accepted", "corrected", "rejected", "added"})


@dataclass(slots=True)
class RuleFigures:
    """How often a rule's records were accepted as they were; `low` and `high` are the Wilson interval of that share at 95 %.

    `examples` are sentences of records that were corrected or rejected.
    """

    pattern: str
    accepted: int = 0
    corrected: int = 0
    rejected: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def decided(self) -> int:
        """Records that were decided on."""
        return self.accepted + self.corrected + self.rejected

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval of the accepted share."""
        return wilson(self.accepted, self.decided)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The interval of a share at 95 % by Wilson (1927), which holds for few trials and for shares near 0 and 1.

    >>> [round(x, 3) for x in wilson(8, 10)], wilson(0, 0)
    ([0.49, 0.943], (0.0, 1.0))
    """
    if not trials:
        return 0.0, 1.0
    share, square = hits / trials, _Z * _Z
    centre = share + square / (2 * trials)
    half = _Z * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    scale = 1 + square / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def rule_figures(reviews: Reviews) -> list[RuleFigures]:
    """The figures of every rule that a standing decision is about, the one first that is most surely bad."""
    rules: dict[str, RuleFigures] = {}
    for decision in sorted(reviews.threads.values(), key=lambda d: (d.when, d.record)):
        if decision.decision not in ("accepted", "corrected", "rejected") or not decision.pattern:
            continue
        rule = rules.setdefault(decision.pattern, RuleFigures(decision.pattern))
        setattr(rule, decision.decision, getattr(rule, decision.decision) + 1)
        if decision.decision != "accepted" and len(rule.examples) < EXAMPLES:
            rule.examples.append(_example(decision))
    return sorted(rules.values(), key=lambda r: (r.interval[1], r.interval[0], r.pattern))


def _example(decision: Decision) -> str:
    changes = "; ".join(f"{k}: {'empty' if a is None else a} → {'empty' if b is None else b}" for k, (a, b) in decision.changes.items())
    return f"{decision.decision} {decision.anchor.text!r}{f' ({changes})' if changes else ''} in {decision.sentence!r}"


@dataclass(frozen=True, slots=True)
class Gold:
    """What was written: ids of releases, and of those left out, each with the number of its records that are undecided or stale."""

    written: list[str]
    left_out: dict[str, int]


def write_gold(out: Path, folder: Path, *, partial: bool = False) -> Gold:
    """Writes every release of `out` whose records are all decided on to `folder`: gold.jsonl and `<doc_id>.txt`, the raw text.

    With `partial` a release with at least one decision is taken too, and its other records are optional. Raises UsageError, OutputError.
    """
    reviews = Reviews.load(out)
    lines, left_out = [], {}
    written: list[str] = []
    ensure_folder(folder)
    for outcome in outcomes(out, reviews):
        release = outcome.release
        doc_id = release["document"]["doc_id"]
        rows = [row for table in RECORD_TABLES for row in release[table]]
        open_rows = sum(1 for row in rows if row["review"] not in _DECIDED)
        if open_rows == len(rows) or (open_rows and not partial):
            if open_rows and open_rows < len(rows):
                left_out[doc_id] = open_rows
            continue
        lines.append(json.dumps(gold_release(outcome), ensure_ascii=False))
        write_text(folder / f"{doc_id}.txt", release["raw_text"])
        written.append(doc_id)
    write_text(folder / "gold.jsonl", "".join(f"{line}\n" for line in lines))
    return Gold(written, left_out)


def gold_release(outcome: Outcome) -> dict[str, Any]:
    """A release as a line of a gold file: what was not rejected, with corrections in place; undecided records are optional."""
    release = outcome.release
    gold: dict[str, Any] = defaultdict(list, doc_id=release["document"]["doc_id"])
    for table in RECORD_TABLES:
        gold[table] = [_gold_record(table, row, release["raw_text"]) for row in release[table] if row["review"] != "rejected"]
    return dict(gold)


def _gold_record(table: str, row: Mapping[str, Any], raw: str) -> dict[str, Any]:
    values = shown(row)
    record: dict[str, Any] = {"text": raw[row["raw_start"] : row["raw_end"]]}
    for name in VALUES[table]:
        if values[name] is not None and not name.endswith("_id") and name not in _UNSTATED:
            record[name] = values[name] if isinstance(values[name], (int, str)) else float(values[name])
    if row["quality"] != "intact":
        record["quality"] = row["quality"]
    if row["review"] not in _DECIDED:
        record["optional"] = True
    return {**record, "raw_start": row["raw_start"], "raw_end": row["raw_end"]}
