"""Frozen records that travel between the rooms.

In: nothing. Out: `RawRelease` (bytes) becomes `PageText` (text with blocks), `RepairedText` (text with a way back) and the records
of the four tables. Look first at `Record`: what every table's rows share. Columns and their order are in tables/columns.py.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

BlockKind = Literal["heading", "bullet", "paragraph", "row", "cell"]
Language = Literal["zh-Hant", "zh-Hans", "en", "mixed"]
Quality = Literal["intact", "repaired", "damaged"]
Plain = dict[str, Any]
"""A record as msgpack and JSON can carry it: strings, integers, booleans and None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a release that no sentence crosses: a heading, a bullet, a paragraph, a row of a table or one of its cells.

    `start`/`end` are characters of the text it belongs to, without the bullet sign or number and without outer white space.
    `level` nests: headings 1 to 6, bullets from 1; of a cell it is the column, from 0. Cells lie inside the row before them.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRelease:
    """A release as received. `source` is its path relative to the raw folder, or its address; `charset` what its server declared.

    `member` numbers the release inside a file that holds several (from 1), else None; `at` is the byte of a JSON Lines file at which its
    line begins, so that a reader of this release alone can start there.
    """

    doc_id: str
    source: str
    data: bytes
    charset: str | None = None
    member: int | None = None
    hints: Plain = field(default_factory=dict)
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What reading makes of the bytes: the text as decoded, its blocks, and what the page says of itself."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    issuer: str | None = None
    published_at: str | None = None
    language: Language = "zh-Hant"
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One piece of the alignment: `text[start:end]` came from `raw[raw_start:raw_end]`; `repair` names the function that changed it.

    A stretch that no repair touched maps character by character; a repaired one maps as a whole. What a repair took out is a stretch of no
    text. Of a run that was read one byte off each character has a stretch of its own, over every raw character that holds one of its bytes:
    there, and only there, the raw ranges of neighbours overlap by one character.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    repair: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedText:
    """The repaired text and the way back. `stretches` cover both texts in order without a gap.

    `lost` are the places of `text` (start, end) where something was lost, U+FFFD or not; `fired` counts repairs by name.
    """

    raw: str
    text: str
    stretches: tuple[Stretch, ...]
    lost: tuple[tuple[int, int], ...] = ()
    fired: Plain = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a row of every record table has. `start`/`end` are characters of the repaired text, `raw_*` of the raw text.

    Recognition fills the place, the section, the sentence and the rule; the pipeline adds doc_id, raw offsets, quality and id.
    """

    table: ClassVar[str] = ""

    start: int
    end: int
    text: str
    sentence: str = ""
    section: str | None = None
    pattern: str = ""
    quality: Quality = "intact"
    raw_start: int = -1
    raw_end: int = -1
    record_id: str = ""
    doc_id: str = ""
    published_at: str | None = None
    review: str | None = None

    def to_plain(self) -> Plain:
        """The record as strings, integers, booleans and None; a Decimal becomes a plain string without exponent."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_plain(cls, plain: Plain) -> Self:
        """The record that `to_plain` wrote; keys that this version does not know are an error (TypeError)."""
        values: dict[str, Any] = {k: Decimal(v) if k in cls.decimals() and v is not None else v for k, v in plain.items()}
        return cls(**values)

    @classmethod
    def decimals(cls) -> frozenset[str]:
        """Names of the fields that hold a Decimal."""
        return _DECIMALS.get(cls.table, frozenset())

    def replace(self, **changes: Any) -> Self:
        """A copy with `changes`. Raises TypeError for a field that the record has not."""
        names, values = _fields(self.table)
        kept = dict(zip(names, values(self), strict=True))
        kept.update(changes)
        return type(self)(**kept)


@functools.cache
def _fields(table: str) -> tuple[tuple[str, ...], operator.attrgetter[tuple[Any, ...]]]:
    """The names of the fields of a table's records, and what gets their values; dataclasses.replace asks for them anew every time."""
    names = tuple(f.name for f in dataclasses.fields(RECORD_TYPES[table]))
    return names, operator.attrgetter(*names)


_DECIMALS = {"amounts": frozenset({"value_from", "value_to"})}


def _plain(value: Any) -> Any:
    return format_decimal(value) if isinstance(value, Decimal) else value


def format_decimal(value: Decimal) -> str:
    """A plain decimal number without exponent or trailing zeros.

    >>> format_decimal(Decimal("3.30E+10")), format_decimal(Decimal("12.10")), format_decimal(Decimal("-0"))
    ('33000000000', '12.1', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking(Record):
    """A place among others, or a superlative over time. SCHEMA: rankings."""

    table: ClassVar[str] = "rankings"

    kind: Literal["position", "record"] = "position"
    subject: str | None = None
    subject_id: str | None = None
    factor: str | None = None
    index_name: str | None = None
    index_id: str | None = None
    publisher: str | None = None
    publisher_id: str | None = None
    edition: str | None = None
    scope: str | None = None
    rank_from: int | None = None
    rank_to: int | None = None
    out_of: int | None = None
    change_places: int | None = None
    previous_rank: int | None = None
    streak_years: int | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Record):
    """A sum of money, a percentage, a multiple, a count or a measured quantity. SCHEMA: amounts."""

    table: ClassVar[str] = "amounts"

    kind: Literal["money", "percent", "percentage_point", "multiple", "count", "quantity"] = "count"
    value_from: Decimal | None = None
    value_to: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    measure: str | None = None
    period: str | None = None
    role: str | None = None
    direction: str | None = None
    basis: str | None = None
    programme: str | None = None
    programme_id: str | None = None
    organisation: str | None = None
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Record):
    """A named body. `known` is True for names of the gazetteer. SCHEMA: organisations."""

    table: ClassVar[str] = "organisations"

    name: str = ""
    name_en: str | None = None
    org_id: str | None = None
    type: str | None = None
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Record):
    """A named fund, scheme, plan, event or facility. SCHEMA: programmes."""

    table: ClassVar[str] = "programmes"

    name: str = ""
    programme_id: str | None = None
    type: str | None = None
    known: bool = False


RECORD_TYPES: dict[str, type[Record]] = {t.table: t for t in (Ranking, Amount, Organisation, Programme)}
"""Table name to the record of its rows, in the order in which the tables may claim a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One release's row of the table documents."""

    doc_id: str
    source: str
    title: str | None = None
    issuer: str | None = None
    published_at: str | None = None
    language: str | None = None
    encoding: str | None = None
    characters: int | None = None
    sentences: int | None = None
    repairs: str | None = None
    damaged_spans: int | None = None
    sha256: str = ""
    status: Literal["ok", "quarantined"] = "ok"
    error: str | None = None
