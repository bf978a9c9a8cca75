"""Who claims a place, in order: rankings, amounts, then organisations and programmes; links last.

In: `Patterns` and a View. Out: the records of a table. Asking for one table runs the grammars before it, silently, so that a component
used alone claims the same places as in the whole pipeline.
"""

from __future__ import annotations

from typing import Protocol

from spacy.vocab import Vocab

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.amounts import AmountRecogniser
from hkinno_extract.recognition.links import link
from hkinno_extract.recognition.organisations import OrganisationRecogniser
from hkinno_extract.recognition.programmes import ProgrammeRecogniser
from hkinno_extract.recognition.rankings import RankingRecogniser
from hkinno_extract.recognition.view import View
from hkinno_extract.records import RECORD_TYPES, Record


class Recogniser(Protocol):
    """Finds the records of one table, given those of the tables before it in `view.found`."""

    def find(self, view: View) -> list[Record]: ...


class Engine:
    """The four recognisers of `patterns`, and their links."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self.patterns = patterns
        self.recognisers: dict[str, Recogniser] = {
            "rankings": RankingRecogniser(vocab, patterns),
            "amounts": AmountRecogniser(vocab, patterns),
            "organisations": OrganisationRecogniser(vocab, patterns),
            "programmes": ProgrammeRecogniser(vocab, patterns),
        }

    def records(self, view: View, table: str) -> list[Record]:
        """The records of `table` in `view`, by place; runs once a view, after the tables before it."""
        for name in RECORD_TYPES:
            if name not in view.found:
                view.found[name] = self.recognisers[name].find(view)
            if name == table:
                break
        return view.found[table]

    def linked(self, view: View) -> dict[str, list[Record]]:
        """The records of all tables with the attributes that point across tables filled in."""
        self.records(view, "programmes")
        link(view, self.patterns)
        return view.found
