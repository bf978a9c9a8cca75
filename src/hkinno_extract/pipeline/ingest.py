"""Fetches what sources offer into the raw folder: composes discovery, fetching, landing and reading.

In: `Sources` and a raw folder. Out: files in the raw folder, a `Report` and `.status.json` a source. A source that fails does not stop the
others; a release that fails is tried again by the next run. Look first at `Ingest.fetch`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from hkinno_extract.errors import HkinnoError, OutputError
from hkinno_extract.pipeline.judging import filter_key, is_wanted, judge, may_be_wanted
from hkinno_extract.pipeline.reports import Report, drift_of, keep_status, read_status
from hkinno_extract.sources.config import Source, Sources
from hkinno_extract.sources.days import HONG_KONG, Window
from hkinno_extract.sources.discovery import Batch, Found, ask_page, discover
from hkinno_extract.sources.fetching import Fetched, Fetcher
from hkinno_extract.sources.index import Known
from hkinno_extract.sources.landing import Landing

FAILURES_KEPT = 50
FAILURES_IN_A_ROW = 5
"""After so many a source is left alone until the next run."""

Progress = Callable[[int], None]


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
        """The days that a regular fetch of `source` looks at, back to the last that had everything; folders and dumps have no bounds."""
        if source.type in ("folder", "jsonl"):
            return Window(date.min, self.today)
        usual = self.today - timedelta(days=max(source.days - 1, 0))
        reached = read_status(self._raw, source.name).get("reached", "")
        return Window(min(usual, date.fromisoformat(reached)) if reached else usual, self.today)

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
        report.warnings = drift_of(source, report, last=self.landing.last_day(source.name), today=self.today)
        self._keep_status(source, report, regular=window is None)
        return report

    def _fetch(self, source: Source, window: Window, report: Report, progress: Progress) -> None:
        key = filter_key(source)
        validators = functools.partial(self.landing.list_headers, source.name, key)
        skip = functools.partial(self.landing.is_final, source.name, key)
        batches = discover(source, window, self._fetcher, validators=validators, skip=skip)
        for batch in batches:
            before, report.torn_lines = report.failures + report.unreadable, report.torn_lines + batch.torn
            report.gap |= self._is_gap(source, batch)
            for found in batch.found:
                self._take(source, found, report)
                progress(1)
            if report.failures + report.unreadable == before:
                self._done(source, batch)

    def _is_gap(self, source: Source, batch: Batch) -> bool:
        if source.type != "rss" or not batch.found or not read_status(self._raw, source.name).get("last_success"):
            return False
        return not any(self.landing.known(found.url) for found in batch.found)

    def _done(self, source: Source, batch: Batch) -> None:
        if batch.day is None or batch.day <= self.today:
            self.landing.list_done(source, batch, self.today, filter_key(source))

    def _take(self, source: Source, found: Found, report: Report) -> None:
        report.found += 1
        known = self.landing.known(found.url)
        if known and not known.path and known.filter != filter_key(source):
            known = None
        elsewhere = known is not None and bool(known.path) and known.source != source.name
        if known and known.path and (known.verdict.problem or (elsewhere and known.is_poor)):  # it may be had whole now, or here
            self._guarded(source, found, known, report)
            self.landing.seen(self.landing.known(found.url) or known, source.name)
            return
        if known and (elsewhere or (found.data is None and (known.path or known.source == source.name))):
            if known.path:
                self.landing.seen(known, source.name)
            report.known += 1
            return
        if not may_be_wanted(source, found):
            self.landing.pass_over(source, found, filter_key(source))
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
        if known is None and page is not None and not is_wanted(source, found, page):
            self.landing.pass_over(source, found, filter_key(source))
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

    def _keep_status(self, source: Source, report: Report, *, regular: bool) -> None:
        """`reached` is the day up to which regular fetches had everything."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        status = {**read_status(self._raw, source.name), "last_run": now, "releases": self.landing.count(source.name)}
        if not report.error:
            status["last_success"] = now
        if regular and not report.error and not report.failures:
            status["reached"] = self.today.isoformat()
        keep_status(self._raw, source.name, {**status, "report": report.as_json()})
