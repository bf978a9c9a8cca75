"""The columns of the five tables: one source for code, datapackage.json, docs and tests.

In: nothing. Out: `COLUMNS`, table name to its columns in order. The contract is SCHEMA.md of the project; a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type in Frictionless terms, what it means, and whether it is never empty."""

    name: str
    type: ColumnType
    description: str
    required: bool = False


def _c(name: str, description: str, type: ColumnType = "string", *, required: bool = False) -> Column:
    return Column(name, type, description, required)


FIRST = (
    _c("record_id", "stable id of the record, a hash of its place", required=True),
    _c("doc_id", "the release it comes from", required=True),
    _c("published_at", "publication of the release, ISO 8601"),
)
LAST = (
    _c("section", "the heading that the record stands under"),
    _c("text", "the record's span in the repaired text", required=True),
    _c("sentence", "the sentence around it, at most 400 characters, … where it was cut"),
    _c("start", "first character in the repaired text", "integer", required=True),
    _c("end", "end (exclusive) in the repaired text", "integer", required=True),
    _c("raw_start", "first character in the raw text", "integer", required=True),
    _c("raw_end", "end (exclusive) in the raw text", "integer", required=True),
    _c("pattern", "id of the rule that made it, or gazetteer:<id>", required=True),
    _c("quality", "intact, repaired or damaged", required=True),
    _c("review", "accepted, corrected, rejected, added, stale, or empty"),
)

DOCUMENTS = (
    _c("doc_id", "id of the release", required=True),
    _c("source", "path relative to the raw folder, or address", required=True),
    _c("title", "headline"),
    _c("issuer", "who issued it"),
    _c("published_at", "ISO 8601 with +08:00; a date alone where no time is known"),
    _c("language", "zh-Hant, zh-Hans, en or mixed"),
    _c("encoding", "the encoding that was used to decode it"),
    _c("characters", "length of the repaired text", "integer"),
    _c("sentences", "number of sentences", "integer"),
    _c("repairs", "repairs that fired, name:count; name:count"),
    _c("damaged_spans", "number of places where something was lost", "integer"),
    _c("sha256", "SHA-256 of the raw bytes", required=True),
    _c("status", "ok or quarantined", required=True),
    _c("error", "why it was quarantined"),
)
RANKINGS = (
    _c("kind", "position: a place among others; record: a superlative over time", required=True),
    _c("subject", "what holds the place or reached the record"),
    _c("subject_id", "org_id of the subject where it is a body of the gazetteer"),
    _c("factor", "pillar or sub-factor of the index that the place is in"),
    _c("index_name", "the ranking, index or report without year, edition, quotes and brackets"),
    _c("index_id", "its id in indices.csv"),
    _c("publisher", "who publishes it"),
    _c("publisher_id", "org_id of the publisher"),
    _c("edition", "year of the edition, where one is written"),
    _c("scope", "among whom, normalised (全球, 亞太區, 亞洲, 全國, 香港)"),
    _c("rank_from", "best place stated", "integer"),
    _c("rank_to", "worst place stated", "integer"),
    _c("out_of", "number of ranked subjects", "integer"),
    _c("change_places", "places gained, negative for lost, as written", "integer"),
    _c("previous_rank", "the place before", "integer"),
    _c("streak_years", "years in a row", "integer"),
    _c("since", "for a record: the year or span it holds over"),
)
AMOUNTS = (
    _c("kind", "money, percent, percentage_point, multiple, count or quantity", required=True),
    _c("value_from", "lower value, plain decimal, scale applied", "number"),
    _c("value_to", "upper value", "number"),
    _c("comparator", "eq, approx, gt, ge, lt, le, range or vague; empty where the number was damaged"),
    _c("unit", "ISO 4217 code, %, pp, 倍, else classifier or unit of measure, Traditional"),
    _c("measure", "what is measured or counted"),
    _c("period", "when it holds"),
    _c("role", "level, change, share or ratio"),
    _c("direction", "up, down or empty"),
    _c("basis", "yoy, qoq, mom or the base year"),
    _c("programme", "the programme that the amount belongs to"),
    _c("programme_id", "its id in programmes.csv"),
    _c("organisation", "the organisation that the amount belongs to"),
    _c("organisation_id", "its org_id"),
)
ORGANISATIONS = (
    _c("name", "canonical name", required=True),
    _c("name_en", "English name"),
    _c("org_id", "id in organisations.csv"),
    _c("type", "government, legislature, public_body, university, research, company, international, association or other"),
    _c("known", "true: from the gazetteer; false: found by a rule", "boolean", required=True),
)
PROGRAMMES = (
    _c("name", "canonical name", required=True),
    _c("programme_id", "id in programmes.csv"),
    _c("type", "fund, scheme, plan, event or facility"),
    _c("known", "true: from the gazetteer; false: found by a rule", "boolean", required=True),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "documents": DOCUMENTS,
    "rankings": FIRST + RANKINGS + LAST,
    "amounts": FIRST + AMOUNTS + LAST,
    "organisations": FIRST + ORGANISATIONS + LAST,
    "programmes": FIRST + PROGRAMMES + LAST,
}
RECORD_TABLES = tuple(name for name in COLUMNS if name != "documents")
ID_PREFIXES = {"rankings": "rk", "amounts": "am", "organisations": "og", "programmes": "pg"}


def column_names(table: str) -> list[str]:
    """Names of the columns of `table`, in order."""
    return [c.name for c in COLUMNS[table]]
