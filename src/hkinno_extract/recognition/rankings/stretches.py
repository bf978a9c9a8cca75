"""Where the grammar can match at all: runs of tokens whose classes its rules name, with a trigger in them.

In: the rules, then a View. Out: ranges of tokens. spaCy's Matcher costs for every token it looks at, and most tokens of a release cannot
stand inside a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hkinno_extract.pattern_files import Rule
from hkinno_extract.recognition.view import View


class Stretches:
    """Ranges of tokens worth matching under one set of rules and triggers."""

    def __init__(self, rules: Iterable[Rule], triggers: Iterable[str]) -> None:
        tokens = [token for rule in rules for token in rule.pattern]
        self._tags = frozenset(t for token in tokens for t in _values(token.get("TAG")))
        self._signs = frozenset(s for token in tokens for s in _values(token.get("ORTH")))
        self._triggers = frozenset(triggers)

    def __call__(self, view: View) -> Iterator[tuple[int, int]]:
        """The ranges, in order; none crosses a sentence."""
        tags, triggers = view.tags, self._triggers
        for sentence in view.sentences:
            if triggers.isdisjoint(tags[sentence.start : sentence.end]):
                continue
            first = sentence.start
            for at in range(sentence.start, sentence.end + 1):
                if at == sentence.end or not self._may_hold(view, at):
                    if at > first and not triggers.isdisjoint(tags[first:at]):
                        yield first, at
                    first = at + 1

    def _may_hold(self, view: View, at: int) -> bool:
        tag = view.tags[at]
        if tag == "PUNCT":
            return view.text[view.starts[at]] in self._signs
        return tag in self._tags


def _values(wanted: Any) -> list[str]:
    if wanted is None:
        return []
    return list(wanted["IN"]) if isinstance(wanted, dict) else [wanted]
