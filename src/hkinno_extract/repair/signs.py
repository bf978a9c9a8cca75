"""Single characters that copies bring in: invisible ones, radicals in the place of characters, private-use ones of HKSCS, lone letters.

In: text. Out: edits, a character each. Each function is one kind of damage.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from hkinno_extract.characters import LOST
from hkinno_extract.repair.draft import Edit, replace

_RANGES = (
    *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E)),
    *((0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB)),
)
INVISIBLE = "".join(chr(c) for first, last in _RANGES for c in range(first, last + 1))
"""Control, zero-width and direction characters, soft hyphens and variation selectors."""

LOOK_ALIKES = "".join(map(chr, (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))))
"""Radicals and compatibility ideographs."""

PRIVATE_USE = "".join(map(chr, range(0xE000, 0xF900)))

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
_AREAS = ((0xE000, 0xE310, 0xFA, 0), (0xE311, 0xEEB7, 0x8E, 0), (0xEEB8, 0xF6B0, 0x81, 0), (0xF6B1, 0xF848, 0xC6, 63))
_LONE = re.compile(r"(?<=[㐀-鿿])[A-Za-z](?=[㐀-鿿，。、；：！？「」『』（）《》…,;:!?()]|$)", re.MULTILINE)


def invisible_characters(text: str) -> list[Edit]:
    """Takes out control and zero-width characters; those inside an emoji stay.

    >>> [(e.start, e.end) for e in invisible_characters("創\\u200b新\\u00ad")]
    [(1, 2), (3, 4)]
    """
    return [
        replace(m.start(), m.end(), "")
        for m in _INVISIBLE.finditer(text)
        if not (
            m.group()[0] in "\u200d\ufe0f"
            and m.start()
            and text[m.start() - 1] >= "\u2600"
            and unicodedata.category(text[m.start() - 1]) == "So"
        )
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
    return [replace(m.start(), m.end(), hkscs_of(m.group()) or LOST) for m in _PRIVATE.finditer(text) if ord(m.group()) not in _SYMBOL_FONT]


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
    for first, last, lead, skipped in _AREAS:
        if first <= point <= last:
            row, cell = divmod(point - first + skipped, 157)
            return bytes((lead + row, cell + (0x40 if cell < 63 else 0x62)))
    return b""


def lone_letters(text: str, names: Collection[str] = ()) -> list[Edit]:
    """A Latin letter alone between Chinese characters that is the second byte of an HKSCS character: 工業h科技園 was 工業邨科技園.

    One of `names` that fits around the letter brings the character back. Where none fits, the character is lost; only `h` (邨), and `o`
    before 魚 (鰂), are taken for damage then, since other letters stand in such places by right (e道, Z世代).

    >>> [e.pieces[0].text for e in lone_letters("大埔工業h內", ["大埔工業邨"])], [e.pieces[0].text for e in lone_letters("甲h乙e丙")]
    (['邨'], ['\ufffd'])
    """
    edits = []
    for m in _LONE.finditer(text):
        found = {c for name in names for c in _fitting(name, text, m.start())}
        if len(found) == 1:
            edits.append(replace(m.start(), m.end(), found.pop()))
        elif m.group() == "h" or text.startswith("o魚", m.start()):
            edits.append(replace(m.start(), m.end(), LOST))
    return edits


def hkscs_names(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that have a character whose second byte `lone_letters` can find; the others are of no use to it.

    >>> hkscs_names(["大埔工業邨", "數碼港"])
    ('大埔工業邨',)
    """
    return tuple(sorted({name for name in names if any(map(_trail, name))}))


def _fitting(name: str, text: str, place: int) -> Iterator[str]:
    """The characters of `name` whose second byte stands at `place` of `text`, with the rest of the name around it."""
    for i, char in enumerate(name):
        if (
            _trail(char) == text[place]
            and text.startswith(name[i + 1 :], place + 1)
            and place >= i
            and text.startswith(name[:i], place - i)
        ):
            yield char


@functools.lru_cache(maxsize=4096)
def _trail(char: str) -> str:
    """The second byte of an HKSCS character as a sign, "" for characters that plain Big5 has.

    >>> _trail("邨"), _trail("香")
    ('h', '')
    """
    try:
        code = char.encode("big5hkscs")
    except UnicodeEncodeError:
        return ""
    return chr(code[1]) if len(code) == 2 and 0x87 <= code[0] <= 0xA0 and code[1] < 0x7F else ""
