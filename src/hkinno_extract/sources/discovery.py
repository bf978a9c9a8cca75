"""What a source offers: lists, feeds, APIs, folders and dumps, each as batches of `Found`.

In: a `Source`, the days wanted, a `Fetcher`. Out: batches, one a list page, so that a run can stop and go on between two of them. Nothing
here knows what is at hand already. Look first at `discover`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

from hkinno_extract.errors import HkinnoError, UsageError
from hkinno_extract.sources.addresses import canonical, day_in, page_address
from hkinno_extract.sources.config import Source
from hkinno_extract.sources.days import Window, day_of
from hkinno_extract.sources.fetching import Fetched, Fetcher, FetchError
from hkinno_extract.sources.folder import is_release, path_of, release_files

_RELEASE_LINK = re.compile(r"/gia/general/(?:\d{6}/\d{2}/[^/?#]+|dib/\d{4})\.html?")
_DUMP_BATCH = 500
_MOST_PAGES = 10_000

Validators = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A release that a source offers. `data` is None where its page is to be fetched; `extension` is that of `data`."""

    url: str
    title: str = ""
    day: date | None = None
    text: str | None = None
    data: bytes | None = None
    extension: str = ".htm"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The releases of one list page. `headers` has its validators; `changed` is False where the host said that it is as it was.

    `torn`: lines of a dump that are no JSON objects.
    """

    address: str
    day: date | None = None
    found: tuple[Found, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    changed: bool = True
    torn: int = 0


def discover(
    source: Source, window: Window, fetcher: Fetcher, *, validators: Validators, skip: Callable[[str, date], bool]
) -> Iterator[Batch]:
    """The batches of `source` in `window`. `skip` says of a day's list that it was done with for good.

    Raises FetchError or Refused where a list cannot be had, HkinnoError where it cannot be understood.
    """
    if source.type == "folder":
        yield _folder(source)
    elif source.type == "jsonl":
        yield from _dump(source, window)
    elif source.type == "rss":
        yield _feed(source, window, _ask(source, source.url, fetcher, validators))
    elif source.type == "json-api":
        yield from _api(source, window, fetcher)
    else:
        for day in window.days():
            address = source.url.format(yyyymm=f"{day:%Y%m}", yyyy=f"{day:%Y}", mm=f"{day:%m}", dd=f"{day:%d}")
            if not skip(address, day):
                yield _day_list(day, _ask(source, address, fetcher, validators), address)


def ask_page(source: Source, url: str, fetcher: Fetcher, known: Mapping[str, str]) -> Fetched:
    """A release's page. Raises FetchError or Refused."""
    return fetcher.get(page_address(url), known=dict(known), rate=source.rate, user_agent=source.user_agent)


def _ask(source: Source, url: str, fetcher: Fetcher, validators: Validators) -> Fetched:
    return fetcher.get(url, known=dict(validators(url)), rate=source.rate, user_agent=source.user_agent)


def _day_list(day: date, answer: Fetched, address: str) -> Batch:
    """A day without releases answers 404."""
    if answer.status != 200:
        return Batch(address=address, day=day, headers=answer.headers, changed=answer.status == 404)
    tree = lxml_html.fromstring(answer.data or b"<html></html>")
    found: dict[str, Found] = {}
    for link in tree.iter("a"):
        target = urljoin(answer.url, link.get("href") or "")
        if _RELEASE_LINK.search(target):
            title = " ".join(link.text_content().split())
            found.setdefault(canonical(target), Found(url=page_address(target), title=title, day=day_in(target) or day))
    if not found:
        raise HkinnoError(
            "the list has no links to releases", where=address, remedy="Its layout may have changed: look at it in a browser."
        )
    return Batch(address=address, day=day, found=tuple(found.values()), headers=answer.headers)


def _feed(source: Source, window: Window, answer: Fetched) -> Batch:
    if answer.status == 304:
        return Batch(address=source.url, changed=False)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.fromstring(answer.data, parser) if answer.status == 200 and answer.data.strip() else None
    items = [] if tree is None else tree.findall(".//{*}item") + tree.findall(".//{*}entry")
    if not items:
        raise HkinnoError("the feed has no items", where=source.url, remedy="Look at it in a browser.")
    found = tuple(f for f in (_feed_item(source, item) for item in items) if f.url and window.has(f.day))
    return Batch(address=source.url, found=found, headers=answer.headers)


def _feed_item(source: Source, item: Any) -> Found:
    facts: dict[str, str] = {}
    for child in item:
        if isinstance(child.tag, str):
            facts.setdefault(etree.QName(child).localname, "".join(child.itertext()).strip() or child.get("href", ""))
    url = facts.get("link") or facts.get("guid", "")
    stamp = facts.get("pubDate") or facts.get("published") or facts.get("updated", "")
    text = max(facts.get("encoded", ""), facts.get("description", ""), facts.get("content", ""), key=len)
    return _offered({"url": url, "title": facts.get("title", ""), "date": stamp, "text": text}, keep_text=source.content == "item")


def _offered(facts: Mapping[str, str], *, keep_text: bool) -> Found:
    """A release as a feed, an API or a dump gives it; with `keep_text` its text there is what lands, as a JSON object of its own."""
    url, text = facts.get("url", ""), facts.get("text", "")
    data = None
    if keep_text and text:
        names = {"text": "content"}
        data = json.dumps({names.get(k, k): v for k, v in facts.items() if v}, ensure_ascii=False, indent=1).encode()
    return Found(
        url=url,
        title=facts.get("title", ""),
        day=day_of(facts.get("date", "")) or day_in(url),
        text=text or None,
        data=data,
        extension=".json" if data else ".htm",
        name=facts.get("id", ""),
    )


def _api(source: Source, window: Window, fetcher: Fetcher) -> Iterator[Batch]:
    """The pages of an API, until one has fewer records than were asked for; without {offset} there is one."""
    records: list[Mapping[str, Any]] = []
    for page in range(_MOST_PAGES):
        size = source.page_size
        places = {"offset": page * size, "size": size, "from": window.first.isoformat(), "to": window.last.isoformat()}
        address = source.url.format(**places)
        before, records = records, _records(source, fetcher.get(address, rate=source.rate, user_agent=source.user_agent), address)
        if records and records == before:
            raise HkinnoError("a page of the answer is the one before it", where=address, remedy="Mend {offset} in the source's url.")
        offered = [_offered(_facts(source, record), keep_text=bool(source.fields.get("text"))) for record in records]
        yield Batch(address=address, found=tuple(f for f in offered if f.url and window.has(f.day)))
        if len(records) < size or "{offset}" not in source.url:
            return


def _records(source: Source, answer: Fetched, address: str) -> list[Mapping[str, Any]]:
    try:
        whole = json.loads(answer.data.decode("utf-8-sig"))
    except ValueError as error:
        raise FetchError(f"the answer (status {answer.status}) is no JSON", where=address, remedy="Look at it in a browser.") from error
    if source.ok and _at(whole, source.ok) is not True:
        message = _at(whole, "header.err_msg") or "no reason given"
        raise FetchError(f"the API says that it failed: {message}", where=address, remedy="Check the address in sources.toml.")
    records = _at(whole, source.records)
    if not isinstance(records, list):
        raise HkinnoError(f"the answer has no list at {source.records!r}", where=address, remedy="Mend `records` in sources.toml.")
    return [r for r in records if isinstance(r, dict)]


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _facts(source: Source, record: Mapping[str, Any]) -> dict[str, str]:
    names = dict(source.fields) or {"url": "url", "title": "title", "date": "date", "text": "content", "id": "id"}
    return {fact: str(value) for fact, key in names.items() if (value := _at(record, key)) not in (None, "")}


def _folder(source: Source) -> Batch:
    """Files that somebody dropped; half-written ones and sidecars are left alone."""
    folder = Path(source.path)
    found = []
    for name in release_files(folder):
        path = path_of(folder, name)
        if is_release(path.name) and path.is_file():  # a pipe would wait for ever
            address = f"file:{name}"
            day = day_in(f"/{name}") or date.fromtimestamp(path.stat().st_mtime)
            found.append(Found(url=address, day=day, data=path.read_bytes(), extension=path.suffix or ".txt", name=Path(name).stem))
    return Batch(address=f"file:{source.name}", found=tuple(found))


def _dump(source: Source, window: Window) -> Iterator[Batch]:
    """A dump is read line by line; its lines need no memory."""
    path, batch, number, torn = Path(source.path), [], 0, 0
    try:
        handle = path.open("rb")
    except OSError as error:
        raise UsageError((error.strerror or str(error)).lower(), where=source.path, remedy="Mend `path` in sources.toml.") from error
    with handle:
        for number, line in enumerate(handle, 1):
            try:
                record = json.loads(line.decode("utf-8-sig")) if line.strip() else None
            except ValueError:
                record = None
            if not isinstance(record, dict):
                torn += bool(line.strip())
                continue
            facts = _facts(source, record)
            facts.setdefault("url", f"file:{path.name}:{number}")
            found = _offered(facts, keep_text=True)
            if found.data and window.has(found.day):
                batch.append(found)
            if len(batch) == _DUMP_BATCH:
                yield Batch(address=f"file:{path.name}:{number}", found=tuple(batch))
                batch = []
    yield Batch(address=f"file:{path.name}:{number}", found=tuple(batch), torn=torn)
