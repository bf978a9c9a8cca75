"""From a match of the grammar to the places that it states.

In: a `Match` and its View. Out: `Place`s: tokens, best and worst place, scope. Look first at `read_match`; whether they are places of a
ranking at all is decided in evidence.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from hkinno_extract.normalisation import ranks
from hkinno_extract.recognition.rankings.spans import NUMBERS, SCOPES, number_at, numbers, surface
from hkinno_extract.recognition.rules import Match
from hkinno_extract.recognition.view import View
from hkinno_extract.word_classes import BREAKS


@dataclass(slots=True, kw_only=True)
class Place:
    """Tokens `start` to `end` state a place; `core` is the first token behind scope and noun.

    `form` is the rule's kind. `first` and `last` are None until they can be counted (倒數第二, 僅次於); `from_end` is the place from the
    end, `holder` who holds it where the grammar itself says so.
    """

    start: int
    end: int
    core: int
    rule: str
    form: str
    first: int | None = None
    last: int | None = None
    scope: str | None = None
    from_end: int | None = None
    previous: int | None = None
    holder: str | None = None

    @property
    def record(self) -> bool:
        """Whether it is a superlative over time."""
        return self.form == "record"


def read_match(view: View, match: Match) -> list[Place]:
    """The places that `match` states; none where its numbers cannot be places (第零), or where a part of them was lost (第二十�位)."""
    tags = view.tags
    scopes = [i for i in range(match.start, match.end) if tags[i] in SCOPES]
    end = match.end
    while end > match.start + 1 and tags[end - 1] == "SPACE":
        end -= 1
    core = match.start
    while core < match.end - 1 and tags[core] in SCOPES | {"RANK_NOUN", "SPACE"}:
        core += 1
    start = match.start
    if not scopes or tags[start] not in SCOPES:
        start = core if tags[match.start] in ("RANK_NOUN", "RANK_LEAD", "CHANGE", "CHANGE_TO", "SPACE") else match.start
    place = Place(
        start=start, end=end, core=core, rule=match.rule.id, form=match.rule.kind, scope=view.values[scopes[0]] if scopes else None
    )
    place.holder = _holder_behind(view, end) or _neighbour(view, start, end)
    if match.rule.kind == "weak" and place.holder is None:
        place.holder = _winner(view, end)
    lost_behind = tags[end : end + 1] == ["DAMAGED"] and tags[end - 1] in NUMBERS
    if lost_behind or tags[end : end + 2] == ["RANGE", "DAMAGED"]:
        return []
    return _READERS.get(match.rule.kind, _word)(view, place)


def _holder_behind(view: View, end: int) -> str | None:
    """Who holds the place where 的 and a proper name follow it: 第二位的倫敦."""
    if end + 1 < len(view.tags) and view.values[end] == "de" and view.tags[end + 1] in ("REGION", "ORGANISATION"):
        return surface(view, end + 1, end + 2)
    return None


def _winner(view: View, end: int) -> str | None:
    """Who won where the place's word opens the clause: 冠軍由某公司奪得, 冠軍為某公司."""
    at = end
    while at + 1 < len(view.tags) and view.tags[at] == "STOP" and view.values[at] not in ("be", "de", "in", "middle"):
        at += 1
    if at + 1 >= len(view.tags) or not (view.tags[at] == "FROM" or view.values[at] == "be"):
        return None
    stop = at + 1
    while stop < len(view.tags) and view.tags[stop] not in BREAKS | {"RANK_LEAD", "AND"}:
        stop += 1
    if view.tags[at] == "FROM" and (stop >= len(view.tags) or view.tags[stop] not in ("RANK_LEAD", "VERB")):
        return None
    return surface(view, at + 1, stop) or None


def _neighbour(view: View, start: int, end: int) -> str | None:
    """Who holds the place that something is compared or joined with (與第四位東京相差): a region between the place and a verb or sign."""
    if not start or end + 1 >= len(view.tags) or view.tags[start - 1] not in ("AND", "COMPARE") or view.tags[end] != "REGION":
        return None
    ends = view.tags[end + 1] in BREAKS
    return surface(view, end, end + 1) if ends and view.tags[end - 1] == "CLASSIFIER_OR_RANK" else None


def _ordinal(view: View, place: Place) -> list[Place]:
    values = [v for _, v in numbers(view, place.start, place.end)]
    if not values:
        return []
    place.first, place.last = values[0], values[-1]
    return [place] if place.first <= place.last else []


def _list(view: View, place: Place) -> list[Place]:
    found: list[Place] = []
    start = place.start
    for at, value in numbers(view, place.start, place.end):
        end = at + 1
        while end < place.end and view.tags[end] == "CLASSIFIER_OR_RANK":
            end += 1
        scope = place.scope
        found.append(
            Place(start=start, end=end, core=min(at, place.core), rule=place.rule, form="ordinal", first=value, last=value, scope=scope)
        )
        start = next((i for i in range(end, place.end) if view.tags[i] in NUMBERS), place.end)
    return found


def _reverse(view: View, place: Place) -> list[Place]:
    place.from_end = next((v for _, v in numbers(view, place.start, place.end)), None)
    return [place] if place.from_end else []


def _top(view: View, place: Place) -> list[Place]:
    place.last = next((v for _, v in numbers(view, place.start, place.end)), None)
    place.first = 1
    return [place] if place.last and place.last > 1 else []


def _word(view: View, place: Place) -> list[Place]:
    for at in range(place.end - 1, place.start - 1, -1):
        span = (
            ranks.word_places(view.values[at])
            if view.tags[at] in ("RANK_WORD", "RANK_RUN", "RANK_AMONG", "RANK_WEAK", "RANK_SOLE")
            else None
        )
        if span:
            place.first, place.last = span
            return [place]
    return []


def _first(view: View, place: Place) -> list[Place]:
    del view
    place.first = place.last = 1
    return [place]


def _bare(view: View, place: Place) -> list[Place]:
    found = next(numbers(view, place.start, place.end), None)
    if found is None:
        return []
    at, place.first = found
    place.last = place.first
    if place.scope is None:
        place.start = place.core = at
    return [place]


def _next(view: View, place: Place) -> list[Place]:
    del view
    return [place]


def _record(view: View, place: Place) -> list[Place]:
    place.first, place.last = (ranks.word_places(view.values[place.end - 1]) or (1, 1)) if view.tags[place.end - 1] != "DEGREE" else (1, 1)
    for at in range(place.start, place.end - 1):
        if view.tags[at] == "ORDINAL" and view.tags[place.end - 1] not in ("SUPERLATIVE", "RECORD"):
            value = number_at(view, at + 1)
            if value is None:
                return []
            place.first = place.last = value
    return [place]


_READERS = {
    "ordinal": _ordinal, "band": _ordinal, "list": _list, "reverse": _reverse, "top": _top, "word": _word, "weak": _word,
    "superlative": _first, "bare": _bare, "reached": _bare, "latin": _ordinal, "next": _next, "record": _record,
}  # fmt: skip
