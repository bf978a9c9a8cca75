"""Asks for an address politely: conditional, paced, repeated where that may help, within limits.

In: an address and what is known of it. Out: `Fetched`. Look first at `Fetcher.get`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx

from hkinno_extract.errors import HkinnoError
from hkinno_extract.sources.bodies import ACCEPTED, TornPacking, UnknownPacking, unpacked
from hkinno_extract.sources.config import Fetching
from hkinno_extract.sources.network import Guard, Refused, open_client
from hkinno_extract.sources.politeness import FIRST_WAIT, Pace, Robots, backoff, retry_after

KEPT_HEADERS = ("content-type", "etag", "last-modified", "date", "content-language")
_GONE = (404, 410)
_AGAIN = (408, 425, 429)
_TICK = 0.05
"""Seconds that a socket's time-out may come before the clock's."""

_SAID = 200
"""Bytes of an answer with an error that are shown."""

_MOVED = (301, 302, 303, 307, 308)


class FetchError(HkinnoError):
    """An address that could not be had, after every retry."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `status` is 200, 304 (as it was) or 404; `url` the address at the end of the redirects."""

    url: str
    status: int
    data: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def charset(self) -> str | None:
        """What the server declared."""
        return httpx.Response(200, headers={"content-type": self.headers.get("content-type", "")}).charset_encoding


class _Again(Exception):
    """A trouble that may pass; `wait` is what the host asked for."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


class Fetcher:
    """Fetches under one `Fetching`; a context manager. `sleep` and `first_wait` (seconds before a first retry) are for tests."""

    def __init__(self, settings: Fetching, *, sleep: Callable[[float], None] = time.sleep, first_wait: float = FIRST_WAIT) -> None:
        self._settings, self._sleep, self._first_wait = settings, sleep, first_wait
        self._pace = Pace(sleep=sleep)
        self._robots: dict[str, Robots] = {}
        self._guard = Guard(settings.private_hosts)
        self._client = open_client(self._guard, ca_bundle=settings.ca_bundle, timeout=settings.timeout_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def get(self, url: str, *, known: dict[str, str] | None = None, rate: float = 0.0, user_agent: str = "") -> Fetched:
        """What is at `url`. `known`: the headers of an earlier answer, for If-None-Match and If-Modified-Since.

        Raises Refused where it may not be asked for, FetchError where every try failed.
        """
        agent = user_agent or self._settings.user_agent
        conditions = _conditions(known or {})
        for _ in range(self._settings.redirects + 1):
            parsed = _checked(url)
            self._guard.check_literal(parsed.host)
            speed = min(rate or self._settings.rate, self._allowed(parsed, agent))
            answer = self._persist(url, {"user-agent": agent, **conditions}, 0 if speed == float("inf") else speed)
            if answer.status not in _MOVED:
                return answer
            url = str(parsed.join(answer.headers["location"]))
        raise FetchError("it redirects again and again", where=url, remedy="Look at it in a browser.")

    def _allowed(self, url: httpx.URL, agent: str) -> float:
        """The rate that the host's robots.txt allows. Raises Refused where it forbids `url`."""
        if not self._settings.robots:
            return float("inf")
        base = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if base not in self._robots:
            self._robots[base] = Robots(self._robots_text(f"{base}/robots.txt", agent))
        robots = self._robots[base]
        if not robots.allows(agent, str(url)):
            raise Refused("robots.txt forbids it", where=str(url), remedy="Leave the source out, or ask its owner.")
        return robots.rate(agent)

    def _robots_text(self, url: str, agent: str) -> bytes | None:
        """RFC 9309: a host without the file allows all; redirects are followed; one that does not answer is left alone."""
        for _ in range(self._settings.redirects + 1):
            try:
                answer = self._persist(url, {"user-agent": agent}, self._settings.rate)
            except FetchError as error:
                if isinstance(error, _Denied):
                    return None
                raise
            if answer.status not in _MOVED:
                return answer.data if answer.status == 200 else None
            parsed = _checked(str(httpx.URL(url).join(answer.headers["location"])))
            self._guard.check_literal(parsed.host)
            url = str(parsed)
        return None

    def _persist(self, url: str, headers: dict[str, str], rate: float) -> Fetched:
        host = httpx.URL(url).netloc.decode("ascii")
        for attempt in range(1, self._settings.retries + 2):
            self._pace.wait(host, rate)
            try:
                return self._once(url, headers)
            except _Again as trouble:
                wait = max(trouble.wait or 0.0, backoff(attempt, first=self._first_wait))
                problem = str(trouble)
            except httpx.TransportError as error:
                wait, problem = backoff(attempt, first=self._first_wait), self._trouble(error)
            except httpx.HTTPError as error:
                raise FetchError(f"{type(error).__name__}: {error}", where=url, remedy="Look at it in a browser.") from error
            if wait > self._settings.longest_wait_seconds:
                raise FetchError(f"{problem}; it asks to wait {wait:.0f} seconds", where=url, remedy="Fetch again later.")
            if attempt <= self._settings.retries:
                self._sleep(wait)
        raise FetchError(f"{problem}, {self._settings.retries + 1} times", where=url, remedy="Fetch again later.")

    def _trouble(self, error: httpx.TransportError) -> str:
        if time.monotonic() >= self._guard.ends - _TICK:
            return f"not done after {self._settings.deadline_seconds:g} seconds"
        return f"{type(error).__name__}: {error}".rstrip(": ")

    def _once(self, url: str, headers: dict[str, str]) -> Fetched:
        ends = time.monotonic() + self._settings.deadline_seconds
        self._guard.ends = ends
        with self._client.stream("GET", url, headers={**headers, "accept-encoding": ACCEPTED}) as response:
            status = response.status_code
            kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            if status in _MOVED and "location" in response.headers:
                return Fetched(url, status, headers={"location": response.headers["location"]})
            if status in _AGAIN or status >= 500:
                raise _Again(f"status {status}", retry_after(response.headers.get("retry-after")))
            if status == 304 or status in _GONE:
                return Fetched(url, 304 if status == 304 else 404, headers=kept)
            if status != 200:
                raise _Denied(f"status {status}{_words(response)}", where=url, remedy="Look at it in a browser.")
            return Fetched(url, status, self._body(response, url, ends), kept)

    def _body(self, response: httpx.Response, url: str, ends: float) -> bytes:
        pieces, size = [], 0
        try:
            for piece in unpacked(response.iter_raw(), response.headers.get("content-encoding", "")):
                size += len(piece)
                if size > self._settings.largest_bytes:
                    raise FetchError(
                        f"it is larger than {self._settings.largest_bytes} bytes", where=url, remedy="Raise largest_bytes in [fetch]."
                    )
                if time.monotonic() > ends:
                    raise _Again(f"not done after {self._settings.deadline_seconds:g} seconds")
                pieces.append(piece)
        except UnknownPacking as error:
            raise FetchError(str(error), where=url, remedy="Look at it in a browser.") from error
        except TornPacking as error:
            raise _Again(str(error)) from error
        return b"".join(pieces)


def _words(response: httpx.Response) -> str:
    """What an API says in plain text or JSON about an error, in one line; nothing of a page."""
    if "html" in response.headers.get("content-type", "html") or response.headers.get("content-encoding"):
        return ""
    said = next(response.iter_raw(_SAID), b"").decode("utf-8", "replace")
    line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return f": {line}" if line else ""


class _Denied(FetchError):
    """A status that no retry changes."""


def _checked(url: str) -> httpx.URL:
    """`url`, parsed. Raises Refused where it is not http or https, has a password in it, or no host."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused(f"no address: {error}", where=url, remedy="Mend the link or the setting.") from error
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise Refused("only http and https addresses without a password are fetched", where=url, remedy="Mend the link or the setting.")
    return parsed


def _conditions(known: dict[str, str]) -> dict[str, str]:
    pairs = (("etag", "if-none-match"), ("last-modified", "if-modified-since"))
    return {header: known[name] for name, header in pairs if known.get(name)}
