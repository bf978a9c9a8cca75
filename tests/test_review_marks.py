"""What is shown of a release: its pieces are its text, and no sign in it hides or turns anything."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkinno_extract import extract
from hkinno_extract.review.marks import HIDDEN, LOST, pieces, visible
from hkinno_extract.tables.columns import RECORD_TABLES
from tests.reviewing import release

TEXTS = st.text(st.sampled_from("創新1元人‹›。\n\ufffd\u202e\u200b𠝹<&"), max_size=40)


@given(text=TEXTS)
def test_the_pieces_are_the_text_and_tell_where_they_stand(text: str) -> None:
    plain = release(text)
    found = list(pieces(plain))
    assert "".join(p.text for p in found) == text
    assert all(text[p.start : p.start + len(p.text)] == p.text for p in found)
    for table in RECORD_TABLES:
        for row in plain[table]:
            assert "".join(p.text for p in found if row["record_id"] in p.records) == row["text"]
    assert {c for p in found if p.sign == LOST for c in p.text} <= {"\ufffd"}
    assert all(len(p.text) == 1 for p in found if p.sign == HIDDEN)
    assert all(a.start <= b.start for a, b in pairwise(found))


def test_a_repaired_place_has_what_the_source_says() -> None:
    raw = "創(chuàng)新科技署今日公布，本地研發總開支為330億元。"
    result: dict[str, Any] = extract(raw).as_json()
    repaired = [(p.raw, p.text) for p in pieces(result) if p.repair]
    assert any("chuàng" in (source or "") for source, _ in repaired), repaired
    assert "".join(p.text for p in pieces(result)) == result["text"]


@pytest.mark.parametrize("sign", ["\u202e", "\u2067", "\u200f", "\u200b", "\ufeff", "\x00", "\u2028"])
def test_hidden_signs_are_written_out(sign: str) -> None:
    assert visible(f"甲{sign}乙") == f"甲⟨U+{ord(sign):04X}⟩乙"
    assert [p.sign for p in pieces(release(f"甲{sign}乙"))] == [None, HIDDEN, None]
