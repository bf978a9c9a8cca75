"""Names that the gazetteer doesn't have: `python -m benchmarks.unseen_names [FOLDER] [--seeds N] [--errors]`.

Hides a random half of the rows of organisations.csv and programmes.csv, extracts the gold texts, and counts the gold mentions of hidden
rows (recall: alike by the gold set's own measure, overlap / union >= 0.5) and the rows with `known` false (precision: alike to any gold
mention of the table, optional ones count neither way). Prints beside it what jiagu's NER (ORG) and jieba's tag nt find of the same
hidden mentions, where they are installed. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import Name, Patterns
from hkinno_extract.pipeline.extractor import Extractor
from hkinno_extract.records import RawRelease

DEV = Path(__file__).resolve().parents[2] / "shared" / "gold" / "dev"
TABLES = ("organisations", "programmes")
Span = tuple[int, int]


def hide_half(patterns: Patterns, seed: int) -> tuple[Patterns, frozenset[str]]:
    """`patterns` without a random half of the rows of both gazetteers, and the folded surfaces of the rows that went."""
    rng = random.Random(seed)
    kept: dict[str, tuple[Name, ...]] = {}
    hidden: set[str] = set()
    for table in TABLES:
        rows = list(getattr(patterns, table))
        gone = set(rng.sample(range(len(rows)), len(rows) // 2))
        kept[table] = tuple(r for i, r in enumerate(rows) if i not in gone)
        hidden |= {fold(s) for i in gone for s in (*rows[i].surfaces(), *rows[i].context_aliases)}
    left = {fold(s) for table in TABLES for r in kept[table] for s in (*r.surfaces(), *r.context_aliases)}
    return dataclasses.replace(patterns, fingerprint=f"{patterns.fingerprint}-half-{seed}", **kept), frozenset(hidden - left)


def alike(a: Span, b: Span) -> bool:
    """Overlap divided by union is a half or more."""
    common = min(a[1], b[1]) - max(a[0], b[0])
    return common > 0 and common / (a[1] - a[0] + b[1] - b[0] - common) >= 0.5


class Count:
    """Hits and totals of one table over all seeds."""

    def __init__(self) -> None:
        self.hidden = self.found = self.exact = self.rows = self.right = 0

    def figures(self) -> dict[str, float]:
        return {
            "hidden": self.hidden,
            "recall": round(self.found / (self.hidden or 1), 4),
            "recall_exact": round(self.exact / (self.hidden or 1), 4),
            "rows": self.rows,
            "precision": round(self.right / (self.rows or 1), 4),
        }


def count(total: Count, gold: list[dict[str, Any]], records: Iterable[Any], hidden: frozenset[str]) -> tuple[list[str], list[str]]:
    """Adds one text's records to `total`; the hidden mentions missed and the new names that are none."""
    spans = [((r.raw_start, r.raw_end), r) for r in records]
    missed, wrong = [], []
    for mention in gold:
        place = (mention["raw_start"], mention["raw_end"])
        if mention.get("optional") or fold(mention["surface"]) not in hidden:
            continue
        total.hidden += 1
        hit = any(alike(place, s) for s, _ in spans)
        total.found += hit
        total.exact += any(place == s for s, _ in spans)
        if not hit:
            missed.append(mention["surface"])
    for span, record in spans:
        if record.known:
            continue
        like = [m for m in gold if alike(span, (m["raw_start"], m["raw_end"]))]
        if like and all(m.get("optional") for m in like):
            continue
        total.rows += 1
        total.right += bool(like)
        if not like:
            wrong.append(record.text)
    return missed, wrong


def peers() -> dict[str, Callable[[str], list[Span]]]:
    """jiagu and jieba as functions from a text to spans of organisations; says so where one isn't installed."""
    found: dict[str, Callable[[str], list[Span]]] = {}
    try:
        import jiagu

        def by_jiagu(text: str) -> list[Span]:
            words = jiagu.seg(text)
            spans, at = [], 0
            begun = -1
            for word, tag in zip(words, jiagu.ner(words), strict=True):
                at = text.find(word, at)
                if tag == "B-ORG":
                    begun = at
                    spans.append((at, at + len(word)))
                elif tag == "I-ORG" and begun >= 0:
                    spans[-1] = (begun, at + len(word))
                else:
                    begun = -1
                at += len(word)
            return spans

        found["jiagu"] = by_jiagu
    except ImportError:
        print("SKIPPED: jiagu is not installed, no figures of its NER", file=sys.stderr)
    try:
        import jieba.posseg

        def by_jieba(text: str) -> list[Span]:
            spans, at = [], 0
            for pair in jieba.posseg.cut(text):
                at = text.find(pair.word, at)
                if pair.flag == "nt":
                    spans.append((at, at + len(pair.word)))
                at += len(pair.word)
            return spans

        found["jieba"] = by_jieba
    except ImportError:
        print("SKIPPED: jieba is not installed, no figures of its nt tag", file=sys.stderr)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DEV)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    gold = {d["doc_id"]: d for d in map(json.loads, (args.folder / "gold.jsonl").read_text(encoding="utf-8").splitlines())}
    releases = [RawRelease(doc_id=i, source=f"{i}.txt", data=(args.folder / f"{i}.txt").read_bytes()) for i in gold]
    base = Extractor()
    ours = {table: Count() for table in TABLES}
    others = {name: (Count(), find) for name, find in peers().items()}
    errors: dict[str, dict[str, int]] = {f"{t} {w}": {} for t in TABLES for w in ("missed", "wrong")}
    for seed in range(args.seeds):
        extractor = Extractor()
        extractor.patterns, hidden = hide_half(base.patterns, seed)
        for release in releases:
            result = extractor.extract(release)
            for table in TABLES:
                mentions = with_surfaces(gold[release.doc_id].get(table, []), result.repaired.raw)
                missed, wrong = count(ours[table], mentions, result.records.get(table, ()), hidden)
                for what, texts in (("missed", missed), ("wrong", wrong)):
                    for text in texts:
                        errors[f"{table} {what}"][text] = errors[f"{table} {what}"].get(text, 0) + 1
            mentions = with_surfaces(gold[release.doc_id].get("organisations", []), result.repaired.raw)
            for total, find in others.values():
                count(total, mentions, [Peer(*span) for span in find(result.repaired.raw)], hidden)
    if args.errors:
        for what, texts in errors.items():
            print(what, sorted(texts.items(), key=lambda kv: (-kv[1], kv[0])))
    report = {table: total.figures() for table, total in ours.items()}
    report |= {f"{name} (organisations, all rows)": total.figures() for name, (total, _) in others.items()}
    for name, figures in report.items():
        print(f"{name:36} {figures}")
    print(json.dumps({"benchmark": "unseen_names", "seeds": args.seeds, **report}))
    return 0


@dataclasses.dataclass(frozen=True)
class Peer:
    """A span that another program found."""

    raw_start: int
    raw_end: int
    known: bool = False
    text: str = ""


def with_surfaces(mentions: list[dict[str, Any]], raw: str) -> list[dict[str, Any]]:
    """Gold mentions with `surface`: their name as the gazetteer could have it, glosses and line breaks taken out."""
    del raw
    return [m | {"surface": plain(m["text"])} for m in mentions]


def plain(text: str) -> str:
    """`text` without pinyin glosses, entities and white space."""
    import html
    import re

    return re.sub(r"\([a-zü-ɏà-ÿ]+\)|\s", "", html.unescape(text)) if not text.isascii() else html.unescape(text)


if __name__ == "__main__":
    sys.exit(main())
