"""Composes the rooms: a raw release becomes a document and its records.

In: `RawRelease` or a text. Out: `Result`. The only module that knows all rooms. Look first at `Extractor.extract`.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.reading import ask_again, read_release
from hkinno_extract.reading.facts import english_places
from hkinno_extract.records import Amount, Document, Organisation, PageText, Plain, Programme, Ranking, RawRelease, Record, RepairedText
from hkinno_extract.repair import Firing, explain, mend
from hkinno_extract.repair.alignment import Alignment
from hkinno_extract.repair.signs import hkscs_names
from hkinno_extract.settings import Settings
from hkinno_extract.tables.columns import RECORD_TABLES
from hkinno_extract.tables.rows import json_document, json_row, with_ids

if TYPE_CHECKING:
    import pandas as pd

    from hkinno_extract.recognition.engine import Engine
    from hkinno_extract.segmentation.tokenizer import Tokenizer, Tokens

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_ORDER = {"intact": 0, "repaired": 1, "damaged": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one release gave. `records` has the four record tables by name."""

    document: Document
    repaired: RepairedText
    records: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def rankings(self) -> list[Ranking]:
        """The rankings, by place."""
        return self.records.get("rankings", [])

    @property
    def amounts(self) -> list[Amount]:
        """The amounts, by place."""
        return self.records.get("amounts", [])

    @property
    def organisations(self) -> list[Organisation]:
        """The organisations, by place."""
        return self.records.get("organisations", [])

    @property
    def programmes(self) -> list[Programme]:
        """The programmes, by place."""
        return self.records.get("programmes", [])

    def frames(self) -> dict[str, pd.DataFrame]:
        """The five tables of this release as pandas DataFrames with real types, by name."""
        from hkinno_extract.tables.frames import frames

        return frames(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """The object of `json/<doc_id>.json`; numbers may be Decimals."""
        return {
            "document": json_document(self.document),
            "raw_text": self.repaired.raw,
            "text": self.repaired.text,
            "alignment": [[s.start, s.end, s.raw_start, s.raw_end, s.repair] for s in self.repaired.stretches],
            **{table: [json_row(r) for r in self.records.get(table, ())] for table in RECORD_TABLES},
        }


class Extractor:
    """Extracts releases under one `Settings`; holds the pipeline, so make one and keep it."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.patterns = load_patterns(self.settings.patterns_dir())

    @functools.cached_property
    def _machinery(self) -> tuple[Tokenizer, Engine]:
        from spacy.vocab import Vocab

        from hkinno_extract.recognition.engine import Engine
        from hkinno_extract.segmentation.tokenizer import Tokenizer

        vocab = Vocab()
        return Tokenizer(vocab, self.patterns, segmenter=self.settings.segmenter), Engine(vocab, self.patterns)

    def tokens(self, text: str) -> Tokens:
        """The tokens of a plain text, as they are, unrepaired."""
        tokenizer: Tokenizer = self._machinery[0]
        return tokenizer.tokens(text)

    def repaired(self, release: RawRelease) -> RepairedText:
        """The text of one release, repaired. Raises ReadingError where it cannot be read."""
        return self._mended(release)[1]

    def explained(self, release: RawRelease) -> list[Firing]:
        """What was repaired in one release, in order of its raw text. Raises ReadingError where it cannot be read."""
        page = read_release(release)
        return explain(page.text, blocks=page.blocks, off=self.settings.repairs_off, names=self._hkscs_names)[1]

    def _mended(self, release: RawRelease) -> tuple[PageText, RepairedText]:
        """A release read and repaired; what its text says of itself is asked again where a repair changed it."""
        mended = mend(read_release(release), off=self.settings.repairs_off, names=self._hkscs_names)
        page = ask_again(mended.page, release.hints, titled=mended.misread) if mended.repaired.fired else mended.page
        return page, mended.repaired

    @functools.cached_property
    def _hkscs_names(self) -> tuple[str, ...]:
        """The names of the gazetteers that have a character which plain Big5 has not."""
        rows = (*self.patterns.organisations, *self.patterns.programmes)
        return hkscs_names(form for row in rows for form in row.surfaces())

    def words(self, release: RawRelease) -> list[list[tuple[str, str]]]:
        """The words of one release with their classes, a list a sentence, white space left out."""
        page, repaired = self._mended(release)
        tokens = self._machinery[0].tokens(repaired.text, page.blocks)
        words = [(s, repaired.text[s:e], tag) for s, e, tag in zip(tokens.starts, tokens.ends, tokens.tags, strict=True) if tag != "SPACE"]
        return [[(word, tag) for at, word, tag in words if s.start <= at < s.end] for s in tokens.sentences]

    def extract(self, release: RawRelease) -> Result:
        """Reads, repairs and extracts one release. Raises ReadingError where it cannot be read."""
        return self._finished(*self._segmented([self._prepared(release)]))

    def extract_all(self, releases: Sequence[RawRelease]) -> list[Result | Exception]:
        """As `extract` for each of `releases`, faster: they are segmented together. One that fails gives its error and stops no other."""
        found: list[Result | Exception | _Prepared] = [_tried(self._prepared, release) for release in releases]
        waiting = [i for i, item in enumerate(found) if isinstance(item, _Prepared)]
        prepared = [item for item in found if isinstance(item, _Prepared)]
        try:
            segmented = self._segmented(prepared)
        except MemoryError:
            raise
        except Exception:  # one of them is at fault; alone, each says so for itself
            return [item if isinstance(item, Exception) else _tried(self.extract, r) for item, r in zip(found, releases, strict=True)]
        for i, item in zip(waiting, segmented, strict=True):
            found[i] = _tried(self._finished, item)
        return cast("list[Result | Exception]", found)

    def extract_text(
        self, text: str, *, published_at: str | None = None, issuer: str | None = None, doc_id: str = "text", source: str = "text"
    ) -> Result:
        """Repairs and extracts a plain text, as `extract` does with a file of it; what is not given is taken from the text."""
        hints = {key: value for key, value in (("published_at", published_at), ("issuer", issuer)) if value is not None}
        return self.extract(RawRelease(doc_id=doc_id, source=source, data=text.encode("utf-8"), charset="utf-8", hints=hints))

    def _prepared(self, release: RawRelease) -> _Prepared:
        page, repaired = self._mended(release)
        currency = release.hints.get("currency")
        return _Prepared(
            page=page,
            repaired=repaired,
            doc_id=release.doc_id,
            source=release.source,
            sha256=hashlib.sha256(release.data).hexdigest(),
            currency=currency if isinstance(currency, str) and currency else self.settings.currency,
        )

    def _segmented(self, prepared: Sequence[_Prepared]) -> list[_Prepared]:
        """`prepared` with the tokens of those that are not in English."""
        chinese = [p for p in prepared if p.page.language != "en"]
        tokens = self._machinery[0].batch([(p.repaired.text, p.page.blocks) for p in chinese]) if chinese else []
        by_text = dict(zip(map(id, chinese), tokens, strict=True))
        return [dataclasses.replace(p, tokens=by_text.get(id(p))) for p in prepared]

    def _finished(self, prepared: _Prepared) -> Result:
        page, repaired, tokens = prepared.page, prepared.repaired, prepared.tokens
        records: dict[str, list[Record]] = {}
        if tokens is not None:
            from hkinno_extract.recognition.view import View

            view = View(tokens, published_at=page.published_at, issuer=page.issuer, currency=prepared.currency)
            place = _placer(Alignment(repaired), prepared.doc_id, page.published_at)
            english = english_places(repaired.text, page.blocks) if page.language == "mixed" else []
            found = self._machinery[1].linked(view)
            records = {table: with_ids(_outside(rows, english), place) for table, rows in found.items()}
        document = Document(
            doc_id=prepared.doc_id,
            source=prepared.source,
            title=page.title,
            issuer=page.issuer,
            published_at=page.published_at,
            language=page.language,
            encoding=page.encoding,
            characters=len(repaired.text),
            sentences=len(tokens.sentences) if tokens is not None else 0,
            repairs="; ".join(f"{name}:{count}" for name, count in sorted(repaired.fired.items())) or None,
            damaged_spans=len(repaired.lost),
            sha256=prepared.sha256,
        )
        return Result(document=document, repaired=repaired, records=records)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A release that has been read and repaired; `tokens` once it is segmented, None in English."""

    page: PageText
    repaired: RepairedText
    doc_id: str
    source: str
    sha256: str
    currency: str
    tokens: Tokens | None = None


def _outside(records: Sequence[Record], places: Sequence[tuple[int, int]]) -> Sequence[Record]:
    """The records that begin in none of `places`, which are in order."""
    if not places:
        return records
    starts = [start for start, _ in places]
    at = [bisect.bisect_right(starts, r.start) - 1 for r in records]
    return [r for r, number in zip(records, at, strict=True) if number < 0 or r.start >= places[number][1]]


def _placer(alignment: Alignment, doc_id: str, published_at: str | None) -> Callable[[Record], Plain]:
    """Says of a record where it is in the raw text, and of which release it is."""

    def place(record: Record) -> Plain:
        raw_start, raw_end = alignment.raw_place(record.start, record.end)
        quality = max(record.quality, alignment.quality(record.start, record.end), key=_ORDER.__getitem__)
        return {"raw_start": raw_start, "raw_end": raw_end, "quality": quality, "doc_id": doc_id, "published_at": published_at}

    return place


def _tried(function: Callable[[_In], _Out], value: _In) -> _Out | Exception:
    try:
        return function(value)
    except MemoryError:
        raise
    except Exception as error:
        return error
