"""What speaks for a candidate that isn't sure, and names that only their neighbour gives away.

In: a View, candidates that are not sure, mentions found so far. Out: the candidates that have support. Look first at `supported`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hkinno_extract.recognition.names.boundaries import HEADS
from hkinno_extract.recognition.names.memory import define
from hkinno_extract.recognition.names.mentions import LISTED, Mention
from hkinno_extract.recognition.view import View

_TO_INDEX = frozenset({"NUMBER", "TIME", "SPACE", "STOP", "VERB", "ADVERB", "NUMERAL"})
"""Classes that may stand between a publisher and the name of its index."""
_ROUNDS = 3


def supported(view: View, candidates: Iterable[Mention], found: Sequence[Mention]) -> list[Mention]:
    """The candidates with support, in rounds, since one that is supported supports its neighbour."""
    kept: list[Mention] = []
    waiting = [c for c in candidates if not any(f.start < c.end and f.end > c.start for f in found)]
    for _ in range(_ROUNDS):
        edges = _edges([*found, *kept])
        good = [c for c in waiting if _has_support(view, c, edges)]
        if not good:
            break
        kept += good
        waiting = [c for c in waiting if c not in good]
    return kept


def _edges(mentions: Iterable[Mention]) -> dict[str, set[int]]:
    edges: dict[str, set[int]] = {"organisations": set(), "programmes": set()}
    for mention in mentions:
        edges[mention.table] |= {mention.start, mention.end}
    return edges


def _has_support(view: View, mention: Mention, edges: dict[str, set[int]]) -> bool:
    first, last = view.token_at(mention.start), view.token_at(mention.end - 1)
    return (
        _joined(view, (first, last), edges[mention.table])
        or next(define(view, [mention]), None) is not None
        or _quoted(view, first, last)
        or (mention.table == "organisations" and _body_like(view, first, last))
        or (mention.table == "programmes" and _owned(view, first, edges))
    )


def _joined(view: View, tokens: tuple[int, int], places: set[int]) -> bool:
    first, last = tokens
    before = first > 0 and is_joint(view, first - 1) and view.starts[first - 1] in places
    behind = last + 1 < len(view.tags) and is_joint(view, last + 1) and view.ends[last + 1] in places
    return before or behind


def is_joint(view: View, token: int) -> bool:
    """Whether `token` joins names: 及, 、."""
    return view.tags[token] == "AND" or view.text[view.starts[token]] == "、"


def _quoted(view: View, first: int, last: int) -> bool:
    return (
        first > 0 and last + 1 < len(view.tags) and view.text[view.starts[first - 1]] == "「" and view.text[view.starts[last + 1]] == "」"
    )


def _body_like(view: View, first: int, last: int) -> bool:
    tags, end = view.tags, len(view.tags)
    if last + 1 < end and tags[last + 1] == "TITLE" and last > first:
        return True
    if tags[first] == "LATIN" and first and tags[first - 1] in ("GROUP", "WEAK_HEAD"):
        return True
    at = last + 1
    while at < min(end, last + 8) and (tags[at] in _TO_INDEX or view.text[view.starts[at]] in "「《"):
        at += 1
    return at < end and tags[at] == "INDEX" and at > last + 1


def _owned(view: View, first: int, edges: dict[str, set[int]]) -> bool:
    if first < 2 or view.tags[first - 1] != "STOP":
        return False
    return any(view.ends[first - 2] in places for places in edges.values())


def twins(view: View, found: Sequence[Mention]) -> Iterator[Mention]:
    """Short forms beside a known one that ends alike: 理大與浸大, 應科院及納米院."""
    for mention in found:
        if mention.table != "organisations" or not 2 <= mention.end - mention.start <= 4:
            continue
        first, last = view.token_at(mention.start), view.token_at(mention.end - 1)
        for joint, step in ((first - 1, -1), (last + 1, 1)):
            while 0 < joint < len(view.tags) - 1 and is_joint(view, joint):
                twin = _twin(view, joint + step, step, mention)
                if twin is None:
                    break
                yield twin
                joint = view.token_at(twin.start) - 1 if step < 0 else view.token_at(twin.end - 1) + 1


def _twin(view: View, at: int, step: int, like: Mention) -> Mention | None:
    size = like.end - like.start
    head = view.folded[like.end - 1]
    start, end = (view.starts[at], view.ends[at])
    if end - start == 1 and view.tags[at] in HEADS and step < 0 and at:
        start = view.starts[at - 1]
    elif step > 0 and at + 1 < len(view.tags) and view.tags[at + 1] in HEADS and view.ends[at + 1] - view.starts[at + 1] == 1:
        end = view.ends[at + 1]
    if end - start != size or view.folded[end - 1] != head or view.tags[view.token_at(start)] != "WORD":
        return None
    return Mention(start=start, end=end, table="organisations", type=like.type, pattern="like-neighbour", source=LISTED)
