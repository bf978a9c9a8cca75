"""What the head of a page says of its release: the date and the body that published it.

In: the parsed page. Out: plain values, None where the page does not say. Look first at `page_date`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hkinno_extract.reading.facts import from_stamp, is_body
from hkinno_extract.reading.layouts import meta

_DATES = ("article:published_time", "datePublished", "date", "DC.date.issued", "dcterms.issued", "publishdate", "pubdate")
_ISSUERS = ("publisher", "DC.publisher", "dcterms.publisher", "article:publisher", "og:site_name", "author", "DC.creator", "article:author")


def page_date(page: Any) -> str | None:
    """The date that the head of a page gives: JSON-LD, `<meta>`, `<time>`."""
    for item in _json_ld(page):
        if found := from_stamp(str(item.get("datePublished") or "")):
            return found
    for value in (meta(page, *_DATES), *page.xpath("//time/@datetime")[:1], *page.xpath("//tr/@data-recorddate")[:1]):
        if found := from_stamp(value):
            return found
    return None


def page_issuer(page: Any) -> str | None:
    """The body that the head of a page names as its publisher, author or site: names that are none, such as 新聞公報, are left out."""
    named = [
        name
        for item in _json_ld(page)
        for key in ("publisher", "author", "creator", "sourceOrganization")
        for name in _names(item.get(key))
    ]
    named += [value for name in _ISSUERS if (value := meta(page, name))]
    return next((name for name in named if is_body(name)), None)


def _names(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str) and name.strip():
            yield name.strip()


def _json_ld(page: Any) -> Iterator[dict[str, Any]]:
    """The objects of a page's JSON-LD, outermost first."""
    for script in page.xpath("//script[@type='application/ld+json']/text()"):
        try:
            todo = [json.loads(script)]
        except (ValueError, RecursionError):
            continue
        while todo:
            item = todo.pop()
            if isinstance(item, list):
                todo += reversed(item[:50])
            elif isinstance(item, dict):
                yield item
                todo += [v for k, v in item.items() if k in ("@graph", "mainEntity", "mainEntityOfPage")]
