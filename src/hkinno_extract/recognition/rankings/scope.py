"""Among whom a place is held, where the scope does not stand in the place itself.

In: a `Place`, its clause and those before it. Out: the scope's normal form, or None. Look first at `scope_of`.
"""

from __future__ import annotations

from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import SCOPES, Clause, back
from hkinno_extract.recognition.view import View

BRIDGES = frozenset(
    {"RANK_NOUN", "RANK_LEAD", "STOP", "ADVERB", "VERB", "NAMED", "CHANGE_TO", "CHANGE", "RANGE", "STREAK", "FROM", "SPACE"}
)


def scope_of(view: View, place: Place, parts: list[Clause], places: list[Place]) -> str | None:
    """The scope of `place`: in its own tokens, else the nearest before it in its clause, else of a clause that only says where."""
    if place.record:
        return None
    if place.scope:
        return place.scope
    number = next((i for i, c in enumerate(parts) if c.start <= place.start < c.end), None)
    if number is None:
        return None
    clause = parts[number]
    floor = max([clause.start, *(p.end for p in places if p.end <= place.start)])
    near = _nearest(view, floor, place.start)
    if near is not None:
        return near
    if number and parts[number - 1].depth == clause.depth:
        return _setting(view, parts[number - 1], places)
    return None


def _nearest(view: View, start: int, end: int) -> str | None:
    """The last scope between the tokens; one that only says where something is (本港兩所院校) counts if it touches the place's verb."""
    for at in range(end - 1, start - 1, -1):
        if view.tags[at] in SCOPES:
            if view.tags[at + 1] in NAMES or _counts(view, at, end):
                continue
            if view.tags[at] == "SCOPE_HOME" and any(view.tags[i] not in BRIDGES for i in range(at + 1, end)):
                continue
            return view.values[at]
    return None


NAMES = frozenset({"HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD"})


def _counts(view: View, at: int, end: int) -> bool:
    """Whether a count stands behind the scope (全球34個城市), which is then no scope unless it says how many are ranked."""
    after = at + 1
    return (
        after + 1 < end
        and view.tags[after] in ("NUMBER", "NUMERAL")
        and view.tags[after + 1] == "CLASSIFIER"
        and not any(view.values[i] == "middle" for i in range(after, min(end, after + 7)))
    )


def _setting(view: View, clause: Clause, places: list[Place]) -> str | None:
    """The scope of a clause that has no place and little else: 在亞太區內，; 亞洲方面，."""
    if any(clause.start <= p.start < clause.end for p in places) or clause.end - clause.start > SETTING_LENGTH:
        return None
    scopes = [i for i in range(clause.start, clause.end) if view.tags[i] in SCOPES]
    if len(scopes) != 1:
        return None
    before = back(view, scopes[0], clause.start)
    return view.values[scopes[0]] if before < 0 or view.values[before] == "in" else None


SETTING_LENGTH = 5
