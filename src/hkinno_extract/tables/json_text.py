"""JSON as the contract wants it: Decimals as plain numbers without exponent, two spaces of indent, a line feed at the end.

In: dicts, lists, strings, integers, booleans, Decimals, None. Out: text, and back with `read_json`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from hkinno_extract.errors import OutputError
from hkinno_extract.records import format_decimal


def json_text(value: Any) -> str:
    r"""`value` as a JSON document. Raises TypeError on what JSON cannot carry; a float is refused, numbers are Decimals or integers.

    >>> json_text({"a": Decimal("3.3E+10"), "b": [], "c": [True, None, "創"]})
    '{\n  "a": 33000000000,\n  "b": [],\n  "c": [\n    true,\n    null,\n    "創"\n  ]\n}\n'
    """
    return f"{_json(value, chr(10))}\n"


def _json(value: Any, newline: str) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Decimal):
        return format_decimal(value)
    inner = newline + "  "
    if isinstance(value, dict):
        items = [f"{encode_basestring(key)}: {_json(item, inner)}" for key, item in value.items()]
        return f"{{{inner}{f',{inner}'.join(items)}{newline}}}" if items else "{}"
    if isinstance(value, (list, tuple)):
        items = [_json(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{newline}]" if items else "[]"
    raise TypeError(f"{type(value).__name__} has no form in our JSON")


def read_json(path: Path) -> dict[str, Any]:
    """The object in `path`; a number with a point is a Decimal. Raises OutputError where it is none of ours."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except ValueError as error:
        raise OutputError(f"not JSON ({error})", where=path.name, remedy="Take the file away and run again.") from error
    if not isinstance(value, dict) or "document" not in value:
        raise OutputError("not the JSON of a release", where=path.name, remedy="Take the file away and run again.")
    return value
