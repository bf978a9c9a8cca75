"""Signs that something changed without an error: releases that suddenly hold little.

In: run.json before and after a run. Out: warnings. Look first at `rate_warning`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hkinno_extract.pipeline.run import RUN_FILE
from hkinno_extract.tables.columns import RECORD_TABLES

ENOUGH = 10
"""New releases below which a rate says nothing."""


def counts_of(out: Path) -> dict[str, Any]:
    """The counts of the last run into `out`; nothing before the first one."""
    try:
        counts = json.loads((out / RUN_FILE).read_text(encoding="utf-8")).get("counts", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return counts if isinstance(counts, dict) else {}


def rate_warning(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """A warning where the new releases hold less than half as many records each as those before.

    >>> before = {"releases": 100, "rows": {"rankings": 100, "amounts": 300}}
    >>> rate_warning(before, {"releases": 120, "rows": {"rankings": 105, "amounts": 315}})
    '1.0 records a release in 20 new releases, 4.0 before: the extraction rate fell by more than half'
    >>> rate_warning(before, {"releases": 120, "rows": {"rankings": 120, "amounts": 360}}) is None
    True
    """
    old, new = before.get("releases", 0), after.get("releases", 0)
    if not old or new - old < ENOUGH:
        return None
    usual, now = _rows(before) / old, (_rows(after) - _rows(before)) / (new - old)
    if now >= usual / 2:
        return None
    return f"{now:.1f} records a release in {new - old} new releases, {usual:.1f} before: the extraction rate fell by more than half"


def _rows(counts: Mapping[str, Any]) -> int:
    rows = counts.get("rows", {})
    return sum(int(rows.get(table, 0)) for table in RECORD_TABLES)
