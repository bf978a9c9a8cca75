"""Companies in lists without a telling last word: 企業包括寧德時代、比亞迪、思科等.

In: a View and the mentions found so far. Out: mentions of the list's other items. A list counts where a kind of body (企業, 機構, 公司)
stands before it in the sentence; an item where it is short and not itself a kind of body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hkinno_extract.recognition.names.boundaries import HEADS
from hkinno_extract.recognition.names.mentions import LISTED, Mention
from hkinno_extract.recognition.view import View

LONGEST_ITEM = 6
_OPENS = frozenset({"GROUP", "WEAK_HEAD"})
_NEVER = frozenset(
    {"VERB", "STOP", "GROUP", "TITLE", "GENERIC", "PERCENT", "CURRENCY", "COMPARATOR", "CHANGE", "INDEX", "PROGRAMME_HEAD", "PROGRAMME"}
)


def listed(view: View, found: Iterable[Mention]) -> Iterator[Mention]:
    """The items of every list of bodies in `view` that no mention of `found` touches."""
    taken = sorted((m.start, m.end) for m in found)
    for sentence in view.sentences:
        tags = view.tags[sentence.start : sentence.end]
        if "LIST_VERB" not in tags or _OPENS.isdisjoint(tags):
            continue
        for at in range(sentence.start, sentence.end):
            if view.tags[at] == "LIST_VERB" and not _OPENS.isdisjoint(view.tags[sentence.start : at]):
                yield from _items(view, at + 1, sentence.end, taken)


def _items(view: View, first: int, end: int, taken: list[tuple[int, int]]) -> Iterator[Mention]:
    items, at, start = [], first, first
    closed = False
    while at < end and not closed:
        tag, char = view.tags[at], view.text[view.starts[at]]
        if char == "、" or tag == "AND":
            items.append((start, at))
            start = at + 1
        elif tag == "LIST_END" or (tag == "PUNCT" and char in "，,。；;："):
            closed = True
        else:
            at += 1
            continue
        at += 1
    stop = at - 1 if closed else at
    items.append((start, stop))
    if len(items) < 2:
        return
    good = [i for i in items if _is_item(view, *i)]
    known = sum(_touched(view, i, taken) for i in items)
    if len(good) + known < len(items) - 1 or len(good) + known < 2:
        return
    for item in good:
        if not _held(view, item, taken):
            yield Mention(
                start=view.starts[item[0]],
                end=view.ends[item[1] - 1],
                table="organisations",
                type="company",
                pattern="list-item",
                source=LISTED,
            )


def _touched(view: View, item: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    if item[0] >= item[1]:
        return False
    start, end = view.starts[item[0]], view.ends[item[1] - 1]
    return any(s < end and e > start for s, e in taken)


def _held(view: View, item: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    start, end = view.starts[item[0]], view.ends[item[1] - 1]
    return any(s < end and e > start and not (s == start and e < end) for s, e in taken)


def _is_item(view: View, first: int, end: int) -> bool:
    if not 0 < end - first <= LONGEST_ITEM:
        return False
    tags = view.tags[first:end]
    if not _NEVER.isdisjoint(tags):
        return False
    size = view.ends[end - 1] - view.starts[first]
    proper = any(t in ("WORD", "LATIN", "REGION", "NUMERAL", "COMPARATOR_BOTH") for t in tags)
    return proper and 2 <= size <= 30 and tags[0] not in HEADS and not all(t == "REGION" for t in tags)
