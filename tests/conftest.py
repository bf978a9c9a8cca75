"""What several rooms' tests share: the patterns, one tokenizer, one extractor, and the loader of cases (support.py)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from spacy.vocab import Vocab

from hkinno_extract.pattern_files import Patterns, load_patterns
from hkinno_extract.pipeline import Extractor
from hkinno_extract.recognition.engine import Engine
from hkinno_extract.segmentation.tokenizer import Tokenizer
from hkinno_extract.settings import Settings, model_dir

# on a laptop every run tries other examples; in CI the same ones decide every time
settings.register_profile("house", deadline=None, max_examples=60, print_blob=True)
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def patterns() -> Patterns:
    """The checkout's patterns."""
    return load_patterns(ROOT / "patterns")


@pytest.fixture(scope="session")
def vocab() -> Vocab:
    return Vocab()


@pytest.fixture(scope="session")
def tokenizer(vocab: Vocab, patterns: Patterns) -> Tokenizer:
    """The tokenizer that a run uses; `make test` installs its model."""
    return Tokenizer(vocab, patterns, model=model_dir())


@pytest.fixture(scope="session")
def engine(vocab: Vocab, patterns: Patterns) -> Engine:
    return Engine(vocab, patterns)


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """An extractor with the checkout's patterns and the settings of a run."""
    return Extractor(Settings(patterns=ROOT / "patterns"))
