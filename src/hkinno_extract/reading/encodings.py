"""Bytes to characters: the declared charset first, then what the content says.

In: bytes and the charset that somebody declared. Out: text and the name of the codec used. Look first at `decode`.

Every plausible codec decodes a sample; the text that costs least by the character model wins, the declared one with a head start. So a
wrong declaration is survived, and Big5-HKSCS is told from Big5 and GB 18030 by what comes out, not by byte statistics.
"""

from __future__ import annotations

import codecs
import re

from hkinno_extract.character_model import UNKNOWN, model
from hkinno_extract.characters import LOST, is_han
from hkinno_extract.errors import ReadingError

_PLAIN_SIGNS = frozenset("，。、；：「」《》（）！？“”‘’—…\u3000\u00a0·％＊\r\n\t")

LARGEST = 8 * 1024 * 1024
"""Bytes beyond which a file is no release."""

SAMPLE = 24_000
"""Bytes of the sample that decides between codecs."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BROADER = {
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
}
_META = re.compile(
    rb"""<(?:meta\b[^<>]{0,200}?charset\s*=|\?xml[^<>]{0,100}?encoding\s*=)\s*["']?\s*([A-Za-z0-9_:.\-]{2,24})""", re.IGNORECASE
)
_HEAD_START, _LOST_COST, _CONTROL_COST, _LATIN_COST = 0.92, 14, 12, 9
_CONTROLS = frozenset(map(chr, (*range(9), 11, *range(14, 32), *range(0x7F, 0xA0))))
_TRAIL = "\x80-\xbf" + bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
_MISREAD = re.compile(f"[\xc2-\xdf][{_TRAIL}]|[\xe0-\xef][{_TRAIL}]{{2}}")
"""UTF-8 that was read as Latin-1 or cp1252 before: its C1 controls are bytes of characters, which repair puts back."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of `data` and the codec that gave it. Bytes that the codec has not become U+FFFD. Raises ReadingError for what is no text.

    >>> decode("工業邨".encode("big5hkscs"), "utf-8")
    ('工業邨', 'big5hkscs')
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(name, "replace").removeprefix("\ufeff")), name.removesuffix("-sig")
    if data.isascii() and b"\0" not in data:
        return _checked(data.decode("ascii")), "utf-8"
    named = codec_of(declared) or declared_inside(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if not (named and named.startswith("utf-16")) and text.count("\0") * 50 < len(text):
            return _checked(text.replace("\0", "")), "utf-8"
    name = _wide(data, named) or _best(data, named)
    return _checked(data.decode(name, "replace").replace("\0", "")), name


def codec_of(charset: str | None) -> str | None:
    """The codec for a declared charset, the broader one where there are two; None where Python knows none."""
    if not charset:
        return None
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return _BROADER.get(name, name)


def declared_inside(data: bytes) -> str | None:
    """The codec that a page or feed declares for itself in its first bytes; None where it declares none that Python knows."""
    found = _META.search(data[:4096])
    return codec_of(found[1].decode("ascii", "replace")) if found else None


def _best(data: bytes, named: str | None) -> str:
    names = ["utf-8", "big5hkscs", "gb18030", "cp1252"]
    if named and named not in names:
        names.append(named)
    sample = _sample(data)
    costs = {}
    for name in names:
        try:
            text = sample.decode(name, "replace")
        except (UnicodeError, ValueError):
            continue
        costs[name] = _cost(text, len(sample)) * (_HEAD_START if name == named else 1.0)
    return min(costs, key=costs.__getitem__)


def _wide(data: bytes, named: str | None) -> str | None:
    """UTF-16 without a mark, where almost every pair of bytes is a common character."""
    costs = model(None)
    for name in ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ():
        try:
            text = data[:2000].decode(name)
        except UnicodeDecodeError:
            continue
        common = sum(" " <= c < "\x7f" or c in _PLAIN_SIGNS or (is_han(c) and costs.single(c) <= 12) for c in text)
        if common >= (0.7 if named == "utf-16" or named == name else 0.75) * len(text):
            return name
    return None


def _sample(data: bytes) -> bytes:
    """A piece of `data` that has bytes beyond ASCII in it, cut at even places."""
    if len(data) <= SAMPLE:
        return data
    found = re.search(rb"[\x80-\xff]", data)
    start = max(0, (found.start() if found else 0) - 64) // 2 * 2
    start = min(start, (len(data) - SAMPLE) // 2 * 2)
    return data[start : start + SAMPLE]


def _cost(text: str, size: int) -> float:
    """The cost of `text` per byte; low is readable."""
    costs = model(None)
    total = 0.0
    known: dict[str, float] = {}
    for char in text:
        cost = known.get(char)
        if cost is None:
            cost = known[char] = _char_cost(char, costs.single(char) if is_han(char) else UNKNOWN)
        total += cost
    return total / max(1, size)


def _char_cost(char: str, han: int) -> float:
    if char == LOST:
        return _LOST_COST
    if char in _CONTROLS:
        return _CONTROL_COST
    if char < "\x80":
        return 1.5
    if is_han(char):
        return han
    if char in _PLAIN_SIGNS:
        return 4
    if "\u00a0" <= char <= "\u024f" or "\u2000" <= char <= "\u27ff" or "\u3000" <= char <= "\u30ff" or "\uff00" <= char <= "\uff5e":
        return _LATIN_COST
    return UNKNOWN


def _checked(text: str) -> str:
    if not text.strip():
        raise ReadingError("the release is empty", remedy="Fetch it again.")
    head = _MISREAD.sub("", text[:SAMPLE])
    controls = sum(head.count(c) for c in set(head) & _CONTROLS)
    is_chinese = len(head) < min(len(text), SAMPLE) or any(is_han(c) for c in head[:2000])
    share = 0.05 if is_chinese else 0.02  # bytes of a picture give a Chinese character here and there
    if controls > share * len(head) and controls > 8:
        raise ReadingError("the file is no text: it is full of control characters", remedy="Give the page or text of the release.")
    if text.count(LOST, 0, SAMPLE) > 0.3 * min(len(text), SAMPLE):
        raise ReadingError("the file is no text that any known encoding reads", remedy="Fetch it again, or convert it to UTF-8.")
    return text
