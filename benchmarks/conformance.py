"""Pass rates on public cases of numbers, percentages, ranges and currencies: `python -m benchmarks.conformance FILE`.

FILE has one JSON object a line: `spec` (NumberModel, PercentModel, NumberRangeModel, CurrencyModel), `input`, `results` with `start`, `end`
(inclusive) and `value` (`[low,high)` of a range). A case passes where the set of (start, end, value) is the same, as given and in
Traditional characters; every failing case is listed with its reasons. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import opencc

from hkinno_extract.pipeline.api import extract
from hkinno_extract.recognition.numbers import numbers
from hkinno_extract.settings import Settings

Case = dict[str, object]
Triple = tuple[int, int, tuple[str, ...]]
KINDS = {"NumberModel": ("number",), "PercentModel": ("percent", "percentage_point"), "NumberRangeModel": ("range",)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    args = parser.parse_args()
    cases = [json.loads(line) for line in args.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    converter = opencc.OpenCC("s2t")
    rates: dict[str, dict[str, float]] = defaultdict(dict)
    for script in ("as_given", "traditional"):
        passed: dict[str, list[bool]] = defaultdict(list)
        for case in cases:
            text = case["input"] if script == "as_given" else converter.convert(case["input"])
            if len(text) != len(case["input"]):
                text = case["input"]
            wanted, got = _wanted(case), _found(case["spec"], text)
            passed[case["spec"]].append(wanted == got)
            if wanted != got:
                print(f"{case['spec']} {script} {text!r}: theirs {sorted(wanted)} ours {sorted(got)} ")
                for reason in _reasons(case["spec"], text, wanted, got):
                    print(f"    {reason}")
        for spec, results in sorted(passed.items()):
            rates[spec][script] = round(sum(results) / len(results), 4)
    for spec, by_script in rates.items():
        print(f"{spec:18} {by_script}")
    print(json.dumps(rates))
    return 0


def _wanted(case: Case) -> set[Triple]:
    found = set()
    for result in case["results"]:  # type: ignore[attr-defined]
        parts = re.split(r"[,，]", str(result["value"]).strip("[]()")) if "Range" in str(case["spec"]) else [str(result["value"])]
        found.add((result["start"], result["end"], tuple(_rounded(p.rstrip("%")) for p in parts)))
    return found


def _found(spec: str, text: str) -> set[Triple]:
    if spec == "CurrencyModel":
        records = extract(text, settings=Settings(currency="CNY")).records["amounts"]
        return {(r.start, r.end - 1, (_rounded(r.value_from),)) for r in records if r.kind == "money"}
    found = set()
    for n in numbers(text):
        if n.kind in KINDS[spec]:
            found.add(
                (n.start, n.end - 1, (_rounded(n.value), _rounded(n.value_to)) if spec == "NumberRangeModel" else (_rounded(n.value),))
            )
    return found


def _reasons(spec: str, text: str, wanted: set[Triple], got: set[Triple]) -> list[str]:
    """Why each of their results is not ours, and each of ours not theirs."""
    whole = [] if spec == "CurrencyModel" else numbers(text)
    said = []
    for start, end, value in sorted(wanted - got):
        place = text[start : end + 1]
        same = next((v for s, e, v in got if (s, e) == (start, end)), None)
        around = next((n for n in whole if n.start <= start and n.end > end and n.kind not in KINDS.get(spec, ())), None)
        if same is not None:
            said.append(f"{place!r} is worth {'..'.join(value)} to them and {'..'.join(same)} here")
        elif around is not None:
            said.append(f"{place!r} is no {spec} of its own here: it is read as part of the {around.kind} {around.text!r}")
        else:
            said.append(f"{place!r} is not found here")
    for start, end, value in sorted(got - wanted):
        if any((s, e) == (start, end) for s, e, _ in wanted):
            continue
        range_ = next((n for n in whole if (n.start, n.end) == (start, end + 1) and n.value != n.value_to), None)
        more = f", with {range_.value} to {range_.value_to} as its ends" if range_ is not None else ""
        said.append(f"{text[start : end + 1]!r} is {'..'.join(value)} here{more}, and nothing to them")
    return said


def _rounded(value: object) -> str:
    return "" if value in (None, "") else format(float(Decimal(str(value))), ".12g")


if __name__ == "__main__":
    raise SystemExit(main())
