"""Names and places in two lists, in the same order: 香港科技大學及香港理工大學分列第66和第84位.

In: the places of a clause and the noun phrase that was spoken of. Out: names by start of the place. Look first at `paired`.
"""

from __future__ import annotations

from hkinno_extract.recognition.rankings.phrases import ENDS, Phrase
from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import Clause, surface
from hkinno_extract.recognition.view import View, strip_quotes


def paired(view: View, clause: Clause, places: list[Place], phrase: Phrase | None) -> dict[int, str]:
    """Names of the places where the clause pairs them: by 分別 or 分列 before the places, or by 分別是 behind them; else nothing."""
    ranked = [p for p in places if not p.record and p.form != "next"]
    if len(ranked) < 2:
        return {}
    if phrase is not None and "PAIRING" in view.tags[phrase.end : ranked[0].start]:
        return _zip(ranked, members(view, phrase.start, phrase.end))
    behind = next((i for i in range(ranked[-1].end, clause.end) if view.tags[i] in ("PAIRING", "LIST_VERB")), None)
    if behind is None:
        return {}
    start = behind + 1
    while start < clause.end and view.values[start] == "be":
        start += 1
    return _zip(ranked, members(view, start, clause.end))


def members(view: View, start: int, end: int) -> list[str]:
    """The names that 、, 和 or 及 join, as written without quotes around the whole of one."""
    found: list[str] = []
    begin = start
    for at in range(start, end + 1):
        joint = at == end or view.tags[at] == "AND" or view.words[at] == "、"
        if joint or (view.tags[at] in ENDS - {"PUNCT", "SPACE", "RANGE"} and view.values[at] != "de"):
            if at > begin:
                found.append(strip_quotes(surface(view, begin, at)))
            begin = at + 1
            if not joint:
                break
    return [f for f in found if f]


def _zip(places: list[Place], names: list[str]) -> dict[int, str]:
    return {p.start: n for p, n in zip(places, names, strict=True)} if len(places) == len(names) else {}
