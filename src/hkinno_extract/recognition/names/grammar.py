"""New names by rules: patterns/organisations.jsonl and programmes.jsonl find runs of tokens that end in a head; the borders are set here.

In: a View. Out: mentions. A rule's `kind` says how the run is read (READERS). Look first at `NameGrammar.mentions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacy.vocab import Vocab

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.names.boundaries import capitals, has_word, is_anchored, is_counted, is_year, left_border, weight
from hkinno_extract.recognition.names.mentions import RULED, Mention, Table
from hkinno_extract.recognition.rules import Match, RuleMatcher
from hkinno_extract.recognition.view import View

TRIGGERS = {
    "organisations": ("HEAD", "WEAK_HEAD", "COMPANY_HEAD", "LATIN_HEAD", "SECTOR", "LATIN", "INDEX", "GROUP", "CLASSIFIER"),
    "programmes": ("PROGRAMME_HEAD",),
}
_BOTH = frozenset(
    {"VERB", "LIST_VERB", "LIST_END", "TITLE", "COMPARATOR", "PERCENT", "CURRENCY", "SCALE", "RANK_LEAD", "NAMED", "CHANGE_TO", "DAMAGED"}
)
WALLS = {"organisations": _BOTH, "programmes": _BOTH | {"PUNCT", "STOP", "TIME", "SPACE"}}
"""Classes that no rule of the table has in it."""
LOOSE = frozenset({"research", "association", "public_body", "company", "other"})
"""Types whose heads are common nouns as well (實驗室, 委員會): they want more before the head."""
LEAST = {"scheme": 3, "fund": 3, "plan": 3, "event": 2, "facility": 3}
"""How many words must stand before the head of a programme without quotes; one less behind a place or a name."""
_HEADS = ("HEAD", "WEAK_HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD")


class NameGrammar:
    """The rules of one table."""

    def __init__(self, vocab: Vocab, patterns: Patterns, table: Table) -> None:
        self.table: Table = table
        self._matcher = RuleMatcher(vocab, patterns.rules[table], TRIGGERS[table], WALLS[table])
        places = {text for text, word in patterns.words.items() if word.cls == "REGION"}
        self._ranks = frozenset(text[-1] for text in places if text[:-1] in places)

    def mentions(self, view: View) -> Iterator[Mention]:
        """What the rules find, overlaps and all; those that are not sure need support."""
        for match in self._matcher.find(view):
            reader = READERS.get(match.rule.kind)
            mention = reader(view, match, self.table) if reader else None
            if mention is None:
                continue
            yield self._of_a_district(view, mention)

    def _of_a_district(self, view: View, mention: Mention) -> Mention:
        """A body of a place that is written with its rank, as the Mainland's are (佛山市), is one of its government."""
        first = view.token_at(mention.start)
        written_out = view.tags[first] == "REGION" and len(view.words[first]) > 2 and view.words[first][-1] in self._ranks
        return mention.replace(type="government") if written_out and mention.type == "public_body" else mention


def _mention(view: View, match: Match, table: Table, *, first: int, kind: str, sure: bool = True) -> Mention:
    start, end = view.starts[first], view.ends[match.end - 1]
    return Mention(start=start, end=end, table=table, type=kind, pattern=match.rule.id, source=RULED, sure=sure)


def _followed(view: View, match: Match, *tags: str) -> bool:
    return match.end < len(view.tags) and view.tags[match.end] in tags


def body(view: View, match: Match, table: Table) -> Mention | None:
    """A head that official bodies end in; where it is a common noun as well, something proper or two words must stand before it."""
    head = match.end - 1
    first = left_border(view, match.start, head)
    if first is None or _followed(view, match, *_HEADS):
        return None
    kind = view.values[head]
    state = view.tags[first] == "NATION"
    if state and kind not in ("government", "public_body"):
        return None
    if view.tags[first] == "SCOPE" and kind in LOOSE and weight(view, first, head) < 3:
        return None  # 全國重點實驗室
    anchored, count = is_anchored(view, first, head), weight(view, first, head)
    if kind in LOOSE:
        sure = (anchored and not _of_a_place(view, first, head)) or (count >= 2 and has_word(view, first, head))
    else:
        sure = count >= 2 or view.ends[head] - view.starts[head] < 3 or anchored
    if first and view.text[view.starts[first - 1]] in "」”":
        sure = False
    return _mention(view, match, table, first=first, kind="government" if state else kind, sure=sure)


def _of_a_place(view: View, first: int, head: int) -> bool:
    """Whether nothing but a place stands before the head, so that any body of its kind there is meant (新加坡智庫, 德國藥廠)."""
    return head - first == 1 and view.tags[first] == "REGION" and view.values[head] in ("company", "research")


def joined(view: View, match: Match, table: Table) -> Mention | None:
    """A body with 及 inside (商務及經濟發展局): no head, post or kind of body may stand left of the 及, no place right of it."""
    head = match.end - 1
    if view.values[head] not in ("government", "public_body", "legislature"):
        return None
    first, joint = match.start, _joint(view, match.start, head)
    if first and view.tags[first - 1] == "TITLE":
        return None
    border = left_border(view, first, head)
    if border is None or border >= joint or view.tags[joint + 1] in ("NATION", "REGION", "ORGANISATION"):
        return None
    if not _CLOSED.isdisjoint(view.tags[border + 1 : joint]) or (view.tags[border] in _CLOSED and view.values[head] != "legislature"):
        return None
    if _followed(view, match, *_HEADS):
        return None
    return _mention(view, match, table, first=border, kind=view.values[head])


_CLOSED = frozenset({"HEAD", "ORGANISATION", "PROGRAMME", "GROUP", "WEAK_HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD", "TITLE"})
"""Classes that a name ends with: behind one of them 及 joins two names."""


def _joint(view: View, first: int, head: int) -> int:
    return next(at for at in range(head - 1, first, -1) if view.tags[at] == "AND")


def company(view: View, match: Match, table: Table) -> Mention | None:
    """A head that only companies have: whatever stands before it is the name."""
    head = match.end - 1
    first = left_border(view, match.start, head)
    return None if first is None else _mention(view, match, table, first=first, kind=view.values[head] or "company")


def weak(view: View, match: Match, table: Table) -> Mention | None:
    """A common noun as head (公司, 大學): the name must be proper, and no ranking may follow."""
    head = match.end - 1
    first = left_border(view, match.start, head)
    if first is None or _followed(view, match, "RANK_NOUN", "INDEX", "GROUP", *_HEADS):
        return None
    if view.tags[first] in ("SCOPE", "NATION") and weight(view, first, head) < 2:
        return None
    proper = has_word(view, first, head)
    if is_counted(view, first, match.end) or (not proper and _followed(view, match, "LATIN")):
        return None
    described = first > match.start and view.tags[first - 1] == "GENERIC" and view.values[head] == "company"
    sure = (is_anchored(view, first, head) and not _of_a_place(view, first, head)) or (proper and not described)
    return _mention(view, match, table, first=first, kind=view.values[head], sure=sure and view.tags[first] != "SCOPE")


def kind_of_body(view: View, match: Match, table: Table) -> Mention | None:
    """A kind of body that names end in as well (顧問公司): a name behind a Latin word; behind an unknown one with support."""
    head = match.end - 1
    kind, first = view.values[head], left_border(view, match.start, head)
    if not kind or first is None or is_counted(view, first, match.end) or _followed(view, match, "LATIN", *_HEADS):
        return None
    anchored = "LATIN" in view.tags[first:head]
    return _mention(view, match, table, first=first, kind=kind, sure=anchored) if anchored or has_word(view, first, head) else None


def counter(view: View, match: Match, table: Table) -> Mention | None:
    """A short head that counts things as well (處, 部): the name has a place or a body in it, or a post behind it, and no number."""
    head = match.end - 1
    first = left_border(view, match.start, head)
    if first is None or view.tags[head - 1] in ("NUMERAL", "REGION", "ORGANISATION", "GROUP") or _followed(view, match, *_HEADS):
        return None
    telling = is_anchored(view, first, head) or has_word(view, first, head) or _followed(view, match, "TITLE")
    sure = telling and weight(view, first, head) >= 2
    return _mention(view, match, table, first=first, kind="government", sure=sure)


def latin(view: View, match: Match, table: Table) -> Mention | None:
    """A Latin name with a telling word in it."""
    place = capitals(view, match.start, match.end)
    if place is None:
        return None
    first, end = place
    values = [view.values[at] for at in range(first, end) if view.tags[at] in ("LATIN_HEAD", "COMPANY_HEAD")]
    return _mention(view, match._replace(end=end), table, first=first, kind=values[-1] if values else "company")


def plain_latin(view: View, match: Match, table: Table) -> Mention | None:
    """Latin words, the first with a capital: a body only where something beside them says so."""
    text = view.text[view.starts[match.start] : view.ends[match.end - 1]]
    words = text.split()
    if not all(w[0].isupper() for w in (words[0], words[-1])) or len(text) < 3:
        return None
    return _mention(view, match, table, first=match.start, kind="company", sure=False)


def apposed(view: View, match: Match, table: Table) -> Mention | None:
    """Behind a kind of body, a name that ends in a branch of business (醫藥企業泓康生物)."""
    if _followed(view, match, "WORD", "NOUN", "SECTOR", "VERB_OR_NOUN", "PROGRAMME_HEAD", "MONEY", *_HEADS):
        return None
    return _mention(view, match, table, first=match.start + 1, kind="company")


def publisher(view: View, match: Match, table: Table) -> Mention | None:
    """A place and a word in front of an index (上海軟科的「世界大學學術排名」)."""
    end = match.start + 1
    while view.tags[end] in ("WORD", "SECTOR"):
        end += 1
    place = Match(match.rule, match.start, end)
    return _mention(view, place, table, first=match.start, kind="company")


def sector(view: View, match: Match, table: Table) -> Mention | None:
    """An unknown word and a branch of business (晨曦智能): a company only with support."""
    if not has_word(view, match.start, match.end) or _followed(
        view, match, "WORD", "NOUN", "SECTOR", "GROUP", "VERB_OR_NOUN", "MONEY", *_HEADS
    ):
        return None
    first = left_border(view, match.start, match.end - 1)
    return None if first is None else _mention(view, match, table, first=first, kind="company", sure=False)


def programme(view: View, match: Match, table: Table) -> Mention | None:
    """A name without quotes that ends in a programme's head."""
    head = match.end - 1
    while view.tags[head] in ("NUMBER", "SPACE"):
        head -= 1
    first = left_border(view, match.start, head)
    if first is None or _followed(view, match, *_HEADS):
        return None
    kind, count = view.values[head], weight(view, first, head)
    if kind == "facility" and view.tags[first] == "PROGRAMME":
        return None  # a building of a park that has a name: 河套香港園區首批大樓
    anchored = is_anchored(view, first, head)
    sure = (anchored or (has_word(view, first, head) and kind != "facility")) and count >= LEAST[kind] - anchored
    if is_year(view, match.end - 1):
        match = match._replace(end=head + 1)
    return _mention(view, match, table, first=first, kind=kind, sure=sure) if sure or count >= 2 else None


def joined_programme(view: View, match: Match, table: Table) -> Mention | None:
    """A programme with 及 inside (創新及科技基金): nothing that ends a name may stand left of the 及."""
    head = match.end - 1
    joint = _joint(view, match.start, head)
    border = left_border(view, match.start, head)
    if border is None or border >= joint or not _CLOSED.isdisjoint(view.tags[border:joint]) or view.values[head] == "facility":
        return None
    if view.tags[joint + 1] in ("REGION", "ORGANISATION") or _followed(view, match, *_HEADS):
        return None
    return _mention(view, match, table, first=border, kind=view.values[head], sure=view.values[head] == "fund")


READERS: dict[str, Callable[[View, Match, Table], Mention | None]] = {
    "body": body,
    "joined": joined,
    "company": company,
    "weak": weak,
    "kind-of-body": kind_of_body,
    "counter": counter,
    "latin": latin,
    "plain-latin": plain_latin,
    "apposed": apposed,
    "publisher": publisher,
    "sector": sector,
    "programme": programme,
    "joined-programme": joined_programme,
}
