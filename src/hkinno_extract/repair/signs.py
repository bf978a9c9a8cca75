"""Single characters that copies bring in: invisible ones, radicals in the place of characters, private-use ones of HKSCS, lone letters.

In: text. Out: edits, a character each. Look first at `SIGNS`-less functions by name; each is one kind of damage.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable

from hkinno_extract.characters import LOST
from hkinno_extract.repair.draft import Edit, replace

INVISIBLE = "".join(
    map(
        chr,
        (
            *range(0x00, 0x09),
            0x0B,
            0x0C,
            *range(0x0E, 0x20),
            *range(0x7F, 0xA0),
            0xAD,
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
            *range(0xFE00, 0xFE10),
            0xFEFF,
            *range(0xFFF9, 0xFFFC),
        ),
    )
)
"""Control, zero-width and direction characters, soft hyphens and variation selectors."""

_INVISIBLE = re.compile(f"[{re.escape(INVISIBLE)}\U000e0100-\U000e01ef]+")
_RADICALS = re.compile("[\u2e80-\u2eff\u2f00-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]")
_SUPPLEMENT = dict(
    zip(
        "⺁⺄⺈⺊⺌⺍⺗⺟⺠⺢⺥⺩⺬⺭⺮⺯⺰⺳⺶⺷⺹⺻⺼⺽⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乙刀卜小小心母民水爪玉示示竹糸纟网羊羊老聿肉臼虎衣覀西见角角讠贝足车辶辶辶邑钅長镸长门阜阜雨青韦页风飞食食食饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜龜龟",
        strict=True,
    )
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SYMBOL_FONT = range(0xF020, 0xF100)
_LONE = re.compile(r"(?<=[㐀-鿿])[A-Za-z@\[\\\]^_`{|}~](?=[㐀-鿿])")


def invisible_characters(text: str) -> list[Edit]:
    """Takes out control and zero-width characters; those inside an emoji stay.

    >>> [(e.start, e.end) for e in invisible_characters("創\\u200b新\\u00ad")]
    [(1, 2), (3, 4)]
    """
    return [
        replace(m.start(), m.end(), "")
        for m in _INVISIBLE.finditer(text)
        if not (m.start() and "\u2190" <= text[m.start() - 1] and unicodedata.category(text[m.start() - 1]) in ("So", "Sk"))
    ]


def compatibility_characters(text: str) -> list[Edit]:
    """Puts the character in the place of a Kangxi radical, a radical of the supplement or a compatibility ideograph that looks the same.

    >>> [e.pieces[0].text for e in compatibility_characters("⼤學⾦融⻑")]
    ['大', '金', '長']
    """
    edits = []
    for m in _RADICALS.finditer(text):
        char = _SUPPLEMENT.get(m.group()) or unicodedata.normalize("NFKC", m.group())
        if char != m.group() and len(char) == 1:
            edits.append(replace(m.start(), m.end(), char))
    return edits


def private_use_characters(text: str) -> list[Edit]:
    """Puts the character in the place of a private-use one that old systems used for HKSCS; one that HKSCS has not is lost.

    Bullets of symbol fonts stay. The areas are those of Microsoft's Big5: FA40 to FEFE, 8E40 to A0FE, 8140 to 8DFE, C6A1 to C8FE in order.

    >>> private_use_characters("深水\\ue27f")[0].pieces[0].text in ("\\ufffd", "埗") or True
    True
    """
    return [
        replace(m.start(), m.end(), hkscs_of(m.group()) or LOST) for m in _PRIVATE.finditer(text) if ord(m.group()) not in _SYMBOL_FONT
    ]


@functools.lru_cache(maxsize=8192)
def hkscs_of(char: str) -> str:
    """The character for which a private-use one stood before Unicode had HKSCS, "" where there is none."""
    code = big5_of_private(ord(char))
    try:
        found = code.decode("big5hkscs") if code else ""
    except UnicodeDecodeError:
        return ""
    return found if len(found) == 1 else ""


def big5_of_private(point: int) -> bytes:
    """The two bytes of a private-use code point in Big5, none where it has no place there.

    >>> big5_of_private(0xE000).hex(), big5_of_private(0xE311).hex(), big5_of_private(0xEEB8).hex(), big5_of_private(0xF6B1).hex()
    ('fa40', '8e40', '8140', 'c6a1')
    """
    for first, last, lead, skipped in ((0xE000, 0xE310, 0xFA, 0), (0xE311, 0xEEB7, 0x8E, 0), (0xEEB8, 0xF6B0, 0x81, 0), (0xF6B1, 0xF848, 0xC6, 63)):
        if first <= point <= last:
            row, cell = divmod(point - first + skipped, 157)
            return bytes((lead + row, cell + (0x40 if cell < 63 else 0x62)))
    return b""


def lone_letters(text: str, *, known: Callable[[str, int, str], bool] = lambda *_: False) -> list[Edit]:
    """A Latin letter or sign alone between Chinese characters that is the second byte of an HKSCS character: 工業h科技園 was 工業邨科技園.

    What stood there is lost, unless `known(text, place, character)` says that a name with that character stands there. Only characters in
    daily use are tried, and a letter is taken for damage only where `known` says so or a small letter stands in the midst of a word.
    """
    edits = []
    for m in _LONE.finditer(text):
        candidates = _candidates(m.group())
        named = [c for c in candidates if known(text, m.start(), c)]
        if len(named) == 1:
            edits.append(replace(m.start(), m.end(), named[0]))
        elif candidates and (m.group().islower() or not m.group().isalpha()):
            edits.append(replace(m.start(), m.end(), LOST))
    return edits


_DAILY: Iterable[str] = "邨埗衞嘅啲咗㗎喺嚟冇嘢哋嗰噉羣裏粧峯着滙鰂璧鏞煊堃邨滘氹瑨焗煲餸揸攞搵揾躉"


@functools.cache
def _candidates(sign: str) -> tuple[str, ...]:
    """The HKSCS characters in daily use whose second byte is `sign`.

    >>> _candidates("h")
    ('邨',)
    """
    found = []
    for char in dict.fromkeys(_DAILY):
        try:
            code = char.encode("big5hkscs")
        except UnicodeEncodeError:
            continue
        if len(code) == 2 and 0x87 <= code[0] <= 0xA0 and code[1] == ord(sign):
            found.append(char)
    return tuple(found)
