"""A component's rules: spaCy's Matcher over the classes of a sentence's tokens, run only where a trigger class is.

In: rules of a *.jsonl. Out: matches as (rule, first token, last token + 1). Look first at `RuleMatcher.find`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spacy.matcher import Matcher
from spacy.vocab import Vocab

from hkinno_extract.errors import PatternError
from hkinno_extract.pattern_files import Rule
from hkinno_extract.recognition.view import View


class Match(NamedTuple):
    """Tokens `start` to `end` (exclusive) of the view match `rule`."""

    rule: Rule
    start: int
    end: int


class RuleMatcher:
    """The rules of one component. `triggers` are the classes of which a sentence must hold one to be looked at.

    `walls` are classes that no rule has in it: a sentence is looked at in the stretches between them.
    """

    def __init__(self, vocab: Vocab, rules: Sequence[Rule], triggers: Iterable[str], walls: Iterable[str] = ()) -> None:
        self._walls = frozenset(walls)
        self._rules: dict[int, Rule] = {}
        self._triggers = frozenset(triggers)
        self._matcher = Matcher(vocab)
        for rule in rules:
            try:
                self._matcher.add(rule.id, [list(rule.pattern)], greedy="LONGEST")
            except ValueError as error:
                raise PatternError(
                    f"spaCy does not take this pattern ({error})", where=rule.where, remedy="See spaCy's Matcher."
                ) from error
            self._rules[vocab.strings.add(rule.id)] = rule

    def find(self, view: View) -> Iterator[Match]:
        """The matches of each sentence that holds a trigger, longest of each rule."""
        tags, triggers = view.tags, self._triggers
        for sentence in view.sentences:
            if not triggers.isdisjoint(tags[sentence.start : sentence.end]):
                for first, last in self._stretches(tags, sentence.start, sentence.end):
                    for key, start, end in self._matcher(view.doc[first:last]):
                        yield Match(self._rules[key], first + start, first + end)

    def _stretches(self, tags: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
        if not self._walls:
            yield start, end
            return
        first = start
        for at in range(start, end + 1):
            if at == end or tags[at] in self._walls:
                if at > first and not self._triggers.isdisjoint(tags[first:at]):
                    yield first, at
                first = at + 1

    def matches(self, view: View) -> bool:
        """Whether any rule matches anywhere in `view`, whatever its triggers; a rule's examples are checked so."""
        return any(len(self._matcher(view.doc[s.start : s.end])) for s in view.sentences)

    def find_in(self, view: View, ranges: Iterable[tuple[int, int]]) -> Iterator[Match]:
        """The matches inside each range of tokens (start, end), longest of each rule; for grammars that know where they can match."""
        doc = view.doc
        for first, last in ranges:
            for key, start, end in self._matcher(doc[first:last]):
                yield Match(self._rules[key], first + start, first + end)


def longest_first(matches: Iterable[Match]) -> list[Match]:
    """The overlap policy of the grammars: of matches that share a token the longest stays, then the leftmost; in order of place."""
    chosen: list[Match] = []
    used: set[int] = set()
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start, m.rule.id)):
        if used.isdisjoint(range(match.start, match.end)):
            used.update(range(match.start, match.end))
            chosen.append(match)
    return sorted(chosen, key=lambda m: m.start)
