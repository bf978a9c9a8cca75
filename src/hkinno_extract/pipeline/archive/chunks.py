"""What an archive is cut into: chunks of releases, each known by its fingerprint.

In: a raw folder or file. Out: `Chunk`s. A chunk of a JSON Lines dump is a range of its bytes, so that a worker reads only its part; ids are
settled here, since one may stand twice in an archive. Look first at `chunks_of`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hkinno_extract.pipeline.plan import Planned, named_releases, release_key
from hkinno_extract.settings import Settings

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Releases that one worker extracts; `fingerprint` stands for them as received and for all that decides what comes of them.

    `with_text` keeps the texts, by which releases of several sources are compared.
    """

    settings: Settings
    context: str
    releases: tuple[Planned, ...]
    fingerprint: str
    with_text: bool = False

    def halves(self) -> list[Chunk]:
        """The chunk in two; itself where it holds one release."""
        middle = len(self.releases) // 2
        parts = [self.releases[:middle], self.releases[middle:]] if middle else [self.releases]
        return [replace(self, releases=part, fingerprint=f"{self.fingerprint}-{number}") for number, part in enumerate(parts)]


def chunks_of(settings: Settings, context: str, *, size: int = CHUNK_BYTES, with_text: bool = False) -> Iterator[Chunk]:
    """The chunks of a raw folder or file, each of about `size` bytes of one file, or of several small ones."""
    waiting: list[Planned] = []
    digest, held = hashlib.sha256(), 0
    for doc_id, source, release in named_releases(settings.raw):
        planned = Planned(doc_id, source, release.member if release else None, True, release.at if release else None)
        many = release is not None and release.member is not None
        if waiting and (held >= size or (waiting[-1].source != source and (many or waiting[-1].member is not None))):
            yield Chunk(
                settings=settings, context=context, releases=tuple(waiting), fingerprint=digest.hexdigest()[:32], with_text=with_text
            )
            waiting, digest, held = [], hashlib.sha256(), 0
        waiting.append(planned)
        held += len(release.data) if release else 0
        key = release_key(context, release) if release else "unread"
        digest.update(f"{doc_id}\0{source}\0{key}\0{with_text}\n".encode())
    if waiting:
        yield Chunk(settings=settings, context=context, releases=tuple(waiting), fingerprint=digest.hexdigest()[:32], with_text=with_text)
