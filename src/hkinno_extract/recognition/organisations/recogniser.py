"""Finds the records of the table organisations."""

from __future__ import annotations

from spacy.vocab import Vocab

from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Record


class OrganisationRecogniser:
    """Finds organisations in a view."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self.patterns = patterns

    def find(self, view: View) -> list[Record]:
        """The records, by place."""
        return []
