"""The running server: one a folder, on a port of the loopback address.

In: a `Desk`. Out: a server until it is interrupted. Look first at `serve`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from hkinno_extract.errors import OutputError, UsageError
from hkinno_extract.review.page.app import make_app
from hkinno_extract.review.page.desk import Desk
from hkinno_extract.review.page.security import Keys
from hkinno_extract.tables.files import output_errors

LOOPBACK = "127.0.0.1"


def serve(desk: Desk, *, port: int, patterns: Path, ready: Callable[[str], None]) -> None:
    """Serves the page of `desk` until it is interrupted; `ready` gets the link. Raises UsageError where the port is taken."""
    with _listening(port) as listener:
        keys = Keys(listener.getsockname()[1])
        app = make_app(desk, keys, patterns=patterns)
        ready(keys.link)
        gc.freeze()  # the records stay to the end: the collector need not walk through them between two decisions
        signal.signal(signal.SIGTERM, _interrupt)  # uvicorn ends in good order, then hands the signal on
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, date_header=False, timeout_graceful_shutdown=3
        )
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _interrupt(number: int, frame: object) -> None:
    del number, frame
    raise KeyboardInterrupt


@contextlib.contextmanager
def only_one(out: Path) -> Iterator[None]:
    """Keeps a second page off the folder `out`, which need not be writable. Raises OutputError where there is one."""
    try:
        import fcntl
    except ImportError:  # a system without it has no lock
        yield
        return
    with output_errors(out):
        handle = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            remedy = "Use that one, or stop it with Ctrl-C where it was started."
            raise OutputError("another review page is open on this folder", where=str(out), remedy=remedy) from error
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # asyncio sends small answers at once only where the socket says that it is TCP; else each waits 40 ms
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen()
        except (OSError, OverflowError) as error:
            remedy = "Choose another with --port, or 0 for any that is free."
            raise UsageError("the port cannot be used", where=str(port), remedy=remedy) from error
        yield listener
