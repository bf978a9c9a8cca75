"""The release on a page of no known layout: what is left of it without menus, share links and notices.

In: the parsed page. Out: `Found`, and the lines of it that belong to the release. Look first at `find_body`; `body_lines` then takes off
what only its words or a second opinion (trafilatura's) show to be no part of the text.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Sequence, Set
from typing import Any, NamedTuple

from hkinno_extract.errors import ReadingError
from hkinno_extract.reading.facts import is_date_line
from hkinno_extract.reading.flow import is_skipped
from hkinno_extract.reading.layouts import Found, is_chrome, text_of
from hkinno_extract.reading.parts import Part

_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar", "toolbar"}
)
_STRONG = re.compile(
    r"navigation|bread|crumbs?|shar(?:e|ing)|social|sns|aside|related|recommend(?:ed)?|cookies?|copyright|comments?|popup|modal|pag(?:er|ination)"
    r"|skip|newsletter|subscribe|backtop|totop|[a-z]{0,12}(?:nav|navbar|menu|menubar|breadcrumbs?|footer|sidebar)"
)
_WEAK = re.compile("header|masthead|topbar|banner|toolbar|search|languages?|lang|print|printer|login|tags")
"""Words of ids and classes: a strong one names what surrounds a release, a weak one does so of a short element only."""

_SHORT, _FEW, _LONGEST_NAME = 100, 40, 300
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NO_WORD = re.compile(r"[\W_]+")
_LISTS = frozenset({"ul", "ol", "dl", "div", "section", "table", "tbody", "tr", "td"})
_SENTENCE = re.compile("[。！？；]")
_RELEASE = re.compile(r"/gia/general/\d{6}/\d{2}/|/P\d{12,13}p?\.htm")
_FEWEST, _LONG_TITLE, _TOP = 5, 8, 12
_ENOUGH = 600
"""From as many characters on a second opinion is asked for; on shorter pages it keeps all and breaks no lines."""

_MOST_SCORED = 20_000
"""A page with more tags gets no second opinion: it would take seconds."""

_LINKED = re.compile(r"[\s|｜>»›·•/／:：\[\]［］()（）]+")
_MENU = re.compile(
    "[首主][頁页]|[關关][於于]我[們们]|[聯联][絡络](?:我[們们])?|[網网][頁页]指南|[網网]站地[圖图]|搜[尋寻索]|[繁簡简](?:[體体中])?|eng?|english|home"
    "|分享[至到]?|列印(?:[此本][頁页])?|打印|[電电][郵邮]|[轉转][發发]|寄給朋友|facebook|twitter|x|whatsapp|wechat|weibo|linkedin|telegram|微博|微信|rss"
    "|email|print|share|字[型體体]大小|返回(?:[頁页]首|[頂顶]部|目[錄录])?|回到[頁页]首|[頁页][首頂顶]|[上下]一[頁页則则篇]|更多|登入|[註注][冊册]|[選选][單单]"
    "|[私隱隐]{2}政策|免[責责][聲声]明|重要告示|使用[條条]款|menu|back|top|跳[至到]主要[內内]容"
)
FOOT = re.compile(
    r"版權(?:所有|公告)|版权(?:所有|公告)|保留[所有一切]{0,2}[權权]利|©|copyright\b.{0,20}\d{4}|all rights reserved"
    r"|最近(?:修訂|修订|更新)日期|[覆复][檢检]日期|最佳[瀏浏]覽",
    re.IGNORECASE,
)
"""What the last lines of a site say of itself."""


class _Weight(NamedTuple):
    """What an element holds: letters and digits, those of them in links, sentences outside links, links, and `<h1>`s that are no link."""

    text: int
    linked: int
    sentences: int
    links: int
    headings: int

    @property
    def prose(self) -> int:
        """Letters and digits outside links."""
        return self.text - self.linked


def find_body(page: Any) -> Found:
    """The part of a page that holds its release. Raises ReadingError where the page is a list of releases, not one."""
    body = page.find(".//body")
    whole = page if body is None else body
    elements = list(whole.iter())
    weights = _weights(elements, frozenset())
    root = _root(whole, weights)
    articles = _with_insides(elements, {e for e in elements if e.tag == "article"})
    size = weights[root]
    around = {
        e for e in elements if e is not root and (_is_around(e, weights[e], size) or _is_named_so(e, weights[e], size, e in articles))
    }
    without = _weights(elements, around)
    if 5 * without[root].prose < size.prose:
        around = {e for e in elements if e is not root and _is_around(e, weights[e], size)}
        without = _weights(elements, around)
    weights = without
    outside = _with_insides(elements, around)
    if _is_list(root, weights[root], outside):
        raise ReadingError("the page is a list of releases", remedy="Give the pages that it links to.")
    heading = next((h for h in (*root.iter("h1"), *whole.iter("h1")) if h not in outside and weights[h].headings), None)
    said = [i for i, e in enumerate(elements) if e not in outside and (_SENTENCE.search(e.text or "") or _SENTENCE.search(e.tail or ""))]
    first, last = (said[0], said[-1]) if said else (len(elements), 0)
    menus = {e for i, e in enumerate(elements) if e is not root and not first < i <= last and _is_menu(e, weights[e])}
    left_out = around | menus | {heading}
    return Found("page", text_of(heading), (root,), left_out.__contains__)


def _weights(elements: Sequence[Any], without: Set[Any]) -> dict[Any, _Weight]:
    """What each element holds, those in `without` left out; children come behind their parents in `elements`."""
    found: dict[Any, list[int]] = {}
    for element in reversed(elements):
        held = found.setdefault(element, [0] * 5)
        if is_skipped(element) or element in without:
            held[:] = [0] * 5
        else:
            _add(held, element.text)
            if element.tag == "a" and element.get("href") and held[0]:
                held[1:4] = [held[0], 0, 1]
            held[4] += element.tag == "h1" and held[0] > held[1]
        parent = element.getparent()
        if parent is not None:
            above = found.setdefault(parent, [0] * 5)
            _add(above, element.tail)
            above[:] = [one + other for one, other in zip(above, held, strict=True)]
    return {e: _Weight(*held) for e, held in found.items()}


def _add(held: list[int], text: str | None) -> None:
    if text:
        held[0] += len(_NO_WORD.sub("", text))
        held[2] += len(_SENTENCE.findall(text))


def _with_insides(elements: Sequence[Any], chosen: Set[Any]) -> set[Any]:
    """The chosen elements and all that lies in one of them; children come behind their parents in `elements`."""
    found: set[Any] = set()
    for element in elements:
        if element in chosen or element.getparent() in found:
            found.add(element)
    return found


def _root(whole: Any, weights: dict[Any, _Weight]) -> Any:
    """The smallest of the elements that pages mark as their main part which holds most of the text outside links."""
    marked = whole.xpath(".//article | .//main | .//*[@role='main']")
    heavy = [e for e in marked if 2 * weights[e].prose > weights[whole].prose]
    return min(heavy, key=lambda e: weights[e].text, default=whole)


def _is_around(element: Any, weight: _Weight, whole: _Weight) -> bool:
    """Whether the tag or role of an element says that it surrounds the release, and not most of the text is in it."""
    if not isinstance(element.tag, str) or 2 * weight.prose > whole.prose:
        return False
    named = element.tag == "aside" or (element.get("role") or "").lower() in _ROLES
    return is_chrome(element) or (named and not weight.headings)


def _is_named_so(element: Any, weight: _Weight, whole: _Weight, within: bool) -> bool:
    """Whether the words of an element's id and classes say that it surrounds the release; `within`: it stands in an article."""
    if not isinstance(element.tag, str) or 2 * weight.prose > whole.prose or weight.headings or element.tag in ("body", "html"):
        return False
    words = [w.lower() for name in ("id", "class") for w in _WORD.findall((element.get(name) or "")[:_LONGEST_NAME])]
    if any(map(_STRONG.fullmatch, words)):
        return True
    weak = element.tag == "header" or any(map(_WEAK.fullmatch, words))
    if not weak or weight.prose > _SHORT or weight.sentences or within:
        return False
    return not any(is_date_line(text) for text in itertools.islice(element.itertext(), _FEW))


def _is_menu(element: Any, weight: _Weight) -> bool:
    """Whether an element holds three links and more, and hardly anything else."""
    said = weight.sentences or weight.headings
    return element.tag in _LISTS and weight.links >= 3 and weight.linked >= 0.85 * weight.text and not said


def _is_list(root: Any, weight: _Weight, outside: Set[Any]) -> bool:
    """Whether a page has nothing but titles that link to other pages: their dates may stand beside them, sentences do not."""
    if weight.links < 2 or weight.sentences or weight.linked < 0.6 * weight.text:
        return False
    releases = sum(_RELEASE.search(a.get("href") or "") is not None for a in root.iter("a") if a not in outside)
    if weight.links < _FEWEST:
        return releases == weight.links
    return releases >= _FEWEST or weight.linked >= _LONG_TITLE * weight.links


def body_lines(parts: Sequence[Part], source: str) -> list[Part]:
    """The lines of the release among those of `find_body`, without menus and notices before its first and behind its last sentence."""
    first, last = _witnessed(parts, source)
    said = [i for i in range(first, last) if _says(parts[i])]
    start, stop = (said[0], said[-1]) if said else (last, first - 1)
    return [p for i, p in enumerate(parts) if start <= i <= stop or (first <= i < last and not (_is_menu_line(p) or FOOT.search(p.text)))]


def headline(parts: Sequence[Part], named: str | None) -> str | None:
    """The line near the top which is most of the name of the page (標題 of 標題 - 新聞稿): its headline, where no `<h1>` is.

    >>> headline([Part("首頁", None, 0), Part("數碼港擴建", None, 0)], "數碼港擴建 - 新聞稿")
    '數碼港擴建'
    """
    lines = (p.text.strip() for p in parts[:_TOP] if p.kind in (None, "heading"))
    return next((line for line in lines if named and len(line) >= 4 and line in named and 5 * len(line) >= 2 * len(named)), None)


def without_headline(parts: Sequence[Part], title: str | None) -> list[Part]:
    """The lines without those near the top that say the title again."""
    return [p for i, p in enumerate(parts) if i >= _TOP or not same(p.text, title)]


def same(text: str, title: str | None) -> bool:
    """Whether a line is the title, whatever its white space."""
    return bool(title) and _bare(text) == _bare(title or "")


def _says(part: Part) -> bool:
    return part.kind == "row" or (_SENTENCE.search(part.text) is not None and FOOT.search(part.text) is None)


def _is_menu_line(part: Part) -> bool:
    words = [w for w in _LINKED.split(part.text.lower()) if w]
    return bool(words) and all(map(_MENU.fullmatch, words))


def _witnessed(parts: Sequence[Part], source: str) -> tuple[int, int]:
    """The first line, and the one behind the last, that trafilatura too takes for the text; all lines where it keeps about as much."""
    everything = (0, len(parts))
    own = [_bare(p.text) for p in parts]
    size = sum(map(len, own))
    if size < _ENOUGH or source.count("<") > _MOST_SCORED or len(source) > 3_000_000:
        return everything
    other = _by_trafilatura(source)
    if len(other) * 4 > size * 3 or len(other) < _ENOUGH // 2:
        return everything
    shared = [i for i, line in enumerate(own) if len(line) >= 8 and line in other]
    if not shared:
        return everything
    first, behind = shared[0], shared[-1] + 1
    while first and (not own[first - 1] or is_date_line(parts[first - 1].text)):
        first -= 1
    while behind < len(parts) and (not own[behind] or is_date_line(parts[behind].text)):
        behind += 1
    return first, behind


def _bare(text: str) -> str:
    return "".join(text.split())


def _by_trafilatura(source: str) -> str:
    """All that trafilatura takes for the text of a page, without white space; nothing where it cannot read it."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it says of a page it cannot read is of no use to the reader
    try:
        document = trafilatura.bare_extraction(
            source, include_tables=True, include_comments=False, include_formatting=False, favor_recall=True, with_metadata=False
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ""
    body = getattr(document, "body", None)
    return "" if body is None else _bare("".join(body.itertext()))
