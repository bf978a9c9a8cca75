"""The tokenizer: segmenter, lexer and word index make one list of tokens, each with a class; then a spaCy Doc.

In: text and its blocks. Out: `Tokens`, or a Doc that carries them (TAG is the class). Look first at `Tokenizer.tokens`.
"""

from __future__ import annotations

import itertools
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from spacy.tokens import Doc
from spacy.vocab import Vocab

from hkinno_extract.characters import fold
from hkinno_extract.errors import UsageError
from hkinno_extract.pattern_files import Patterns, load_patterns
from hkinno_extract.records import Block
from hkinno_extract.segmentation.assembly import Forced, assemble, force
from hkinno_extract.segmentation.blocks import plain_blocks
from hkinno_extract.segmentation.contest import choose
from hkinno_extract.segmentation.lexer import MEASURING, chain_behind, cut_before, lex, standing_numeral
from hkinno_extract.segmentation.segmenters import Mask, load_segmenter
from hkinno_extract.segmentation.sentences import Sentence, split_sentences
from hkinno_extract.segmentation.words import WordIndex
from hkinno_extract.settings import Settings, model_dir

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The tokens of a text, column by column: `text[starts[i]:ends[i]]`, folded `words[i]`, has class `tags[i]` and value `values[i]`.

    `values` holds the lexicon's value of a word or the id of a name, else "". Tokens cover the text but for single spaces between them;
    white space that is more than that is a SPACE token. `sentences` and `blocks` are in characters; `folded` is the text folded, character
    for character.
    """

    text: str
    folded: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    starts: list[int]
    ends: list[int]
    tags: list[str]
    values: list[str]
    words: list[str]


class Tokenizer:
    """Callable as a spaCy tokenizer. One instance serves all texts; it holds the patterns' words and the segmenter."""

    def __init__(self, vocab: Vocab, patterns: Patterns, *, segmenter: str = "hkinno", model: Path | None = None) -> None:
        self.vocab = vocab
        self.patterns = patterns
        self.segmenter_name = segmenter
        self.index = WordIndex(patterns)
        self._segmenter = load_segmenter(segmenter, model or model_dir())

    def __call__(self, text: str) -> Doc:
        return self.doc(text)

    def pipe(self, texts: Iterable[str], *, batch_size: int = 64, **_: Any) -> Iterator[Doc]:
        """Docs of `texts`; the segmenter gets `batch_size` of them at a time, which is faster for short ones."""
        waiting = iter(texts)
        while batch := list(itertools.islice(waiting, batch_size)):
            for tokens in self.batch([(text, None) for text in batch]):
                yield self.to_doc(tokens)

    def doc(self, text: str, blocks: Sequence[Block] | None = None) -> Doc:
        """A Doc of `text`; without `blocks` the text is taken as plain lines."""
        return self.to_doc(self.tokens(text, blocks))

    def tokens(self, text: str, blocks: Sequence[Block] | None = None) -> Tokens:
        """The tokens of `text`."""
        return self.batch([(text, blocks)])[0]

    def batch(self, texts: Sequence[tuple[str, Sequence[Block] | None]]) -> list[Tokens]:
        """The tokens of several texts, each with its blocks or None; the segmenter sees all their sentences at once."""
        laid_out = [(text, plain_blocks(text) if blocks is None else tuple(blocks)) for text, blocks in texts]
        sentences = [split_sentences(text, blocks) for text, blocks in laid_out]
        pieces = [text[s.start : s.end] for (text, _), found in zip(laid_out, sentences, strict=True) for s in found]
        starts = iter(self._segmenter.starts(pieces))
        return [self._merge(text, blocks, found, starts) for (text, blocks), found in zip(laid_out, sentences, strict=True)]

    def _merge(self, text: str, blocks: tuple[Block, ...], sentences: Sequence[Sentence], starts: Iterator[Mask]) -> Tokens:
        folded = fold(text)
        cuts = _borders(text, sentences, starts)
        forced: Forced = {}
        fences = bytearray(len(text) + 1)
        for sentence in sentences:
            fences[sentence.start] = 1
        matches = [match for match in self.index.find(folded) if fences.find(1, match[0] + 1, match[1]) < 0]
        for start, end, entry in choose(text, matches, cuts, self._segmenter.known):
            force(cuts, start, end)
            forced[start] = (end, *entry)

        def is_word(first: int, last: int) -> bool:
            return self._segmenter.known([text[first:last]])[0]

        covered = bytearray(len(text))
        for start, (end, _, _) in forced.items():
            covered[start:end] = b"\1" * (end - start)
        for start, end, tag in lex(text):
            fence = fences.find(1, start + 1, end)
            end = end if fence < 0 else fence
            while tag == "NUMERAL" and start < end and covered[start]:  # 總數 | 百分之二
                start += 1
            taken = covered.find(1, start, end)
            if start == end:
                continue
            if taken == start or (taken > 0 and tag != "NUMERAL"):
                continue
            if tag == "NUMERAL":
                end = end if taken < 0 else taken
                place = standing_numeral(folded, (start, end), cuts, self.index.entries, is_word)
                if place is None:
                    continue
                start, end = place
            force(cuts, start, end)
            word = self.index.entries.get(folded[start:end]) if tag == "LATIN" else None
            forced[start] = (end, *word) if word and word.tag in MEASURING else (end, tag, "")
            if tag != "LATIN":
                cut_before(folded, start, cuts, self.index.entries, is_word)
                for unit in chain_behind(folded, end, cuts, self.index.entries, is_word):
                    if unit.tag == "PERCENT" and end - start == 1 and forced.get(unit.start, (0,))[0] > unit.end:
                        del forced[unit.start]  # 七成 | 為, not 七 | 成為
                    force(cuts, unit.start, unit.end)
        return Tokens(text, folded, blocks, tuple(sentences), *assemble(text, folded, cuts, forced, self.index.entries))

    def to_doc(self, tokens: Tokens) -> Doc:
        """A Doc with the tokens' classes as TAG and sentence starts set; its tokens are those of `tokens`, one for one."""
        text = tokens.text
        words = [text[s:e] for s, e in zip(tokens.starts, tokens.ends, strict=True)]
        begins = {s.start for s in tokens.sentences}
        return Doc(
            self.vocab,
            words=words,
            spaces=[False] * len(words),
            tags=tokens.tags,
            sent_starts=[i == 0 or s in begins for i, s in enumerate(tokens.starts)],
        )

    def to_bytes(self, **_: Any) -> bytes:
        """What `from_bytes` checks: segmenter and fingerprint of the patterns. The words stay in patterns/, the model in the cache."""
        return json.dumps({"segmenter": self.segmenter_name, "patterns": self.patterns.fingerprint}).encode()

    def from_bytes(self, data: bytes, **_: Any) -> Self:
        """Checks that this tokenizer is the one that was saved. Raises UsageError for another segmenter; warns of other patterns."""
        saved = json.loads(data)
        if saved["segmenter"] != self.segmenter_name:
            raise UsageError(
                f"the pipeline was saved with the segmenter {saved['segmenter']}, this one has {self.segmenter_name}",
                remedy="Load it with the config that it was saved with.",
            )
        if saved["patterns"] != self.patterns.fingerprint:
            warnings.warn("the pipeline was saved with other patterns; it now uses those at hand", stacklevel=2)
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Writes the file `path`; spaCy calls this for nlp.to_disk."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> Self:
        """Checks against the file `path`, as `from_bytes` does."""
        return self.from_bytes(Path(path).read_bytes())


_SPACE = re.compile(r"\s+")


def _borders(text: str, sentences: Sequence[Sentence], starts: Iterator[Mask]) -> bytearray:
    """1 before each character where a word or a sentence starts or white space does."""
    cuts = np.zeros(len(text) + 1, np.uint8)
    for sentence, mask in zip(sentences, starts, strict=False):
        cuts[sentence.start : sentence.end] = mask
        cuts[sentence.start] = cuts[sentence.end] = 1
    borders = bytearray(cuts.tobytes())
    for gap in _SPACE.finditer(text):
        borders[gap.start()] = 1
    return borders


def make_tokenizer(patterns: str | None = None, segmenter: str = "hkinno"):  # type: ignore[no-untyped-def]
    """spaCy's `hkinno.Tokenizer.v1`. `patterns` is a folder, None for the usual one."""

    def create(nlp: Language) -> Tokenizer:
        settings = Settings(patterns=Path(patterns) if patterns else None, segmenter=segmenter)
        return Tokenizer(nlp.vocab, load_patterns(settings.patterns_dir()), segmenter=settings.segmenter)

    return create
