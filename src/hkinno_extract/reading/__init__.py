"""Reading: bytes to text with blocks.

In: `RawRelease`. Out: `PageText`; `members` parts a file that holds several releases. Look first at `read_release`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from hkinno_extract.errors import ReadingError
from hkinno_extract.reading.containers import KEYS, members, stream_members
from hkinno_extract.reading.encodings import LARGEST, decode
from hkinno_extract.reading.facts import from_address, from_stamp, issuer_of, language_of, published_at
from hkinno_extract.reading.html_pages import looks_like_html, read_html
from hkinno_extract.reading.plain_texts import looks_like_markdown, read_markdown, read_plain
from hkinno_extract.records import PageText, RawRelease

__all__ = ["KEYS", "ask_again", "members", "read_release", "stream_members"]

LONGEST = 400_000
"""Characters beyond which a text is no release: the longest one on record has some 63,000."""

_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x7fELF",
)


def read_release(release: RawRelease) -> PageText:
    """The text of one release, decoded, with its blocks. Raises ReadingError where it is no release.

    What `release.hints` says (title, published_at, issuer, url, format) fills what the text does not say itself.

    >>> data = "業績公布\\n　　甲升至第三。\\n完\\n2024年5月1日（星期三）".encode("big5")
    >>> page = read_release(RawRelease(doc_id="a", source="a.txt", data=data))
    >>> page.title, page.published_at, page.encoding, [b.kind for b in page.blocks]
    ('業績公布', '2024-05-01', 'big5hkscs', ['heading', 'paragraph', 'paragraph', 'paragraph'])
    """
    try:
        return _read(release)
    except ReadingError as error:
        raise ReadingError(error.problem, where=error.where or release.source, remedy=error.remedy) from error


def _read(release: RawRelease) -> PageText:
    data, hints = release.data, release.hints
    issuer: str | None = None
    if problem := _hint(hints, "error"):
        raise ReadingError(problem, remedy="Mend or leave out this member of the file.")
    if data.startswith(_BINARY):
        raise ReadingError(
            "the file is no text", remedy="Give the page or text of the release; a PDF or picture has to be converted first."
        )
    if len(data) > LARGEST:
        raise ReadingError(f"the file is larger than {LARGEST // 1024 // 1024} MB", remedy="Give one release a file.")
    source, encoding = decode(data, release.charset)
    stamp: str | None = None
    if len(source) > LONGEST and "<" not in source:
        raise _too_long(source)
    form = hints.get("format") or _form(release.source, source)
    if form == "html":
        page = read_html(source)
        text, blocks, title, stamp, issuer = page.text, page.blocks, page.title, page.published_at, page.issuer
    else:
        plain = read_markdown(source) if form == "markdown" else read_plain(source)
        text, blocks, title = plain.text, plain.blocks, plain.title
        stamp = published_at(text) or from_stamp(plain.facts.get("date"))
    if len(text) > LONGEST:
        raise _too_long(text)
    return PageText(
        text=text,
        blocks=blocks,
        title=_hint(hints, "title") or title,
        issuer=_hint(hints, "issuer") or issuer_of(text) or issuer,
        published_at=stamp
        or from_stamp(_hint(hints, "published_at"))
        or from_address(_hint(hints, "url") or "")
        or from_address(release.source),
        language=language_of(text),
        encoding=encoding,
    )


def _too_long(text: str) -> ReadingError:
    remedy = "Give one release a file, or a line of a .jsonl file."
    return ReadingError(f"the text has {len(text):,} characters, far more than a release", remedy=remedy)


def ask_again(page: PageText, hints: Mapping[str, object], *, titled: bool = False) -> PageText:
    """`page` with its issuer, date and language taken from its text anew, which a repair has changed since; `hints` as in `read_release`.

    With `titled` its title too: most of the text was another one before its repair.
    """
    first = page.blocks[0] if page.blocks else None
    title = page.text[first.start : first.end] if titled and first is not None and first.kind == "heading" else page.title
    return dataclasses.replace(
        page,
        title=_hint(hints, "title") or title,
        issuer=_hint(hints, "issuer") or issuer_of(page.text) or page.issuer,
        published_at=published_at(page.text) or page.published_at,
        language=language_of(page.text),
    )


def _form(name: str, text: str) -> str:
    lower = name.lower().partition("?")[0]
    if lower.endswith((".htm", ".html", ".xhtml", ".shtml")):
        return "html" if "<" in text else "text"
    if lower.endswith((".md", ".markdown")):
        return "markdown"
    if looks_like_html(text):
        return "html"
    return "markdown" if not lower.endswith(".txt") and looks_like_markdown(text) else "text"


def _hint(hints: Mapping[str, object], key: str) -> str | None:
    value = hints.get(key)
    return value.strip() or None if isinstance(value, str) else None
