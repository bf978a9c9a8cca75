"""Numbers, Latin words and lost places: what gets its own token whatever the segmenter says.

In: text. Out: spans with a tag of TOKENIZER_TAGS. A run of Chinese numerals is a candidate only: the tokenizer keeps it unless a word
of the tables holds it (一帶一路) or the segmenter knows a word that goes on beyond it (一直, 十分).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_THIN = "\u0020\u00a0\u2002-\u200a\u202f\u205f"
_LEXEME = re.compile(
    rf"""
    (?P<LOST>[0-9０-９]*\ufffd+[0-9０-９.,]*)
  | (?P<NUMBER>
      (?<![0-9０-９.])(?:[0-9]{{1,3}}(?:[{_THIN}][0-9]{{3}})+(?![0-9])|[0-9]{{1,3}}(?:[,，][0-9]{{3}})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?
      | [０-９]+(?:[，,][０-９]{{3}})*(?:[．.][０-９]+)?
    )
  | (?P<LATIN>[A-Za-zÀ-ɏＡ-Ｚａ-ｚ][A-Za-zÀ-ɏＡ-Ｚａ-ｚ0-9]*(?:[&'’.\-][A-Za-z0-9]+)*)
  | (?P<NUMERAL>[零〇○一二三四五六七八九十百千廿卅卌兩两壹貳貮贰叁參叄肆伍陸陆柒捌玖拾佰仟幾几數数半點点]+)
    """,
    re.VERBOSE,
)


class Lexeme(NamedTuple):
    """`text[start:end]` with its tag."""

    start: int
    end: int
    tag: str


def lex(text: str) -> list[Lexeme]:
    """Every lexeme of `text`, left to right, without overlaps.

    >>> [(text, tag) for text, tag in (("超過1,600家"[l.start:l.end], l.tag) for l in lex("超過1,600家"))]
    [('1,600', 'NUMBER')]
    """
    found = []
    for match in _LEXEME.finditer(text):
        tag = match.lastgroup or ""
        found.append(Lexeme(match.start(), match.end(), "DAMAGED" if tag == "LOST" else tag))
    return found
