"""The site's server: addresses, validators, faults, and a log of every request.

In: `Content` and faults. Out: `Site`, a context manager.
Faults are by path: each entry is taken once, then the path is served as it should be.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.site import pages
from tests.site.content import Content

FAULTS = ("500", "502", "429", "slow", "half", "loop", "moved", "layout", "charset", "away", "shut")
"""500, 502: that status. 429: with Retry-After 1. slow: an answer that stalls. half: a torn body. loop: redirects to itself.
moved: a redirect with a query. layout: a page without a text. charset: a wrong one declared.
away: a redirect to a private address. shut: the line is cut."""


ROBOTS = "User-agent: *\nDisallow: /closed/\n"


@dataclass(frozen=True, slots=True)
class Request:
    """What the server was asked: when (time.monotonic), for which path, by whom, and what it answered."""

    at: float
    path: str
    agent: str
    conditional: bool
    status: int


class Site:
    """A running site. `etags` and `dates` say which validators it hands out; `lasting` faults are never used up."""

    def __init__(
        self,
        content: Content,
        *,
        port: int = 0,
        etags: bool = True,
        dates: bool = False,
        robots: str = "User-agent: *\nDisallow: /closed/\n",
    ) -> None:
        self.content, self.etags, self.dates, self.robots = content, etags, dates, robots
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.lasting: dict[str, str] = {}
        self.requests: list[Request] = []
        self.stall = 1.5
        self.changed_layout = False
        self._server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"site": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fail(self, paths: Iterable[str], fault: str, times: int = 1) -> None:
        """The next `times` requests for each of `paths` meet `fault`."""
        for path in paths:
            self.faults[path] += [fault] * times

    def asked(self, path: str) -> list[Request]:
        """The requests for `path` so far."""
        return [r for r in self.requests if r.path == path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no trouble of the site."""
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    site: Site

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        fault = self.site.lasting.get(split.path, "")
        if not fault and self.site.faults.get(split.path):
            fault = self.site.faults[split.path].pop(0)
        try:
            if not self._broken(fault, split.path):
                self._answer(split.path, parse_qs(split.query), fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _broken(self, fault: str, path: str) -> bool:
        if fault in ("500", "502", "429"):
            self._send(int(fault), b"trouble", headers={"Retry-After": "1"} if fault == "429" else {})
        elif fault in ("loop", "moved", "away"):
            target = {"loop": path, "moved": f"{path}?fontSize=1", "away": "http://10.0.0.1/internal"}[fault]
            self._send(302, b"", headers={"Location": target})
        elif fault == "shut":
            self._log(0)
            self.close_connection = True
        elif fault in ("half", "slow"):
            self._log(200)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"<html><body>" + b"x" * 300)
            self.wfile.flush()
            if fault == "slow":
                time.sleep(self.site.stall)
            self.close_connection = True
        else:
            return False
        return True

    def _answer(self, path: str, query: dict[str, list[str]], fault: str) -> None:
        content, site = self.site.content, self.site
        if path == "/robots.txt":
            self._send(200, site.robots.encode(), kind="text/plain")
        elif whole := content.pages.get(path):
            self._send(200, whole.data.replace(b"{base}", site.base.encode()), kind=whole.kind)
        elif release := content.releases.get(re.sub(r"p\.htm$", ".htm", path)):
            charset = "iso-8859-1" if fault == "charset" else release.charset
            self._send(
                200,
                pages.page(release, changed_layout=fault == "layout" or site.changed_layout),
                kind=f"text/html; charset={charset}" if charset else "text/html",
            )
        elif match := re.fullmatch(r"/gia/general/(\d{6})/(\d{2})c\.htm", path):
            found = content.on(match[1] + match[2])
            self._send(200, pages.day_list(found)) if found else self._send(404, b"no releases")
        elif match := re.fullmatch(r"/gia/general/(\d{6})/(\d{2})\.htm", path):
            links = [p for p in content.pages if p.startswith(f"/gia/general/{match[1]}/{match[2]}/")]
            data = "".join(f'<li><a class="NEW" href="{p}">Release</a></li>' for p in links).encode()
            self._send(200, b"<html><body><ul>" + data + b"</ul></body></html>") if links else self._send(404, b"no releases")
        elif path == "/gia/rss/general_zh.xml":
            self._send(200, pages.feed(content.newest(100), site.base), kind="text/xml; charset=utf-8")
        elif path == "/public/press-releases":
            self._api(query)
        elif path == "/search":
            status, text = (200, b"[]") if "official" in query else (400, b"REQUEST ERROR: official parameter missing")
            self._send(status, text, kind="application/json")
        else:
            self._send(404, b"not here")

    def _api(self, query: dict[str, list[str]]) -> None:
        if "lang" not in query:
            self._send(200, pages.api_failure("lang is missing"), kind="application/json")
            return
        first, last = query.get("from", ["0000"])[0], query.get("to", ["9999"])[0]
        found = [r for r in self.site.content.newest(100_000) if first <= r.day.isoformat() <= last]
        offset, size = int(query.get("offset", ["0"])[0]), min(100, int(query.get("pagesize", ["100"])[0]))
        self._send(200, pages.api(found, self.site.base, offset=offset, size=size), kind="application/json")

    def _send(self, status: int, data: bytes, *, kind: str = "text/html; charset=utf-8", headers: dict[str, str] | None = None) -> None:
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        second = int.from_bytes(hashlib.sha256(data).digest()[:3])
        changed = formatdate(1_700_000_000 + second, usegmt=True)
        if status == 200 and self.site.dates and self.headers.get("If-Modified-Since") == changed:
            status, data = 304, b""
        if status == 200 and self.site.etags and self.headers.get("If-None-Match") == etag:
            status, data = 304, b""
        self._log(status)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 304:
            self.send_header("Content-Length", str(len(data)))
        if self.site.etags and status in (200, 304):
            self.send_header("ETag", etag)
        if self.site.dates and status in (200, 304):
            self.send_header("Last-Modified", changed)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _log(self, status: int) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        request = Request(time.monotonic(), urlsplit(self.path).path, self.headers.get("User-Agent", ""), conditional, status)
        self.site.requests.append(request)

    def log_message(self, format: str, *arguments: object) -> None:
        del format, arguments


def as_json(requests: Iterable[Request]) -> str:
    """Requests as JSON lines, for a person who watches."""
    return "\n".join(json.dumps({"path": r.path, "status": r.status, "agent": r.agent}) for r in requests)
