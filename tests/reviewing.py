"""What the tests of the review room share: releases made by a toy extraction, and their output folder.

In: a text. Out: the JSON of a release whose amounts are its numbers with 元, 人 or %, and whose organisations are its words in ‹›.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from hkinno_extract.records import Amount, Document, Organisation, Record
from hkinno_extract.review.decisions import Decision, seen_of
from hkinno_extract.review.matching import draft
from hkinno_extract.tables.files import ensure_folder
from hkinno_extract.tables.json_text import json_text
from hkinno_extract.tables.rows import json_document, json_row, with_ids
from hkinno_extract.tables.writing import JSON_FOLDER, json_path

UNITS = {"元": ("money", "HKD"), "人": ("count", "人"), "%": ("percent", "%")}


def release(text: str, doc_id: str = "P1", **amount: Any) -> dict[str, Any]:
    """The release of `text`; `amount` are values that every amount gets."""
    found: dict[str, list[Record]] = {"rankings": [], "amounts": [], "organisations": [], "programmes": []}
    for sentence in re.finditer(r"[^。\n]+。?", text):
        shared = {"doc_id": doc_id, "published_at": "2025-01-02", "sentence": sentence[0][:400], "pattern": "toy"}
        for m in re.finditer(r"(\d+(?:\.\d+)?)(元|人|%)", sentence[0]):
            kind, unit = UNITS[m[2]]
            values = {"kind": kind, "unit": unit, "value_from": Decimal(m[1]), "value_to": Decimal(m[1]), "comparator": "eq", **amount}
            found["amounts"].append(Amount(**shared, **values, **_place(sentence.start(), m)))
        for m in re.finditer(r"(?<=‹)[^‹›]+(?=›)", sentence[0]):
            found["organisations"].append(Organisation(**shared, name=m[0], type="company", **_place(sentence.start(), m)))
    document = Document(
        doc_id=doc_id,
        source=f"{doc_id}.txt",
        published_at="2025-01-02",
        characters=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    return {
        "document": json_document(document),
        "raw_text": text,
        "text": text,
        "alignment": [[0, len(text), 0, len(text), None]] if text else [],
        **{table: [json_row(r) for r in with_ids(records)] for table, records in found.items()},
    }


def _place(offset: int, m: re.Match[str]) -> dict[str, Any]:
    start, end = offset + m.start(), offset + m.end()
    return {"start": start, "end": end, "raw_start": start, "raw_end": end, "text": m[0]}


def folder(out: Path, releases: Mapping[str, dict[str, Any]]) -> Path:
    """An output folder with the JSON of `releases`, by id."""
    ensure_folder(out / JSON_FOLDER)
    for doc_id, plain in releases.items():
        json_path(out, doc_id).write_text(json_text(plain), encoding="utf-8")
    return out


def decide(plain: Mapping[str, Any], table: str, number: int, decision: str = "accepted", **changes: Any) -> Decision:
    """A decision about one record of a release; `changes` are new values."""
    row = plain[table][number]
    seen = seen_of(table, row)
    return draft(plain, table, row, decision).replace(changes={k: [seen[k], v] for k, v in changes.items()})
