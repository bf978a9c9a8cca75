"""New names by rules: patterns/organisations.jsonl and programmes.jsonl find runs of tokens that end in a head; the borders are set here.

In: a View. Out: mentions. A rule's `kind` says how the run is read (READERS). Look first at `NameGrammar.mentions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacy.vocab import Vocab

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.names.boundaries import is_proper, left_border, weight
from hkinno_extract.recognition.names.mentions import RULED, Mention, Table
from hkinno_extract.recognition.rules import Match, RuleMatcher
from hkinno_extract.recognition.view import View

TRIGGERS = {
    "organisations": ("HEAD", "WEAK_HEAD", "COMPANY_HEAD", "LATIN_HEAD", "SECTOR"),
    "programmes": ("PROGRAMME_HEAD",),
}
LOOSE = frozenset({"research", "association", "public_body", "company"})
"""Types whose heads are common nouns as well (實驗室, 委員會): they want more before the head."""


class NameGrammar:
    """The rules of one table."""

    def __init__(self, vocab: Vocab, patterns: Patterns, table: Table) -> None:
        self.table: Table = table
        self._matcher = RuleMatcher(vocab, patterns.rules[table], TRIGGERS[table])

    def mentions(self, view: View) -> Iterator[Mention]:
        """What the rules find, overlaps and all."""
        for match in self._matcher.find(view):
            reader = READERS.get(match.rule.kind)
            mention = reader(view, match, self.table) if reader else None
            if mention is not None:
                yield mention


def _mention(view: View, first: int, match: Match, table: Table, kind: str) -> Mention:
    return Mention(start=view.starts[first], end=view.ends[match.end - 1], table=table, type=kind, pattern=match.rule.id, source=RULED)


def _followed(view: View, match: Match, *tags: str) -> bool:
    return match.end < len(view.tags) and view.tags[match.end] in tags


def body(view: View, match: Match, table: Table) -> Mention | None:
    """A head that official bodies end in; where it is a common noun as well, something proper or two words must stand before it."""
    head = match.end - 1
    first = left_border(view, match.start, head)
    if first is None or _followed(view, match, "HEAD", "WEAK_HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD"):
        return None
    kind = view.values[head]
    if kind in LOOSE and not is_proper(view, first, head, least=2):
        return None
    if kind not in LOOSE and not is_proper(view, first, head) and weight(view, first, head) < 1:
        return None
    if view.tags[first] == "NATION" and kind not in ("government", "public_body"):
        return None
    return _mention(view, first, match, table, kind)


def joined(view: View, match: Match, table: Table) -> Mention | None:
    """A body with 及 inside (商務及經濟發展局): no head may stand left of the 及, and little more than one word."""
    head = match.end - 1
    if view.values[head] not in ("government", "public_body"):
        return None
    first = match.start
    joint = next(at for at in range(head - 1, first, -1) if view.tags[at] == "AND")
    if any(view.tags[at] in ("HEAD", "ORGANISATION", "GROUP", "WEAK_HEAD", "COMPANY_HEAD") for at in range(first, joint)):
        return None
    border = left_border(view, first, head)
    return None if border is None or border >= joint else _mention(view, border, match, table, view.values[head])


def company(view: View, match: Match, table: Table) -> Mention | None:
    """A head that only companies have: whatever stands before it is the name."""
    head = match.end - 1
    first = left_border(view, match.start, head)
    return None if first is None else _mention(view, first, match, table, view.values[head] or "company")


def weak(view: View, match: Match, table: Table) -> Mention | None:
    """A common noun as head (公司, 大學): the name must be proper, and no ranking may follow."""
    head = match.end - 1
    first = left_border(view, match.start, head)
    if first is None or _followed(view, match, "RANK_NOUN", "INDEX", "HEAD", "WEAK_HEAD", "COMPANY_HEAD", "PROGRAMME_HEAD", "GROUP"):
        return None
    tags = view.tags[first:head]
    if not is_proper(view, first, head) or any(t in ("SCOPE", "GENERIC", "NUMERAL") for t in tags[:1]):
        return None
    return _mention(view, first, match, table, view.values[head])


def latin(view: View, match: Match, table: Table) -> Mention | None:
    """A Latin name with a telling word in it."""
    values = [view.values[at] for at in range(match.start, match.end) if view.tags[at] in ("LATIN_HEAD", "COMPANY_HEAD")]
    return _mention(view, match.start, match, table, values[-1] if values else "company")


def programme(view: View, match: Match, table: Table) -> Mention | None:
    """A name without quotes that ends in a programme's head."""
    head = match.end - 1
    while view.tags[head] in ("NUMBER", "SPACE"):
        head -= 1
    first = left_border(view, match.start, head)
    if first is None or _followed(view, match, "HEAD", "COMPANY_HEAD", "WEAK_HEAD", "PROGRAMME_HEAD"):
        return None
    kind = view.values[head]
    tags = view.tags[first:head]
    count = weight(view, first, head)
    anchored = any(t in ("REGION", "LATIN", "ORGANISATION", "PROGRAMME") for t in tags)
    if not is_proper(view, first, head, least=2) or count < LEAST[kind] - anchored:
        return None
    return _mention(view, first, match, table, kind)


LEAST = {"scheme": 3, "fund": 3, "plan": 3, "event": 2, "facility": 3}
"""How many words must stand before the head of a name without quotes; one less behind a place or a name."""

READERS: dict[str, Callable[[View, Match, Table], Mention | None]] = {
    "body": body,
    "joined": joined,
    "company": company,
    "weak": weak,
    "latin": latin,
    "programme": programme,
}
