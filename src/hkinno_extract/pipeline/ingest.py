"""Fetches what sources offer into the raw folder: composes discovery, fetching, landing and reading.

In: `Sources` and a raw folder. Out: files in the raw folder, a `Report` and `.status.json` a source. A source that fails does not stop the
others; a release that fails is tried again by the next run. Look first at `Ingest.fetch`.
"""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hkinno_extract.characters import fold
from hkinno_extract.errors import HkinnoError, OutputError
from hkinno_extract.reading import members, read_release
from hkinno_extract.records import PageText, RawRelease
from hkinno_extract.repair import repair
from hkinno_extract.sources.config import Source, Sources
from hkinno_extract.sources.discovery import HONG_KONG, Batch, Found, Window, ask_page, discover
from hkinno_extract.sources.fetching import Fetched, Fetcher
from hkinno_extract.sources.index import Known, Verdict
from hkinno_extract.sources.landing import Landing
from hkinno_extract.sources.raw_files import put

STATUS = ".status.json"
FAILURES_KEPT = 50
FAILURES_IN_A_ROW = 5
"""After so many a source is left alone until the next run."""

Progress = Callable[[int], None]


@dataclass(slots=True)
class Report:
    """What a fetch of one source did. `found` counts what it offered; `failed` has address and reason; `error` stopped the source."""

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
    failed: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


class _TooManyFailures(HkinnoError):
    pass


class Ingest:
    """Fetches into `raw`. A context manager: inside, no other run may fetch there. `today` is Hong Kong's day."""

    def __init__(self, raw: Path, sources: Sources, *, fetcher: Fetcher | None = None, today: date | None = None) -> None:
        self.sources, self.landing = sources, Landing(raw)
        self.today = today or datetime.now(HONG_KONG).date()
        self._raw, self._fetcher = raw, fetcher or Fetcher(sources.fetch)
        self._checked: set[str] = set()

    def __enter__(self) -> Self:
        self.landing.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._fetcher.__exit__(kind, error, trace)
        self.landing.__exit__(kind, error, trace)

    def window(self, source: Source) -> Window:
        """The days that a regular fetch of `source` looks at; folders and dumps have no bounds."""
        first = date.min if source.type in ("folder", "jsonl") else self.today - timedelta(days=max(source.days - 1, 0))
        return Window(first, self.today)

    def fetch(self, source: Source, window: Window | None = None, *, progress: Progress = lambda _: None) -> Report:
        """Fetches what `source` has in `window`, then asks again for its releases of the last days. `progress` gets 1 a release.

        Trouble of the source is in the report. Raises OutputError where the raw folder cannot be written.
        """
        started, report = time.monotonic(), Report(source.name)
        try:
            self._fetch(source, window or self.window(source), report, progress)
            if window is None:
                self._recheck(source, report)
        except OutputError:
            raise
        except HkinnoError as error:
            report.error = str(error)
        report.seconds = time.monotonic() - started
        report.warnings = self._warnings(source, report)
        self._keep_status(source, report)
        return report

    def _fetch(self, source: Source, window: Window, report: Report, progress: Progress) -> None:
        validators = functools.partial(self.landing.list_headers, source.name)
        skip = functools.partial(self.landing.is_final, source.name)
        batches = discover(source, window, self._fetcher, validators=validators, skip=skip)
        for batch in batches:
            before = report.failures
            for found in batch.found:
                self._take(source, found, report)
                progress(1)
            if report.failures == before:
                self._done(source, batch)

    def _done(self, source: Source, batch: Batch) -> None:
        if batch.day is None or batch.day <= self.today:
            self.landing.list_done(source, batch, self.today)

    def _take(self, source: Source, found: Found, report: Report) -> None:
        report.found += 1
        known = self.landing.known(found.url)
        elsewhere = known is not None and bool(known.path) and known.source != source.name
        if known and (elsewhere or (found.data is None and (known.path or known.source == source.name))):
            if known.path:
                self.landing.seen(known, source.name)
            report.known += 1
            return
        if not self._may_be_wanted(source, found):
            self.landing.pass_over(source, found)
            report.passed_over += 1
            return
        self._guarded(source, found, known, report)

    def _guarded(self, source: Source, found: Found, known: Known | None, report: Report) -> None:
        """Fetches and lands one release; its trouble is written down, too much in a row ends the source."""
        try:
            self._land(source, found, known, report)
        except OutputError:
            raise
        except (HkinnoError, OSError) as error:
            report.failures += 1
            if len(report.failed) < FAILURES_KEPT:
                report.failed.append((found.url, str(error)))
            self._in_a_row += 1
            if self._in_a_row >= FAILURES_IN_A_ROW:
                raise _TooManyFailures(f"{FAILURES_IN_A_ROW} releases in a row could not be had, the last one: {error}") from error
        else:
            self._in_a_row = 0

    _in_a_row = 0

    def _land(self, source: Source, found: Found, known: Known | None, report: Report) -> None:
        if found.data is not None:
            answer = Fetched(found.url, 200, found.data)
        else:
            answer = ask_page(source, found.url, self._fetcher, known.headers if known and known.path else {})
        self._checked.add(found.url)
        if answer.status == 304:
            report.same += 1
            return
        if answer.status != 200:
            report.missing += 1
            return
        verdict, page = judge(found, answer)
        if known is None and page is not None and not _is_wanted(source, found, page):
            self.landing.pass_over(source, found)
            report.passed_over += 1
            return
        report.unreadable += bool(verdict.problem)
        outcome = self.landing.land(source, found, answer, verdict)
        setattr(report, outcome, getattr(report, outcome) + 1)

    def _recheck(self, source: Source, report: Report) -> None:
        """Corrections are silent overwrites: the pages of the last days are asked for again, each once a run."""
        if source.recheck_days:
            for known in self.landing.recent(source.name, self.today - timedelta(days=source.recheck_days - 1)):
                if known.url not in self._checked and known.path.endswith(".htm"):
                    found = Found(url=known.url, day=date.fromisoformat(known.day))
                    self._guarded(source, found, known, report)

    @staticmethod
    def _may_be_wanted(source: Source, found: Found) -> bool:
        """What title, and text where the source gives it, decide before a page is fetched."""
        if not source.keywords:
            return True
        if source.keywords_in == "title":
            return _has_keyword(source, found.title) if found.title else True
        return found.text is None or _has_keyword(source, f"{found.title}\n{found.text}")

    def _warnings(self, source: Source, report: Report) -> list[str]:
        found = []
        if report.unreadable and report.unreadable >= max(2, (report.new + report.revised) // 2):
            found.append(f"{report.unreadable} pages have no text that can be read: the layout at the source may have changed")
        last = self._last_new(source, report)
        if source.quiet_days and last and (self.today - last).days >= source.quiet_days:
            found.append(f"no release for {(self.today - last).days} days, the last one of {last}")
        if report.failures:
            found.append(f"{report.failures} releases could not be fetched and will be tried again")
        return found

    def _last_new(self, source: Source, report: Report) -> date | None:
        if report.new or report.revised:
            return self.today
        last = read_status(self._raw, source.name).get("last_new", "")
        return date.fromisoformat(last) if last else None

    def _keep_status(self, source: Source, report: Report) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        status = {**read_status(self._raw, source.name), "last_run": now, "releases": self.landing.count(source.name)}
        if not report.error:
            status["last_success"] = now
        if last := self._last_new(source, report):
            status["last_new"] = last.isoformat()
        status["report"] = report.as_json()
        put(self._raw / source.name / STATUS, json.dumps(status, ensure_ascii=False, indent=1).encode())


def judge(found: Found, answer: Fetched) -> tuple[Verdict, PageText | None]:
    """What reading and repair make of a copy, and its first release; the same text in other surroundings has the same key."""
    name = f"{found.url.partition('?')[0]}{'' if found.data is None else found.extension}"
    release = RawRelease(doc_id="new", source=name, data=answer.data, charset=answer.charset, hints={"url": found.url})
    try:
        pages = [read_release(member) for member in members(release)]
    except HkinnoError as error:
        return Verdict("", problem=str(error)), None
    texts = [f"{page.title}\n{''.join(page.text.split())}" for page in pages]
    if not any("".join(page.text.split()) for page in pages):
        return Verdict("", problem="the page holds no text"), None
    damage = sum(len(repair(page.text, blocks=page.blocks).lost) for page in pages)
    return Verdict(hashlib.sha256("\f".join(texts).encode("utf-8", "replace")).hexdigest(), damage), pages[0]


def _is_wanted(source: Source, found: Found, page: PageText) -> bool:
    """The filter on a page that is at hand."""
    if source.issuers and not any(fold(name) in fold(page.issuer or "") for name in source.issuers):
        return False
    if not source.keywords:
        return True
    title = page.title or found.title
    return _has_keyword(source, title if source.keywords_in == "title" else f"{title}\n{page.text}")


def _has_keyword(source: Source, text: str) -> bool:
    folded = fold(text)
    return any(fold(word) in folded for word in source.keywords)


def read_status(raw: Path, source: str) -> dict[str, Any]:
    """What earlier fetches of `source` wrote down; nothing before the first one."""
    try:
        found = json.loads((raw / source / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
