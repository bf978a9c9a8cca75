"""What a fetch of one source did, and what is kept of it for the next one: `.status.json` a source.

In: counts of a fetch. Out: `Report`, warnings, the status file. Look first at `Report` and `drift_of`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hkinno_extract.sources.config import Source
from hkinno_extract.sources.raw_files import put

STATUS = ".status.json"


@dataclass(slots=True)
class Report:
    """What a fetch of one source did. `found` counts what it offered; `failed` has address and reason; `error` stopped the source.

    `torn_lines` of a dump are no JSON objects; `gap`: nothing in a feed was known, though it was read before.
    """

    source: str
    found: int = 0
    new: int = 0
    revised: int = 0
    same: int = 0
    known: int = 0
    passed_over: int = 0
    damaged: int = 0
    unreadable: int = 0
    missing: int = 0
    failures: int = 0
    torn_lines: int = 0
    gap: bool = False
    failed: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def drift_of(source: Source, report: Report, *, last: date | None, today: date) -> list[str]:
    """What looks wrong at a source, or was left undone. `last` is the day of the newest release that it ever offered."""
    found = []
    if report.unreadable and report.unreadable >= max(2, (report.new + report.revised) // 2):
        found.append(f"{report.unreadable} pages have no text that can be read: the layout at the source may have changed")
    if source.quiet_days and last and (today - last).days >= source.quiet_days:
        found.append(f"no release for {(today - last).days} days, the last one of {last}")
    if report.gap:
        found.append("nothing in the feed was known: releases may have come and gone between two fetches; fetch oftener")
    if report.torn_lines:
        found.append(f"{report.torn_lines} lines of {source.path} are no JSON objects and were passed over")
    if report.failures:
        found.append(f"{report.failures} releases could not be fetched and will be tried again")
    return found


def read_status(raw: Path, source: str) -> dict[str, Any]:
    """What earlier fetches of `source` wrote down; nothing before the first one."""
    try:
        found = json.loads((raw / source / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def keep_status(raw: Path, source: str, status: dict[str, Any]) -> None:
    """Writes down how a source stands. Raises OutputError."""
    put(raw / source / STATUS, json.dumps(status, ensure_ascii=False, indent=1).encode())
