"""Where amounts can be: runs of tokens whose classes the grammar knows, so that the Matcher sees a few tokens and not whole sentences.

In: a View. Out: ranges of tokens. Exact, not a guess: every pattern of amounts.jsonl matches inside such a run (a test compares the two).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from hkinno_extract.recognition.view import View

_NUMBERS = ("NUMBER", "NUMERAL")
_ALONE = ("SCALE", "AMOUNT", "DAMAGED")
TRIGGERS = (*_NUMBERS, *_ALONE)
"""A run must hold one of these; a plain number must have a comparator or a measuring word beside it."""
_PARTS = (
    *("COMPARATOR", "COMPARATOR_AFTER", "COMPARATOR_BOTH", "SUPERLATIVE", "NEGATIVE", "RANGE", "CHANGE_TO", "FRACTION"),
    *("CURRENCY", "SUBCURRENCY", "CLASSIFIER", "CLASSIFIER_OR_RANK", "CLASSIFIER_OR_PLACE", "UNIT", "PERCENT", "POINT", "MULTIPLE"),
)
_NOUNS = ("NOUN", "GROUP", "VERB_OR_NOUN", "GENERIC", "HEAD")
_CODES: defaultdict[str, str] = defaultdict(
    lambda: ".",
    {
        **dict.fromkeys(_NUMBERS, "n"),
        **dict.fromkeys(_ALONE, "m"),
        **dict.fromkeys(_PARTS, "p"),
        **dict.fromkeys(_NOUNS, "o"),
        "SPACE": "w",
        "STOP": "s",
    },
)
_RUN = re.compile(r"[pw]*[nm][nmpw]*(?:s[nmpw]*)?o?")
_AMOUNT = re.compile(r"m|n.*p|p.*n")


def amount_runs(view: View) -> Iterator[tuple[int, int]]:
    """Ranges of tokens (start, end) that may hold amounts, each inside one sentence, in order."""
    codes = "".join(map(_CODES.__getitem__, view.tags))
    at = 0
    while (run := _RUN.search(codes, at)) is not None:
        first, last = run.span()
        if _AMOUNT.search(codes, first, last) is None:
            at = last
            continue
        limit = view.sentence_of(first).end
        if limit <= first:  # white space between two sentences
            at = first + 1
        elif limit < last:
            at = limit
            if _AMOUNT.search(codes, first, limit) is not None:
                yield first, limit
        else:
            at = last
            yield first, last
