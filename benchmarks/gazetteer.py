"""Speed of the gazetteer pass: `python -m benchmarks.gazetteer`.

Folding, one Aho-Corasick pass over the names and aliases of organisations, programmes and indices, the overlap policy and the spans, on
generated releases (tests/releases.py); the same with the lexicon's words in it, as the tokenizer has it. Processor time, best of five.
The last line is one JSON object.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from hkinno_extract.characters import fold
from hkinno_extract.pattern_files import load_patterns
from hkinno_extract.segmentation.contest import choose
from hkinno_extract.segmentation.words import Match, WordIndex
from tests.releases import releases

PATTERNS = Path(__file__).resolve().parents[1] / "patterns"


def main() -> int:
    texts = [r["content"] for r in releases(Random(9), 300)]
    started = time.perf_counter()
    patterns = load_patterns(PATTERNS)
    read = time.perf_counter() - started
    started = time.perf_counter()
    names = WordIndex(dataclasses.replace(patterns, words={}))
    built = time.perf_counter() - started
    figures = {
        "characters": sum(map(len, texts)),
        "names": len(names.entries),
        "characters_per_second": rate(names, texts),
        "with_lexicon": rate(WordIndex(patterns), texts),
        "read_seconds": round(read, 3),
        "index_seconds": round(built, 3),
    }
    print(json.dumps(figures))
    return 0


def rate(index: WordIndex, texts: Sequence[str]) -> int:
    """Characters a second."""
    return round(sum(map(len, texts)) / min(_seconds(index, texts) for _ in range(5)))


def _seconds(index: WordIndex, texts: Sequence[str]) -> float:
    """Seconds of one pass. Every place counts as a border of words, so that the segmenter has no say."""
    started = time.process_time()
    for text in texts:
        spans(index, text)
    return time.process_time() - started


def spans(index: WordIndex, text: str) -> list[Match]:
    """The names of `text` without overlaps, longest first: (start, end, entry)."""
    return choose(text, index.find(fold(text)), bytearray(b"\1" * (len(text) + 1)), lambda words: [False] * len(words))


if __name__ == "__main__":
    sys.exit(main())
