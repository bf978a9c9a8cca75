"""A record as a form, and a form that came back.

In: a record's JSON row; texts that a reviewer typed. Out: fields with their choices; new values as decisions hold them. A text that
cannot be understood is refused with its reason, by the same rules as a cell of a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from hkinno_extract.pattern_files import ORGANISATION_TYPES, PROGRAMME_TYPES
from hkinno_extract.records import RECORD_TYPES, format_decimal
from hkinno_extract.review.cells import SAME, Lost, compare
from hkinno_extract.review.decisions import VALUES, plain_value
from hkinno_extract.tables.columns import COLUMNS, RECORD_TABLES
from hkinno_extract.tables.rows import shown

_TYPES = {table: {c.name: c.type for c in COLUMNS[table]} for table in RECORD_TABLES}
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "rankings": {"kind": get_args(get_type_hints(RECORD_TYPES["rankings"])["kind"])},
    "amounts": {
        "kind": get_args(get_type_hints(RECORD_TYPES["amounts"])["kind"]),
        "comparator": ("eq", "approx", "gt", "ge", "lt", "le", "range", "vague"),
        "role": ("level", "change", "share", "ratio"),
        "direction": ("up", "down"),
    },
    "organisations": {"type": tuple(sorted(ORGANISATION_TYPES))},
    "programmes": {"type": tuple(sorted(PROGRAMME_TYPES))},
}
"""Table to the columns that have few values, and these."""


def form_of(table: str, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields of a record: its value as shown, and as extracted where that differs."""
    now = shown(row)
    form = []
    for name in VALUES[table]:
        field = {"name": name, "type": _TYPES[table][name], "value": said(now[name])}
        if row[name] != now[name]:
            field["extracted"] = said(row[name])
        form.append(field)
    return form


def empty_forms() -> dict[str, list[dict[str, Any]]]:
    """The fields of a record that the rules missed, by table."""
    return {t: [{"name": n, "type": _TYPES[t][n], "value": ""} for n in VALUES[t]] for t in RECORD_TABLES}


def said(value: Any) -> str:
    """A value as a form shows it.

    >>> said(Decimal("3.3E+10")), said(True), said(None)
    ('33000000000', 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_decimal(value) if isinstance(value, Decimal) else str(value)


def changes_of(table: str, row: Mapping[str, Any] | None, typed: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """New values among what was `typed`, and what was refused. `row` is the record as shown, None for one that is added."""
    changes: dict[str, Any] = {}
    refused = []
    for name in VALUES[table]:
        if name not in typed:
            continue
        old = None if row is None else plain_value(table, name, row[name])
        result = compare(_TYPES[table][name], old, typed[name], column=name)
        if isinstance(result, Lost):
            refused.append(f"{name}: {result.reason}")
        elif result is not SAME:
            changes[name] = result.value
    return changes, refused
