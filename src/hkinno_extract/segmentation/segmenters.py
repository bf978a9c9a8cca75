"""Word segmenters: texts to the places where words start.

In: texts. Out: masks over their characters. `hkinno` is the fast runtime of pkuseg's model, `spacy-pkuseg` the reference, which gives the
same words, and `char` cuts every character. The model knows Simplified characters only, so both work on text that OpenCC turned,
character for character.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hkinno_extract.segmentation.model import compiled_model, extra_words, reference_model
from hkinno_extract.segmentation.runtime import words_between

_LOOKED_UP = 1 << 16
"""How many words a segmenter remembers that were looked up."""

Mask = NDArray[np.bool_]


class Segmenter(Protocol):
    """Cuts texts into words."""

    def starts(self, texts: Sequence[str]) -> list[Mask]:
        """For each text a mask over its characters: where a word starts. It ends where the next starts or white space follows."""
        ...

    def known(self, words: Sequence[str]) -> list[bool]:
        """Which of `words` the segmenter's dictionary has: a real word, and not one that it only glued together."""
        ...


class CharSegmenter:
    """Every character is a word; for debugging, and where no model may be loaded."""

    def starts(self, texts: Sequence[str]) -> list[Mask]:
        return [np.array([not c.isspace() for c in text], np.bool_) for text in texts]

    def known(self, words: Sequence[str]) -> list[bool]:
        return [False] * len(words)


class RuntimeSegmenter:
    """The runtime (runtime.py), on all texts at once."""

    def __init__(self, model: Path) -> None:
        self._runtime = compiled_model(model)
        self._looked_up: dict[str, bool] = {}

    def starts(self, texts: Sequence[str]) -> list[Mask]:
        mask = self._runtime.starts("\n".join(simplified(texts)))
        found, at = [], 0
        for text in texts:
            found.append(mask[at : at + len(text)])
            at += len(text) + 1
        return found

    def known(self, words: Sequence[str]) -> list[bool]:
        new = list({word for word in words if word not in self._looked_up})
        if new:
            if len(self._looked_up) > _LOOKED_UP:
                self._looked_up.clear()
                new = list(set(words))
            self._looked_up.update(zip(new, self._runtime.known(simplified(new)), strict=True))
        return [self._looked_up[word] for word in words]


class ReferenceSegmenter:
    """spacy_pkuseg itself."""

    def __init__(self, model: Path) -> None:
        import spacy_pkuseg

        self._pkuseg: Any = spacy_pkuseg.pkuseg(str(reference_model(model)))
        self._pkuseg.postprocesser.other_words |= extra_words(model)

    def starts(self, texts: Sequence[str]) -> list[Mask]:
        return [self._starts(text) for text in simplified(texts)]

    def known(self, words: Sequence[str]) -> list[bool]:
        return [word in self._pkuseg.postprocesser.other_words for word in simplified(words)]

    def _starts(self, text: str) -> Mask:
        mask, at = np.zeros(len(text), np.bool_), 0
        for word in self._pkuseg.cut(text):
            while text[at].isspace():
                at += 1
            mask[at] = True
            at += len(word)
        return mask


@functools.cache
def _to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplified(texts: Sequence[str]) -> list[str]:
    """Each text in Simplified characters and of its own length: one that OpenCC would make longer or shorter stays as it is.

    >>> simplified(["創新科技", "数码港", ""])
    ['创新科技', '数码港', '']
    """
    whole = "\n".join(texts)
    turned = _to_simplified().convert(whole)
    if len(turned) == len(whole):
        parts, at = [], 0
        for text in texts:
            parts.append(turned[at : at + len(text)])
            at += len(text) + 1
        if all(turned[at] == "\n" for at in _joints(texts)):
            return parts
    return [_simplified_alone(text) for text in texts]


def _joints(texts: Sequence[str]) -> list[int]:
    joints, at = [], -1
    for text in texts[:-1]:
        at += len(text) + 1
        joints.append(at)
    return joints


def _simplified_alone(text: str) -> str:
    turned: str = _to_simplified().convert(text)
    return turned if len(turned) == len(text) else text


@functools.lru_cache(maxsize=2)
def load_segmenter(name: str, model: Path) -> Segmenter:
    """The segmenter of that name (settings.SEGMENTERS). Raises ModelError where its model is missing."""
    if name == "char":
        return CharSegmenter()
    return ReferenceSegmenter(model) if name == "spacy-pkuseg" else RuntimeSegmenter(model)


def segment_plain(text: str, name: str, model: Path) -> list[str]:
    """The words of `text` that the segmenter `name` gives by itself, in the text's own characters, white space left out."""
    return words_between(text, load_segmenter(name, model).starts([text])[0])
