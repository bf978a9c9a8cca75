"""HTML to text with blocks, title, dates: the known layouts by their ids, any other page through trafilatura.

In: decoded HTML. Out: `Page`. Look first at `read_html`; layouts.py finds the body, flow.py makes lines of it.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import lxml.html
from lxml import etree

from hkinno_extract.errors import ReadingError
from hkinno_extract.reading.facts import from_stamp, published_at
from hkinno_extract.reading.flow import parts_of
from hkinno_extract.reading.layouts import Found, find_release, is_chrome, meta, text_of
from hkinno_extract.reading.parts import Part, assemble
from hkinno_extract.records import Block

MOST_TAGS = 300_000
"""A page with more tags is no release; parsing it would only eat memory."""

_MOST_SCORED = 20_000
"""A page with more tags is read as a whole: telling its body from its surroundings would take seconds."""

_ENOUGH = 40
_STARS = re.compile(r"[\s]*[＊*]{3,}[\s]*$")
_END = re.compile(
    r"\s*(?:[（(]?完[)）]?[\s。]*(?:[/／|｜]\s*)?(?:(?=.*[年月])[0-9０-９一二三四五六七八九〇零○Ｏ].{,50})?|Ends?\s*/.*|NNNN|-+\s*Ends?\s*-+)[\s。]*$"
)
_AFTER_END = re.compile(r"年.*月.*日|香港時間|香港时间|Issued at HKT|HKT|NNNN|^[\s]*$", re.IGNORECASE)
_MASTHEAD = re.compile(r"\s*(?:新聞公報|新闻公报|新聞稿內容|新聞稿内容|新闻稿内容|新聞稿|Press Releases?)\s*$")
_TITLE_TAIL = re.compile(r"\s*(?:[|｜]|-{1,2}|–|_)\s*(?:香港特別行政區政府|香港特区政府|info\.gov\.hk|news\.gov\.hk|香港政府新聞網).*$")


class Page(NamedTuple):
    """What a page says."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None
    published_at: str | None
    layout: str


def read_html(source: str) -> Page:
    """The release on a page. Raises ReadingError where the page holds no text, or far too many tags."""
    if source.count("<") > MOST_TAGS:
        raise ReadingError(f"the page has more than {MOST_TAGS} tags", remedy="Give the page of one release.")
    page = parse(source)
    found = find_release(page) or _by_trafilatura(page, source) or _whole(page)
    parts = [part for root in found.roots for part in parts_of(root, found.skip)]
    title, parts = _trimmed(parts, found.title)
    title = title or meta(page, "og:title") or text_of(page.find(".//title"))
    title = _TITLE_TAIL.sub("", title) if title else None
    headed = [Part(title, "heading", 1, gap=True), *parts] if title else parts
    if not any(p.text.strip() for p in parts):
        raise ReadingError("the page holds no text", remedy="Fetch it again; a page that a script fills cannot be read.")
    text, blocks = assemble(headed)
    return Page(text, blocks, title, published_at(text) or _stamped(page), found.layout)


def looks_like_html(text: str) -> bool:
    """Whether `text` is a page or a piece of one, not a plain text that mentions a tag."""
    head = text[:2000].lstrip().lower()
    if head.startswith(("<!doctype html", "<html", "<head", "<body", "<?xml")) and "<" in head:
        return True
    return (
        len(re.findall(r"</?(?:p|div|br|span|table|tr|td|ul|li|h[1-6]|body|a|b|strong)\b[^<>]{0,300}>", text[:20_000], re.IGNORECASE)) >= 3
    )


def parse(source: str) -> Any:
    """The root of a page, whatever state it is in. Raises ReadingError where there is no element at all."""
    parser = lxml.html.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True)
    clean = source.replace("\0", "")
    if clean.lstrip().startswith("<?xml"):
        clean = re.sub(r"^\s*<\?xml[^>]*\?>", "", clean)
    try:
        page = lxml.html.document_fromstring(clean.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadingError("the page holds no elements", remedy="Fetch it again.") from error
    return page


def _by_trafilatura(page: Any, source: str) -> Found | None:
    if len(source) > 3_000_000 or source.count("<") > _MOST_SCORED:
        return None
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it says of a page it cannot read is of no use to the reader
    try:
        document = trafilatura.bare_extraction(
            source, include_tables=True, include_comments=False, include_formatting=False, favor_recall=True, with_metadata=False
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    body = getattr(document, "body", None)
    if body is None or len("".join(body.itertext()).strip()) < _ENOUGH:
        return None
    return Found("trafilatura", text_of(page.find(".//h1")), (body,), lambda _: False)


def _whole(page: Any) -> Found:
    body = page.find(".//body")
    return Found("page", text_of(page.find(".//h1")), (page if body is None else body,), is_chrome)


def _trimmed(parts: Sequence[Part], title: str | None) -> tuple[str | None, list[Part]]:
    """The title and the lines of the release without what stands before its headline and behind its end."""
    kept = list(parts)
    stars = next((i for i, p in enumerate(kept[:40]) if _STARS.match(p.text)), None)
    if stars is not None:
        above = [p.text.strip() for p in kept[:stars] if p.text.strip() and not _MASTHEAD.match(p.text)]
        title = title if title and not _MASTHEAD.match(title) and (not above or title in above) else (above[-1] if above else title)
        kept = kept[stars + 1 :]
    kept = list(itertools.dropwhile(lambda p: not p.text.strip() or _MASTHEAD.match(p.text) or _same(p.text, title), kept))
    end = next((i for i, p in enumerate(kept) if _END.match(p.text)), None)
    if end is not None:
        tail = itertools.takewhile(lambda p: len(p.text) <= 60 and _AFTER_END.search(p.text), kept[end + 1 :])
        kept = [*kept[: end + 1], *tail]
    return title, kept


def _same(text: str, title: str | None) -> bool:
    return bool(title) and "".join(text.split()) == "".join((title or "").split())


def _stamped(page: Any) -> str | None:
    """The date that the head of a page gives: JSON-LD, `<meta>`, `<time>`."""
    for script in page.xpath("//script[@type='application/ld+json']/text()"):
        stamp = _json_ld_date(script)
        if stamp:
            return stamp
    stamp = meta(page, "article:published_time", "datePublished", "date", "DC.date.issued", "dcterms.issued", "publishdate", "pubdate")
    for value in (stamp, *page.xpath("//time/@datetime")[:1], *page.xpath("//tr/@data-recorddate")[:1]):
        if found := from_stamp(value):
            return found
    return None


def _json_ld_date(script: str) -> str | None:
    try:
        data = json.loads(script)
    except (ValueError, RecursionError):
        return None
    todo = [data]
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            todo += item[:50]
        elif isinstance(item, dict):
            if found := from_stamp(str(item.get("datePublished") or "")):
                return found
            todo += [v for k, v in item.items() if k in ("@graph", "mainEntity", "mainEntityOfPage")]
    return None
