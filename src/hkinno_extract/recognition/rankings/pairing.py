"""Names and places in two lists, in the same order: 香港科技大學及香港理工大學分列第66和第84位.

In: the places of a clause and the noun phrase that was spoken of. Out: names by start of the place. Look first at `paired`.
"""

from __future__ import annotations

from hkinno_extract.recognition.rankings.phrases import ENDS, Phrase
from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import CLAUSE_ENDS, Clause, surface
from hkinno_extract.recognition.view import View, strip_quotes
from hkinno_extract.segmentation.sentences import Sentence


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


def listed(view: View, place: Place, sentence: Sentence) -> list[Place]:
    """The places of names counted up from the first: 首三位依次為紐約、倫敦及香港 gives 1, 2, 3; empty where the numbers differ."""
    if place.form != "top" or place.first != 1:
        return []
    end = next((i for i in range(place.end, sentence.end) if view.words[i] in CLAUSE_ENDS), sentence.end)
    at = next((i for i in range(place.end, end) if view.tags[i] in ("PAIRING", "LIST_VERB") or view.values[i] == "be"), None)
    if at is None or not all(view.tags[i] in ("WORD", "NOUN", "GROUP", "RANKED", "STOP", "HEAD") for i in range(place.end, at)):
        return []
    start = at + 1
    while start < end and view.values[start] == "be":
        start += 1
    spans = _spans(view, start, end)
    if len(spans) != place.last:
        return []
    return [
        Place(
            start=b,
            end=e,
            core=b,
            rule=place.rule,
            form="listed",
            first=n,
            last=n,
            scope=place.scope,
            holder=strip_quotes(surface(view, b, e)),
        )
        for n, (b, e) in enumerate(spans, 1)
    ]


def members(view: View, start: int, end: int) -> list[str]:
    """The names that 、, 和 or 及 join, as written without quotes around the whole of one."""
    return [strip_quotes(surface(view, b, e)) for b, e in _spans(view, start, end)]


def _spans(view: View, start: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin = start
    for at in range(start, end + 1):
        joint = at == end or view.tags[at] == "AND" or view.words[at] == "、"
        if joint or (view.tags[at] in ENDS - {"PUNCT", "SPACE", "RANGE"} and view.values[at] != "de"):
            if at > begin:
                found.append((begin, at))
            begin = at + 1
            if not joint:
                break
    return found


def _zip(places: list[Place], names: list[str]) -> dict[int, str]:
    return {p.start: n for p, n in zip(places, names, strict=True)} if len(places) == len(names) else {}
