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
_NUMBER = re.compile("[nm]")


def amount_runs(view: View) -> Iterator[tuple[int, int]]:
    """Ranges of tokens (start, end) that may hold amounts, each inside one sentence, in order."""
    codes = "".join(map(_CODES.__getitem__, view.tags))
    at = 0
    while (number := _NUMBER.search(codes, at)) is not None:
        first = number.start()
        while first > at and codes[first - 1] in "pw":
            first -= 1
        while first < number.start() and view.sentence_of(first).end <= first:  # white space between two sentences
            first += 1
        limit = view.sentence_of(first).end
        run = _RUN.match(codes, first, limit)
        if run is None:  # the sentence ends in front of the number
            at = max(limit, first + 1)
            continue
        at = run.end()
        found = frozenset(run.group())
        if "m" in found or found >= {"n", "p"}:
            yield first, at
