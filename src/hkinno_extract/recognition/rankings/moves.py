"""What is said of a place beside where it is: the place before, the change, the number of those ranked, years in a row, since when.

In: places of one sentence, in order. Out: the same places without those that a move started from, and what is said of them. Look first at
`absorb`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hkinno_extract.normalisation import ranks
from hkinno_extract.recognition.rankings.phrases import opening_phrase
from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import CLAUSE_ENDS, MOVES, NUMBERS, SCOPES, Clause, ahead, back, is_year, number_at
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.sentences import Sentence

STARTS = frozenset({"FROM", "SINCE", "COMPARE", "BASIS"})
STEPS = frozenset({"CLASSIFIER_OR_RANK"})
COUNTERS = frozenset({"CLASSIFIER_OR_RANK", "CLASSIFIER"})
SIGN = {"up": 1, "down": -1}
GOAL_SIGNS = MOVES | SCOPES | {"RANGE", "SPACE", "ORDINAL", "RANK_NOUN"}
LOOK_BACK = 9
STEP_BY_VERB = 4


def absorb(view: View, places: list[Place], sentence: Sentence) -> list[Place]:
    """`places` without those that a move started from (由第36位升至第11位); they give `previous` and, where it is missing, the scope."""
    kept: list[Place] = []
    for place in places:
        start = _start_of_move(view, place, kept, sentence)
        if kept and _looks_back(view, place, kept[-1], sentence):
            kept[-1].previous = kept[-1].previous or place.first
            continue
        if start is not None:
            kept.pop()
            place.previous = start.first if start.first == start.last else None
            place.scope = place.scope or start.scope
        elif not place.record and place.form != "next":
            place.previous = _bare_start(view, place, kept[-1].end if kept else sentence.start)
        kept.append(place)
    return [place for place in kept if not _goal_is_lost(view, place, sentence)]


def _goal_is_lost(view: View, place: Place, sentence: Sentence) -> bool:
    """Whether a move starts from the place and what it reached was lost (由第18位升至�5位): the place is held no more."""
    before = back(view, place.start, sentence.start)
    behind = ahead(view, place.end, sentence.end)
    if before < 0 or behind < 0 or view.tags[before] != "FROM" or view.tags[behind] not in MOVES:
        return False
    goal = behind + 1
    while goal < sentence.end and view.tags[goal] in GOAL_SIGNS:
        goal += 1
    return goal < sentence.end and view.tags[goal] == "DAMAGED"


def _start_of_move(view: View, place: Place, kept: list[Place], sentence: Sentence) -> Place | None:
    if not kept or place.record or kept[-1].record or place.form == "next" or kept[-1].form == "next":
        return None
    old = kept[-1]
    between = view.tags[old.end : place.start]
    if old.previous is not None or len(between) > 2 * LOOK_BACK:
        return None
    if MOVES.isdisjoint(between) and not _led_from(view, old, place, sentence):
        return None
    floor = kept[-2].end if len(kept) > 1 else sentence.start
    for at in range(old.start - 1, max(floor, old.start - LOOK_BACK) - 1, -1):
        if view.tags[at] in STARTS:
            return old
        if view.words[at] in ",，;；":
            return None
    return None


def _led_from(view: View, old: Place, place: Place, sentence: Sentence) -> bool:
    """Whether 由 opens the old place and any verb leads to the new one in the same clause (由第九位重返第五)."""
    before = back(view, old.start, sentence.start)
    between = range(old.end, place.start)
    joined = any(view.tags[i] in ("AND", "PUNCT", "FROM") for i in between)
    return before >= 0 and view.tags[before] == "FROM" and 0 < len(between) <= STEP_BY_VERB and not joined


def _looks_back(view: View, place: Place, new: Place, sentence: Sentence) -> bool:
    """Whether `place` is the old one of 排在第18位，較去年的第20位上升兩位: a comparison before it, a change of places behind it."""
    if place.record or new.record or new.form == "next" or place.first != place.last:
        return False
    behind = ahead(view, place.end, sentence.end)
    if behind < 0 or view.tags[behind] != "CHANGE" or not _steps(view, behind, sentence.end):
        return False
    reached = ahead(view, _steps(view, behind, sentence.end), sentence.end)
    if reached >= 0 and view.tags[reached] in ("RANGE", "CHANGE_TO"):
        return False
    return any(view.tags[i] in ("COMPARE", "BASIS") for i in range(max(new.end, place.start - 5), place.start))


def _steps(view: View, at: int, ceiling: int) -> int:
    """The token behind 兩位 of 上升兩位 that begins at token `at`; 0 where there is none."""
    number = ahead(view, at + 1, ceiling)
    if number < 0 or number_at(view, number) is None:
        return 0
    step = ahead(view, number + 1, ceiling)
    return step + 1 if step >= 0 and view.tags[step] in STEPS else 0


def _bare_start(view: View, place: Place, floor: int) -> int | None:
    """The number of 從24名躍升到第4, which stands without 第."""
    moved = False
    for at in range(place.start - 1, max(floor, place.start - 2 * LOOK_BACK) - 1, -1):
        moved = moved or view.tags[at] in MOVES
        if view.words[at] in ",，;；":
            return None
        if (
            moved
            and view.tags[at] in NUMBERS
            and not is_year(view, at)
            and view.tags[at + 1] in ("CLASSIFIER_OR_RANK", "CHANGE", "CHANGE_TO")
        ):
            before = back(view, at, floor)
            while before >= 0 and view.tags[before] in SCOPES | {"RANK_NOUN", "ORDINAL"}:
                before = back(view, before, floor)
            if before >= 0 and view.tags[before] == "FROM":
                return number_at(view, at)
    return None


@dataclass(frozen=True, slots=True)
class Change:
    """Tokens `start` to `end` say that a place changed by `places`, up or down."""

    start: int
    end: int
    places: int


def changes(view: View, sentence: Sentence) -> list[Change]:
    """Every 上升兩位, 跌4名 of the sentence."""
    found = []
    for at in range(sentence.start, sentence.end - 1):
        if view.tags[at] != "CHANGE":
            continue
        number = at + 1
        while number < sentence.end - 1 and view.tags[number] in ("SPACE", "STOP"):
            number += 1
        value = number_at(view, number)
        step = ahead(view, number + 1, sentence.end)
        if value is None or step < 0 or view.tags[step] not in STEPS:
            continue
        beyond = ahead(view, step + 1, sentence.end)
        if beyond >= 0 and beyond == step + 1 and view.tags[beyond] in ("WORD", "NOUN", "GROUP"):
            continue
        found.append(Change(at, step + 1, SIGN.get(view.values[at], 1) * value))
    return found


def change_of(places: list[Place], sentence_changes: list[Change], view: View) -> dict[int, int]:
    """Start of a place to its change: the change before it in its own clause, else the one behind the last places before it."""
    out: dict[int, int] = {}
    ranked = [p for p in places if not p.record and p.form != "next"]
    for change in sentence_changes:
        later = next((p for p in ranked if p.start >= change.end), None)
        earlier = [p for p in ranked if p.end <= change.start]
        near = later is not None and (not _parted(view, change.end, later.start) or _reaches(view, change.end, later.start))
        if later is not None and (near or not earlier or _turns(view, earlier[-1], change)):
            out.setdefault(later.start, change.places)
        elif earlier:
            out.setdefault(_head_of_list(view, earlier).start, change.places)
    return out


def _turns(view: View, old: Place, change: Change) -> bool:
    """Whether somebody else is spoken of before the change than at the place before it (香港第三，新加坡下跌兩位，排第五)."""
    comma = next((i for i in range(change.start - 1, old.end - 1, -1) if view.words[i] in CLAUSE_ENDS), None)
    phrase = opening_phrase(view, comma + 1, change.start) if comma is not None else None
    return phrase is not None and any(t in ("REGION", "ORGANISATION", "PUNCT") for t in view.tags[phrase.start : phrase.end])


def _parted(view: View, start: int, end: int) -> bool:
    return any(view.words[i] in ",，;；（(" for i in range(start, end)) or end - start > LOOK_BACK


def _reaches(view: View, start: int, end: int) -> bool:
    """Whether the place is what the change reached: only a comma and 至 or 跌至 stand between."""
    return end - start <= 4 and view.tags[end - 1] in ("RANGE", "CHANGE_TO")


def _head_of_list(view: View, earlier: list[Place]) -> Place:
    """The first of the places that 、 joins to the last one (全球第3、亞太區第2，上升兩位)."""
    head = earlier[-1]
    for place in reversed(earlier[:-1]):
        if any(w != "、" and not w.isspace() for w in view.words[place.end : head.start]):
            break
        head = place
    return head


def out_of(view: View, place: Place, places: list[Place], sentence: Sentence) -> tuple[int | None, str | None]:
    """How many are ranked (在69個經濟體中), before the place or just behind it, and the scope that stands there."""
    if place.record:
        return None, None
    others = [p for p in places if p is not place and not p.record]
    for at in range(sentence.start, sentence.end):
        value = number_at(view, at)
        if value is None or place.start <= at < place.end or not _counts_ranked(view, at, sentence):
            continue
        if at > sentence.start and view.tags[at - 1] == "ORDINAL":
            continue  # another place
        if any(min(at, place.start) <= p.start < max(at, place.end) for p in others) or value < (place.last or 0):
            continue
        before = back(view, at, sentence.start)
        return value, view.values[before] if before >= 0 and view.tags[before] in SCOPES else None
    return None, None


def _counts_ranked(view: View, at: int, sentence: Sentence) -> bool:
    """Whether the number opens 69個經濟體中: a classifier, a noun that is no facet, and a word for among."""
    step = ahead(view, at + 1, sentence.end)
    if step < 0 or view.tags[step] not in COUNTERS:
        return False
    for i in range(step + 1, min(sentence.end, step + 12)):
        if view.tags[i] == "FACET" or view.words[i] in ",，;；":
            return False
        if view.values[i] == "middle" or view.tags[i] == "PART":
            return i > step + 1
    return False


def behind_named(view: View, place: Place, sentence: Sentence) -> int | None:
    """The place behind those named after 僅次於: one more than a place stated there (僅次於第一位的紐約), else than the number of names."""
    at = ahead(view, place.end, sentence.end)
    if at < 0:
        return 2
    if view.tags[at] == "ORDINAL":
        stated = number_at(view, at + 1) if at + 1 < sentence.end else None
        return stated + 1 if stated else None
    names = 1
    for i in range(at, sentence.end):
        if view.words[i] in ",，;；。(（" or view.tags[i] in ("RANK_LEAD", "ORDINAL", "VERB", "LIST_END"):
            break
        names += view.tags[i] == "AND" or view.words[i] == "、"
    return names + 1


def streak(view: View, clause: Clause, place: Place) -> int | None:
    """Years in a row that are stated in the clause before the place (連續五年, 連續第三年)."""
    for at in range(clause.start, place.start):
        if view.tags[at] != "STREAK":
            continue
        number = at + 1
        while number < place.start and view.tags[number] in ("SPACE", "ORDINAL"):
            number += 1
        value = number_at(view, number) if number < place.start else None
        if value is not None and view.tags[number + 1] in ("TIME",) and view.values[number + 1] == "year":
            return value
    return None


def since(view: View, place: Place) -> str | None:
    """The year (2020) or the span of years (20年) that a record holds over; a span of months or quarters gives none."""
    for at in range(place.start, place.end - 1):
        value = number_at(view, at)
        if value is None or view.tags[at - 1 if at else 0] == "ORDINAL":
            continue
        if is_year(view, at):
            return ranks.year(view.words[at])
        if view.tags[at + 1] in ("TIME", "SINCE_BEHIND") and (view.values[at + 1] == "year" or view.tags[at + 1] == "SINCE_BEHIND"):
            return ranks.years_span(view.words[at])
    return None
