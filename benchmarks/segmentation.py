"""Segmentation beside its peers: `python -m benchmarks.segmentation [SEGMENTED.utf8 ...]`.

Speed on release text (raw/samples and the cases of tests/), all in one run, in CPU time of one core: our runtime, the whole tokenizer,
spacy_pkuseg, jieba and rjieba (both from the group dev). Load time and memory in processes of their own. Files named on the command line
are segmented test sets (words parted by white space, a sentence a line, as the SIGHAN bakeoffs have them): word F1 of each segmenter on
them. The last line is JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hkinno_extract.segmentation.model import COMPILED, compiled_model
from hkinno_extract.settings import model_dir

ROOT = Path(__file__).resolve().parents[1]
SIZE = 60_000
PEERS = ("jieba", "rjieba")
Cut = Callable[[str], list[str]]


def release_lines() -> list[str]:
    """Lines of release text, at least SIZE characters of them."""
    lines: list[str] = []
    for path in sorted((ROOT / "raw" / "samples").glob("*.txt")):
        lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    for path in sorted((ROOT / "tests" / "cases").glob("*/*.jsonl")):
        for row in path.read_text(encoding="utf-8").splitlines():
            if row.strip():
                lines += str(json.loads(row).get("text", "")).splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    return lines * -(-SIZE // sum(map(len, lines)))


def rate(work: Callable[[], Any], characters: int, *, least: float = 1.0) -> float:
    """Characters a second of CPU time, the best of the rounds that fit into `least` seconds."""
    best, spent = 0.0, 0.0
    while spent < least:
        begin = time.process_time()
        work()
        took = max(time.process_time() - begin, 1e-9)
        best, spent = max(best, characters / took), spent + took
    return best


def measured(script: str) -> dict[str, float]:
    """What a fresh process prints as JSON."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ}, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


_MEMORY = """
import json, sys, time
def kb(key):
    return sum(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith(key + ":"))
import numpy, opencc, hkinno_extract.segmentation.segmenters as s
from hkinno_extract.settings import model_dir
texts = json.load(open({texts!r}, encoding="utf-8"))
before, private = kb("Rss"), kb("Private_Dirty")
begin = time.perf_counter()
segmenter = s.load_segmenter("hkinno", model_dir())
loaded = time.perf_counter() - begin
for i in range(0, len(texts), 100):
    segmenter.starts(texts[i : i + 100])
print(json.dumps({{"load": loaded, "rss": (kb("Rss") - before) / 1024, "private": (kb("Private_Dirty") - private) / 1024}}))
"""
_REFERENCE = """
import json, time
def kb():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
before = kb()
begin = time.perf_counter()
import spacy_pkuseg
from hkinno_extract.settings import model_dir
spacy_pkuseg.pkuseg(str(model_dir()))
print(json.dumps({"load": time.perf_counter() - begin, "rss": (kb() - before) / 1024}))
"""


def memory(lines: Sequence[str]) -> dict[str, dict[str, float]]:
    """Load seconds and megabytes: of the runtime (`private`: what a further process does not share), and of spacy_pkuseg."""
    path = ROOT / "outputs" / f"benchmark-{os.getpid()}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(list(lines)), encoding="utf-8")
    try:
        return {"runtime": measured(_MEMORY.format(texts=str(path))), "spacy_pkuseg": measured(_REFERENCE)}
    finally:
        path.unlink()


def peers() -> dict[str, Cut]:
    """The segmenters of others that are installed."""
    found: dict[str, Cut] = {}
    for name in PEERS:
        try:
            module = importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed, so it is left out", file=sys.stderr)
            continue
        module.cut("创新科技")  # loads its dictionary
        found[name] = lambda text, module=module: list(module.cut(text))  # type: ignore[misc]
    return found


def spans(words: Sequence[str]) -> set[tuple[int, int]]:
    """Places of `words` in their text."""
    found, at = set(), 0
    for word in words:
        found.add((at, at + len(word)))
        at += len(word)
    return found


def word_f1(path: Path, cut: Cut) -> float:
    """Word F1 of `cut` on a segmented test set."""
    right = given = gold = 0
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        words = line.split()
        expected, got = spans(words), spans([w for w in cut("".join(words)) if not w.isspace()])
        right, given, gold = right + len(expected & got), given + len(got), gold + len(expected)
    return 2 * right / (given + gold)


def main(paths: Sequence[str]) -> int:
    import spacy_pkuseg
    from spacy.vocab import Vocab

    from hkinno_extract.pattern_files import load_patterns
    from hkinno_extract.segmentation.segmenters import load_segmenter, segment_plain, simplified
    from hkinno_extract.segmentation.tokenizer import Tokenizer

    others = peers()
    lines = simplified(release_lines())
    size = sum(map(len, lines))
    runtime, reference = compiled_model(model_dir()), spacy_pkuseg.pkuseg(str(model_dir()))
    tokenizer = Tokenizer(Vocab(), load_patterns(ROOT / "patterns"))
    segmenter = load_segmenter("hkinno", model_dir())
    releases = ["\n".join(lines[i : i + 40]) for i in range(0, len(lines), 40)]
    rates = {
        "runtime": rate(lambda: runtime.starts("\n".join(lines)), size),
        "runtime_by_release": rate(lambda: [runtime.starts(text) for text in releases], size),
        "segmenter_with_opencc": rate(lambda: segmenter.starts(lines), size),
        "tokenizer_by_release": rate(lambda: [tokenizer.tokens(text) for text in releases], size),
        "tokenizer_in_batches": rate(lambda: tokenizer.batch([(text, None) for text in releases]), size),
        "spacy_pkuseg": rate(lambda: [reference.cut(line) for line in lines], size),
    }
    for name, cut in others.items():
        rates[name] = rate(lambda cut=cut: [cut(line) for line in lines], size)  # type: ignore[misc]
    same = runtime.cut("\n".join(lines)) == [word for line in lines for word in reference.cut(line)]
    taken = memory(lines)
    for name, value in rates.items():
        print(f"{name:24} {value:12,.0f} characters a second")
    tools: dict[str, Cut] = {
        "runtime": lambda text: segment_plain(text, "hkinno", model_dir()),
        "tokenizer": lambda text: [text[s:e] for s, e in _places(tokenizer, text)],
        **others,
    }
    scores = {Path(p).name: {name: round(word_f1(Path(p), cut), 4) for name, cut in tools.items()} for p in paths}
    print(
        json.dumps(
            {
                "characters": size,
                "identical": same,
                "speedup_vs_spacy_pkuseg": round(rates["runtime"] / rates["spacy_pkuseg"], 1),
                **{f"speedup_vs_{name}": round(rates["runtime"] / rates[name], 2) if name in rates else None for name in PEERS},
                "load_seconds": round(taken["runtime"]["load"], 4),
                "resident_mb": round(taken["runtime"]["rss"], 1),
                "further_process_mb": round(taken["runtime"]["private"], 1),
                "spacy_pkuseg_load_seconds": round(taken["spacy_pkuseg"]["load"], 2),
                "spacy_pkuseg_resident_mb": round(taken["spacy_pkuseg"]["rss"], 1),
                "model_file_mb": round((model_dir() / COMPILED).stat().st_size / 2**20, 1),
                "characters_per_second": {name: round(value) for name, value in rates.items()},
                "word_f1": scores,
            },
            ensure_ascii=False,
        )
    )
    return 0


def _places(tokenizer: Any, text: str) -> list[tuple[int, int]]:
    tokens = tokenizer.tokens(text)
    return list(zip(tokens.starts, tokens.ends, strict=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
