"""Where a page keeps its release: the layouts of the government's sites by their element ids, then any other page.

In: the parsed page. Out: a `Found`: title, the elements that hold the body, what of them to leave out. Look first at `find_release`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

CHROME = frozenset(
    [
        "sharePost",
        "sharePost2",
        "btm_btn",
        "controlDisplay1",
        "controlDisplay2",
        "resRightContent",
        "newAch",
        "backTop",
        "access",
        "skiptocontent",
        "hdrGovLnk",
        "header",
        "headerBanner",
        "footer",
        "includedContent",
        "rightContent",
        "breadcrumb",
        "breadcrumbs",
        "pagination",
        "social",
        "share",
        "print",
    ]
)
"""Classes and ids of what surrounds a release on the known sites."""


_WHITE = re.compile(r"[ \t\r\n]+")
_STARS = re.compile("[＊*]{3}")


class Found(NamedTuple):
    """`roots` hold the body; `layout` names the rule that found it; `skip` tells what in it is none of the text."""

    layout: str
    title: str | None
    roots: tuple[Any, ...]
    skip: Callable[[Any], bool]


def find_release(page: Any) -> Found | None:
    """The release on one of the known layouts; None where the page is of no known one."""
    for layout in (_gia, _news_gov_hk, _hkma, _bureau, _customs, _preformatted):
        found = layout(page)
        if found is not None and any("".join(root.itertext()).strip() for root in found.roots):
            return found
    return None


def is_chrome(element: Any) -> bool:
    """Whether an element is navigation, sharing or print links."""
    name = element.get("id")
    if name in CHROME:
        return True
    classes = element.get("class")
    return bool(classes) and not CHROME.isdisjoint(classes.split())


def text_of(element: Any) -> str | None:
    """All text of an element, white space collapsed; None where there is none."""
    if element is None:
        return None
    return _WHITE.sub(" ", "".join(element.itertext()).replace("\u200b", "")).strip(" \u3000\u00a0") or None


def by_id(page: Any, name: str) -> Any | None:
    """The first element with this id."""
    found = page.xpath("//*[@id=$name]", name=name)
    return found[0] if found else None


def by_class(page: Any, name: str, tag: str = "*") -> list[Any]:
    """The elements of a class, outermost first."""
    return list(page.xpath(f"//{tag}[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {name} "))


def meta(page: Any, *names: str) -> str | None:
    """The content of the first `<meta>` with one of these names or properties."""
    for name in names:
        for value in page.xpath("//meta[@name=$name or @property=$name or @itemprop=$name]/@content", name=name):
            if value.strip():
                return str(value.strip())
    return None


def _gia(page: Any) -> Found | None:
    """info.gov.hk: `span#pressrelease`, headline in `#PRHeadlineSpan` since 2016; `div#PRDate` where a copy has one."""
    body = by_id(page, "pressrelease")
    if body is None:
        return None
    roots = [body]
    date = by_id(page, "PRDate")
    if date is not None and body not in date.iterancestors():
        roots.append(date)
    headline = by_id(page, "PRHeadlineSpan")
    title = text_of(headline if headline is not None else by_id(page, "PRHeadline"))

    def skip(element: Any) -> bool:
        return is_chrome(element) or element.get("id") in ("PRHeadlineSpan", "PRHeadline", "starBar")

    return Found("gia", title or text_of(page.find(".//title")), tuple(roots), skip)


def _news_gov_hk(page: Any) -> Found | None:
    bodies = by_class(page, "newsdetail-content")
    if not bodies:
        return None
    return Found("news.gov.hk", text_of(page.find(".//h1")) or meta(page, "keywords"), (bodies[0],), is_chrome)


def _hkma(page: Any) -> Found | None:
    for wrapper in by_class(page, "content-wrapper"):
        areas = wrapper.xpath(".//*[contains(concat(' ', normalize-space(@class), ' '), ' content-area ')]")
        if areas:
            return Found("hkma", text_of(wrapper.find(".//h1")) or text_of(page.find(".//h1")), (areas[0],), is_chrome)
    return None


def _bureau(page: Any) -> Found | None:
    bodies = by_class(page, "contentThin")
    if not bodies:
        content = by_id(page, "content")
        if content is None or content.find(".//h2") is None or content.find(".//p") is None:
            return None
        bodies = [content]
    heading = bodies[0].find(".//h2")
    if heading is None:
        heading = page.find(".//h2")
    return Found("bureau", text_of(heading), (bodies[0],), lambda e: e is heading or is_chrome(e))


def _customs(page: Any) -> Found | None:
    bodies = [b for b in by_class(page, "mB15", "div") if "f15" in (b.get("class") or "").split()]
    return Found("mB15", text_of(page.find(".//h1")) or text_of(page.find(".//title")), tuple(bodies), is_chrome) if bodies else None


def _preformatted(page: Any) -> Found | None:
    """Releases of 1998 to 2005: one `<pre>` that holds most of the page, its headline underlined by stars included."""
    pres = page.findall(".//pre")
    if not pres:
        return None
    longest = max(pres, key=lambda p: len("".join(p.itertext())))
    whole = len("".join(page.itertext()).strip())
    text = "".join(longest.itertext()).strip()
    if len(text) * 2 < whole or (_STARS.search("".join(page.itertext())) and not _STARS.search(text)):
        return None
    return Found("pre", text_of(page.find(".//h1")) or text_of(page.find(".//title")), (longest,), is_chrome)
