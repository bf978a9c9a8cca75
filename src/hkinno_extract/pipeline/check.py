"""Checks a folder of patterns: every file, every rule's examples, and what the gazetteers say.

In: `Settings`. Out: `PatternReport`, problems with file, line and remedy. Look first at `check_patterns`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkinno_extract.errors import HkinnoError, PatternError
from hkinno_extract.pattern_files import (
    COMPONENTS,
    INDEX_COLUMNS,
    ORGANISATION_COLUMNS,
    ORGANISATION_TYPES,
    PROGRAMME_COLUMNS,
    PROGRAMME_TYPES,
    Patterns,
    Rule,
    load_patterns,
    missing,
    read_names,
    read_rules,
    read_words,
)  # fmt: skip
from hkinno_extract.settings import Settings


@dataclass(slots=True)
class PatternReport:
    """What was checked and what does not hold. A warning is no fault: a name that can never match, say."""

    words: int = 0
    names: int = 0
    rules: int = 0
    examples: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}


def check_patterns(settings: Settings, *, gazetteers: bool = True) -> PatternReport:
    """Validates every file and runs every example. Raises UsageError where there is no such folder, ModelError without a model."""
    root = settings.patterns_dir()
    report = PatternReport(problems=[str(p) for p in problems(root)])
    if report.problems:
        return report
    patterns = load_patterns(root)
    report.words = len(patterns.words)
    report.names = len(patterns.organisations) + len(patterns.programmes) + len(patterns.indices)
    for rule, wrong in _run_examples(patterns, settings.segmenter):
        report.rules += 1
        report.examples += len(rule.match) + len(rule.no_match)
        report.problems.extend(wrong)
    if gazetteers:
        report.warnings.extend(_gazetteer_warnings(patterns))
    return report


def problems(root: Path) -> list[PatternError]:
    """Everything that keeps the folder `root` from loading: of each file its first problem, else what only shows between files."""
    found = []
    readers: dict[str, Callable[[Path], Iterator[object]]] = {
        "lexicon.csv": read_words,
        "units.csv": read_words,
        "organisations.csv": lambda path: read_names(path, ORGANISATION_COLUMNS, ORGANISATION_TYPES),
        "programmes.csv": lambda path: read_names(path, PROGRAMME_COLUMNS, PROGRAMME_TYPES),
        "indices.csv": lambda path: read_names(path, INDEX_COLUMNS, None),
        **{f"{c}.jsonl": functools.partial(read_rules, component=c) for c in COMPONENTS},
    }
    for name, read in readers.items():
        try:
            for _ in read(root / name):
                pass
        except PatternError as error:
            found.append(error)
        except OSError:
            found.append(missing(root / name))
    if not found:
        try:
            load_patterns(root)
        except PatternError as error:
            found.append(error)
    return found


def _run_examples(patterns: Patterns, segmenter: str) -> Iterator[tuple[Rule, list[str]]]:
    """Each rule with what its examples show: it must match somewhere in each of `match` and nowhere in any of `no_match`."""
    from spacy.vocab import Vocab

    from hkinno_extract.recognition.rules import RuleMatcher
    from hkinno_extract.recognition.view import View
    from hkinno_extract.segmentation.tokenizer import Tokenizer

    vocab = Vocab()
    tokenizer = Tokenizer(vocab, patterns, segmenter=segmenter)
    for rule in (rule for rules in patterns.rules.values() for rule in rules):
        wrong: list[str] = []
        try:
            matcher = RuleMatcher(vocab, [rule], [])
        except HkinnoError as error:
            yield rule, [str(error)]
            continue
        for text, must in [(t, True) for t in rule.match] + [(t, False) for t in rule.no_match]:
            tokens = tokenizer.tokens(text)
            if matcher.matches(View(tokens)) != must:
                wrong.append(str(_wrong_example(rule, text, must)))
        yield rule, wrong


def _wrong_example(rule: Rule, text: str, must: bool) -> PatternError:
    what = "does not match its example" if must else "matches what it must not"
    return PatternError(f"rule {rule.id} {what} {text!r}", where=rule.where, remedy="Mend the pattern, or the example.")


def _gazetteer_warnings(patterns: Patterns) -> list[str]:
    try:
        from hkinno_extract.recognition.checks import gazetteer_problems
    except ImportError:
        return []
    return [str(p) for p in gazetteer_problems(patterns)]
