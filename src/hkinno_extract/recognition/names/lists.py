"""Companies in lists without a telling last word: 企業包括寧德時代、比亞迪、思科等, or 輝瑞、諾華等跨國藥廠.

In: a View and the mentions found so far. Out: mentions of the list's other items. A list counts where a kind of body (企業, 機構, 公司)
stands before or behind it, bullets where the line above them ends with one; an item where it is short and not itself a kind of body.
Look first at `listed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hkinno_extract.recognition.names.boundaries import HEADS
from hkinno_extract.recognition.names.mentions import LISTED, Mention
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.sentences import Sentence

LONGEST_ITEM = 6
NEAR = 4
"""How many tokens may stand between 等 and the kind of body behind it."""
Item = tuple[int, int]
_OPENS = frozenset({"GROUP", "WEAK_HEAD"})
_NEVER = frozenset(
    {"VERB", "STOP", "GROUP", "TITLE", "GENERIC", "PERCENT", "CURRENCY", "COMPARATOR", "CHANGE", "INDEX", "PROGRAMME", "PUNCT", "NATION"}
)
_PROPER = frozenset({"WORD", "LATIN", "REGION", "NUMERAL", "COMPARATOR_BOTH", "ORGANISATION"})
_BEFORE_COLON = frozenset({"STOP", "LIST_VERB", "WORD", "VERB", "LINK", "NAMED"})
_BEFORE_KIND = frozenset({"GENERIC", "REGION", "SECTOR", "NOUN", "WORD", "NUMERAL", "CLASSIFIER", "SCOPE"})


IsAlias = Callable[[View, int, int], bool]


def listed(view: View, found: Iterable[Mention], is_alias: IsAlias) -> Iterator[Mention]:
    """The items of every list of bodies in `view` that no mention of `found` holds.

    `is_alias` says whether two characters of the text bound an alias that counts only in context: two of them make a list one of bodies.
    """
    taken = sorted((m.start, m.end) for m in found if m.table == "organisations")
    for number, sentence in enumerate(view.sentences):
        tags = view.tags[sentence.start : sentence.end]
        if _OPENS.isdisjoint(tags):
            continue
        if _opens_bullets(view, sentence):
            yield from _mentions(view, list(_bullets(view, number + 1)), taken, trusted=True)
        for at in range(sentence.start, sentence.end):
            if view.tags[at] == "LIST_VERB" and not _OPENS.isdisjoint(view.tags[sentence.start : at]):
                items = _items(view, at + 1, sentence.end)
                beside = at > sentence.start and view.tags[at - 1] in _OPENS
                yield from _mentions(view, items, taken, trusted=beside or _known_by_alias(view, items, is_alias))
            elif view.tags[at] == "LIST_END" and _kind_behind(view, at, sentence.end):
                items = _items_before(view, at, sentence.start)
                yield from _mentions(view, items, taken, trusted=_known_by_alias(view, items, is_alias))


def _known_by_alias(view: View, items: list[Item], is_alias: IsAlias) -> bool:
    return sum(is_alias(view, *_place(view, item)) for item in items if item[0] < item[1]) > 1


def _opens_bullets(view: View, sentence: Sentence) -> bool:
    """Whether a line ends with a kind of body and a colon, little between them (參展企業如下：, 獲獎公司名單：)."""
    at = sentence.end - 1
    if view.text[view.starts[at]] not in "：:":
        return False
    while at > max(sentence.start, sentence.end - NEAR) and view.tags[at] not in _OPENS:
        at -= 1
        if view.tags[at] not in _BEFORE_COLON or view.values[at] == "de":
            return view.tags[at] in _OPENS
    return view.tags[at] in _OPENS


def _bullets(view: View, number: int) -> Iterator[Item]:
    """The bullets from sentence `number` on, without the sign that ends them."""
    for sentence in view.sentences[number:]:
        if view.blocks[sentence.block].kind != "bullet":
            return
        end = sentence.end
        while end > sentence.start and view.tags[end - 1] in ("PUNCT", "SPACE", "AND"):
            end -= 1
        yield sentence.start, end


def _kind_behind(view: View, at: int, end: int) -> bool:
    for behind in range(at + 1, min(end, at + 1 + NEAR)):
        if view.tags[behind] in _OPENS:
            return True
        if view.tags[behind] not in _BEFORE_KIND:
            return False
    return False


def _items(view: View, first: int, end: int) -> list[Item]:
    items, start = [], first
    for at in range(first, end):
        tag, char = view.tags[at], view.text[view.starts[at]]
        if tag == "LIST_END" or (tag == "PUNCT" and char in "，,。；;："):
            items.append((start, at))
            break
        if char == "、" or tag == "AND":
            items.append((start, at))
            start = at + 1
    else:
        items.append((start, end))
    return items


def _items_before(view: View, end: int, first: int) -> list[Item]:
    items, stop = [], end
    at = end - 1
    while at >= first:
        tag, char = view.tags[at], view.text[view.starts[at]]
        if char == "、" or tag == "AND":
            items.append((at + 1, stop))
            stop = at
        elif tag in ("PUNCT", "VERB", "STOP", "LIST_VERB", "GROUP"):
            break
        at -= 1
    items.append((at + 1, stop))
    return items[::-1]


def _mentions(view: View, items: list[Item], taken: list[tuple[int, int]], *, trusted: bool) -> Iterator[Mention]:
    good = [i for i in items if _is_item(view, i)]
    known = [i for i in items if _touched(view, i, taken)]
    if len(items) < 2 or len(set(good) | set(known)) < max(2, len(items) - 1):
        return
    if not (trusted or known or any(_company_like(view, i) for i in good)):
        return
    for item in good:
        start, end = _place(view, item)
        if not any(s < end and e > start and not (s == start and e < end) for s, e in taken):
            yield Mention(start=start, end=end, table="organisations", type="company", pattern="list-item", source=LISTED)


def _place(view: View, item: Item) -> tuple[int, int]:
    return view.starts[item[0]], view.ends[item[1] - 1]


def _touched(view: View, item: Item, taken: list[tuple[int, int]]) -> bool:
    if item[0] >= item[1]:
        return False
    start, end = _place(view, item)
    return any(s < end and e > start for s, e in taken)


def _company_like(view: View, item: Item) -> bool:
    tags = view.tags[item[0] : item[1]]
    return tags[0] == "LATIN" or (len(tags) > 1 and tags[-1] in ("SECTOR", "WEAK_HEAD"))


def _is_item(view: View, item: Item) -> bool:
    first, end = item
    if not 0 < end - first <= LONGEST_ITEM:
        return False
    tags = view.tags[first:end]
    if not _NEVER.isdisjoint(tags) or _PROPER.isdisjoint(tags) or tags[-1] == "PROGRAMME_HEAD":
        return False
    start, stop = _place(view, item)
    return 2 <= stop - start <= 30 and not all(t == "REGION" for t in tags) and tags[0] not in HEADS - {"PROGRAMME_HEAD"}
