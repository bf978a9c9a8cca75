"""Which word wins: of all words and names that the tables find in a text, those that stand, longest first.

In: every match of the word index, and where the segmenter ends words. Out: matches without overlaps. Look first at `choose`.

The rule. An edge of a match that falls inside a word of the segmenter is a wound. A wound heals where the segmenter's word is accounted
for another way: another match begins (or ends) right at the edge and reaches to the word's own border (引進辦 | 主任, where the
segmenter saw 辦主 | 任何), or the word is none that its dictionary knows, so that it only glued it together. What has no open wound
stands. A match with an open wound would cut a real word apart (中大 in 其中大部分, 香港大學 in 香港大學生, 百度 in 百度假村) and loses,
unless it is so long that chance is out of the question, or a word of the lexicon at the end of a longer one (清華 | 大學). A match of
two characters needs one border of the segmenter's besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from hkinno_extract.segmentation.words import Match

CERTAIN = 5
"""A match of so many characters stands whatever the segmenter says."""

Known = Callable[[Sequence[str]], Sequence[bool]]
"""Which of some words the segmenter's dictionary has."""

NAMES = frozenset({"ORGANISATION", "PROGRAMME", "INDEX"})
FIRM = frozenset({"FRACTION", "CURRENCY", "SCALE"})
"""Classes whose words stand by themselves: nothing else is written like 分之, 美元, 萬億; nor like 或以上, whatever 350間或以上 has."""


class _Edges(NamedTuple):
    """How the edges of a match are: 0 on a border of the segmenter's, 1 healed, 2 open; and whether one word of the segmenter holds it."""

    left: int
    right: int
    inside: bool


def choose(text: str, matches: Sequence[Match], cuts: bytearray, known: Known) -> list[Match]:
    """The matches that stand, without overlaps, by place. `cuts[i]` is 1 where the segmenter has a border before character i of `text`.

    Of matches that overlap the longest wins; of equals one of a firm class, then the one with fewer wounds, then the first.
    """
    standing = []
    wounded = []
    for match in matches:
        start, end, entry = match
        if cuts[start] and cuts[end]:
            standing.append((start - end, entry.tag not in FIRM, 0, start, match))
        else:
            wounded.append(match)
    for match, edge in zip(wounded, _edges(text, matches, wounded, cuts, known), strict=True):
        if _stands(match, edge):
            start, end, entry = match
            standing.append((start - end, entry.tag not in FIRM, (edge.left > 0) + (edge.right > 0), start, match))
    standing.sort(key=lambda entry: entry[:4])
    covered = bytearray(len(text))
    chosen = []
    for _, _, _, start, match in standing:
        end = match[1]
        if covered.find(1, start, end) < 0:
            covered[start:end] = b"\1" * (end - start)
            chosen.append(match)
    return sorted(chosen)


def _stands(match: Match, edge: _Edges) -> bool:
    size, tag = match[1] - match[0], match[2].tag
    goes_on = tag in NAMES and not edge.left and edge.right == 2  # its last word is a longer one: 大灣區大學 in 大灣區大學生
    if size > CERTAIN or (size == CERTAIN and not goes_on) or tag in FIRM or (tag == "COMPARATOR_AFTER" and size > 2):
        return True
    if tag not in NAMES and edge.inside and not edge.right:  # the head of a longer word may be cut off it (清華 | 大學)
        return True
    return edge.left < 2 and edge.right < 2 and (size > 2 or not (edge.left and edge.right))


def _edges(text: str, matches: Sequence[Match], wounded: Sequence[Match], cuts: bytearray, known: Known) -> list[_Edges]:
    reach = {end: 0 for _, end, _ in wounded}  # how far a match goes that begins where a wounded one ends
    origin = {start: len(text) for start, _, _ in wounded}  # and where one begins that ends where a wounded one begins
    for start, end, _ in matches:
        if reach.get(start, end) < end:
            reach[start] = end
        if origin.get(end, start) > start:
            origin[end] = start
    wounds: dict[int, tuple[int, int]] = {}  # edge: the segmenter's word around it, where no other match accounts for it
    for start, end, _ in wounded:
        for edge in (start, end):
            if not cuts[edge] and edge not in wounds:
                wounds[edge] = (cuts.rfind(1, 0, edge), cuts.find(1, edge + 1))
    real = _real(text, wounds.values(), known)
    found = []
    for start, end, _ in wounded:
        left = right = 0
        if not cuts[start]:
            first, last = wounds[start]
            left = 1 if origin[start] <= first or not real[first, last] else 2
        if not cuts[end]:
            first, last = wounds[end]
            right = 1 if reach[end] >= last or not real[first, last] else 2
        found.append(_Edges(left, right, inside=cuts.find(1, start + 1, end) < 0))
    return found


def _real(text: str, spans: Iterable[tuple[int, int]], known: Known) -> dict[tuple[int, int], bool]:
    distinct = list(dict.fromkeys(spans))
    if not distinct:
        return {}
    return dict(zip(distinct, known([text[first:last] for first, last in distinct]), strict=True))
