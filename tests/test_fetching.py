"""Fetching against a real server on loopback: retries, limits, validators, politeness, and addresses that are never asked."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import itertools
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpcore
import pytest

from hkinno_extract.errors import UsageError
from hkinno_extract.sources.config import Fetching
from hkinno_extract.sources.fetching import Fetcher, FetchError
from hkinno_extract.sources.network import Guard, Refused, is_public
from hkinno_extract.sources.politeness import Pace
from tests.site import Content, Site

LOCAL = Fetching(
    user_agent="hkinno-tests",
    rate=0,
    timeout_seconds=0.5,
    deadline_seconds=5,
    retries=3,
    longest_wait_seconds=5,
    private_hosts=("127.0.0.1",),
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(Content.of(date(2024, 12, 1), days=1, a_day=3)) as running:
        running.stall = 1.0
        yield running


def fetcher(*, waits: list[float] | None = None, **changes: Any) -> Fetcher:
    """A fetcher for the local site whose retries do not really wait."""
    recorded = waits if waits is not None else []
    return Fetcher(dataclasses.replace(LOCAL, **changes), sleep=recorded.append)


def first(site: Site) -> str:
    return next(iter(site.content.releases))


@pytest.mark.parametrize("fault", ["500", "502", "429", "slow", "half", "shut"])
def test_a_trouble_that_passes_is_overcome(site: Site, fault: str) -> None:
    site.fail([first(site)], fault, times=2)
    with fetcher() as fetch:
        answer = fetch.get(site.base + first(site))
    assert answer.status == 200
    assert "香港時間" in answer.data.decode()
    assert len(site.asked(first(site))) == 3


@pytest.mark.parametrize("fault", ["500", "slow", "half", "shut"])
def test_a_trouble_that_stays_is_an_error_after_every_retry(site: Site, fault: str) -> None:
    site.stall = 0.6
    site.lasting[first(site)] = fault
    with fetcher(retries=2) as fetch, pytest.raises(FetchError, match="3 times"):
        fetch.get(site.base + first(site))
    assert len(site.asked(first(site))) == 3


def test_waits_double_and_a_retry_after_is_kept(site: Site) -> None:
    site.fail([first(site)], "500", times=2)
    site.fail([first(site)], "429")
    waits: list[float] = []
    with fetcher(waits=waits) as fetch:
        fetch.get(site.base + first(site))
    assert 0.5 <= waits[0] <= 1 <= waits[1] <= 2 <= waits[2] <= 4


def test_a_retry_after_beyond_the_limit_gives_up(site: Site) -> None:
    site.fail([first(site)], "429")
    with fetcher(longest_wait_seconds=0.4) as fetch, pytest.raises(FetchError, match="asks to wait 1 seconds"):
        fetch.get(site.base + first(site))
    assert len(site.asked(first(site))) == 1


def test_validators_make_a_second_request_cheap(site: Site) -> None:
    with fetcher() as fetch:
        answer = fetch.get(site.base + first(site))
        again = fetch.get(site.base + first(site), known=answer.headers)
        site.content.add(site.content.releases[first(site)].corrected())
        changed = fetch.get(site.base + first(site), known=answer.headers)
    assert (answer.status, again.status, again.data) == (200, 304, b"")
    assert changed.status == 200
    assert changed.data != answer.data
    assert [r.conditional for r in site.asked(first(site))] == [False, True, True]


def test_size_and_time_have_limits(site: Site) -> None:
    with fetcher(largest_bytes=100) as fetch, pytest.raises(FetchError, match="larger than 100 bytes"):
        fetch.get(site.base + first(site))
    with fetcher(deadline_seconds=0, retries=0) as fetch, pytest.raises(FetchError, match="not done after"):
        fetch.get(site.base + first(site))


def test_redirects_are_followed_but_neither_in_circles_nor_inwards(site: Site) -> None:
    paths = list(site.content.releases)
    site.fail(paths[:1], "moved")
    site.lasting[paths[1]] = "loop"
    site.fail(paths[2:], "away")
    with fetcher() as fetch:
        assert fetch.get(site.base + paths[0]).url.endswith("?fontSize=1")
        with pytest.raises(FetchError, match="redirects again and again"):
            fetch.get(site.base + paths[1])
        with pytest.raises(Refused, match=r"10\.0\.0\.1"):
            fetch.get(site.base + paths[2])


def test_robots_are_honoured_and_asked_once(site: Site) -> None:
    with fetcher() as fetch:
        fetch.get(site.base + first(site))
        with pytest.raises(Refused, match=r"robots\.txt forbids"):
            fetch.get(f"{site.base}/closed/a.htm")
        assert fetch.get(f"{site.base}/missing.htm").status == 404
    assert len(site.asked("/robots.txt")) == 1
    assert site.asked("/closed/a.htm") == []
    assert {r.agent for r in site.requests} == {"hkinno-tests"}


def test_a_host_whose_robots_do_not_answer_is_left_alone(site: Site) -> None:
    site.lasting["/robots.txt"] = "500"
    with fetcher(retries=1) as fetch, pytest.raises(FetchError, match=r"robots\.txt"):
        fetch.get(site.base + first(site))
    assert site.asked(first(site)) == []


def test_the_rate_is_kept_as_the_server_sees_it(site: Site) -> None:
    with Fetcher(dataclasses.replace(LOCAL, rate=20, robots=False)) as fetch:
        for path in list(site.content.releases) * 3:
            fetch.get(site.base + path)
    times = [r.at for r in site.requests]
    assert len(times) == 9
    assert times[-1] - times[0] >= 8 / 20 - 0.03


def test_a_crawl_delay_slows_down_further() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(clock=lambda: now[0], sleep=sleep)
    for _ in range(3):
        pace.wait("a.hk", 0.5)
    pace.wait("b.hk", 0.5)
    assert slept == [2.0, 2.0]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.hk/x", "http://user:secret@a.hk/", "http://", "gopher://127.0.0.1:25/"])
def test_only_plain_web_addresses_are_asked(url: str) -> None:
    with fetcher() as fetch, pytest.raises(Refused):
        fetch.get(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0x7f000001", "2130706433", "[::ffff:10.0.0.8]"])
def test_private_addresses_are_never_asked_unless_allowed(site: Site, host: str) -> None:
    port = site.base.rpartition(":")[2]
    with fetcher(private_hosts=(), retries=0) as fetch, pytest.raises(Refused):
        fetch.get(f"http://{host}:{port}{first(site)}")
    assert site.requests == []


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [["203.0.114.9"], ["127.0.0.1"]]
    connected: list[str] = []

    def resolve(_: str, port: int, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers.pop(0)]

    def connect(_: Any, host: str, *__: Any) -> Any:
        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    guard = Guard()
    with pytest.raises(httpcore.ConnectError):
        guard.connect_tcp("rebinding.hk", 80)
    with pytest.raises(Refused, match=r"127\.0\.0\.1 is not public"):
        guard.connect_tcp("rebinding.hk", 80)
    assert connected == ["203.0.114.9"]


def test_one_private_answer_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(_: str, port: int, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, port)) for address in ("8.8.8.8", "192.168.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Refused):
        Guard().addresses("mixed.hk", 443)
    assert is_public("8.8.8.8")


class Raw:
    """A server on loopback that answers every connection with the same pieces, `pause` seconds apart, without end where `endless`."""

    def __init__(self, *pieces: bytes, pause: float = 0.0, endless: bool = False) -> None:
        self._pieces, self._pause, self._endless = pieces, pause, endless
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/a.htm"

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._socket.close()
        self._thread.join(10)

    def _serve(self) -> None:
        self._socket.settimeout(0.1)
        while not self._closed.is_set():
            try:
                line, _ = self._socket.accept()
            except OSError:
                continue
            with line, contextlib.suppress(OSError):
                line.recv(65536)
                pieces = itertools.chain(self._pieces, itertools.repeat(self._pieces[-1])) if self._endless else self._pieces
                for piece in pieces:
                    if self._closed.wait(self._pause):
                        return
                    line.sendall(piece)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"


def packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = gzip.compress(data)
    return data


def test_a_packed_answer_is_unpacked(site: Site) -> None:
    del site
    whole = "香港時間".encode() * 50_000
    with Raw(HEAD + b"Content-Encoding: gzip\r\n\r\n" + packed(whole)) as url, fetcher(robots=False, retries=0) as fetch:
        assert fetch.get(url).data == whole


@pytest.mark.parametrize("endless", [False, True], ids=["a bomb", "without end"])
def test_what_unpacks_to_gigabytes_is_stopped_at_the_limit(endless: bool) -> None:
    bomb = packed(b"\0" * 300_000_000)
    assert len(bomb) < 400_000
    pieces = (HEAD + b"\r\n", b"x" * 65536) if endless else (HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb,)
    with Raw(*pieces, endless=endless) as url, fetcher(robots=False, retries=0, largest_bytes=2_000_000) as fetch:
        tracemalloc.start()
        with pytest.raises(FetchError, match="larger than 2000000 bytes"):
            fetch.get(url)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("header", "body", "message"),
    [
        (b"Content-Encoding: br\r\n", b"x", "packed as 'br'"),
        (b"Content-Encoding: gzip, gzip\r\n", packed(b"x", 2), "packed as 'gzip, gzip'"),
        (b"Content-Encoding: gzip\r\n", packed(b"x" * 10_000)[:-9], "ends too early, 1 times"),
        (b"Content-Encoding: gzip\r\n", b"no gzip at all", "does not hold"),
        (b"X: " + b"y" * 200_000 + b"\r\n", b"", "RemoteProtocolError"),
    ],
    ids=["unasked", "twice", "torn", "garbage", "huge header"],
)
def test_an_answer_that_does_not_hold_is_an_error(header: bytes, body: bytes, message: str) -> None:
    with Raw(HEAD + header + b"\r\n" + body) as url, fetcher(robots=False, retries=0) as fetch, pytest.raises(FetchError, match=message):
        fetch.get(url)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX: ", HEAD + b"\r\n"], ids=["headers", "body"])
def test_an_answer_that_drips_ends_at_the_deadline(start: bytes) -> None:
    patient = fetcher(robots=False, retries=0, timeout_seconds=30, deadline_seconds=0.6)
    with Raw(start, b"y", pause=0.05, endless=True) as url, patient, pytest.raises(FetchError, match=r"not done after 0\.6 seconds"):
        patient.get(url)


def test_an_error_of_an_api_says_why(site: Site) -> None:
    with fetcher() as fetch, pytest.raises(FetchError, match="status 400: REQUEST ERROR: official parameter missing"):
        fetch.get(f"{site.base}/search")


def test_robots_read_as_rfc_9309_says(site: Site) -> None:
    site.robots = "User-agent: *\nDisallow: /gia/\nAllow: /gia/general/\nDisallow: /*.pdf$\n\nUser-agent: hkinno-tests\nDisallow: /ours/\n"
    with fetcher() as fetch:
        assert fetch.get(site.base + first(site), user_agent="hkinno-tests").status == 200
        with pytest.raises(Refused):
            fetch.get(f"{site.base}/ours/a.htm", user_agent="hkinno-tests")
        assert fetch.get(site.base + first(site), user_agent="other").status == 200
        for path in ("/gia/other.htm", "/a.pdf"):
            with pytest.raises(Refused):
                fetch.get(site.base + path, user_agent="other")


def test_a_proxy_is_not_asked_for_what_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    with Raw(HEAD + b"\r\nfrom the proxy") as url:
        monkeypatch.setenv("http_proxy", url.removesuffix("/a.htm"))
        with fetcher(robots=False, retries=0, private_hosts=()) as fetch:
            assert fetch.get("http://example.invalid/a.htm").data == b"from the proxy"
            for host in (
                "127.1",
                "0x7f000001",
                "2130706433",
                "localhost.",
                "a.localhost",
                "[::ffff:10.0.0.1]",
                "[fe80::1]",
                "[64:ff9b::a00:1]",
            ):
                with pytest.raises(Refused):
                    fetch.get(f"http://{host}/a.htm")


def test_a_bundle_that_is_no_certificate_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("nothing", encoding="utf-8")
    for name in ("missing.pem", "bad.pem"):
        with pytest.raises(UsageError, match="no certificates can be read"):
            fetcher(ca_bundle=str(tmp_path / name))
