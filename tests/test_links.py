"""Links: the programme and the organisation of amounts, the publisher and the subject's id of rankings."""

from __future__ import annotations

from typing import Any

import pytest

from hkinno_extract.recognition.engine import Engine
from hkinno_extract.recognition.view import View
from hkinno_extract.segmentation.tokenizer import Tokenizer
from tests.support import load_cases


def linked(tokenizer: Tokenizer, engine: Engine, text: str, table: str) -> list[Any]:
    tokens = tokenizer.tokens(text)
    return engine.linked(View(tokens))[table]


@pytest.mark.parametrize("case", load_cases("links", "amounts"))
def test_cases(tokenizer: Tokenizer, engine: Engine, case: dict[str, Any]) -> None:
    records = [r.to_plain() for r in linked(tokenizer, engine, case["text"], "amounts")]
    assert [{k: r[k] for k in ("text", "programme", "organisation")} for r in records] == case["amounts"]


@pytest.mark.parametrize(
    ("text", "publisher", "publisher_id"),
    [
        ("- 全球第五（國際管理發展學院（IMD）2024年世界競爭力年報）", "國際管理發展學院", "imd"),
        ("- 全球第五（IMD 2024年世界競爭力年報）", "國際管理發展學院", "imd"),
        ("世界知識產權組織公布《全球創新指數》，香港排名第十七。", "世界知識產權組織", "wipo"),
        ("在加拿大菲沙研究所的《世界經濟自由度年報》，香港位居榜首。", "菲沙研究所", "fraser-institute"),
        ("在《QS世界大學排名》，港大位列第17。", "Quacquarelli Symonds", "qs"),
        ("在《全球金融中心指數》，香港位列第三。", None, None),
        ("Z/Yen與中國（深圳）綜合開發研究院聯合公布《全球金融中心指數》，香港位列第三。", None, None),
        ("在《自然指數2024》，香港位列第十。", None, None),
    ],
)
def test_a_publisher_is_filled_in_where_the_text_names_it(
    tokenizer: Tokenizer, engine: Engine, text: str, publisher: str | None, publisher_id: str | None
) -> None:
    record = linked(tokenizer, engine, text, "rankings")[0]
    assert (record.publisher, record.publisher_id) == (publisher, publisher_id)


def test_a_subject_has_the_id_of_its_body(tokenizer: Tokenizer, engine: Engine) -> None:
    records = linked(tokenizer, engine, "在QS亞洲大學排名，港大排名第二，香港理工大學第十，香港則有五所大學躋身百強。", "rankings")
    assert [(r.subject, r.subject_id) for r in records] == [("港大", "hku"), ("香港理工大學", "polyu"), ("五所大學", None)]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("研發總開支達333億元，佔本地生產總值1.11%，創歷史新高。", "研發總開支"),
        ("去年帶來逾600億元直接投資，再創新高。", "直接投資"),
        ("參展機構有320間，參展機構數目為歷來最多。", "參展機構數目"),
        ("香港在67個經濟體中排名第五，為十年來最佳。", "香港"),
    ],
)
def test_what_reached_a_record_is_what_the_amount_before_it_measures(tokenizer: Tokenizer, engine: Engine, text: str, subject: str) -> None:
    assert linked(tokenizer, engine, text, "rankings")[-1].subject == subject


def test_linking_twice_changes_nothing(tokenizer: Tokenizer, engine: Engine) -> None:
    text = "創新及科技基金批出3億元。香港在世界人才排名（IMD）位列第九。"
    tokens = tokenizer.tokens(text)
    view = View(tokens)
    once = {table: list(records) for table, records in engine.linked(view).items()}
    assert engine.linked(view) == once
