"""HTML to text with blocks, title, date, issuer.

In: decoded HTML. Out: `Page`. Look first at `read_html`; layouts.py finds the release on a page of a known layout, page_body.py on any
other, flow.py makes lines of it, trimming.py takes off what stands before and behind.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import lxml.html
from lxml import etree

from hkinno_extract.errors import ReadingError
from hkinno_extract.reading.facts import published_at
from hkinno_extract.reading.flow import parts_of
from hkinno_extract.reading.layouts import find_release, meta, text_of
from hkinno_extract.reading.metadata import page_date, page_issuer
from hkinno_extract.reading.page_body import body_lines, find_body, headline, without_headline
from hkinno_extract.reading.parts import Part, assemble
from hkinno_extract.reading.trimming import trimmed
from hkinno_extract.records import Block

MOST_TAGS = 300_000
"""A page with more tags is no release; parsing it would only eat memory."""

MOST_ATTRIBUTES = 500
"""An element with more attributes is no page's: a parser compares each of them with all others."""

_CROWDED = re.compile(
    r"""<[A-Za-z][^\s<>/]*+(?:[\s/="']*+[^\s<>/="']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']++))?+)"""
    rf"{{{MOST_ATTRIBUTES + 1}}}"
)
_TITLE_TAIL = re.compile(r"\s*(?:[|｜]|-{1,2}|–|_)\s*(?:香港特別行政區政府|香港特区政府|info\.gov\.hk|news\.gov\.hk|香港政府新聞網).*$")


class Page(NamedTuple):
    """What a page says."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None
    published_at: str | None
    issuer: str | None


def read_html(source: str) -> Page:
    """The release on a page. Raises ReadingError where the page holds no text."""
    page = parse(source)
    known = find_release(page)
    found = known or find_body(page)
    parts = [part for root in found.roots for part in parts_of(root, found.skip)]
    named = meta(page, "og:title") or text_of(page.find(".//title"))
    title, parts = trimmed(parts if known else body_lines(parts, source), found.title)
    if known is None:
        title = title or headline(parts, named)
        parts = without_headline(parts, title)
    title = title or named
    title = _TITLE_TAIL.sub("", title) if title else None
    headed = [Part(title, "heading", 1, gap=True), *parts] if title else parts
    if not any(p.text.strip() for p in parts):
        raise ReadingError("the page holds no text", remedy="Fetch it again; a page that a script fills cannot be read.")
    text, blocks = assemble(headed)
    return Page(text, blocks, title, published_at(text) or page_date(page), None if known else page_issuer(page))


def looks_like_html(text: str) -> bool:
    """Whether `text` is a page or a piece of one, not a plain text that mentions a tag."""
    head = text[:2000].lstrip().lower()
    if head.startswith(("<!doctype html", "<html", "<head", "<body", "<?xml")) and "<" in head:
        return True
    return (
        len(re.findall(r"</?(?:p|div|br|span|table|tr|td|ul|li|h[1-6]|body|a|b|strong)\b[^<>]{0,300}>", text[:20_000], re.IGNORECASE)) >= 3
    )


def parse(source: str) -> Any:
    """The root of a page, whatever state it is in. Raises ReadingError where there is no element at all, or far too many."""
    if source.count("<") > MOST_TAGS:
        raise ReadingError(f"the page has more than {MOST_TAGS} tags", remedy="Give the page of one release.")
    if _CROWDED.search(source):
        raise ReadingError(f"an element of the page has more than {MOST_ATTRIBUTES} attributes", remedy="Give the page of one release.")
    parser = lxml.html.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    clean = source.replace("\0", "")
    if clean.lstrip().startswith("<?xml"):
        clean = re.sub(r"^\s*<\?xml[^>]*\?>", "", clean)
    try:
        page = lxml.html.document_fromstring(clean.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadingError("the page holds no elements", remedy="Fetch it again.") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise ReadingError("the elements of the page are nested too deeply", remedy="Give the page of one release; mend tags left open.")
    return page
