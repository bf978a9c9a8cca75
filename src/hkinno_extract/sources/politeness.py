"""What a host asks of its visitors: robots.txt, a rate, a Retry-After.

In: addresses, headers and a clock. Out: waits and permissions. Look first at `Pace`.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

FIRST_WAIT = 1.0
"""Seconds before the first retry; each later one doubles it."""

MOST_OF_ROBOTS = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 asks for 500 KiB at least."""


class Pace:
    """At most `rate` requests a second, evenly spaced, for each host; safe in threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._clock, self._sleep = clock, sleep
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, rate: float) -> None:
        """Returns when `host` may be asked. A rate of 0 is no limit."""
        if rate <= 0:
            return
        with self._lock:
            now = self._clock()
            due = max(now, self._next.get(host, now))
            self._next[host] = due + 1 / rate
        if due > now:
            self._sleep(due - now)


def backoff(attempt: int, *, first: float = FIRST_WAIT, draw: Callable[[], float] = random.random) -> float:
    """Seconds before try number `attempt` + 1 (from 1): doubling, between half and the whole of it, at random.

    >>> [backoff(n, draw=lambda: 1.0) for n in (1, 2, 3)], backoff(3, draw=lambda: 0.0)
    ([1.0, 2.0, 4.0], 2.0)
    """
    whole = float(first * 2 ** (attempt - 1))
    return whole / 2 + draw() * whole / 2


def retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or a date; None where it says nothing that can be understood.

    >>> retry_after("120"), retry_after("soon"), retry_after("Wed, 01 Jan 2025 00:01:00 GMT", now=datetime(2025, 1, 1, tzinfo=UTC))
    (120.0, None, 60.0)
    """
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())


class Robots:
    """The robots.txt of one host, None where it has none, as RFC 9309 reads it: the longest rule wins, `*` and `$` have their meaning."""

    def __init__(self, data: bytes | None) -> None:
        self._rules = Protego.parse((data or b"")[:MOST_OF_ROBOTS].decode("utf-8-sig", "replace"))

    def allows(self, agent: str, url: str) -> bool:
        """Whether `agent` may ask for `url`.

        >>> robots = Robots(b"User-agent: *\\nDisallow: /private/\\nAllow: /private/open\\nDisallow: /*.pdf$\\nCrawl-delay: 2")
        >>> [robots.allows("hkinno", f"https://a.hk{path}") for path in ("/private/x", "/private/open.htm", "/a.pdf", "/a.pdf?x=1")]
        [False, True, False, True]
        """
        return bool(self._rules.can_fetch(url, agent))

    def rate(self, agent: str) -> float:
        """Requests a second that its Crawl-delay allows; infinity without one.

        >>> Robots(b"User-agent: *\\nDisallow:\\nCrawl-delay: 2").rate("hkinno")
        0.5
        """
        delay = self._rules.crawl_delay(agent)
        return 1 / float(delay) if delay and float(delay) > 0 else float("inf")
