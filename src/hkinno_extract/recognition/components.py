"""spaCy's side: factories, the extensions of Doc and Span, and how records travel in a Doc.

In: a Doc of any pipeline. Out: `doc.spans[table]` and `span._.ranking`, `.amount`, `.organisation`, `.programme`.
What is kept in the Doc is plain data (strings, integers, None), so that `doc.to_bytes()`, `DocBin` and `nlp.pipe(n_process=2)` carry it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.recognition.engine import Engine
from hkinno_extract.recognition.view import view_of
from hkinno_extract.records import RECORD_TYPES, Record
from hkinno_extract.segmentation.tokenizer import Tokenizer
from hkinno_extract.settings import Settings

SPAN_ATTRIBUTES = {"rankings": "ranking", "amounts": "amount", "organisations": "organisation", "programmes": "programme"}


class TableComponent:
    """Adds the records of one table to a Doc."""

    def __init__(self, nlp: Language, name: str, *, table: str, patterns: str | None, segmenter: str) -> None:
        self.name, self.table = name, table
        self._vocab, self._patterns, self._segmenter = nlp.vocab, patterns, segmenter

    def __call__(self, doc: Doc) -> Doc:
        tokenizer, engine = machinery(self._vocab, self._patterns, self._segmenter)
        attach(doc, self.table, engine.records(view_of(doc, tokenizer), self.table))
        return doc


class LinkComponent:
    """Fills the attributes that point across tables in what the components before it found."""

    def __init__(self, nlp: Language, name: str, *, patterns: str | None, segmenter: str) -> None:
        self.name = name
        self._vocab, self._patterns, self._segmenter = nlp.vocab, patterns, segmenter

    def __call__(self, doc: Doc) -> Doc:
        tokenizer, engine = machinery(self._vocab, self._patterns, self._segmenter)
        linked = engine.linked(view_of(doc, tokenizer))
        for table, records in linked.items():
            if table in doc.spans:
                attach(doc, table, records)
        return doc


@functools.lru_cache(maxsize=4)
def machinery(vocab: Vocab, patterns: str | None, segmenter: str) -> tuple[Tokenizer, Engine]:
    """Tokenizer and engine that the components of one pipeline share. Raises what loading patterns or the model raises."""
    settings = Settings(patterns=Path(patterns) if patterns else None, segmenter=segmenter)
    loaded = load_patterns(settings.patterns_dir())
    return Tokenizer(vocab, loaded, segmenter=segmenter), Engine(vocab, loaded)


def attach(doc: Doc, table: str, records: list[Record]) -> None:
    """Puts `records` into `doc`: a span each in `doc.spans[table]` (expanded to whole tokens), the data in `doc._.hkinno_records`."""
    kept = dict(doc._.hkinno_records or {})
    kept[table] = [r.to_plain() for r in records]
    doc._.hkinno_records = kept
    label = SPAN_ATTRIBUTES[table].upper()
    spans = []
    for number, record in enumerate(records):
        span = doc.char_span(record.start, record.end, label=label, span_id=f"{table}:{number}", alignment_mode="expand")
        assert span is not None, "expand always finds tokens inside the text"
        spans.append(span)
    doc.spans[table] = spans


def _record_of(span: Span) -> Record | None:
    table, _, number = span.id_.partition(":")
    rows = (span.doc._.hkinno_records or {}).get(table)
    return RECORD_TYPES[table].from_plain(rows[int(number)]) if rows else None


def _getter(table: str) -> Callable[[Span], Record | None]:
    def get(span: Span) -> Record | None:
        record = _record_of(span)
        return record if isinstance(record, RECORD_TYPES[table]) else None

    return get


def register_extensions() -> None:
    """Registers our extensions of Doc and Span once a process; spaCy's Language is never touched."""
    for name in ("published_at", "issuer", "currency", "hkinno_blocks", "hkinno_records"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    for table, name in SPAN_ATTRIBUTES.items():
        if not Span.has_extension(name):
            Span.set_extension(name, getter=_getter(table))


register_extensions()


DEFAULTS = {"patterns": None, "segmenter": "hkinno"}


@Language.factory("hkinno_rankings", default_config=DEFAULTS)
def make_rankings(nlp: Language, name: str, patterns: str | None, segmenter: str) -> TableComponent:
    """Adds `doc.spans["rankings"]`."""
    return TableComponent(nlp, name, table="rankings", patterns=patterns, segmenter=segmenter)


@Language.factory("hkinno_amounts", default_config=DEFAULTS)
def make_amounts(nlp: Language, name: str, patterns: str | None, segmenter: str) -> TableComponent:
    """Adds `doc.spans["amounts"]`."""
    return TableComponent(nlp, name, table="amounts", patterns=patterns, segmenter=segmenter)


@Language.factory("hkinno_organisations", default_config=DEFAULTS)
def make_organisations(nlp: Language, name: str, patterns: str | None, segmenter: str) -> TableComponent:
    """Adds `doc.spans["organisations"]`."""
    return TableComponent(nlp, name, table="organisations", patterns=patterns, segmenter=segmenter)


@Language.factory("hkinno_programmes", default_config=DEFAULTS)
def make_programmes(nlp: Language, name: str, patterns: str | None, segmenter: str) -> TableComponent:
    """Adds `doc.spans["programmes"]`."""
    return TableComponent(nlp, name, table="programmes", patterns=patterns, segmenter=segmenter)


@Language.factory("hkinno_links", default_config=DEFAULTS)
def make_links(nlp: Language, name: str, patterns: str | None, segmenter: str) -> LinkComponent:
    """Fills what points across tables; goes last."""
    return LinkComponent(nlp, name, patterns=patterns, segmenter=segmenter)
