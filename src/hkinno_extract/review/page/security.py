"""Who may see the page and who may write: this machine, this browser, this page.

In: every request. Out: the same request, or a refusal; strict headers on every answer. Look first at `Gate.__call__`.

The link that the command prints carries a token; whoever opens it gets a cookie (HttpOnly, SameSite=Strict) for it. A write needs besides
the page's own address as its Origin and the key that the page holds, which no other page can read. A Host that is not the loopback
address is refused before anything else, so that no foreign name can be pointed at this server.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
KEY_HEADER = "x-hkinno-key"
LONGEST = 1_000_000
_READS = frozenset({"GET", "HEAD"})
_OPEN_AGAIN = "Open the link that hkinno review serve printed: it lets this browser in."


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one server: `token` in the link, `cookie` in the browser, `key` in the page for writes."""

    port: int
    token: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    key: str = field(default_factory=_secret)

    @property
    def cookie_name(self) -> str:
        """Its own for each port: cookies do not tell ports apart."""
        return f"hkinno_review_{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that a request may name."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def link(self) -> str:
        """What the reviewer opens."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"


class Gate:
    """Lets through to `app` what `keys` allow."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app, self._keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Anything but HTTP and the server's own start and end is dropped."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":

            async def with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = MutableHeaders(scope=message)
                    for name, value in HEADERS.items():
                        headers[name] = value
                await send(message)

            await (self._answer(scope) or self._app)(scope, receive, with_headers)

    def _answer(self, scope: Scope) -> Response | None:
        """The answer to a request that the pages do not get; None for one that they do."""
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._keys.hosts:
            return PlainTextResponse("This server answers to its loopback address only.", 421)
        writing = scope["method"] not in _READS
        if not writing and scope["path"] == "/" and self._has_token(scope):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(self._keys.cookie_name, self._keys.cookie, httponly=True, samesite="strict", path="/")
            return answer
        if not self._has_cookie(headers):
            return PlainTextResponse(_OPEN_AGAIN, 401)
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("Only this page itself may ask.", 403)
        return self._refused_write(headers) if writing else None

    def _refused_write(self, headers: Headers) -> Response | None:
        if headers.get("origin") != f"http://{headers['host']}":
            return PlainTextResponse("A write comes from the page itself.", 403)
        if not hmac.compare_digest(headers.get(KEY_HEADER, "").encode(), self._keys.key.encode()):
            return PlainTextResponse("A write needs the page's key. Reload the page.", 403)
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return PlainTextResponse("A write is JSON.", 415)
        if not headers.get("content-length", "").isdecimal() or int(headers["content-length"]) > LONGEST:
            return PlainTextResponse("A write says its length, which is at most a million bytes.", 413)
        return None

    def _has_token(self, scope: Scope) -> bool:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        return hmac.compare_digest(query.get("token", [""])[0].encode(), self._keys.token.encode())

    def _has_cookie(self, headers: Headers) -> bool:
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(headers.get("cookie", ""))
        except CookieError:
            return False
        found = jar.get(self._keys.cookie_name)
        return found is not None and hmac.compare_digest(found.value.encode(), self._keys.cookie.encode())
