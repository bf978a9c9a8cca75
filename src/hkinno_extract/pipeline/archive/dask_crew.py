"""Chunks as the tasks of a Dask cluster.

In: a client and chunks. Out: each chunk with its head. Dask does the work of a worker that died elsewhere; a chunk that kills worker after
worker is split until one release is left. Look first at `by_client`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from hkinno_extract.pipeline.archive.chunks import Chunk
from hkinno_extract.pipeline.archive.parts import Head, make_part, poisoned_part

AHEAD = 2


def by_client(client: Any, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, Head]]:
    """Each chunk, or its parts where it had to be split, with its head; the client's workers must reach the folders of the settings."""
    import distributed

    waiting = iter(chunks)
    flying: dict[str, Chunk] = {}
    done: Any = distributed.as_completed()  # type: ignore[no-untyped-call]

    def send(chunk: Chunk) -> None:
        future = client.submit(make_part, chunk, key=f"hkinno-{chunk.fingerprint}", pure=False)
        flying[future.key] = chunk
        done.add(future)

    threads = sum(client.nthreads().values()) or 1
    for chunk in itertools.islice(waiting, AHEAD * threads):
        send(chunk)
    for future in done:
        chunk = flying.pop(future.key)
        try:
            yield chunk, future.result()
        except distributed.KilledWorker:
            halves = chunk.halves()
            if len(halves) < 2:
                yield chunk, poisoned_part(chunk)
            for half in halves if len(halves) > 1 else ():
                send(half)
        for chunk in itertools.islice(waiting, 1):
            send(chunk)
