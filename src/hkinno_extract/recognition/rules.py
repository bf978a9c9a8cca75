"""A component's rules: spaCy's Matcher over the classes of a sentence's tokens, run only where a trigger class is.

In: rules of a *.jsonl. Out: matches as (rule, first token, last token + 1). Look first at `RuleMatcher.find`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from hkinno_extract.errors import PatternError
from hkinno_extract.pattern_files import Rule
from hkinno_extract.recognition.view import View

_ANY = "·"
_KNOWN = 1 << 14
"""How many sequences of classes a matcher remembers."""


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
        self._words = _words(rules)
        self._known: dict[tuple[str, ...], tuple[tuple[Rule, int, int], ...]] = {}
        self._triggers = frozenset(triggers)
        self._vocab = vocab
        self._rules = {vocab.strings.add(rule.id): rule for rule in rules}
        self._needs = [(rule, _needs(rule)) for rule in rules]
        self._matcher = self._matcher_of(rules)
        self._fitting: dict[frozenset[str], Matcher | None] = {}

    def _matcher_of(self, rules: Iterable[Rule]) -> Matcher:
        matcher = Matcher(self._vocab)
        for rule in rules:
            try:
                matcher.add(rule.id, [list(rule.pattern)], greedy="LONGEST")
            except ValueError as error:
                raise PatternError(
                    f"spaCy does not take this pattern ({error})", where=rule.where, remedy="See spaCy's Matcher."
                ) from error
        return matcher

    @functools.cached_property
    def _matchers(self) -> dict[tuple[str, ...], Matcher]:
        return {}

    def _matcher_for(self, tags: frozenset[str]) -> Matcher | None:
        """A matcher of those rules that can match among tokens of these classes, None where none can."""
        if tags not in self._fitting:
            if len(self._fitting) >= _KNOWN:
                self._fitting.clear()
            rules = [rule for rule, needs in self._needs if not any(need.isdisjoint(tags) for need in needs)]
            ids = tuple(rule.id for rule in rules)
            if rules and ids not in self._matchers:
                self._matchers[ids] = self._matcher_of(rules)
            self._fitting[tags] = self._matchers[ids] if rules else None
        return self._fitting[tags]

    def find(self, view: View) -> Iterator[Match]:
        """The matches of each sentence that holds a trigger, longest of each rule."""
        tags, triggers = view.tags, self._triggers
        for sentence in view.sentences:
            if not triggers.isdisjoint(tags[sentence.start : sentence.end]):
                yield from self.find_in(view, self._stretches(tags, sentence.start, sentence.end))

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

    def find_in(self, view: View, ranges: Iterable[tuple[int, int]]) -> Iterator[Match]:
        """The matches inside each range of tokens (start, end), longest of each rule; for grammars that know where they can match."""
        for first, last in ranges:
            for rule, start, end in self._matched(view, first, last):
                yield Match(rule, first + start, first + end)

    def _matched(self, view: View, first: int, last: int) -> tuple[tuple[Rule, int, int], ...]:
        """What matches tokens `first` to `last`. It goes by classes and a few words, so the same ones again are not matched again."""
        key = tuple(view.tags[first:last])
        if self._words is None or self._words:
            key += tuple(self._seen(view, first, last))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            matcher = self._matcher_for(frozenset(view.tags[first:last]))
            matches = () if matcher is None else matcher(self._doc(view, first, last))
            found = tuple((self._rules[rule], start, end) for rule, start, end in matches)
            self._known[key] = found
        return found

    def matches(self, view: View) -> bool:
        """Whether any rule matches anywhere in `view`, whatever its triggers; a rule's examples are checked so."""
        return any(len(self._matcher(self._doc(view, s.start, s.end))) for s in view.sentences)

    def forget(self) -> None:
        """Forgets what it has matched so far; benchmarks ask for it."""
        self._known.clear()

    def _doc(self, view: View, first: int, last: int) -> Doc:
        """Tokens `first` to `last` as the rules see them."""
        return Doc(self._vocab, words=self._seen(view, first, last), tags=view.tags[first:last])

    def _seen(self, view: View, first: int, last: int) -> list[str]:
        """The words of the tokens; those that no rule asks for are left out, so that the vocabulary does not grow with every text."""
        if self._words is not None and not self._words:
            return [_ANY] * (last - first)
        text, words = view.text, self._words
        found = [text[s:e] for s, e in zip(view.starts[first:last], view.ends[first:last], strict=True)]
        return found if words is None else [word if word in words else _ANY for word in found]


def _words(rules: Iterable[Rule]) -> frozenset[str] | None:
    """The words that rules ask for by themselves, None where one asks for more than classes and words (LOWER, REGEX)."""
    words: set[str] = set()
    for token in (token for rule in rules for token in rule.pattern):
        for attribute, asked in token.items():
            if attribute not in ("ORTH", "TEXT", "TAG", "OP") or (isinstance(asked, dict) and set(asked) != {"IN"}):
                return None
            if attribute in ("ORTH", "TEXT"):
                words.update((asked,) if isinstance(asked, str) else asked["IN"])
    return frozenset(words)


def _needs(rule: Rule) -> tuple[frozenset[str], ...]:
    """The sets of classes of each of which a match of `rule` has a token."""
    asked = [t.get("TAG", {}) for t in rule.pattern if t.get("OP", "+") in ("1", "+")]
    classes = [frozenset((tag,) if isinstance(tag, str) else tag.get("IN", ())) for tag in asked]
    return tuple(found for found in classes if found)


def longest_first(matches: Iterable[Match], *, last: str = "") -> list[Match]:
    """The overlap policy of the grammars: of matches that share a token the longest stays, then the leftmost; in order of place.

    A rule of the kind `last` has its turn only where none of another kind takes a token of its match.
    """
    chosen: list[Match] = []
    rivals: list[Match] = []
    reach = 0
    for match in sorted(matches, key=_start):
        if match.start >= reach:
            chosen += _longest(rivals, last)
            rivals = []
        rivals.append(match)
        reach = max(reach, match.end)
    return chosen + _longest(rivals, last)


_start = operator.attrgetter("start")


def _longest(rivals: list[Match], last: str) -> list[Match]:
    """`longest_first` of matches that are joined by shared tokens."""
    if len(rivals) < 2:
        return rivals
    chosen: list[Match] = []
    used: set[int] = set()
    for match in sorted(rivals, key=lambda m: (m.rule.kind == last, m.start - m.end, m.start, m.rule.id)):
        if used.isdisjoint(range(match.start, match.end)):
            used.update(range(match.start, match.end))
            chosen.append(match)
    return sorted(chosen, key=_start)
