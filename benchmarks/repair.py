"""How much of damaged text comes back, what happens to clean text, and how fast: `python -m benchmarks.repair [--rounds N] [--records]`.

Damage is made by tests/damage.py in clean text of our own (tests/clean_texts.py, raw/samples). For every kind: the share of the recoverable
characters that come back, wrong characters, wrong digits. `--records` extracts damaged copies of the samples and compares the records by
value with those of the intact ones, but for the places that were lost. ftfy repairs the same text for comparison of speed.
"""

from __future__ import annotations

import argparse
import difflib
import json
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from hkinno_extract.characters import LOST
from hkinno_extract.repair import repair
from tests.clean_texts import clean_texts
from tests.damage import KINDS, Damaged

SAMPLES = Path(__file__).resolve().parents[1] / "raw" / "samples"
NUMERALS = frozenset("0123456789０１２３４５６７８９一二兩两三四五六七八九十百千萬万億亿零○〇半")
SEED = 20241124


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="damaged texts a kind")
    parser.add_argument("--records", action="store_true", help="also compare the records of damaged copies (needs the segmentation model)")
    args = parser.parse_args()
    texts = _samples()
    figures: dict[str, Any] = {"kinds": {}}
    for kind, damage in KINDS.items():
        figures["kinds"][kind] = recovery(texts, damage, args.rounds)
        print(kind, figures["kinds"][kind])
    figures["clean"] = false_repairs(200_000)
    print("clean", figures["clean"])
    figures["speed"] = speed()
    print("speed", figures["speed"])
    if args.records:
        figures["records"] = records_kept(args.rounds)
        print("records", figures["records"])
    print(json.dumps(figures, ensure_ascii=False))
    return 0


def _samples() -> list[str]:
    found = [p.read_text(encoding="utf-8") for p in sorted(SAMPLES.glob("*.txt"))]
    clean = [t for t in found if not repair(t).fired]
    return [*clean, *clean_texts(Random(SEED), 8000)]


def recovery(texts: list[str], damage: Callable[[str, Random], Damaged], rounds: int) -> dict[str, float]:
    """The share of recoverable characters that come back, and how many characters and digits came out wrong."""
    random = Random(SEED)
    touched = missed = wrong = digits = 0
    for _ in range(rounds):
        text = random.choice(texts)
        at = random.randrange(max(1, len(text) - 600))
        done = damage(text[at : at + 600], random)
        touched += done.touched
        away, false = differences(done.best, repair(done.raw).text)
        missed += len(away)
        wrong += len(false)
        digits += sum(c in NUMERALS for c in false)
    return {"touched": touched, "recovered": round(1 - missed / max(1, touched), 4), "wrong": wrong, "wrong_digits": digits}


def differences(best: str, text: str) -> tuple[str, str]:
    """The characters of `best` that `text` has not, and those that only `text` has; U+FFFD counts for neither."""
    missing, false = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, best, text, autojunk=False).get_opcodes():
        if kind != "equal":
            missing.append(best[a:b])
            false.append(text[c:d])
    return "".join(missing).replace(LOST, ""), "".join(false).replace(LOST, "")


def false_repairs(characters: int) -> dict[str, int]:
    """Repairs that fire on clean text."""
    seen = fired = 0
    for text in clean_texts(Random(SEED + 1), characters):
        seen += len(text)
        fired += sum(repair(text).fired.values())
    return {"characters": seen, "fired": fired}


def speed() -> dict[str, float]:
    """Millions of characters a second of one core, of ours and of ftfy, where it is installed; steady state, caches warm."""
    clean = list(clean_texts(Random(SEED + 2), 300_000))
    damaged = [KINDS["gbk_shift"](KINDS["gloss"](t, Random(i)).raw, Random(i)).raw for i, t in enumerate(clean[: len(clean) // 4])]
    figures = {}
    for name, corpus in (("clean", clean), ("damaged", damaged)):
        figures[name] = _rate(lambda text: repair(text), corpus)
    try:
        from ftfy import fix_text
    except ImportError:
        return figures
    return figures | {"ftfy_clean": _rate(fix_text, clean), "ftfy_damaged": _rate(fix_text, damaged)}


def _rate(function: Callable[[str], object], corpus: list[str]) -> float:
    for text in corpus[:40]:
        function(text)
    start = time.process_time()
    for text in corpus:
        function(text)
    return round(sum(map(len, corpus)) / max(1e-9, time.process_time() - start) / 1e6, 3)


def records_kept(rounds: int) -> dict[str, float]:
    """The share of the records of intact samples that damaged copies give too, by value, where nothing of their place was lost."""
    from hkinno_extract.pipeline import Extractor

    extractor = Extractor()
    texts = [t for p in sorted(SAMPLES.glob("*.txt")) if not repair(t := p.read_text(encoding="utf-8")).fired]
    figures = {}
    for kind in ("gloss", "gbk_shift", "entities", "utf8_as_cp1252", "big5_as_cp1252", "invisible", "radicals"):
        random = Random(SEED)
        kept = wanted = 0
        for text in texts[: max(2, rounds // 3)]:
            done = KINDS[kind](text, random)
            intact = _values(extractor.extract_text(done.best).records)
            copy = _values(extractor.extract_text(done.raw).records)
            wanted += len(intact)
            kept += sum(value in copy for value in intact)
        figures[kind] = round(kept / max(1, wanted), 4)
    return figures


def _values(records: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    values: list[tuple[Any, ...]] = []
    for table, found in records.items():
        for record in found:
            plain = record.to_plain()
            keys = ("kind", "rank_from", "rank_to", "value_from", "value_to", "unit", "name")
            values.append((table, *(plain.get(k) for k in keys)))
    return values


if __name__ == "__main__":
    raise SystemExit(main())
