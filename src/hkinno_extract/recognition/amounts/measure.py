"""What is counted or measured: the noun phrase behind an amount, or the subject before it.

In: a View, the amount's tokens, its clause and what the amounts before it in the sentence measured. Out: the text of the phrase, None
where the text does not say. Look first at `measure_of`; phrases.py reads one noun phrase.
"""

from __future__ import annotations

from hkinno_extract.recognition.amounts.phrases import NOMINAL, Setting, phrase_text, run_left, run_right
from hkinno_extract.recognition.amounts.roles import Role
from hkinno_extract.recognition.amounts.surface import MEASURES, NUMERIC
from hkinno_extract.recognition.view import View

_CHANGING = frozenset({"CHANGE", "COMPARE", "DEGREE", "TOP_BEHIND", "ADVERB", "LINK", "BASIS", "RECORD", "SPACE"})
_AMOUNT = NUMERIC | MEASURES
_COMPARED = frozenset({"TIME", "NUMBER", "NUMERAL", "ORDINAL", "STOP", "WORD", "NOUN", "GENERIC", "SPACE", "RANGE"})
_PASSED = frozenset(
    {
        "COMPARATOR",
        "SUPERLATIVE",
        "ADVERB",
        "LINK",
        "SPACE",
        "COMPARATOR_BOTH",
        "CHANGE",
        "CHANGE_TO",
        "BASIS",
        "FROM",
        "COMPARE",
        "DEGREE",
        "PART",
        "SINCE",
    }
)


def measure_of(view: View, kind: str, place: tuple[int, int], role: Role, setting: Setting) -> str | None:
    """The measure of the amount of `kind` at tokens `place`."""
    start, end = place
    if kind != "multiple" and role.role != "change":
        behind = phrase_behind(view, kind, end, setting)
        if behind:
            return behind
    if role.near == "CHANGE_TO" and start and view.tags[start - 1] == "RANGE" and setting.carried:
        return setting.carried
    before, known = phrase_before(view, kind, start, setting)
    if before is None and not known and setting.carried is None and (role.role == "change" or role.near in ("CHANGE_TO", "LINK")):
        return _clause_before(view, setting)
    if before or (known and role.near != "CHANGE_TO"):
        return before
    if kind in ("percent", "percentage_point", "multiple") or role.role == "change" or role.near in ("CHANGE_TO", "LINK"):
        return setting.carried
    return setting.carried if kind == "count" else None


def phrase_behind(view: View, kind: str, end: int, setting: Setting) -> str | None:
    """The noun phrase behind the amount that ends before token `end`: 間[初創企業], 萬元的[資助], 家有潛力的[企業]."""
    tags, values, limit = view.tags, view.values, setting.end
    at = end
    while at < limit and tags[at] == "SPACE":
        at += 1
    if at >= limit:
        return None
    joined = tags[at] == "STOP" and values[at] == "de"
    if joined:
        at += 1
    elif kind == "money" and view.words[at] == "「":
        return None
    elif tags[at] == "STOP" and values[at] == "be" and kind == "count" and _part(view, setting.clause, end):
        at += 1
    first, last = run_right(view, at, limit)
    if first == last and joined and at + 1 < limit and tags[at] == "VERB" and tags[at + 1] in NOMINAL:
        first, last = at, run_right(view, at + 1, limit)[1]
    if first == last:
        return _relative_clause(view, kind, at, limit)
    if last < limit and tags[last] == "STOP" and values[last] == "de" and all(tags[i] in ("GENERIC", "AND") for i in range(first, last)):
        first, last = run_right(view, last + 1, limit)
    if not joined and kind not in ("count", "quantity") and tags[first] in ("VERB_OR_NOUN", "PROGRAMME") and last - first > 1:
        return None
    if first == last or (kind != "count" and tags[first] == "PROGRAMME" and last - first == 1):
        return None
    return phrase_text(view, first, last)


def _part(view: View, clause: int, end: int) -> bool:
    return any(view.tags[i] == "PART" or view.values[i] == "middle" for i in range(clause, end))


def _relative_clause(view: View, kind: str, at: int, limit: int) -> str | None:
    if kind != "count" or at >= limit or view.tags[at] not in ("VERB", "LINK"):
        return None
    for i in range(at + 1, limit):
        if view.tags[i] == "PUNCT" and view.words[i] not in "「」、":
            return None
        if view.tags[i] == "STOP" and view.values[i] == "de":
            first, last = run_right(view, i + 1, limit)
            return phrase_text(view, first, last) if first < last else None
    return None


def phrase_before(view: View, kind: str, start: int, setting: Setting) -> tuple[str | None, bool]:
    """The subject before token `start`, and whether the search ended there (a verb that takes the amount itself as its object)."""
    tags, values, clause = view.tags, view.values, setting.clause
    at, near = start - 1, True
    share = next((i for i in range(start - 1, clause - 1, -1) if tags[i] in ("SHARE", "COMPARE")), -1)
    if share >= 0 and "RATE" not in tags[share + 1 : start]:
        at, near = _with(view, share, clause) - 1, False
    while at >= clause:
        tag = tags[at]
        if tag in NOMINAL:
            per = _per(view, at, clause)
            if per < 0:
                break
            at, near = per - 1, False
            continue
        if values[at] == "each" and any(tags[i] == "AND" and tags[i - 1] in NOMINAL for i in range(clause + 1, at)):
            return None, True  # 收入和開支分別為: which of them is not ours to say
        if tag in _PASSED or values[at] == "each" or (tag == "STOP" and values[at] not in ("de",)):
            near = near and tag in ("COMPARATOR", "SPACE", "ADVERB")
            at -= 1
        elif tag in ("TIME", "SINCE_BEHIND") or (tag == "STOP" and at > clause and (tags[at - 1] == "TIME" or values[at - 1] == "now")):
            near = False
            at -= 1
            while at >= clause and tags[at] in ("NUMBER", "NUMERAL", "ORDINAL", "TIME"):
                at -= 1
        elif tag == "STOP":
            return None, kind == "money"
        elif tag in _AMOUNT:
            return None, False
        elif tag == "PUNCT" and view.words[at] == ")" and (opening := _opening(view, at, clause)) > clause:
            at, near = opening - 1, False
        elif tag == "PUNCT" and view.words[at] in "」』)":
            return _quoted(view, at, clause)
        elif tag == "PUNCT" and view.words[at] == "(" and at == start - 1 and at > setting.start and tags[at - 1] in NOMINAL:
            return run_left(view, at - 1, setting), True
        else:
            return None, kind in ("money", "quantity")
    if at < clause:
        return _from_clause_before(view, setting), False
    if tags[at] == "VERB_OR_NOUN" and near and kind == "money":
        return None, True
    if tags[at] == "VERB_OR_NOUN" and near and at > clause and tags[at - 1] in ("ADVERB", "STOP"):
        return None, False
    if tags[at] == "EXTENT" and (at == clause or tags[at - 1] not in NOMINAL):
        return _extent(view, at, setting), True
    return run_left(view, at, setting), True


def _with(view: View, compare: int, clause: int) -> int:
    """The token at which a comparison begins whose verb stands behind what it is with, [與]去年同期相比; `compare` itself elsewhere."""
    at = compare - 1
    while at >= clause and view.tags[at] in _COMPARED:
        at -= 1
    return at if clause <= at < compare - 1 and view.tags[at] == "AND" else compare


def _clause_before(view: View, setting: Setting) -> str | None:
    """What the clause before speaks of, where it ends with a noun phrase, or with how that changed: 工業生產指數，按年上升."""
    at = setting.clause - 2
    while at >= setting.start and (view.tags[at] in _CHANGING or (view.tags[at] == "STOP" and not view.values[at])):
        at = (_with(view, at, setting.start) if view.tags[at] == "COMPARE" else at) - 1
    if at < setting.start or view.tags[at] not in NOMINAL:
        return None
    first = at
    while first > setting.start and view.tags[first - 1] != "PUNCT":
        first -= 1
    return run_left(view, at, Setting(first, setting.start, setting.end, None))


def _per(view: View, at: int, clause: int) -> int:
    """The token of 每家 where it stands before the noun that ends at token `at` (上限為每家企業二億元), else -1."""
    while at >= clause and view.tags[at] in NOMINAL:
        at -= 1
    return at if at >= clause and view.values[at] == "per" else -1


def _opening(view: View, at: int, clause: int) -> int:
    """The bracket that the one at token `at` closes, -1 where it is not in the clause or nothing that is named stands before it."""
    opening = next((i for i in range(at - 1, clause - 1, -1) if view.words[i] == "("), -1)
    return opening if opening > clause and view.tags[opening - 1] in NOMINAL else -1


def _quoted(view: View, at: int, clause: int) -> tuple[str | None, bool]:
    opening = next((i for i in range(at - 1, clause - 1, -1) if view.words[i] in "「『("), -1)
    if opening < 0 or view.words[at] == ")":
        return None, False
    return view.text[view.ends[opening] : view.starts[at]], True


def _extent(view: View, at: int, setting: Setting) -> str | None:
    """佔地 at a clause's beginning belongs to what the clause before ended with."""
    if at > setting.clause:
        if view.words[at - 1] in "」』":
            return _quoted(view, at - 1, setting.clause)[0]
        return run_left(view, at, setting)
    back = at - 2
    if back >= setting.start and view.tags[back] in NOMINAL:
        return run_left(view, back, Setting(setting.start, setting.start, setting.end, setting.carried))
    return setting.carried


def _from_clause_before(view: View, setting: Setting) -> str | None:
    """新生中，逾三成: the phrase before a 中 that ends the clause before."""
    at = setting.clause - 2
    if at > setting.start and view.values[at] == "middle" and view.tags[at - 1] in NOMINAL:
        return run_left(view, at - 1, Setting(setting.start, setting.start, setting.end, setting.carried))
    return None
