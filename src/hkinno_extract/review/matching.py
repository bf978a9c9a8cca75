"""Decisions find their records again: by document, table, text and surroundings, not by offsets alone.

In: the decisions about one release and its JSON as extracted now. Out: which record each decision is about, or where its text stands now,
or neither. Look first at `match`.

Method: all texts are compared without white space. A place is the decision's when its text is the same and the surroundings agree, over
COMMON characters or over its whole sentence; the places with the best agreement win, the same number in the same count of equal places
before the nearest. Where none agrees, one whose surroundings are LIKE; where the text itself changed, the words on both sides tell where
it stood. Records at a place: the same span before an overlapping one, the same kind, the same values; one record takes one decision, but
for two decisions made about the same place.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hkinno_extract.records import Plain
from hkinno_extract.review.decisions import Anchor, Decision, in_order, seen_of
from hkinno_extract.review.spans import Spans, Squeezed, squeezed_text

CONTEXT = 32
COMMON = 10
LIKE = 0.75
_EDGE = 8
_SLACK = 24
Release = Mapping[str, Any]
Row = Mapping[str, Any]


def anchor_of(release: Release, squeezed: Squeezed, start: int, end: int, *, kind: str = "") -> Anchor:
    """The anchor of the characters `start` to `end` of the release's repaired text."""
    first, last = squeezed.span(start, end)
    around = squeezed.text
    text, before, after = around[first:last], _before(around, first), around[last : last + CONTEXT]
    alike = [p for p in squeezed.find(text) if (_before(around, p), around[p + len(text) :][:CONTEXT]) == (before, after)] if text else []
    return Anchor(
        text=text,
        before=before,
        after=after,
        start=first,
        left=len(around) - first,
        nth=alike.index(first) if first in alike else 0,
        of=max(1, len(alike)),
        kind=kind,
        sha256=release["document"]["sha256"] or "",
    )


def _before(text: str, at: int) -> str:
    return text[max(0, at - CONTEXT) : at]


def draft(release: Release, table: str, row: Row, decision: str) -> Decision:
    """A decision about a record as extracted, not yet signed. `row` is the record in the release's JSON."""
    squeezed = squeezed_text(release["text"])
    return Decision(
        record=row["record_id"],
        table=table,
        doc_id=row["doc_id"],
        decision=decision,
        anchor=anchor_of(release, squeezed, row["start"], row["end"], kind=row.get("kind") or ""),
        seen=seen_of(table, row),
        pattern=row["pattern"],
        sentence=row["sentence"] or "",
    )


@dataclass(slots=True)
class Matches:
    """Of one table: `records` maps a row's number to its decisions, oldest first; `places` an unmatched decision to its place in the
    squeezed text; `lost` has no place at all."""

    records: dict[int, list[Decision]] = field(default_factory=dict)
    places: list[tuple[Decision, int, int]] = field(default_factory=list)
    lost: list[Decision] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    rank: tuple[int, ...]
    decision: int
    row: int


def match(decisions: Sequence[Decision], rows: Sequence[Row], squeezed: Squeezed) -> Matches:
    """Finds the records of `decisions`, all of one release and table, among its `rows` as extracted now."""
    spans = Spans([squeezed.span(row["start"], row["end"]) for row in rows])
    places = [_places(d, squeezed) for d in decisions]
    candidates = sorted(c for i, d in enumerate(decisions) for c in _candidates(i, d, places[i], rows, spans))
    taken: dict[int, int] = {}
    chosen: dict[int, int] = {}
    for candidate in candidates:
        if candidate.decision not in chosen and candidate.row not in taken:
            taken[candidate.row] = candidate.decision
            chosen[candidate.decision] = candidate.row
    for candidate in candidates:  # two reviewers, each from a file of their own, decided about one record
        if candidate.decision not in chosen and _same_place(decisions[candidate.decision], decisions[taken[candidate.row]]):
            chosen[candidate.decision] = candidate.row
    found = Matches()
    numbers = {id(decision): i for i, decision in enumerate(decisions)}
    for decision in in_order(decisions):
        i = numbers[id(decision)]
        if i in chosen:
            found.records.setdefault(chosen[i], []).append(decision)
        elif places[i] and places[i][0].exact:
            found.places.append((decision, places[i][0].start, places[i][0].end))
        else:
            found.lost.append(decision)
    return found


def _same_place(a: Decision, b: Decision) -> bool:
    once = a.anchor.of == b.anchor.of == 1
    return a.anchor == b.anchor or (once and a.anchor.sha256 != b.anchor.sha256 and _inner(a) == _inner(b))


def _inner(decision: Decision) -> tuple[str, str, str]:
    return decision.anchor.text, "".join(decision.sentence.split()), decision.anchor.kind


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of the squeezed text where the decision's text may stand; `exact`: the text is the same there."""

    start: int
    end: int
    agreement: int
    order: int
    exact: bool = True


def _places(decision: Decision, squeezed: Squeezed) -> list[_Place]:
    """Where the decision's text may stand, best first."""
    anchor = decision.anchor
    scored = [(_agreement(anchor, squeezed.text, at), at) for at in squeezed.find(anchor.text)] if anchor.text else []
    whole = len(anchor.before) + len(anchor.after)
    full = [at for score, at in scored if score == whole]
    sentence = "".join(decision.sentence.strip("…").split())
    places = []
    for score, at in scored:
        if score >= min(COMMON, whole) or (sentence and _within(sentence, anchor.text, squeezed.text, at)):
            by_number = len(full) == anchor.of and at == full[anchor.nth]
            shift = min(abs(at - anchor.start), abs(len(squeezed.text) - at - anchor.left))
            places.append(_Place(at, at + len(anchor.text), score, 0 if by_number else 1 + shift))
    if not places:
        places = [_Place(at, at + len(anchor.text), 0, 0) for _, at in scored if _is_like(anchor, squeezed.text, at)]
    places.sort(key=lambda p: (-p.agreement, p.order, p.start))
    return places or list(_between(anchor, squeezed))


def _agreement(anchor: Anchor, text: str, at: int) -> int:
    """How many characters on both sides of the text agree, counted from it outwards."""
    end = at + len(anchor.text)
    before = text[max(0, at - len(anchor.before)) : at]
    return _common(reversed(anchor.before), reversed(before)) + _common(anchor.after, text[end : end + len(anchor.after)])


def _is_like(anchor: Anchor, text: str, at: int) -> bool:
    """Whether the surroundings are nearly the same: some characters in them changed."""
    end = at + len(anchor.text)
    around = text[max(0, at - len(anchor.before)) : at], text[end : end + len(anchor.after)]
    then, now = f"{anchor.before}\0{anchor.after}", "\0".join(around)
    return len(then) > _EDGE and difflib.SequenceMatcher(None, then, now, autojunk=False).ratio() >= LIKE


def _common(a: Iterable[str], b: Iterable[str]) -> int:
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def _within(sentence: str, text: str, around: str, at: int) -> bool:
    """Whether the whole sentence stands around `at`."""
    offset = sentence.find(text)
    while offset >= 0:
        if at >= offset and around.startswith(sentence, at - offset):
            return True
        offset = sentence.find(text, offset + 1)
    return False


def _between(anchor: Anchor, squeezed: Squeezed) -> Iterator[_Place]:
    """Where something else stands now between the words that stood on both sides of the text."""
    before, after = anchor.before[-_EDGE:], anchor.after[:_EDGE]
    if len(before) + len(after) < _EDGE:
        return
    widest = len(anchor.text) + _SLACK
    for at in squeezed.find(before) if before else (0,):
        start = at + len(before)
        end = squeezed.text.find(after, start, start + widest + len(after)) if after else len(squeezed.text)
        if start < end <= start + widest:
            yield _Place(start, end, 0, min(abs(start - anchor.start), abs(len(squeezed.text) - start - anchor.left)), exact=False)


def _candidates(number: int, decision: Decision, places: Sequence[_Place], rows: Sequence[Row], spans: Spans) -> Iterator[_Candidate]:
    """Records that may be the decision's. The lower the rank the better."""
    for place in places:
        for row, start, end in spans.over(place.start, place.end):
            overlap = min(end, place.end) - max(start, place.start)
            same_span = place.exact and (start, end) == (place.start, place.end)
            same_kind = (rows[row].get("kind") or "") == decision.anchor.kind
            if decision.decision == "added" and not same_span:
                continue
            differs = _judged(decision) != seen_of(decision.table, rows[row])
            rank = (not same_span, -place.agreement, place.order, not same_kind, differs, -overlap, abs(start - place.start))
            yield _Candidate(tuple(int(r) for r in rank), number, row)


def _judged(decision: Decision) -> Plain:
    return decision.values if decision.decision == "added" else decision.seen
