"""A record on one line, for lists.

In: a record as the tables show it. Out: its values in short. Look first at `summary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hkinno_extract.review.marks import visible

_NAMES: Mapping[str, tuple[str, ...]] = {
    "rankings": ("subject", "index_name", "factor", "edition", "scope"),
    "amounts": ("measure", "period", "programme", "organisation"),
    "organisations": ("name", "type"),
    "programmes": ("name", "type"),
}
_SIGNS = {"approx": "≈", "gt": ">", "ge": "≥", "lt": "<", "le": "≤", "vague": "~"}
_LONGEST = 240


def summary(table: str, row: Mapping[str, Any]) -> str:
    """The values of a record on one line.

    >>> summary("rankings", {"subject": "香港", "index_name": None, "factor": None, "edition": "2024", "scope": None, "rank_from": 1,
    ...                      "rank_to": 3, "out_of": 69})
    '1–3/69 · 香港 · 2024'
    """
    parts = []
    if table == "rankings" and row["rank_from"] is not None:
        out_of = f"/{row['out_of']}" if row["out_of"] else ""
        parts.append(f"{_span(row['rank_from'], row['rank_to'])}{out_of}")
    if table == "amounts":
        values = _span(row["value_from"], row["value_to"])
        sign = _SIGNS.get(row["comparator"] or "", "") if values else ""
        parts.append(" ".join(part for part in (sign, values, row["unit"]) if part))
    parts.extend(row[name] for name in _NAMES[table] if row[name])
    return visible(" · ".join(parts))[:_LONGEST]


def _span(first: Decimal | int | None, last: Decimal | int | None) -> str:
    ends = [f"{value:,}" for value in (first, last) if value is not None]
    return "–".join(dict.fromkeys(ends))
