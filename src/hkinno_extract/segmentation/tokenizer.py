"""The tokenizer: segmenter, lexer and word index make one list of tokens, each with a class; then a spaCy Doc.

In: text and its blocks. Out: `Tokens`, or a Doc that carries them (TAG is the class). Look first at `Tokenizer.tokens`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from hkinno_extract.characters import fold, is_han
from hkinno_extract.pattern_files import Patterns, load_patterns
from hkinno_extract.records import Block
from hkinno_extract.segmentation.blocks import plain_blocks
from hkinno_extract.segmentation.contest import choose
from hkinno_extract.segmentation.lexer import MEASURING, chain_behind, cut_before, lex, standing_numeral
from hkinno_extract.segmentation.segmenters import load_segmenter
from hkinno_extract.segmentation.sentences import Sentence, split_sentences
from hkinno_extract.segmentation.words import Entry, WordIndex
from hkinno_extract.settings import Settings, model_dir


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The tokens of a text, column by column: `text[starts[i]:ends[i]]` has class `tags[i]` and value `values[i]`.

    `values` holds the lexicon's value of a word or the id of a name, else "". Tokens cover the text but for single spaces between them;
    white space that is more than that is a SPACE token. `sentences` and `blocks` are in characters.
    """

    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    starts: list[int]
    ends: list[int]
    tags: list[str]
    values: list[str]


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

    def pipe(self, texts: Iterable[str], **_: Any) -> Iterator[Doc]:
        """Docs of `texts`."""
        for text in texts:
            yield self.doc(text)

    def doc(self, text: str, blocks: Sequence[Block] | None = None) -> Doc:
        """A Doc of `text`; without `blocks` the text is taken as plain lines."""
        return self.to_doc(self.tokens(text, blocks))

    def tokens(self, text: str, blocks: Sequence[Block] | None = None) -> Tokens:
        """The tokens of `text`."""
        blocks = plain_blocks(text) if blocks is None else tuple(blocks)
        sentences = split_sentences(text, blocks)
        folded = fold(text)
        cuts = bytearray(len(text) + 1)
        self._cut_words(text, sentences, cuts)
        forced: dict[int, tuple[int, str, str]] = {}
        for found in choose(text, self.index.find(folded), cuts, self._segmenter.known):
            _force(cuts, found.start, found.end)
            forced[found.start] = (found.end, found.entry.tag, found.entry.value)
        covered = bytearray(len(text))
        for start, (end, _, _) in forced.items():
            covered[start:end] = b"\1" * (end - start)
        for start, end, tag in lex(text):
            taken = covered.find(1, start, end)
            if taken == start or (taken > 0 and tag != "NUMERAL"):
                continue
            if tag == "NUMERAL":
                end = end if taken < 0 else taken
                place = standing_numeral(folded, (start, end), cuts, self.index.entries)
                if place is None:
                    continue
                start, end = place
            _force(cuts, start, end)
            entry = self.index.entries.get(folded[start:end]) if tag == "LATIN" else None
            forced[start] = (end, *entry) if entry and entry.tag in MEASURING else (end, tag, "")
            if tag != "LATIN":
                cut_before(folded, start, cuts, self.index.entries)
                for unit in chain_behind(folded, end, cuts, self.index.entries):
                    if unit.tag == "PERCENT" and end - start == 1 and forced.get(unit.start, (0,))[0] > unit.end:
                        del forced[unit.start]  # 七成 | 為, not 七 | 成為
                    _force(cuts, unit.start, unit.end)
        return self._assemble(text, folded, blocks, sentences, cuts, forced)

    def _cut_words(self, text: str, sentences: Sequence[Sentence], cuts: bytearray) -> None:
        for sentence, starts in zip(sentences, self._segmenter.starts([text[s.start : s.end] for s in sentences]), strict=True):
            cuts[sentence.start] = cuts[sentence.end] = 1
            for place in (np.flatnonzero(starts) + sentence.start).tolist():
                cuts[place] = 1
        for gap in _SPACE.finditer(text):
            cuts[gap.start()] = 1

    def _assemble(
        self,
        text: str,
        folded: str,
        blocks: tuple[Block, ...],
        sentences: Sequence[Sentence],
        cuts: bytearray,
        forced: dict[int, tuple[int, str, str]],
    ) -> Tokens:
        starts: list[int] = []
        ends: list[int] = []
        tags: list[str] = []
        values: list[str] = []
        entries = self.index.entries
        at, size = 0, len(text)
        while at < size:
            end, tag, value = forced.get(at, (0, "", ""))
            if not end:
                end, tag = _run(text, cuts, at)
                if tag == "WORD" or end - at == 1:
                    entry = entries.get(folded[at:end])
                    if entry is not None:
                        tag, value = entry
                    elif end - at > 2 and _is_head(entries.get(folded[end - 1])):
                        end -= 1
                        cuts[end] = 1
            starts.append(at)
            ends.append(end)
            tags.append(tag)
            values.append(value)
            at = end
        return Tokens(text, blocks, tuple(sentences), starts, ends, tags, values)

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


_SPACE = re.compile(r"\s+")


def _force(cuts: bytearray, start: int, end: int) -> None:
    cuts[start:end] = b"\0" * (end - start)
    cuts[start] = cuts[end] = 1


def _is_head(entry: Entry | None) -> bool:
    """Whether `entry` ends names, so that a longer word that the segmenter glued it to is cut before it (推廣署, 科技獎)."""
    return entry is not None and entry.tag in _HEADS


_HEADS = frozenset({"HEAD", "PROGRAMME_HEAD"})


def _run(text: str, cuts: bytearray, at: int) -> tuple[int, str]:
    char = text[at]
    end, size = at + 1, len(text)
    if char.isspace():
        while end < size and text[end].isspace() and not cuts[end]:
            end += 1
        return end, "SPACE"
    if not is_han(char) and not char.isalnum():
        return end, "PUNCT"
    while end < size and not cuts[end] and text[end].isalnum():
        end += 1
    return end, "WORD"


def make_tokenizer(patterns: str | None = None, segmenter: str = "hkinno"):  # type: ignore[no-untyped-def]
    """spaCy's `hkinno.Tokenizer.v1`. `patterns` is a folder, None for the usual one."""

    def create(nlp: Language) -> Tokenizer:
        settings = Settings(patterns=Path(patterns) if patterns else None, segmenter=segmenter)
        return Tokenizer(nlp.vocab, load_patterns(settings.patterns_dir()), segmenter=settings.segmenter)

    return create
