"""Finds the records of the table programmes.

In: a View. Out: records by place. The finding is recognition/names; this turns its mentions into rows.
"""

from __future__ import annotations

from spacy.vocab import Vocab

from hkinno_extract.normalisation.names import canonical_name
from hkinno_extract.pattern_files import Patterns
from hkinno_extract.recognition.names.finder import name_finder
from hkinno_extract.recognition.names.mentions import Mention
from hkinno_extract.recognition.names.quotes import QUOTES
from hkinno_extract.recognition.view import View
from hkinno_extract.records import Programme, Record


class ProgrammeRecogniser:
    """Finds programmes in a view."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        self.patterns = patterns
        self._finder = name_finder(vocab, patterns)

    def find(self, view: View) -> list[Record]:
        """The records, by place."""
        return [self._record(view, m) for m in self._finder.find(view) if m.table == "programmes"]

    def _record(self, view: View, mention: Mention) -> Programme:
        row = self._finder.known.rows["programmes"].get(mention.id) if mention.id else None
        mention_text = view.text[mention.start : mention.end]
        known_name = mention.full if row and not QUOTES.intersection(mention_text) else None
        return Programme(
            **view.place(mention.start, mention.end, mention.pattern),
            name=known_name or canonical_name(mention_text if row else mention.full or mention_text, simplified=view.simplified),
            programme_id=mention.id,
            type=mention.type,
            known=row is not None,
        )
