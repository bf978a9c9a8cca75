"""What speaks for a candidate that isn't sure, and names that only their neighbour gives away.

In: a View, candidates that are not sure, mentions found so far. Out: the candidates that have support. Look first at `supported`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from hkinno_extract.recognition.names.boundaries import HEADS, is_counted
from hkinno_extract.recognition.names.memory import define
from hkinno_extract.recognition.names.mentions import LISTED, Mention
from hkinno_extract.recognition.view import View

_TO_INDEX = frozenset({"NUMBER", "TIME", "SPACE", "STOP", "VERB", "ADVERB", "NUMERAL"})
"""Classes that may stand between a publisher and the name of its index."""
_ROUNDS = 3
_NEAR = 9
"""How many tokens behind a fund its money may stand."""
_LONGEST_TITLE = 14
_PLACES = frozenset({"REGION", "SCOPE_HOME", "GENERIC"})
_DOES = frozenset({"VERB", "VERB_OR_NOUN"})
_PRIZES = frozenset({"RANK_WEAK", "RANK_WORD", "PROGRAMME_HEAD"})
_PREDICATES = frozenset({"VERB", "ADVERB", "LINK", "RANK_LEAD", "NAMED"})


def supported(view: View, candidates: Iterable[Mention], found: Sequence[Mention]) -> list[Mention]:
    """The candidates with support, in rounds, since one that is supported supports its neighbour."""
    kept: list[Mention] = []
    waiting = [c for c in candidates if not any(f.start < c.end and f.end > c.start for f in found)]
    starts = {m.start for m in (*waiting, *found)}
    for _ in range(_ROUNDS):
        edges = _edges([*found, *kept]) | {"candidates": starts}
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
        or (mention.table == "organisations" and (_body_like(view, first, last) or _acts(view, first, last, edges["candidates"])))
        or (mention.table == "programmes" and (_owned(view, first, edges) or _paid(view, mention, last) or _opens(view, mention, last)))
    )


def _joined(view: View, tokens: tuple[int, int], places: set[int]) -> bool:
    first, last = tokens
    left = _behind_place(view, first) or first
    before = left > 0 and is_joint(view, left - 1) and view.starts[left - 1] in places
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
    return at > last + 1 and ((at < end and tags[at] == "INDEX") or _report(view, at))


def _report(view: View, at: int) -> bool:
    """Whether a title that begins at token `at` ends as those of reports do (《2024年全球支付報告》)."""
    if view.text[view.starts[at - 1]] not in "「《":
        return False
    end = next((i for i in range(at, min(len(view.tags), at + _LONGEST_TITLE)) if view.text[view.starts[i]] in "」》"), at)
    return end > at and view.tags[end - 1] in ("INDEX_HEAD", "RANK_NOUN")


def _behind_place(view: View, first: int) -> int | None:
    """The token where the place begins that a body is said to be of (日本的晨曦, 本地的晨曦), None where there is none."""
    if not 2 <= first <= len(view.tags) or view.values[first - 1] != "de" or view.tags[first - 2] not in _PLACES:
        return None
    return first - 2


def _acts(view: View, first: int, last: int, starts: Container[int]) -> bool:
    """Whether something is won by the body (由晨曦數碼奪得), or it is one of a place and does something, or has its like beside it.

    `starts` are where candidates begin. Latin words in such places are often no names and want more (來自新加坡的Lumenfold將擴充).
    """
    tags, behind = view.tags, last + 1
    if behind >= len(tags):
        return False
    place, latin = _behind_place(view, first), tags[first] == "LATIN"
    left = first if place is None else place
    before = tags[left - 1] if left else ""
    if before == "FROM" and (tags[behind] == "RANK_LEAD" or (tags[behind] in _DOES and (not latin or tags[left - 2] in _PRIZES))):
        return True
    if place is None:
        return False
    if is_joint(view, behind) and _behind_place(view, behind + 3) == behind + 1 and view.starts[behind + 3] in starts:
        return True
    shouted = view.text[view.starts[first] : view.ends[last]].isupper()
    return latin and not shouted and before == "VERB" and tags[behind] in _PREDICATES


def _paid(view: View, mention: Mention, last: int) -> bool:
    """Whether money is spoken of right behind a fund (應用科學基金的資本為三億元)."""
    if mention.type != "fund" or is_counted(view, view.token_at(mention.start), last + 1):
        return False
    for at in range(last + 1, min(len(view.tags), last + _NEAR)):
        if view.tags[at] == "CURRENCY":
            return True
        if view.tags[at] in ("PUNCT", "AND"):
            return False
    return False


def _opens(view: View, mention: Mention, last: int) -> bool:
    """Whether a sentence begins with the event and says when or what (國際創科高峰會周將於五月舉行)."""
    first, behind = view.token_at(mention.start), last + 1
    begins = first == 0 or view.tags[first - 1] in ("PUNCT", "SPACE") or view.sentence_at(mention.start).start == first
    if mention.type != "event" or not begins or behind >= len(view.tags):
        return False
    return (
        view.tags[behind] in _PREDICATES
        or view.tags[behind] == "TIME"
        or (view.tags[behind] == "STOP" and view.values[behind] in ("", "in"))
    )


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
