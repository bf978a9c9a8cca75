"""Cases as data: tests/cases/<room>/*.jsonl, a case a line with id, text, an expectation, label and comment.

A row without an expectation, or with an id that another row has, is refused. The label `known-failure` makes a strict xfail.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parent / "cases"


def load_cases(room: str, expectation: str) -> list[Any]:
    """pytest parameters of all cases of `room`; `expectation` is the key that a row must have."""
    params, seen = [], set()
    for path in sorted((CASES / room).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            case = json.loads(line)
            where = f"{path.name}:{number}"
            if expectation not in case:
                raise ValueError(f"{where}: the case has no {expectation!r}; a case that expects nothing tests nothing")
            if case["id"] in seen:
                raise ValueError(f"{where}: the id {case['id']!r} is taken")
            seen.add(case["id"])
            marks = [pytest.mark.xfail(strict=True, reason=case.get("comment", ""))] if case.get("label") == "known-failure" else []
            params.append(pytest.param(case, id=case["id"], marks=marks))
    if not params:
        raise ValueError(f"no cases in tests/cases/{room}")
    return params
