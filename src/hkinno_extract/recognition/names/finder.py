"""The name pass: gazetteers, rules, quotes, lists and the text's own short forms, then one decision for every place.

In: a View with its rankings and amounts found. Out: mentions of organisations and programmes, without overlaps, in order; kept a view.
"""

from __future__ import annotations

import functools
import weakref

from spacy.vocab import Vocab

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.names.grammar import NameGrammar
from hkinno_extract.recognition.names.known import KnownNames
from hkinno_extract.recognition.names.lists import listed
from hkinno_extract.recognition.names.memory import define, repeated
from hkinno_extract.recognition.names.mentions import Mention, resolve
from hkinno_extract.recognition.names.quotes import quoted_programmes, slogans
from hkinno_extract.recognition.names.support import supported, twins
from hkinno_extract.recognition.view import View


class NameFinder:
    """Finds the names of both tables. Use `name_finder` to share one between the two recognisers."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self.known = KnownNames(patterns)
        self._grammars = [NameGrammar(vocab, patterns, "organisations"), NameGrammar(vocab, patterns, "programmes")]
        self._kept: weakref.WeakKeyDictionary[View, list[Mention]] = weakref.WeakKeyDictionary()

    def find(self, view: View) -> list[Mention]:
        """All mentions of `view`, found once."""
        kept = self._kept.get(view)
        if kept is None:
            kept = self._kept[view] = self._find(view)
        return kept

    def _find(self, view: View) -> list[Mention]:
        taken = view.taken("rankings", "amounts")
        no_names = slogans(view)
        ruled = [
            m
            for grammar in self._grammars
            for m in grammar.mentions(view)
            if m.table == "organisations" or not any(s < m.end and e > m.start for s, e in no_names)
        ]
        candidates = [*self.known.mentions(view), *(m for m in ruled if m.sure), *quoted_programmes(view)]
        found = resolve(candidates, taken)
        candidates += listed(view, found, self.known.is_alias)
        found = resolve(candidates, taken)
        candidates += self.known.in_context(view, found)
        found = resolve(candidates, taken)
        candidates += supported(view, (m for m in ruled if not m.sure), found)
        found = resolve(candidates, taken)
        candidates += list(twins(view, found))
        found = resolve(candidates, taken)
        defined = list(define(view, found))
        candidates += defined
        candidates += list(repeated(view, [*defined, *resolve(candidates, taken)]))
        return resolve(candidates, taken)


@functools.lru_cache(maxsize=4)
def name_finder(vocab: Vocab, patterns: Patterns) -> NameFinder:
    """The finder that the recognisers of one engine share."""
    return NameFinder(vocab, patterns)
