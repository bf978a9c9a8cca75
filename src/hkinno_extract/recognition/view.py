"""What a recogniser looks at: the tokens of a text with their classes, sentences and blocks, built once a text.

In: a spaCy Doc of any tokenizer (or a `Tokens`). Out: a `View`. In a pipeline with another tokenizer the tokens are our own, of the same
text; the View is kept in a WeakKeyDictionary, so that our components share it and it goes with the outer Doc.
"""

from __future__ import annotations

import bisect
import functools
import re
import weakref
from typing import Any

from spacy.tokens import Doc

from hkinno_extract.characters import CLOSING, LOST, OPENING
from hkinno_extract.records import Block, Record
from hkinno_extract.segmentation.sentences import Sentence
from hkinno_extract.segmentation.tokenizer import Tokenizer, Tokens

SENTENCE_LIMIT = 400


class View:
    """Tokens by number: `text[starts[i]:ends[i]]`, `tags[i]`, `values[i]`, `words[i]`. `sentences` are token ranges (start, end, block).
    `folded` is the text folded, character for character.

    `published_at` (ISO 8601), `issuer` and `currency` are what relative dates and a bare 元 are resolved against; None where not known.
    `found` holds the records of each table once its recogniser has run.
    """

    def __init__(self, tokens: Tokens, *, published_at: str | None = None, issuer: str | None = None, currency: str = "HKD") -> None:
        self.text, self.folded = tokens.text, tokens.folded
        self.blocks = tokens.blocks
        self.starts, self.ends = tokens.starts, tokens.ends
        self.tags, self.values, self.words = tokens.tags, tokens.values, tokens.words
        self.published_at, self.issuer, self.currency = published_at, issuer, currency
        self.spans = tokens.sentences
        self.found: dict[str, list[Record]] = {}

    @functools.cached_property
    def sentences(self) -> list[Sentence]:
        """Token ranges (start, end, number of the block) of the sentences, in order."""
        return [Sentence(self.token_at(s.start), self.token_at(s.end - 1) + 1, s.block) for s in self.spans]

    @functools.cached_property
    def simplified(self) -> bool:
        """Whether the text is written in Simplified characters, so that names and measures must be turned to Traditional."""
        return is_simplified(self.text)

    @functools.cached_property
    def has_losses(self) -> bool:
        """Whether a place of the text was lost."""
        return LOST in self.text

    def token_at(self, char: int) -> int:
        """The number of the token that holds character `char`."""
        return bisect.bisect_right(self.starts, char) - 1

    def sentence_at(self, char: int) -> Sentence:
        """The sentence (token range, block) that holds character `char`, or the nearest before it."""
        at = bisect.bisect_right(self._sentence_starts, char) - 1
        return self.sentences[max(0, at)]

    def sentence_of(self, token: int) -> Sentence:
        """The sentence (token range, block) that holds token `token`, or the nearest before it."""
        return self.sentences[max(0, bisect.bisect_right(self._first_tokens, token) - 1)]

    @functools.cached_property
    def _first_tokens(self) -> list[int]:
        return [s.start for s in self.sentences]

    @functools.cached_property
    def _sentence_starts(self) -> list[int]:
        return [s.start for s in self.spans]

    @functools.cached_property
    def _headings(self) -> tuple[list[int], list[Block]]:
        headings = [b for b in self.blocks if b.kind == "heading"]
        return [b.start for b in headings], headings

    def section_at(self, char: int) -> str | None:
        """The text of the heading that character `char` stands under; of a heading itself, the one before it."""
        starts, headings = self._headings
        if not starts:
            return None
        at = bisect.bisect_left(starts, char) - 1
        if at >= 0 and headings[at].end > char:
            at -= 1
        return self.text[headings[at].start : headings[at].end] if at >= 0 else None

    def sentence_text(self, start: int, end: int) -> str:
        """The sentence around characters `start` to `end`, at most SENTENCE_LIMIT characters of it, `…` where it was cut."""
        at = bisect.bisect_right(self._sentence_starts, start) - 1
        if at < 0:
            return self.text[start:end]
        first, last = self.spans[at].start, max(self.spans[at].end, end)
        if last - first <= SENTENCE_LIMIT:
            return self.text[first:last]
        room = max(0, SENTENCE_LIMIT - 2 - (end - start)) // 2
        left, right = max(first, start - room), min(last, end + room)
        return ("…" if left > first else "") + self.text[left:right] + ("…" if right < last else "")

    def place(self, start: int, end: int, pattern: str) -> dict[str, Any]:
        """What every record says of its place: keyword arguments start, end, text, sentence, section, pattern; characters of the text."""
        return {
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "sentence": self.sentence_text(start, end),
            "section": self.section_at(start),
            "pattern": pattern,
        }

    def taken(self, *tables: str) -> list[tuple[int, int]]:
        """The places (start, end in characters) that records of `tables` hold, in order."""
        return sorted((r.start, r.end) for t in tables for r in self.found.get(t, ()))


_SIMPLIFIED = re.compile(
    "[们这国发产业创为过还进时与从东车长门问间关开无书见龙马鸟鱼点热电经济学会区术广达网络该并应实验资专数码竞争获评济体总额项两给处]"
)
_TRADITIONAL = re.compile(
    "[們這國發產業創為過還進時與從東車長門問間關開無書見龍馬鳥魚點熱電經濟學會區術廣達網絡該並應實驗資專數碼競爭獲評濟體總額項兩給處]"
)


def is_simplified(text: str) -> bool:
    """Whether `text` has more of the common Simplified characters than of their Traditional twins."""
    simplified = len(_SIMPLIFIED.findall(text))
    return simplified > 0 and simplified > len(_TRADITIONAL.findall(text))


def strip_quotes(text: str) -> str:
    """`text` without the quotes that enclose the whole of it.

    >>> strip_quotes("「人工智能資助計劃」"), strip_quotes("「深圳—香港—廣州」集群")
    ('人工智能資助計劃', '「深圳—香港—廣州」集群')
    """
    while len(text) > 2 and text[0] in OPENING and text[-1] == CLOSING[OPENING.index(text[0])]:
        inner = text[1:-1]
        if text[0] in inner or text[-1] in inner:
            break
        text = inner
    return text


_VIEWS: weakref.WeakKeyDictionary[Doc, View] = weakref.WeakKeyDictionary()


def view_of(doc: Doc, tokenizer: Tokenizer) -> View:
    """The View of `doc`, built on first use with what `doc._.published_at`, `issuer`, `currency` and `hkinno_blocks` say."""
    view = _VIEWS.get(doc)
    if view is None:
        blocks = doc._.hkinno_blocks
        tokens = tokenizer.tokens(doc.text, None if blocks is None else [Block(kind=k, start=s, end=e, level=n) for k, s, e, n in blocks])
        view = new_view(tokens, doc)
        _VIEWS[doc] = view
    return view


def new_view(tokens: Tokens, doc: Doc) -> View:
    """A View of `tokens` that takes the release's facts from the extensions of `doc`."""
    return View(tokens, published_at=doc._.published_at, issuer=doc._.issuer, currency=doc._.currency or "HKD")
