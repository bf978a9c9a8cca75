"""Word segmenters: text of one sentence to the places where words end.

In: text. Out: word boundaries. `spacy-pkuseg` is the reference, `hkinno` the fast runtime of the same model, `char` cuts every character.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from hkinno_extract.errors import ModelError


class Segmenter(Protocol):
    """Cuts texts into words."""

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text, white space left out; joined they are the text without its white space."""
        ...


class CharSegmenter:
    """Every character is a word; for debugging, and where no model may be loaded."""

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        return [[c for c in text if not c.isspace()] for text in texts]


class ReferenceSegmenter:
    """spacy-pkuseg itself, on text turned to Simplified character by character."""

    def __init__(self, model: Path) -> None:
        import opencc
        import spacy_pkuseg

        if not (model / "weights.npz").is_file():
            raise ModelError("the segmentation model is not installed", remedy="Run: hkinno model install")
        self._pkuseg: Any = spacy_pkuseg.pkuseg(str(model))
        self._t2s: Any = opencc.OpenCC("t2s")

    def cut(self, texts: Sequence[str]) -> list[list[str]]:
        return [self._cut(text) for text in texts]

    def _cut(self, text: str) -> list[str]:
        simplified = self._t2s.convert(text)
        if len(simplified) != len(text):
            simplified = text
        words, at = [], 0
        for word in self._pkuseg.cut(simplified):
            while text[at].isspace():
                at += 1
            words.append(text[at : at + len(word)])
            at += len(word)
        return words


@functools.lru_cache(maxsize=2)
def load_segmenter(name: str, model: Path) -> Segmenter:
    """The segmenter of that name (settings.SEGMENTERS). Raises ModelError where its model is missing."""
    if name == "char":
        return CharSegmenter()
    return ReferenceSegmenter(model)
