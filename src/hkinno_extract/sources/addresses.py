"""Addresses of releases: one form of each, the name of its file, the day that is in it.

In: addresses as lists, feeds and people write them. Out: what a release is known by. Look first at `canonical`.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit

_MIRROR = re.compile(r"^sc\.isd\.gov\.hk/(?:TuniS|gb)/+")
_GIA = re.compile(r"(/gia/general/(?:\d{6}/\d{2}/|dib/)[^/?]*?)(?:p|_print)?\.html?$")
_GIA_ID = re.compile(r"P\d{12,13}(?:p|_print)?")
_DAY = re.compile(r"/(\d{4})(\d{2})/(\d{2})/|/(\d{4})/(\d{2})/(\d{4})(\d{2})(\d{2})|(?<!\d)(\d{4})(\d{2})(\d{2})(?=[-_.]|\d{4,5}\.)")
_TRACKING = ("fontsize", "utm_source", "utm_medium", "utm_campaign", "type", "name")
_UNSAFE = re.compile(r"[^0-9A-Za-z_\-]+")


def canonical(url: str) -> str:
    """What a release is known by: no scheme, no print suffix, no font size, the mirror's pages as their original.

    >>> canonical("http://sc.isd.gov.hk/TuniS/www.info.gov.hk/gia/general/202412/27/P2024122700123p.htm?fontSize=1")
    'www.info.gov.hk/gia/general/202412/27/P2024122700123.htm'
    >>> canonical("https://www.Example.hk/a/?id=3&utm_source=x#top")
    'www.example.hk/a/?id=3'
    """
    parts = urlsplit(url)
    text = _MIRROR.sub("", f"{parts.netloc.lower()}{parts.path}")
    if found := _GIA.search(text):
        return f"{text[: found.start()]}{found[1]}.htm"
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in _TRACKING])
    return f"{text}?{query}" if query else text


def page_address(url: str) -> str:
    """The address to ask for: of a print page its page, without a font size.

    >>> page_address("https://www.info.gov.hk/gia/general/202412/27/P2024122700123p.htm?fontSize=1")
    'https://www.info.gov.hk/gia/general/202412/27/P2024122700123.htm'
    """
    parts = urlsplit(url)
    found = _GIA.search(parts.path)
    return f"{parts.scheme}://{parts.netloc}{parts.path[: found.start()]}{found[1]}.htm" if found else parts._replace(fragment="").geturl()


def file_name(url: str) -> str:
    """The name that a release's file gets, without extension: its id where the address has one, else its last part.

    >>> file_name("https://www.info.gov.hk/gia/general/202412/27/P2024122700123.htm"), file_name("https://h.hk/2024/10/20241016-4/")
    ('P2024122700123', '20241016-4')

    A copy elsewhere never takes the id of the release itself, so that the release keeps it:

    >>> file_name("https://mirror.hk/a/P2024122700123.htm"), file_name("https://h.hk/2024/20241016_1.html?type=category&name=x")
    ('P2024122700123-dd04413e', '20241016_1')
    >>> file_name("https://h.hk/news.php?id=7"), file_name("https://h.hk/消息")
    ('news-05f26471', 'release-eeda1ab9')
    """
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", last)
    is_copy = _GIA_ID.fullmatch(stem) and not parts.path.startswith("/gia/general/") and not _MIRROR.match(f"{parts.netloc}{parts.path}")
    if "?" not in canonical(url) and stem and not is_copy and not _UNSAFE.search(stem) and len(stem) <= 80:
        return stem
    safe = _UNSAFE.sub("-", stem).strip("-")[:60] or "release"
    return f"{safe}-{short_hash(canonical(url))}"


def short_hash(text: str) -> str:
    """Eight characters that tell texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def day_in(url: str) -> date | None:
    """The day of issue that an address has in it.

    >>> day_in("/gia/general/202305/02/P2023042700370.htm"), day_in("https://h.hk/2024/10/20241016-4/"), day_in("/a/b")
    (datetime.date(2023, 5, 2), datetime.date(2024, 10, 16), None)
    """
    for found in _DAY.finditer(url):
        groups = [int(g) for g in found.groups() if g]
        year, month, day = groups if len(groups) == 3 else groups[-3:]
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None
