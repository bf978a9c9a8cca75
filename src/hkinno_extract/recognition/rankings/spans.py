"""Small steps over the tokens of a View that the readers of rankings share.

In: a View and token numbers. Out: token numbers, clauses, numbers. Look first at `Clause`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hkinno_extract.characters import CLOSING, OPENING, PAIRS
from hkinno_extract.normalisation import ranks
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.sentences import Sentence

NUMBERS = frozenset({"NUMBER", "NUMERAL"})
BRACKETS = frozenset("（(［[【")
BRACKET_ENDS = frozenset("）)］]】")
CLAUSE_ENDS = frozenset("，,；;：:︰。！？!?|")
SCOPES = frozenset({"SCOPE", "SCOPE_HOME"})
MOVES = frozenset({"CHANGE", "CHANGE_TO", "RANGE"})


class Clause(NamedTuple):
    """Tokens `start` to `end` between two commas, colons or brackets. `depth` counts the brackets that they stand in."""

    start: int
    end: int
    depth: int


def clauses(view: View, sentence: Sentence) -> list[Clause]:
    """The clauses of a sentence, in order; quotes do not divide."""
    found: list[Clause] = []
    begin, depth, quotes = sentence.start, 0, 0
    for at in range(sentence.start, sentence.end):
        sign = view.words[at]
        opens, closes = sign in BRACKETS, sign in BRACKET_ENDS
        if len(sign) == 1 and not (opens or closes):
            quotes += (sign in OPENING) - (sign in CLOSING)
        if opens or closes or (sign in CLAUSE_ENDS and quotes <= 0):
            if at > begin:
                found.append(Clause(begin, at, depth))
            begin = at + 1
            depth = max(0, depth + opens - closes)
    if sentence.end > begin:
        found.append(Clause(begin, sentence.end, depth))
    return found


def back(view: View, at: int, floor: int) -> int:
    """The token before `at` that is no white space; -1 where there is none from `floor` on."""
    at -= 1
    while at >= floor and view.tags[at] == "SPACE":
        at -= 1
    return at if at >= floor else -1


def ahead(view: View, at: int, ceiling: int) -> int:
    """The token from `at` on that is no white space; -1 where there is none before `ceiling`."""
    while at < ceiling and view.tags[at] == "SPACE":
        at += 1
    return at if at < ceiling else -1


def number_at(view: View, at: int) -> int | None:
    """The place that token `at` names, None where it is no number or no place."""
    return ranks.place(view.words[at]) if view.tags[at] in NUMBERS else None


def is_year(view: View, at: int) -> bool:
    """Whether token `at` is a year of four digits."""
    return view.tags[at] in NUMBERS and ranks.year(view.words[at]) is not None


def numbers(view: View, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(token, value) of the numbers from `start` to `end` that can be places."""
    for at in range(start, end):
        value = number_at(view, at)
        if value is not None:
            yield at, value


def surface(view: View, start: int, end: int) -> str:
    """The text of tokens `start` to `end`, on one line, without outer white space."""
    return "" if start >= end else " ".join(view.text[view.starts[start] : view.ends[end - 1]].split())


def closing_of(view: View, at: int, ceiling: int) -> int:
    """The token that closes the quote or bracket that token `at` opens; -1 where none does before `ceiling`."""
    opener = view.text[view.starts[at]]
    closer, depth = PAIRS.get(opener, ""), 0
    for i in range(at, ceiling):
        sign = view.text[view.starts[i] : view.ends[i]]
        depth += (sign == opener) - (sign == closer)
        if depth == 0:
            return i
    return -1
