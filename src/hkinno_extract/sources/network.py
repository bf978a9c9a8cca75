"""Connections that never lead to a private address unless a setting allows the host.

In: host names. Out: connections to addresses that were checked. A name is resolved once and the connection goes to the very address that
was checked, so a second answer of the name server (DNS rebinding) changes nothing; TLS still verifies the name. Look first at `Guard`.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from hkinno_extract.errors import HkinnoError, UsageError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Refused(HkinnoError):
    """An address that may not be asked: not http or https, private, or closed by robots.txt."""


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, the IPv4 address inside an IPv6 one included.

    >>> [is_public(a) for a in ("8.8.8.8", "127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1")]
    [True, False, False, False, False, False, False]
    """
    found: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast and not found.is_reserved


class Guard(httpcore.NetworkBackend):
    """Connects to public addresses and to `private_hosts`. Raises Refused for any other.

    `ends` (time.monotonic): no connection waits longer, however slowly its bytes drip.
    """

    def __init__(self, private_hosts: Collection[str] = ()) -> None:
        self._private_hosts = frozenset(h.lower() for h in private_hosts)
        self._sockets = httpcore.SyncBackend()
        self.ends = float("inf")

    def within(self, timeout: float | None) -> float:
        """`timeout`, or what is left until `ends`. Raises httpcore.ReadTimeout when nothing is."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for it is over")
        return left if timeout is None else min(timeout, left)

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, all of them allowed. Raises Refused, or httpcore.ConnectError where the name is unknown."""
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        for address in found:
            self._check(host, address)
        return found

    def check_literal(self, host: str) -> None:
        """Raises Refused where `host` is itself an address that is not public; a proxy would be asked for it without a look-up here."""
        name = host.lower().rstrip(".")
        if name == "localhost" or name.endswith(".localhost"):
            self._check(host, "127.0.0.1")
        if address := _literal(name):
            self._check(host, address)

    def _check(self, host: str, address: str) -> None:
        if host.lower() not in self._private_hosts and not is_public(address):
            raise Refused(
                f"its address {address} is not public", where=host, remedy="Add the host to private_hosts in [fetch] if that is meant."
            )

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers. Part of httpcore's interface."""
        trouble: Exception = httpcore.ConnectError("no address")
        for address in self.addresses(host, port):
            try:
                return _Timed(self, self._sockets.connect_tcp(address, port, self.within(timeout), local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
        raise trouble

    def sleep(self, seconds: float) -> None:
        """Part of httpcore's interface."""
        self._sockets.sleep(seconds)


class _Timed(httpcore.NetworkStream):
    """A connection that heeds its guard's `ends`."""

    def __init__(self, guard: Guard, stream: httpcore.NetworkStream) -> None:
        self._guard, self._stream = guard, stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._guard.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._guard.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._guard, self._stream.start_tls(ssl_context, server_hostname, self._guard.within(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _literal(host: str) -> str:
    """The address that `host` is, in the old forms too (0x7f000001, 2130706433, 127.1); empty for a name.

    >>> [_literal(host) for host in ("2130706433", "0x7f.1", "::1", "www.info.gov.hk")]
    ['127.0.0.1', '127.0.0.1', '::1', '']
    """
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    with contextlib.suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return ""


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport on guarded connections, with HTTP/2 where the server offers it."""

    def __init__(self, guard: Guard, context: ssl.SSLContext) -> None:
        super().__init__(verify=context)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, max_connections=8, keepalive_expiry=30.0, http1=True, http2=True, network_backend=guard
        )


def open_client(guard: Guard, *, ca_bundle: str, timeout: float) -> httpx.Client:
    """A client that verifies TLS, follows no redirect and goes through the proxies of the environment.

    Behind a proxy it is the proxy that resolves names: what it may reach is its owner's rule.
    """
    context = ssl.create_default_context()
    if ca_bundle:
        try:
            context.load_verify_locations(ca_bundle)
        except OSError as error:  # ssl.SSLError is one
            problem = f"no certificates can be read from it: {(error.strerror or str(error)).lower()}"
            raise UsageError(problem, where=ca_bundle, remedy="Mend ca_bundle in [fetch].") from error
    proxies = {
        f"{scheme}://": httpx.HTTPTransport(verify=context, http2=True, proxy=address)
        for scheme, address in getproxies().items()
        if scheme in ("http", "https")
    }
    return _Client(
        transport=GuardedTransport(guard, context),
        mounts=proxies,
        timeout=httpx.Timeout(timeout),
        follow_redirects=False,
        trust_env=False,
    )


class _Client(httpx.Client):
    def _transport_for_url(self, url: httpx.URL) -> httpx.BaseTransport:
        return self._transport if proxy_bypass(url.host) else super()._transport_for_url(url)
