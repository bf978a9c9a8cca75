"""Bodies of answers, unpacked within a limit: a few bytes that unpack to gigabytes never fill the memory.

In: raw pieces as they come and the declared Content-Encoding. Out: unpacked pieces. Look first at `unpacked`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"
"""What is asked for, and all that is understood."""

_PIECE = 1 << 16
_ANY_HEADER, _NO_HEADER = 47, -15


class UnknownPacking(ValueError):
    """A Content-Encoding that was not asked for."""


class TornPacking(ValueError):
    """A packed body that ends too early or does not hold."""


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body in pieces of at most 64 KiB, so that whoever counts them can stop in time. Raises UnknownPacking, TornPacking.

    >>> b"".join(unpacked([zlib.compress(b"release")[:5], zlib.compress(b"release")[5:]], "deflate"))
    b'release'
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        yield from pieces
    elif name in ("gzip", "x-gzip", "deflate"):
        try:
            yield from _inflated(pieces, raw_allowed=name == "deflate")
        except zlib.error as error:
            raise TornPacking(f"the packed answer does not hold: {error}") from error
    else:
        raise UnknownPacking(f"it is packed as {encoding!r}, which was not asked for")


def _inflated(pieces: Iterable[bytes], *, raw_allowed: bool) -> Iterator[bytes]:
    unpacker = None
    for piece in pieces:
        rest = piece
        while rest:
            if unpacker is None:
                is_raw = raw_allowed and rest[0] & 0x0F != 8
                unpacker = zlib.decompressobj(_NO_HEADER if is_raw else _ANY_HEADER)
            yield unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                rest, unpacker = unpacker.unused_data, None
    while unpacker is not None and (more := unpacker.decompress(unpacker.unconsumed_tail, _PIECE)):
        yield more
    if unpacker is not None and not unpacker.eof:
        raise TornPacking("the packed answer ends too early")
