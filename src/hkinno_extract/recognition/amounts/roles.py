"""What an amount does in its clause: level, change, share or ratio; up or down; and what a change is measured against.

In: a View, the amount's tokens and its clause. Out: a `Role`. Look first at `role_of`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hkinno_extract.recognition.amounts.period import Time
from hkinno_extract.recognition.amounts.surface import MEASURES, NUMERIC
from hkinno_extract.recognition.view import View

PASSED = frozenset({"COMPARATOR", "SUPERLATIVE", "ADVERB", "LINK", "SPACE", "COMPARATOR_BOTH", "CURRENCY"})
_OLD = frozenset({"COMPARE", "FROM"})
_BEFORE_AMOUNTS = NUMERIC | PASSED | {"AMOUNT", "STOP"}
_UNITS = MEASURES | {"AMOUNT"}
_NEAREST = frozenset({"Y-1", "F-1", "B-1", "Q-1", "M-1"})
_NUMERIC_ENDS = NUMERIC | MEASURES
_BASES = {"Y": "yoy", "B": "yoy", "F": "yoy", "Q": "qoq", "M": "mom"}


_PART_OF_YEAR = re.compile(r"-[QH]?\d+$")


class Role(NamedTuple):
    """`near` is the class next to the amount on its left, past comparators and links."""

    role: str
    direction: str | None
    basis: str | None
    near: str


def role_of(view: View, kind: str, start: int, end: int, clause: int, times: list[Time]) -> Role:
    """The role of the amount at tokens `start` to `end`, whose clause begins at token `clause`."""
    tags, values = view.tags, view.values
    if kind == "multiple" and _belongs(view, start, clause):
        return Role("ratio", None, None, "")
    at = _left(view, start, clause)
    near = tags[at] if at >= clause else ""
    if near == "CHANGE_TO":
        return Role("level", values[at] or None, None, near)
    if near == "RANGE" and (leads := _leads_to(view, at, clause)) is not None:
        return Role("level", leads or None, None, "CHANGE_TO")
    direction = _change(view, at, start, end, clause)
    if direction is not None:
        return Role("change", direction, basis_of(view, clause, start, times), near)
    if start - 2 >= clause and values[start - 1] == "de" and tags[start - 2] == "TIME" and "SHARE" not in tags[clause:start]:
        near = "TIME"
    return Role("level", None, None, near)


def _leads_to(view: View, at: int, clause: int) -> str | None:
    """The direction of the change that the 至 at token `at` gives the outcome of: in its clause (增加兩成至860個), in the clause before
    where 至 opens its own (上升5%，至3萬元), or "" where an old value alone is named (由三成X至四成). None where 至 opens a range."""
    tags, first = view.tags, clause
    if at == clause:
        first = at - 1
        while first > 0 and tags[first - 1] != "PUNCT" and view.sentence_of(first - 1).start == view.sentence_of(at).start:
            first -= 1
    changes = [i for i in range(first, at) if tags[i] == "CHANGE"]
    if changes:
        return view.values[changes[-1]]
    return "" if "FROM" in tags[clause:at] and tags[at - 1] not in _NUMERIC_ENDS else None


def _belongs(view: View, start: int, clause: int) -> bool:
    """Whether 的 stands before the amount: 是五年前的兩倍多."""
    at = start - 1
    while at >= clause and view.tags[at] in ("COMPARATOR", "SPACE"):
        at -= 1
    return at >= clause and view.values[at] == "de"


def _left(view: View, start: int, clause: int) -> int:
    """The token that decides, left of the amount: past comparators, links, and a time that stands between."""
    tags, values = view.tags, view.values
    at = start - 1
    while at >= clause:
        tag = tags[at]
        if (
            tag in PASSED
            or values[at] == "each"
            or (tag == "STOP" and values[at] != "de")
            or (tag == "STOP" and at > clause and (tags[at - 1] == "TIME" or values[at - 1] == "now"))
        ):
            at -= 1
        elif tag == "TIME" and values[at] not in ("span", "months", "day"):
            at -= 1
            while at >= clause and tags[at] in ("NUMBER", "NUMERAL", "ORDINAL", "TIME"):
                at -= 1
        else:
            break
    return at


def _change(view: View, at: int, start: int, end: int, clause: int) -> str | None:
    tags, values = view.tags, view.values
    if at >= clause and tags[at] == "CHANGE":
        return values[at]
    thing = at
    while thing > clause and tags[thing] in ("WORD", "NOUN", "MONEY", "RATE", "GROUP", "VERB_OR_NOUN", "SECTOR"):
        thing -= 1
    if clause <= thing < at and tags[thing] == "CHANGE" and all(tags[i] in ("COMPARATOR", "SPACE") for i in range(at + 1, start)):
        return values[thing]
    last = start - 1
    while last > clause and tags[last] in ("SPACE", "COMPARATOR", "ADVERB"):
        last -= 1
    if last >= clause and tags[last] in ("COMPARATOR_BOTH", "DEGREE") and "COMPARE" in tags[clause:last]:
        return values[last] if tags[last] == "DEGREE" else "up"
    behind = end
    if behind < len(tags) and tags[behind] == "STOP" and values[behind] == "de":
        behind += 1
    if behind < len(tags) and tags[behind] == "CHANGE":
        own = behind + 1 < len(tags) and tags[behind + 1] in _BEFORE_AMOUNTS  # 較去年的20宗上升5%: the change is that of another amount
        if behind > end or not own or _OLD.isdisjoint(tags[clause:start]):
            return values[behind]
    return None


def basis_of(view: View, clause: int, start: int, times: list[Time]) -> str | None:
    """What a change in the tokens from `clause` to `start` is measured against: yoy, qoq, mom or a base year.

    A clause before that does no more than compare says it too: 與2019年相比，收入增加三成; 較去年，….
    """
    found, said = _compared(view, clause, start, times)
    if found or clause < 2 or view.words[clause - 1] != ",":
        return said
    first = clause - 1
    while first > 0 and view.tags[first - 1] != "PUNCT" and first - 1 >= view.sentence_of(clause).start:
        first -= 1
    if _UNITS.isdisjoint(view.tags[first : clause - 1]):
        return _compared(view, first, clause - 1, times)[1]
    return None


def _compared(view: View, clause: int, start: int, times: list[Time]) -> tuple[bool, str | None]:
    """Whether the tokens from `clause` to `start` compare, and with what."""
    tags, values = view.tags, view.values
    for i in range(start - 1, clause - 1, -1):
        if tags[i] == "BASIS":
            return True, values[i] or None
        if tags[i] == "COMPARE" or (tags[i] == "RELATIVE" and any(t.start == i + 1 for t in times)):
            if i > clause and tags[i - 1] == "BASIS":  # 按年比較
                return True, values[i - 1] or None
            codes = [*values[i + 1 : start], *values[max(clause, i - 1) : i]]
            base = next((t for t in times if (i < t.start <= start or t.end == i) and t.use == "base"), None)
            if base is not None and base.period[:4].isdigit() and not any(v in _NEAREST for v in codes):
                return True, _PART_OF_YEAR.sub("", base.period)
            return True, next((_BASES[v[0]] for v in codes if v[:1] in _BASES and v[1:2] in ("-", "0")), None)
    return False, None
