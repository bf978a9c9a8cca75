"""What a Python program calls: extract, load, segment, numbers.

In: texts. Out: records, a spaCy pipeline, words, amounts. All of it is importable from `hkinno_extract` itself.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from hkinno_extract.pipeline.extractor import Extractor, Result
from hkinno_extract.recognition.numbers import Numeric, numbers
from hkinno_extract.settings import Settings, model_dir

__all__ = ["Numeric", "extract", "load", "numbers", "segment"]

if TYPE_CHECKING:
    from spacy.language import Language

COMPONENTS = ("hkinno_rankings", "hkinno_amounts", "hkinno_organisations", "hkinno_programmes", "hkinno_links")


@functools.lru_cache(maxsize=4)
def _extractor(settings: Settings) -> Extractor:
    return Extractor(settings)


def extract(
    text: str,
    *,
    published_at: str | None = None,
    issuer: str | None = None,
    doc_id: str = "text",
    settings: Settings | None = None,
) -> Result:
    """The records of `text`, the same as a run gives for a file of it.

    `published_at` (ISO 8601) is what 去年 is resolved against and `issuer` who speaks; what is not given is taken from the text where it
    says so. Raises PatternError or ModelError where patterns or model are not in order.
    """
    return _extractor(settings or Settings()).extract_text(text, published_at=published_at, issuer=issuer, doc_id=doc_id)


def load(settings: Settings | None = None) -> Language:
    """A spaCy pipeline whose Docs carry the records.

    They are in `doc.spans["rankings"]`, `["amounts"]`, `["organisations"]` and `["programmes"]`, as `span._.ranking`, `.amount`,
    `.organisation` and `.programme`. For relative dates set `doc._.published_at` and `doc._.issuer` on a Doc of `nlp.make_doc` first.
    """
    import spacy

    chosen = settings or Settings()
    patterns = str(chosen.patterns) if chosen.patterns else None
    config = {"patterns": patterns, "segmenter": chosen.segmenter}
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "hkinno.Tokenizer.v1", **config}}})
    for name in COMPONENTS:
        nlp.add_pipe(name, config=config)
    return nlp


def segment(text: str, *, lexicon: bool = True, settings: Settings | None = None) -> list[str]:
    """The words of `text`, white space left out.

    With `lexicon` numbers, Latin words and the words and names of patterns/ are words of their own; without it the words are the
    segmenter's alone, for Simplified text those of spacy_pkuseg. Raises ModelError where the model is not installed.
    """
    if not lexicon:
        from hkinno_extract.segmentation.segmenters import segment_plain

        chosen = settings or Settings()
        return segment_plain(text, chosen.segmenter, model_dir())
    tokens = _extractor(settings or Settings()).tokens(text)
    words = (text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True))
    return [word for word in words if not word.isspace()]
