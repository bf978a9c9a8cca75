"""What a copy of a release is worth before it lands: whether it can be read, and whether the filter wants it.

In: what a source offers and what was fetched. Out: a `Verdict`, or yes and no. Look first at `judge` and `is_wanted`.
"""

from __future__ import annotations

import hashlib

from hkinno_extract.characters import fold
from hkinno_extract.errors import HkinnoError
from hkinno_extract.reading import members, read_release
from hkinno_extract.records import PageText, RawRelease
from hkinno_extract.repair import repair
from hkinno_extract.sources.addresses import short_hash
from hkinno_extract.sources.config import Source
from hkinno_extract.sources.discovery import Found
from hkinno_extract.sources.fetching import Fetched
from hkinno_extract.sources.index import Verdict


def filter_key(source: Source) -> str:
    """What tells one filter from another; empty for a source that takes all."""
    asked = (source.issuers, source.keywords, source.keywords_in)
    return short_hash(repr(asked)) if source.issuers or source.keywords else ""


def may_be_wanted(source: Source, found: Found) -> bool:
    """What title, and text where the source gives it, decide before a page is fetched."""
    if not source.keywords:
        return True
    if source.keywords_in == "title":
        return _has_keyword(source, found.title) if found.title else True
    return found.text is None or _has_keyword(source, f"{found.title}\n{found.text}")


def judge(found: Found, answer: Fetched) -> tuple[Verdict, PageText | None]:
    """What reading and repair make of a copy, and its first release; the same text in other surroundings has the same key."""
    name = f"{found.url.partition('?')[0]}{'' if found.data is None else found.extension}"
    release = RawRelease(doc_id="new", source=name, data=answer.data, charset=answer.charset, hints={"url": found.url})
    try:
        pages = [read_release(member) for member in members(release)]
    except HkinnoError as error:
        return Verdict("", problem=str(error)), None
    texts = [f"{page.title}\n{''.join(page.text.split())}" for page in pages]
    if not any("".join(page.text.split()) for page in pages):
        return Verdict("", problem="the page holds no text"), None
    damage = sum(len(repair(page.text, blocks=page.blocks).lost) for page in pages)
    return Verdict(hashlib.sha256("\f".join(texts).encode("utf-8", "replace")).hexdigest(), damage), pages[0]


def is_wanted(source: Source, found: Found, page: PageText) -> bool:
    """The filter on a page that is at hand."""
    if source.issuers and not any(fold(name) in fold(page.issuer or "") for name in source.issuers):
        return False
    if not source.keywords:
        return True
    title = page.title or found.title
    return _has_keyword(source, title if source.keywords_in == "title" else f"{title}\n{page.text}")


def _has_keyword(source: Source, text: str) -> bool:
    folded = fold(text)
    return any(fold(word) in folded for word in source.keywords)
