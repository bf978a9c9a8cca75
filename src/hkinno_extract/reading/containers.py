"""Files that hold several releases: JSON Lines, JSON, feeds, daily bulletins.

In: a `RawRelease` of the file, or an open file. Out: a `RawRelease` a member, with what the container says of it as hints. Look first at
`stream_members`: JSON Lines are read line by line, so that 100,000s of releases need no memory; `members` does the same for bytes at hand.
"""

from __future__ import annotations

import codecs
import dataclasses
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from lxml import etree

from hkinno_extract.errors import ReadingError
from hkinno_extract.reading.encodings import LARGEST, codec_of, declared_inside, decode
from hkinno_extract.reading.facts import from_stamp
from hkinno_extract.reading.html_pages import looks_like_html
from hkinno_extract.records import Plain, RawRelease

KEYS: Mapping[str, Sequence[str]] = {
    "url": ("url", "link", "guid", "source_link"),
    "title": ("title", "headline"),
    "date": ("date", "pubDate", "published_at", "pub_date", "timestamp"),
    "content": ("content", "description", "text", "body", "fulltext"),
    "id": ("id", "doc_id"),
    "issuer": ("issuer", "official", "department"),
}
"""For each fact of a release, the keys under which a line may hold it, the first one that is filled wins."""

_OWN_ID = re.compile(r"(P\d{12,13})(?:p|_print)?(?:\.htm|\b)|/(\d{6})/(\d{2})/(\d{7,8})\.htm")
_NUMBERED = re.compile(
    r"^[ \t\u3000]*(\d{1,3})[.．、][ \t\u3000]*(\S[^\n]*(?:\n[ \t]{3,}\S[^\n]*)?)\n[ \t\u3000]*[*＊]{3,}[ \t\u3000]*$", re.MULTILINE
)
_MASTHEADS = (
    *("每日新聞公報".encode(codec) for codec in ("utf-8", "big5hkscs", "gb18030")),
    *("每日新闻公报".encode(codec) for codec in ("utf-8", "gb18030")),
)
_BULLETIN = re.compile(b"|".join(map(re.escape, _MASTHEADS)) + rb"|Daily Information Bulletin|\n[ \t]*={6,}\s+1\.[ \t]")
"""The masthead of a day's bulletin, or the rule below its contents."""

_HEAD = 64 * 1024
_MOST_ITEMS = 1000
"""A day's bulletin has a tenth of it."""

_LONGEST_LINE = 64 * 1024 * 1024


def members(release: RawRelease, *, keys: Mapping[str, Sequence[str]] = KEYS) -> Iterator[RawRelease]:
    """The releases inside a file; a file that holds one gives itself. Raises ReadingError where the file is damaged as a whole."""
    yield from stream_members(release, io.BytesIO(release.data), keys=keys)


def stream_members(
    release: RawRelease, stream: BinaryIO, *, keys: Mapping[str, Sequence[str]] = KEYS, start: tuple[int, int] | None = None
) -> Iterator[RawRelease]:
    """As `members`, for a file that is open in `stream`, whose bytes `release` need not hold; JSON Lines and feeds are streamed.

    `keys` names, for each of the facts of KEYS, the keys of a JSON object that may hold it. `start` is the byte of a JSON Lines file at
    which to begin, with the number of the release there.
    """
    try:
        yield from _members_in(release, stream, keys, start)
    except ReadingError as error:
        raise ReadingError(error.problem, where=error.where or release.source, remedy=error.remedy) from error


def _members_in(
    release: RawRelease, stream: BinaryIO, keys: Mapping[str, Sequence[str]], start: tuple[int, int] | None
) -> Iterator[RawRelease]:
    if start is not None:
        stream.seek(start[0])
        yield from _lines(release, stream, keys, at=start[0], number=start[1] - 1)
        return
    head = stream.read(4096)
    stream.seek(0)
    form = _form(release.source, head)
    if form == "lines":
        yield from _lines(release, stream, keys)
    elif form == "json":
        yield from _json(release, stream.read(), keys)
    elif form == "feed":
        yield from _feed(release, stream)
    else:
        whole = release if release.data else _with_data(release, stream.read())
        yield from _bulletin(whole) if form == "bulletin" else iter((whole,))


def _codec(release: RawRelease, stream: BinaryIO) -> str:
    """The codec that the file in `stream` is written in, by its first bytes and its declaration; `stream` stays where it is."""
    place = stream.tell()
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(place)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return decode(head, release.charset)[1]
    return ((declared_inside(head) or codec_of(release.charset)) if head.isascii() else None) or "utf-8"


def _form(name: str, head: bytes) -> str:
    lower = name.lower()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400]
    if lower.endswith((".jsonl", ".ndjson")):
        return "lines"
    if lower.endswith(".json"):
        return (
            "lines"
            if re.match(rb"\{.*\}[ \t]*\r?\n[ \t]*\{", start + head[400:], re.DOTALL) and _is_object(head.split(b"\n")[0])
            else "json"
        )
    if re.match(
        rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*|<!DOCTYPE[^<>\[]*(?:\[.*?\])?\s*>\s*)*<(?:rss|feed|rdf:RDF)\b",
        head.lstrip(b"\xef\xbb\xbf \t\r\n"),
        re.DOTALL,
    ):
        return "feed"
    if _BULLETIN.search(head) or re.search(r"(?:^|/)dib/\d{4}\.(?:htm|txt)", lower):
        return "bulletin"
    return "one"


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _lines(
    release: RawRelease, stream: BinaryIO, keys: Mapping[str, Sequence[str]], *, at: int = 0, number: int = 0
) -> Iterator[RawRelease]:
    first = number
    codec: str | None = None
    while True:
        line = stream.readline(_LONGEST_LINE)
        if not line:
            break
        begins = at
        at += len(line)
        line = line.lstrip(b"\xef\xbb\xbf").strip()
        if not line:
            continue
        number += 1
        try:
            text = line.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            codec = codec or _codec(release, stream)
            text = line.decode(codec, "replace")
        yield dataclasses.replace(_member_of_json(release, number, text, keys), at=begins)
    if number == first == 0:
        raise ReadingError("the file is empty", remedy="Fetch it again.")


def _member_of_json(release: RawRelease, number: int, line: str, keys: Mapping[str, Sequence[str]]) -> RawRelease:
    """The release of one line; a line that holds none gets a hint `error`, so that it ends in quarantine, not the file."""
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        item = None
    if not isinstance(item, dict):
        return _member(release, number, line.encode("utf-8", "replace"), {"error": "the line is no JSON object"}, None)
    return _from_object(release, number, item, keys)


def _from_object(release: RawRelease, number: int, item: dict[str, Any], keys: Mapping[str, Sequence[str]]) -> RawRelease:
    facts = {**item.get("metadata", {}), **item} if isinstance(item.get("metadata"), dict) else item
    found = {name: next((facts[k] for k in names if facts.get(k) not in (None, "", [])), None) for name, names in keys.items()}
    content = _content(found.get("content"))
    if not content.strip():
        return _member(release, number, json.dumps(item, ensure_ascii=False).encode(), {"error": "the line holds no text"}, None)
    address = _text(found.get("url"))
    hints: Plain = {
        "title": _text(found.get("title")),
        "published_at": from_stamp(_text(found.get("date"))),
        "issuer": _text(found.get("issuer")),
        "url": address,
        "format": "html" if looks_like_html(content) else "text",
    }
    return _member(release, number, content.encode("utf-8", "replace"), hints, own_id(address) or _text(found.get("id")))


def _content(value: Any) -> str:
    if isinstance(value, str):
        if value.startswith("[") and value.endswith("]"):
            try:
                lines = json.loads(value)
            except ValueError:
                return value
            return _content(lines)
        return value
    if isinstance(value, dict):
        return "\n\n".join(_content(v) for v in value.values())
    if isinstance(value, list):
        return "\n".join(_content(v) for v in value)
    return "" if value is None else str(value)


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).strip() or None


def own_id(address: str | None) -> str | None:
    """The id that a release has at its source, out of its address.

    >>> own_id("https://www.info.gov.hk/gia/general/202412/27/P2024122700123p.htm?fontSize=1"), own_id("/gia/general/200011/30/1130153.htm")
    ('P2024122700123', '200011-1130153')
    """
    found = _OWN_ID.search(address or "")
    if not found:
        return None
    return found[1] or f"{found[2]}-{found[4]}"


def _json(release: RawRelease, data: bytes, keys: Mapping[str, Sequence[str]]) -> Iterator[RawRelease]:
    text, _ = decode(data, "utf-8")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingError("the file is no JSON", remedy="Fetch it again; a file of many objects, one a line, is called .jsonl.") from error
    if isinstance(whole, dict):
        records = whole.get("result", {}).get("records") if isinstance(whole.get("result"), dict) else None
        items = next((v for v in (records, whole.get("items"), whole.get("data"), whole.get("releases")) if isinstance(v, list)), [whole])
    else:
        items = whole if isinstance(whole, list) else []
    if not items:
        raise ReadingError("the file holds no release", remedy="Give objects with url, title, date and content.")
    for number, item in enumerate(items, 1):
        member = _from_object(release, number, item if isinstance(item, dict) else {"content": item}, keys)
        yield member if len(items) > 1 or member.doc_id != f"{release.doc_id}-1" else _renamed(member, release.doc_id)


class _Transcoded:
    """A file in some codec, read as UTF-8."""

    def __init__(self, stream: BinaryIO, codec: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end of the file only."""
        while data := self._stream.read(size):
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")


def _feed(release: RawRelease, stream: BinaryIO) -> Iterator[RawRelease]:
    number = 0
    events = etree.iterparse(
        _Transcoded(stream, _codec(release, stream)),
        events=("end",),
        tag=("{*}item", "{*}entry"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        encoding="utf-8",
    )
    try:
        for _, item in events:
            number += 1
            yield _item(release, number, item)
            item.clear()
            while item.getprevious() is not None:
                del item.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise ReadingError("the feed is no XML that can be read", remedy="Fetch it again.") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in events.error_log):
        raise ReadingError(
            "the feed has entities that grow, or elements nested, beyond what a parser takes",
            remedy="Give a feed whose entities are written out.",
        )
    if not number:
        raise ReadingError("the feed has no items", remedy="Fetch it again.")


def _item(release: RawRelease, number: int, item: Any) -> RawRelease:
    facts: dict[str, str] = {}
    for child in item:
        if isinstance(child.tag, str):
            name = etree.QName(child).localname
            value = "".join(child.itertext()).strip() or child.get("href", "")
            facts.setdefault("content" if name == "encoded" else name, value)
    content = max(facts.get("content", ""), facts.get("description", ""), facts.get("summary", ""), key=len)
    address = facts.get("link") or facts.get("guid") or facts.get("id")
    hints: Plain = {
        "title": facts.get("title") or None,
        "published_at": from_stamp(facts.get("pubDate") or facts.get("published") or facts.get("updated") or facts.get("date")),
        "url": address or None,
        "format": "html" if looks_like_html(content) or "<" in content else "text",
    }
    if not content:
        hints["error"] = "the item holds no text"
    return _member(release, number, content.encode("utf-8", "replace"), hints, own_id(address))


def _bulletin(release: RawRelease) -> Iterator[RawRelease]:
    """The releases of a day's bulletin (1997 and 1998): numbered titles underlined by stars, all at one address."""
    from hkinno_extract.reading.facts import published_at
    from hkinno_extract.reading.flow import parts_of
    from hkinno_extract.reading.html_pages import parse

    if len(release.data) > LARGEST:
        yield release  # which is refused by name
        return
    text, _ = decode(release.data, release.charset)
    if looks_like_html(text):
        text = "\n".join(part.text for part in parts_of(parse(text)))
    text = text.replace("\r\n", "\n")
    heads = list(_NUMBERED.finditer(text))
    if not heads:
        yield release
        return
    if len(heads) > _MOST_ITEMS:
        raise ReadingError(f"the bulletin has {len(heads):,} items, more than a day's", remedy="Give one day's bulletin.")
    day = published_at(text[: heads[0].start()]) or published_at(text)
    for number, head in enumerate(heads, 1):
        end = heads[number].start() if number < len(heads) else len(text)
        title = " ".join(head[2].split())
        hints: Plain = {**release.hints, "title": title, "published_at": day, "format": "text"}
        yield _member(release, number, f"{title}\n\n{text[head.end() : end].strip()}\n".encode(), hints, None)


def _member(release: RawRelease, number: int, data: bytes, hints: Plain, name: str | None) -> RawRelease:
    return RawRelease(
        doc_id=name or f"{release.doc_id}-{number}",
        source=release.source,
        data=data,
        charset="utf-8",
        member=number,
        hints={k: v for k, v in hints.items() if v is not None},
    )


def _renamed(member: RawRelease, doc_id: str) -> RawRelease:
    return RawRelease(doc_id=doc_id, source=member.source, data=member.data, charset="utf-8", member=None, hints=member.hints)


def _with_data(release: RawRelease, data: bytes) -> RawRelease:
    return RawRelease(
        doc_id=release.doc_id, source=release.source, data=data, charset=release.charset, member=release.member, hints=release.hints
    )
