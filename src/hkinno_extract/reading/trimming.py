"""The lines of a release without what stands before its headline and behind its end.

In: `Part`s of a page and its title. Out: the title and the lines that are left. Look first at `trimmed`.
"""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Sequence

from hkinno_extract.reading.facts import PINYIN
from hkinno_extract.reading.page_body import FOOT, same
from hkinno_extract.reading.parts import Part

_STARS = re.compile(r"[\s]*[＊*]{3,}[\s]*$")
_END = re.compile(
    r"\s*(?:[（(]?完[)）]?[\s。]*(?:[/／|｜]\s*)?(?:(?=.*[年月])[0-9０-９一二三四五六七八九〇零○Ｏ].{,50})?|Ends?\s*/.*|NNNN|-+\s*Ends?\s*-+)[\s。]*$"
)
_AFTER_END = re.compile(r"年.*月.*日|香港時間|香港时间|Issued at HKT|HKT|NNNN|^[\s]*$", re.IGNORECASE)
_MASTHEAD = re.compile(r"\s*(?:新聞公報|新闻公报|新聞稿內容|新聞稿内容|新闻稿内容|新聞稿|Press Releases?)\s*$")
_SENTENCE = re.compile(r"[。！？；]|[A-Za-z%)][.!?][\"'”’)]?\s*$")
_LONG, _LONGEST_END = 60, 240


def trimmed(parts: Sequence[Part], title: str | None) -> tuple[str | None, list[Part]]:
    """The title and the lines of the release; what follows an end line stays where it says something."""
    kept = list(parts)
    stars = next((i for i, p in enumerate(kept[:40]) if _STARS.match(p.text)), None)
    if stars is not None:
        above = [p.text.strip() for p in kept[:stars] if p.text.strip() and not _MASTHEAD.match(p.text)]
        title = title if title and not _MASTHEAD.match(title) and (not above or title in above) else (above[-1] if above else title)
        kept = kept[stars + 1 :]
    kept = list(itertools.dropwhile(lambda p: not p.text.strip() or _MASTHEAD.match(p.text) or same(p.text, title), kept))
    last = max((i for i, p in enumerate(kept) if _says(p)), default=-1)
    end = next((i for i, p in enumerate(kept) if i > last and _is_end(p)), None)
    if end is not None:
        tail = itertools.takewhile(lambda p: len(p.text) <= _LONGEST_END and _AFTER_END.search(_undamaged(p.text)), kept[end + 1 :])
        kept = [*kept[: end + 1], *tail]
    return title, kept


def _is_end(part: Part) -> bool:
    return len(part.text) <= _LONGEST_END and _END.match(_undamaged(part.text)) is not None


def _undamaged(text: str) -> str:
    """A short line as it may have been before it was damaged; only to tell what it is, since repair comes later."""
    text = unicodedata.normalize("NFKC", html.unescape(text))
    return PINYIN.sub("", "".join(c for c in text if unicodedata.category(c) != "Cf"))


def _says(part: Part) -> bool:
    """Whether a line is a sentence or a row of a table, not a link or a notice of the site."""
    if _is_end(part) or FOOT.search(part.text):
        return False
    return part.kind == "row" or len(part.text) > _LONG or _SENTENCE.search(part.text) is not None
