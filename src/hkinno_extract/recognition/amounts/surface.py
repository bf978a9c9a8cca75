"""A match of the grammar taken apart: numbers, units and comparators, in order.

In: a View and the tokens of a match. Out: a `Surface`, trimmed to what belongs to the amount; None where no number is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from hkinno_extract.normalisation.numerals import parse_number
from hkinno_extract.recognition.view import View

NUMERIC = frozenset({"NUMBER", "NUMERAL", "SCALE", "FRACTION"})
MEASURES = frozenset({"CURRENCY", "CLASSIFIER", "CLASSIFIER_OR_RANK", "CLASSIFIER_OR_PLACE", "UNIT", "PERCENT", "POINT", "MULTIPLE"})
IN_FRONT = frozenset({"COMPARATOR", "SUPERLATIVE"})


@dataclass(slots=True)
class Part:
    """One number: its text without comparators, its unit as (class, value, token) what follows the unit (三成[半]), and
    where what it divides begins in the text, 0 where it is no fraction. `currency` is that of a word beside
    it, "" for 元 alone."""

    text: str = ""
    first: int = -1
    last: int = -1
    scaled: bool = False
    unit: tuple[str, str, int] | None = None
    rest: str = ""
    cents: Decimal = Decimal(0)
    fraction: int = 0
    currency: str | None = None


@dataclass(slots=True)
class Surface:
    """Tokens `start` to `end` of an amount. `front` and `behind` hold comparators; `more` says that 多 or 餘 follows the number."""

    start: int
    end: int
    parts: list[Part] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    behind: str = ""
    more: str = ""
    currency: str | None = None
    word: str = ""
    damaged: bool = False


def take_apart(view: View, start: int, end: int) -> Surface | None:
    """The parts of tokens `start` to `end`; where a gap or a second number begins anew, the last amount is taken."""
    found = Surface(start, end)
    part = Part()
    tags, values = view.tags, view.values
    for i in range(start, end):
        tag = tags[i]
        if tag in NUMERIC:
            if part.unit is not None and "SUBCURRENCY" in tags[i + 1 : end]:
                part.cents = parse_number(view.text[view.starts[i] : view.ends[i]]) or Decimal(0)
            elif part.unit is not None and part.unit[0] != "CURRENCY" and not part.rest:
                part.rest, part.last = view.text[view.starts[i] : view.ends[i]], i
            elif tag == "NUMBER" and part.text and tags[i - 1] == "SPACE" and tags[i - 2] == "NUMBER":
                found, part = Surface(i, end), _begin(view, i)
            else:
                _extend(view, part, i, tag)
        elif tag in MEASURES:
            if tag == "CURRENCY" and part.unit is not None and part.unit[0] != "CURRENCY":
                break
            if tag == "CURRENCY":
                found.currency = values[i] or found.currency or ""
                part.currency = values[i] or part.currency or ""
            part.unit, part.last = (tag, values[i], i) if part.text or found.word else part.unit, i
        elif tag == "SUBCURRENCY":
            part.cents, part.last = part.cents * Decimal(values[i]), i
        elif tag == "COMPARATOR_BOTH":
            if not (part.text or found.word) and not found.parts:
                found.start = i + 1
            else:
                found.more, part.last = values[i], i
        elif tag in IN_FRONT:
            if not part.text and not found.parts:
                found.front = [*found.front, values[i]] if values[i] else []
                found.start = found.start if values[i] else i + 1
        elif tag == "NEGATIVE":
            part.text = "-"
        elif tag == "COMPARATOR_AFTER":
            found.behind, part.last = values[i], i
        elif tag == "RANGE":
            found.parts.append(part)
            part = Part()
        elif tag == "PARTICLE" or tag == "STOP":
            continue
        elif tag == "AMOUNT":
            found.word, part.last = values[i], i
        elif tag == "DAMAGED":
            found.damaged, part.last = True, i
        elif tag == "SPACE":
            if not part.text and not found.parts and not found.front and found.currency is None:
                found.start = i + 1
            elif view.ends[i] - view.starts[i] > 1 and part.text and part.unit is None:
                found, part = Surface(i + 1, end), Part()
        elif part.text or found.word:
            break
        else:
            found.start, found.front = i + 1, []
    found.parts.append(part)
    _negative(view, found)
    if found.damaged and found.start and not found.front and tags[found.start - 1] == "WORD" and _single(view, found.start - 1):
        found.start -= 1
    found.end = max(part.last, found.start) + 1
    if not (part.text or found.word or found.damaged) or (len(found.parts) > 1 and not found.parts[0].text):
        return None
    return found


def unlike(view: View, found: Surface) -> list[Surface]:
    """`found` itself, or its two numbers apart where they are a change and the level that it leads to.

    They are where their units are unlike (增加兩成至860個), and where a change is named and both have a unit (增加20間至150間).
    """
    one, two = found.parts[0], found.parts[-1]
    if len(found.parts) != 2 or view.values[found.end : found.end + 1] == ["spread"]:
        return [found]
    if not _unlike(one, two) and not (_named(one) and _named(two) and _changes(view, found.start)):
        return [found]
    joint = next(i for i in range(two.first - 1, one.last, -1) if view.tags[i] == "RANGE")
    first = Surface(found.start, one.last + 1, [one], found.front, more=_more(view, found.start, joint), currency=one.currency)
    second = Surface(joint + 1, found.end, [two], [], found.behind, _more(view, joint, found.end), two.currency)
    return [first, second]


def _more(view: View, start: int, end: int) -> str:
    return next((view.values[i] for i in range(start, end) if view.tags[i] == "COMPARATOR_BOTH"), "")


def _unlike(one: Part, two: Part) -> bool:
    left, right = _measured(one), _measured(two)
    return left is not None and right is not None and left != right


def _measured(part: Part) -> str | None:
    """What a part is measured in: the class of its unit, with its value where it is no money; None where it has no unit."""
    if part.fraction:
        return "PERCENT"
    if part.unit is None:
        return "CURRENCY" if part.currency is not None else None
    return part.unit[0] if part.unit[0] in ("CURRENCY", "PERCENT", "POINT") else ":".join(part.unit[:2])


def _named(part: Part) -> bool:
    measured = _measured(part)
    return measured is not None and measured not in ("PERCENT", "POINT") and not measured.startswith("MULTIPLE")


def _changes(view: View, start: int) -> bool:
    at = start - 1
    while at >= 0 and view.tags[at] in ("SPACE", "PARTICLE", "COMPARATOR", "ADVERB"):
        at -= 1
    return at >= 0 and view.tags[at] == "CHANGE"


def _negative(view: View, found: Surface) -> None:
    """A minus sign that touches the number and follows no other number makes it negative."""
    at = found.start - 1
    if at < 0 or view.words[at] not in ("-", "−") or view.tags[found.start] != "NUMBER" or view.ends[at] != view.starts[found.start]:
        return
    if not at or view.tags[at - 1] in ("LINK", "STOP", "CHANGE_TO", "PUNCT", "SPACE", "RANGE"):
        found.start, found.parts[0].text = at, "-" + found.parts[0].text


def _single(view: View, i: int) -> bool:
    """Whether token `i` is one character, next to a lost place what is left of a word (突 of 突破)."""
    return view.ends[i] - view.starts[i] == 1


def _begin(view: View, i: int) -> Part:
    part = Part()
    _extend(view, part, i, view.tags[i])
    return part


def _extend(view: View, part: Part, i: int, tag: str) -> None:
    part.text += view.text[view.starts[i] : view.ends[i]]
    part.first = i if part.first < 0 else part.first
    part.last = i
    part.scaled = part.scaled or tag == "SCALE"
    if tag == "FRACTION":
        part.fraction = len(part.text)
