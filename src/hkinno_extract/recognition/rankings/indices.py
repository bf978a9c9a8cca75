"""Which index a place is in, and of which year.

In: a View. Out: `Mention`s of indices, from the gazetteer or by rule (《…指數》 in quotes, the last words of
a bracket, unquoted.py), and the one that a place belongs to. Look first at `IndexReader.of`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hkinno_extract.characters import CLOSING, OPENING, fold
from hkinno_extract.normalisation import ranks
from hkinno_extract.pattern_files import Name, Patterns
from hkinno_extract.recognition.rankings.places import Place
from hkinno_extract.recognition.rankings.spans import BRACKET_ENDS, BRACKETS, ahead, back, closing_of, is_year, surface
from hkinno_extract.recognition.rankings.unquoted import HEADS, ends_index, names_another, unquoted
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.sentences import Sentence

TITLE_QUOTES = frozenset("《〈")
QUOTES = frozenset("《〈「『“")
BLOCKS_BACK = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` name the index `name` (as written), `id` where the gazetteer knows it; `block` is its block's number."""

    start: int
    end: int
    block: int
    name: str
    id: str | None
    edition: str | None = None


class IndexReader:
    """Mentions of indices under one set of patterns."""

    def __init__(self, patterns: Patterns) -> None:
        self._names = {name.id: name for name in patterns.indices}
        self._short = {fold(a): name.id for name in patterns.indices for a in name.context_aliases}
        self._roots = {name.id: _root(name, patterns.indices) for name in patterns.indices}

    def mentions(self, view: View) -> list[Mention]:
        """The mentions of a text, in order."""
        found: list[Mention] = []
        done = 0
        for at in [i for i, tag in enumerate(view.tags) if tag in ("INDEX", "LATIN", "PUNCT") or ends_index(view, i)]:
            if at < done:
                continue
            sentence = view.sentence_of(at)
            mention = self._at(view, at, sentence)
            if mention is not None:
                found.append(replace(mention, edition=_edition(view, mention, sentence)))
                done = mention.end
        return found

    def _at(self, view: View, at: int, sentence: Sentence) -> Mention | None:
        tag = view.tags[at]
        if tag == "INDEX":
            key = view.values[at]
            return Mention(at, at + 1, sentence.block, self._printed(view, at, key), key)
        if tag == "LATIN" and view.words[at] in self._short:
            key = self._short[view.words[at]]
            return Mention(at, at + 1, sentence.block, self._roots[key], key) if _in_context(view, at, sentence) else None
        if tag == "PUNCT" and view.words[at] in QUOTES:
            return _quoted(view, at, sentence)
        if view.words[at] in BRACKETS:
            return _bracketed(view, at, sentence)
        span = unquoted(view, at, sentence) if ends_index(view, at) else None
        return Mention(*span, sentence.block, surface(view, *span), None) if span is not None else None

    def _printed(self, view: View, at: int, key: str) -> str:
        written = surface(view, at, at + 1)
        root = self._roots[key]
        if fold(written).startswith(fold(root)) and root != self._names[key].name:
            return root
        english = self._names[key].name_en
        return self._names[key].name if english and fold(written) == fold(english) else written

    def of(self, view: View, place: Place, sentence: Sentence, mentions: list[Mention], places: list[Place]) -> Mention | None:
        """The mention that `place` belongs to, with the edition that its block names; `places` are all of the text, in order."""
        block = [m for m in mentions if m.block == sentence.block]
        mention = self._nearest(view, place, sentence, mentions, places)
        if mention is None or mention.edition is not None:
            return mention
        twins = (m.edition for m in block if (m.id, m.name) == (mention.id, mention.name) and m.edition)
        return replace(mention, edition=_year_in_bracket(view, place, sentence) or next(twins, None))

    def _nearest(self, view: View, place: Place, sentence: Sentence, mentions: list[Mention], places: list[Place]) -> Mention | None:
        block = [m for m in mentions if m.block == sentence.block]
        behind = _next_bracket(view, place, block, places)
        if behind is not None:
            return behind
        before = [m for m in block if m.end <= place.start and not _parenthetic(view, m, sentence, place)]
        if before:
            publisher = self._names[before[-1].id].parent if before[-1].id else None
            elsewhere = before[-1].start < sentence.start and names_another(view, publisher, sentence.start, place.start)
            return None if elsewhere else before[-1]
        after = [m for m in block if m.start >= place.end and (m.start < sentence.end or view.blocks[sentence.block].kind == "bullet")]
        if after:
            return after[0]
        return _from_before(view, sentence.block, mentions)


def _year_in_bracket(view: View, place: Place, sentence: Sentence) -> str | None:
    """The year beside the publisher in a bracket behind the place: 第三（某學院2024年）."""
    opener = ahead(view, place.end, sentence.end)
    if opener < 0 or view.words[opener] not in BRACKETS:
        return None
    inner = range(opener + 1, max(opener, closing_of(view, opener, sentence.end)))
    if not any(view.tags[i] == "ORGANISATION" for i in inner):
        return None
    return next((ranks.year(view.words[i]) for i in inner if is_year(view, i)), None)


def _root(name: Name, indices: tuple[Name, ...]) -> str:
    """The name to print for `name`: that of an index of the same publisher whose name begins it (全球創新指數 for its clusters)."""
    roots = [i.name for i in indices if i.id != name.id and i.parent == name.parent and i.parent and name.name.startswith(i.name)]
    return max(roots, key=len, default=name.name)


def _in_context(view: View, at: int, sentence: Sentence) -> bool:
    """Whether an acronym stands for its index here: a year or a place word beside it, and no index named already in the sentence."""
    before, after = back(view, at, sentence.start), ahead(view, at + 1, sentence.end)
    beside = [i for i in (before, after) if i >= 0]
    if "INDEX" in view.tags[sentence.start : sentence.end]:
        return False
    return any(is_year(view, i) or view.tags[i] in ("TIME", "RANK_NOUN", "INDEX_HEAD", "STOP") for i in beside) and not {
        "ORDINAL",
        "RANK_LEAD",
        "RANK_NOUN",
        "RANK_WORD",
    }.isdisjoint(view.tags[sentence.start : sentence.end])


def _quoted(view: View, at: int, sentence: Sentence) -> Mention | None:
    close = closing_of(view, at, sentence.end)
    if close < 0 or "INDEX" in view.tags[at:close]:
        return None
    start, end = _without_year(view, at + 1, close)
    if end - start < 2 or not _is_head(view, end - 1, title=view.words[at] in TITLE_QUOTES):
        return None
    return Mention(start, end, sentence.block, surface(view, start, end), None)


def _is_head(view: View, at: int, *, title: bool) -> bool:
    """In 《》 any head will do, in 「」 a report may be anything, so that only a ranking's own words count."""
    if view.values[at] == "index" or view.tags[at] == "RANK_NOUN":
        return True
    return title and view.tags[at] in HEADS


def _bracketed(view: View, at: int, sentence: Sentence) -> Mention | None:
    """The index that ends a bracket behind a place: (某研究院2024年某某排名)."""
    close = closing_of(view, at, sentence.end)
    if close < 0 or not (HEADS.intersection(view.tags[at:close]) or "index" in view.values[at:close]) or "INDEX" in view.tags[at:close]:
        return None
    if any(view.words[i] in QUOTES for i in range(at + 1, close)):
        return None
    _, end = _without_year(view, at + 1, close)
    if not _is_head(view, end - 1, title=True) or end - at < 4:
        return None
    start = at + 1
    for i in range(at + 1, end - 1):
        if view.tags[i] in ("ORGANISATION", "TIME") or is_year(view, i) or view.words[i] in BRACKET_ENDS or view.values[i] == "de":
            start = i + 1
    if end - start < 2:
        return None
    return Mention(start, end, sentence.block, surface(view, start, end), None)


def _without_year(view: View, start: int, end: int) -> tuple[int, int]:
    """Tokens `start` to `end` without a year and its 年 in front, or a year behind."""
    while start < end and (is_year(view, start) or view.tags[start] in ("SPACE", "TIME") or view.values[start] == "de"):
        start += 1
    while end > start and (is_year(view, end - 1) or view.tags[end - 1] in ("SPACE", "TIME")):
        end -= 1
    return start, end


def _edition(view: View, mention: Mention, sentence: Sentence) -> str | None:
    """The year beside the name: 2024年世界人才排名, 世界人才排名2025, 《2024年…》, 世界人才排名（2025年）."""
    after = ahead(view, mention.end, sentence.end)
    if after >= 0 and view.words[after] in BRACKETS | set(CLOSING):
        after = ahead(view, after + 1, sentence.end)
    if after >= 0 and is_year(view, after):
        return ranks.year(view.words[after])
    at = back(view, mention.start, sentence.start)
    for _ in range(6):
        if at < 0:
            return None
        if is_year(view, at):
            return ranks.year(view.words[at])
        skipped = view.tags[at] in ("TIME", "ORGANISATION", "SPACE", "ADVERB", "GENERIC") or view.values[at] == "de"
        if not skipped and view.words[at] not in OPENING and view.text[view.starts[at]] not in OPENING and not _version(view, at):
            return None
        at = back(view, at, sentence.start)
    return None


def _version(view: View, at: int) -> bool:
    """Whether token `at` is one character behind 年 (2024年版)."""
    return view.ends[at] - view.starts[at] == 1 and at > 0 and view.tags[at - 1] == "TIME" and view.tags[at] != "PUNCT"


def _next_bracket(view: View, place: Place, block: list[Mention], places: list[Place]) -> Mention | None:
    """The mention in a bracket behind `place`, before the next place outside the bracket, if no place stands in it."""
    following = next((p.start for p in places if p.start >= place.end), None)
    for mention in block:
        if mention.start < place.end:
            continue
        opener = next((i for i in range(place.end, mention.start) if view.words[i] in BRACKETS), -1)
        if opener < 0 or (following is not None and following < opener):
            return None
        close = closing_of(view, opener, min(len(view.tags), mention.end + 40))
        return mention if close >= mention.end and (following is None or following > close) else None
    return None


def _parenthetic(view: View, mention: Mention, sentence: Sentence, place: Place) -> bool:
    """Whether `mention` stands in a bracket that closed before `place`, and so belongs to an earlier place of its sentence."""
    if not sentence.start <= mention.start:
        return False
    depth_open = next((i for i in range(mention.start - 1, sentence.start - 1, -1) if view.words[i] in BRACKETS | BRACKET_ENDS), -1)
    if depth_open < 0 or view.words[depth_open] in BRACKET_ENDS:
        return False
    close = closing_of(view, depth_open, sentence.end)
    return 0 <= close <= place.start and any(view.tags[i] in ("ORDINAL", "RANK_WORD") for i in range(sentence.start, depth_open))


def _from_before(view: View, block: int, mentions: list[Mention]) -> Mention | None:
    """The one index of the nearest block before that names any; none where that block names two, or is too far."""
    bullets = view.blocks[block].kind in ("bullet", "cell", "row")
    looked = 0
    for number in range(block - 1, -1, -1):
        kind = view.blocks[number].kind
        if bullets and kind in ("bullet", "cell", "row"):
            continue
        if kind == "heading" and not bullets and looked:
            return None
        looked += 1
        found = [m for m in mentions if m.block == number]
        if found:
            return found[-1] if len({m.id or m.name for m in found}) == 1 else None
        if looked >= BLOCKS_BACK:
            return None
    return None
