"""Amounts in tables of pages: heads of several rows, labels that span rows, units and periods wherever a table says them."""

from __future__ import annotations

import pytest

from hkinno_extract.pipeline import Extractor
from hkinno_extract.records import RawRelease

Cells = list[list[str]]

ACROSS, DOWN = "→", "↓"
"""In front of a cell's text: it spans two columns, two rows."""


def page(before: str, rows: Cells) -> bytes:
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    body = f"<p>主席：</p><p>{before}</p><table>{lines}</table><p>　　完結時再作交代。</p>"
    end = '<div class="mB15 f15">完</div><div class="mB15 f15">2025年6月18日（星期三）<br>香港時間12時30分</div>'
    return f'<meta charset="utf-8"><title>立法會九題：數字</title><span id="pressrelease">{body}{end}</span>'.encode()


def _cell(text: str) -> str:
    span = {ACROSS: ' colspan="2"', DOWN: ' rowspan="2"'}.get(text[:1], "")
    return f"<td{span}>{text[bool(span) :]}</td>"


TABLES = {
    "a head of groups over years": (
        "有關數字表列如下：",
        [["↓機構", "→批出宗數", "→批出金額（億元）"], ["2022-23", "2023-24", "2022-23", "2023-24"], ["數碼港", "10", "12", "1.1", "1.25"]],
        ["10 宗 批出宗數 2022/23", "12 宗 批出宗數 2023/24", "110000000 HKD 批出金額 2022/23", "125000000 HKD 批出金額 2023/24"],
    ),
    "a corner that is empty": (
        "各機構的研發開支（百萬元）如下：",
        [["", "2023-24", "2024-25"], ["應科院", "650.5", "700"], ["納米院", "120", "130"]],
        [
            "650500000 HKD 研發開支 2023/24",
            "700000000 HKD 研發開支 2024/25",
            "120000000 HKD 研發開支 2023/24",
            "130000000 HKD 研發開支 2024/25",
        ],
    ),
    "what a sentence before it counts": (
        "各機構的員工人數如下：",
        [["", "2023年", "2024年"], ["應科院", "650", "700"]],
        ["650 人 員工人數 2023", "700 人 員工人數 2024"],
    ),
    "labels that span rows, years beside them": (
        "有關數字如下：",
        [["機構", "年度", "個案數目（宗）", "佔比"], ["↓數碼港", "2022-23", "10", "12%"], ["2023-24", "12", "13.5%"]],
        ["10 宗 個案數目 2022/23", "12 % 佔比 2022/23", "12 宗 個案數目 2023/24", "13.5 % 佔比 2023/24"],
    ),
    "a row of units": (
        "有關數字如下：",
        [["年", "樓面面積", "科研人員"], ["", "平方米", "人"], ["2023", "330 000", "36 106"]],
        ["330000 平方米 樓面面積 2023", "36106 人 科研人員 2023"],
    ),
    "measures at the side": (
        "有關數字如下：",
        [["項目", "2023年", "2024年"], ["批出金額（百萬元）", "1,120.5", "1,300"], ["成功率（%）", "45", "52.1"]],
        ["1120500000 HKD 批出金額 2023", "1300000000 HKD 批出金額 2024", "45 % 成功率 2023", "52.1 % 成功率 2024"],
    ),
    "a title over the heads": (
        "數字見下。",
        [["表一：撥款（單位：萬元）"], ["年度", "上限", "實際支出"], ["2024-25（截至12月底）", "500", "420"]],
        ["5000000 HKD 上限 2024/25", "4200000 HKD 實際支出 2024/25"],
    ),
    "numbers of no unit": ("名單如下：", [["編號", "樓齡"], ["1", "20"], ["2", "30"]], []),
}


@pytest.mark.parametrize("name", list(TABLES))
def test_what_a_table_says_of_its_cells(extractor: Extractor, name: str) -> None:
    before, rows, expected = TABLES[name]
    found = extractor.extract(RawRelease(doc_id="t", source="t.htm", data=page(before, rows))).amounts
    assert [f"{a.to_plain()['value_from']} {a.unit} {a.measure} {a.period}" for a in found] == expected


def test_heads_and_labels_name_schemes_and_bodies(extractor: Extractor) -> None:
    rows = [
        ["↓院校", "→企業支援計劃", "→大學科技初創企業資助計劃"],
        ["獲批宗數", "資助額（萬元）", "獲批宗數", "資助額（萬元）"],
        ["香港大學", "45", "1,286", "21", "150"],
        ["香港中文大學", "52", "1,403", "22", "152"],
    ]
    found = extractor.extract(
        RawRelease(doc_id="t", source="t.htm", data=page("「企業支援計劃」及「大學科技初創企業資助計劃」的申請情況如下：", rows))
    ).amounts
    assert [a.programme for a in found] == ["企業支援計劃", "企業支援計劃", "大學科技初創企業資助計劃", "大學科技初創企業資助計劃"] * 2
    assert [a.organisation for a in found] == ["香港大學"] * 4 + ["香港中文大學"] * 4
