"""The gazetteers as the name pass needs them: rows by id, tokens that are names, aliases that count only in context.

In: `Patterns`, then a View. Out: mentions with `id`. Look first at `KnownNames.mentions`.
"""

from __future__ import annotations

from collections.abc import Iterator

import ahocorasick

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import Name, Patterns
from hkinno_extract.recognition.names.mentions import GAZETTEER, RULED, Mention, Table
from hkinno_extract.recognition.view import View

_ACTORS_BEHIND = frozenset({"FROM", "AND", "LINK", "VERB", "TIME"})
_ACTS = frozenset({"VERB", "VERB_OR_NOUN", "RANK_LEAD"})
_SHORT = 4
"""A fund's name of so many characters is made of common words, so that it may end another's."""
TAGS: dict[str, Table] = {"ORGANISATION": "organisations", "PROGRAMME": "programmes"}


class KnownNames:
    """The names of organisations.csv and programmes.csv."""

    def __init__(self, patterns: Patterns) -> None:
        self.rows: dict[Table, dict[str, Name]] = {
            "organisations": {n.id: n for n in patterns.organisations},
            "programmes": {n.id: n for n in patterns.programmes},
        }
        self._context = ahocorasick.Automaton()
        by_alias: dict[str, list[tuple[Table, str]]] = {}
        for table, rows in self.rows.items():
            for name in rows.values():
                for alias in name.context_aliases:
                    if fold(alias) in patterns.words:
                        continue
                    by_alias.setdefault(fold(alias), []).append((table, name.id))
        for alias, owners in by_alias.items():
            self._context.add_word(alias, (len(alias), owners))
        if by_alias:
            self._context.make_automaton()
        self._any_context = bool(by_alias)

    def mention(self, table: Table, name_id: str, start: int, end: int) -> Mention:
        """A mention of the row `name_id`."""
        row = self.rows[table][name_id]
        return Mention(
            start=start, end=end, table=table, type=row.type, pattern=f"gazetteer:{name_id}", source=GAZETTEER, id=name_id, full=row.name
        )

    def mentions(self, view: View) -> list[Mention]:
        """The tokens that are names; a word for the state before a body of the state belongs to its span, a version to a programme's."""
        found = []
        tags, starts, ends = view.tags, view.starts, view.ends
        for at, tag in enumerate(tags):
            table = TAGS.get(tag)
            if table is None:
                continue
            if _in_code(view, at) or self._ordinary(view, at, table):
                continue
            mention = self.mention(table, view.values[at], starts[at], ends[at])
            if at and tags[at - 1] == "NATION" and mention.type == "government":
                mention = mention.replace(start=starts[at - 1])
            elif mention.type == "company" and (last := _formed(view, at)) > at:
                mention = mention.replace(end=ends[last])
            elif mention.type == "fund" and (first := _longer(view, at)) < at:
                mention = mention.replace(start=starts[first], id=None, full=None, source=RULED, pattern="longer-fund")
            elif mention.type == "association" and (first := _longer_association(view, at)) < at:
                mention = mention.replace(start=starts[first], id=None, full=None, source=RULED, pattern="longer-association")
            elif table == "programmes" and _versioned(view, at):
                full = f"{mention.full}{view.text[starts[at + 1] : ends[at + 1]]}"
                mention = mention.replace(end=ends[at + 1], full=full)
            found.append(mention)
        return found

    def _ordinary(self, view: View, at: int, table: Table) -> bool:
        """Whether a Latin name stands in small letters, as its row never writes it, and so is an ordinary word (start-ups is not UPS)."""
        text = view.text[view.starts[at] : view.ends[at]]
        return text.isascii() and text.islower() and text not in self.rows[table][view.values[at]].surfaces()

    def in_context(self, view: View, found: list[Mention]) -> Iterator[Mention]:
        """Aliases that count only in context: their owner is named elsewhere in the text, a post follows, or a body stands beside them."""
        if not self._any_context:
            return
        named = {(m.table, m.id) for m in found}
        places = {m.start for m in found} | {m.end for m in found}
        for last, (length, owners) in self._context.iter_long(view.folded):
            start, end = last + 1 - length, last + 1
            if not _is_word(view, start, end):
                continue
            for table, name_id in owners:
                alone = len(owners) == 1 and table == "organisations"
                if (
                    (table, name_id) in named
                    or (alone and _beside(view, start, end, places))
                    or (alone and self._written(view, start, end, name_id))
                ):
                    yield self.mention(table, name_id, start, end)
                    break

    def is_alias(self, view: View, start: int, end: int) -> bool:
        """Whether characters `start` to `end` are the alias of one organisation that counts only in context."""
        owners = self._context.get(view.folded[start:end], (0, []))[1] if self._any_context else []
        return len(owners) == 1 and owners[0][0] == "organisations"

    def _written(self, view: View, start: int, end: int, name_id: str) -> bool:
        """Whether a Latin alias stands as its row writes it, by itself among Chinese words, and acts (由Oracle開發, Meta宣布)."""
        text = view.text[start:end]
        if text not in self.rows["organisations"][name_id].context_aliases or not text.isascii():
            return False
        first, last = view.token_at(start), view.token_at(end - 1)
        before = view.tags[first - 1] if first else "PUNCT"
        behind = view.tags[last + 1] if last + 1 < len(view.tags) else "PUNCT"
        return (before in _ACTORS_BEHIND and behind in _ACTS) or (before in ("PUNCT", "SPACE") and behind == "VERB" and not text.isupper())


def _longer(view: View, at: int) -> int:
    """Where a fund begins whose last words are the short name of a known one (海洋研究基金 beside 研究基金); `at` where none does."""
    first = at
    while first and view.ends[at] - view.starts[at] <= _SHORT and view.tags[first - 1] in ("WORD", "SECTOR"):
        first -= 1
    return first if view.ends[first] - view.starts[first] > 1 else at


def _longer_association(view: View, at: int) -> int:
    """Where an association begins whose last words are the short name of a known one (香港塑膠業廠商會); `at` where none does."""
    first = at
    while first and view.ends[at] - view.starts[at] <= _SHORT and view.tags[first - 1] in ("WORD", "SECTOR"):
        first -= 1
    return first - 1 if 0 < first < at and view.tags[first - 1] == "REGION" else at


def _formed(view: View, at: int) -> int:
    """The last token of what a company's name has behind it that makes it no other company (騰訊[集團], 騰訊控股[有限公司]); else `at`."""
    while (
        at + 1 < len(view.tags)
        and view.tags[at + 1] in ("GROUP", "COMPANY_HEAD", "WEAK_HEAD")
        and view.values[at + 1] == "company"
        and not view.words[at + 1].isascii()
    ):
        at += 1
    return at


def _versioned(view: View, at: int) -> bool:
    """Whether a version follows at once (計劃2.0)."""
    behind = at + 1
    return behind < len(view.tags) and view.tags[behind] == "NUMBER" and view.text[view.starts[behind] : view.ends[behind]].endswith(".0")


def _in_code(view: View, at: int) -> bool:
    """Whether a Latin name is part of a file number or an address (ITC/2025/017, itf@…)."""
    text, start, end = view.text, view.starts[at], view.ends[at]
    if not text[start].isascii():
        return False
    return (end < len(text) and text[end] in "/@_") or (start > 0 and text[start - 1] in "/@._")


def _is_word(view: View, start: int, end: int) -> bool:
    first, last = view.token_at(start), view.token_at(end - 1)
    return view.starts[first] == start and view.ends[last] == end


def _beside(view: View, start: int, end: int, places: set[int]) -> bool:
    first, last = view.token_at(start), view.token_at(end - 1)
    if last + 1 < len(view.tags) and view.tags[last + 1] == "TITLE":
        return True
    before = first > 0 and _joins(view, first - 1) and view.starts[first - 1] in places
    behind = last + 1 < len(view.tags) and _joins(view, last + 1) and view.ends[last + 1] in places
    return before or behind


def _joins(view: View, token: int) -> bool:
    return view.tags[token] == "AND" or view.text[view.starts[token]] == "、"
