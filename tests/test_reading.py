"""Reading: encodings, page layouts, plain text, Markdown, files of several releases, hostile input."""

from __future__ import annotations

import contextlib
import html
import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hkinno_extract.errors import ReadingError
from hkinno_extract.reading import KEYS, members, read_release, stream_members
from hkinno_extract.reading.encodings import decode
from hkinno_extract.reading.facts import from_address, from_stamp, issuer_of, language_of, published_at
from hkinno_extract.reading.parts import Part
from hkinno_extract.reading.trimming import trimmed
from hkinno_extract.records import Block, PageText, RawRelease
from hkinno_extract.segmentation.blocks import plain_blocks
from hkinno_extract.segmentation.sentences import split_sentences
from tests.support import CASES, load_cases

HKSCS = "邨衞着峯粧裏嘅啲咗㗎"


def read(data: str | bytes, source: str = "a.htm", **fields: Any) -> PageText:
    """A page read from text or bytes."""
    return read_release(RawRelease(doc_id="a", source=source, data=data.encode() if isinstance(data, str) else data, **fields))


def kinds(page: PageText) -> list[tuple[str, str]]:
    """The blocks of a page: kind and text."""
    return [(b.kind, page.text[b.start : b.end]) for b in page.blocks]


@pytest.mark.parametrize("declared", [None, "utf-8", "big5", "gb2312", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "big5hkscs", "gb18030"])
def test_encodings_are_told_whatever_was_declared(codec: str, declared: str | None) -> None:
    text = f"政府今日公布，工業村的{HKSCS}照常使用，佔地約 4 900平方米，較去年增加百分之三。"
    found, used = decode(text.encode(codec), declared)
    assert found == text
    assert used == {"utf-8-sig": "utf-8"}.get(codec, codec)


@pytest.mark.parametrize("char", HKSCS)
def test_hkscs_characters_survive(char: str) -> None:
    text = f"深水埗的{char}字，在政府新聞公報中常見。"
    assert decode(text.encode("big5hkscs"), "big5") == (text, "big5hkscs")


def test_a_charset_in_the_page_counts_and_simplified_pages_are_read() -> None:
    body = "数码港公布业绩，全年收入上升百分之五。"
    page = read(f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>{body}</p>'.encode("gb18030"))
    assert (page.text, page.encoding, page.language) == (body, "gb18030", "zh-Hans")


GIA = (CASES / "reading" / "gia.htm").read_bytes().decode()
"""A release as the government's site lays it out today, in our own words."""


def test_todays_layout_of_the_government_site() -> None:
    page = read(GIA, source="P2022020200123.htm")
    assert page.title == "數碼港公布業績"
    assert page.published_at == "2022-02-02T18:30:00+08:00"
    assert page.language == "zh-Hant"
    assert page.issuer is None or page.issuer == "數碼港"
    assert page.text.count("數碼港公布業績") == 1
    for chrome in ("分享", "新聞資料庫", "政府新聞網", "附件一", "alert", "＊"):
        assert chrome not in page.text
    assert "收入為\u00a03.5億元，較去年上升&nbsp;5%。" in page.text
    assert kinds(page)[:5] == [
        ("heading", "數碼港公布業績"),
        ("paragraph", "數碼港今日（二月二日）公布，收入為\u00a03.5億元，較去年上升&nbsp;5%。"),
        ("heading", "經常帳"),
        ("bullet", "甲項上升；及"),
        ("bullet", "乙項下跌。"),
    ]
    assert [t for k, t in kinds(page) if k == "row"] == ["年度\t數目", "2021\t12間", "2022\t13間", "\t14間"]
    assert [(page.text[b.start : b.end], b.level) for b in page.blocks if b.kind == "cell"][-3:] == [("2022", 0), ("13間", 1), ("14間", 1)]
    assert [(page.text[b.start : b.end], b.level) for b in page.blocks if b.kind == "bullet"][-2:] == [("丙", 1), ("丁", 2)]


def test_old_layout_in_big5_with_full_width_end_lines() -> None:
    body = (
        "<html><head><title>工業邨擴建</title></head><body><p>英文版 寄給朋友 政府新聞網</p>"
        "<div id='pressrelease'>工業邨擴建<br>＊＊＊＊＊<br><br>　　衞生署今日（九月三日）表示，深水埗的工程完成。<br><br>"
        "完<br><br>２０１３年９月３日（星期二）<br>香港時間１６時０４分<br><br>列印此頁</div></body></html>"
    )
    page = read(body.encode("big5hkscs"), charset="big5")
    assert (page.title, page.encoding, page.published_at) == ("工業邨擴建", "big5hkscs", "2013-09-03T16:04:00+08:00")
    assert "列印此頁" not in page.text
    assert "英文版" not in page.text
    assert page.issuer == "衞生署"


def test_old_page_without_ids_finds_its_headline_above_the_stars() -> None:
    page = read(
        "<html><head><title>城規會公布</title></head><body>简体版 英文版 寄給朋友 政府新聞網<br>城規會公布<br>＊＊＊＊＊<br><br>"
        "　　圖則有修訂。<br>完<br>２０１１年９月２３日（星期五）<br>香港時間１６時０４分<br>列印此頁</body></html>"
    )
    assert (page.title, page.published_at) == ("城規會公布", "2011-09-23T16:04:00+08:00")
    assert [t for _, t in kinds(page)][:3] == ["城規會公布", "圖則有修訂。", "完"]
    assert "列印" not in page.text


def test_layout_of_2000_without_ids() -> None:
    page = read(
        "<html><body><table><tr><td>新聞公報</td></tr></table><p>貿易數字公布</p><p>＊＊＊＊＊＊</p><p>新聞稿內容</p>"
        "<p>　　統計處今日（星期四）公布，出口上升百分之三。</p><p>完</p><p>二零零零年十一月三十日</p></body></html>"
    )
    assert page.title == "貿易數字公布"
    assert page.published_at == "2000-11-30"
    assert kinds(page)[:2] == [("heading", "貿易數字公布"), ("paragraph", "統計處今日（星期四）公布，出口上升百分之三。")]


def test_preformatted_page_of_1998_keeps_its_lines() -> None:
    lines = "出口數字\n＊＊＊＊\n\n　　政府統計處今日公布，整體\n出口上升百分之三。\n\n完\n"
    page = read(f"<html><body><pre>{lines}</pre></body></html>")
    assert ("paragraph", "政府統計處今日公布，整體\n出口上升百分之三。") in kinds(page)


@pytest.mark.parametrize(
    ("page", "title", "body", "published"),
    [
        (
            '<meta name="date" content="2024-10-16"><h1>科技周開幕</h1>'
            '<div class="newsdetail-content mt-3"><p>活動今日開幕。</p></div><p>回到頁首</p>',
            "科技周開幕",
            "活動今日開幕。",
            "2024-10-16",
        ),
        (
            '<div class="content-wrapper"><h1>金融科技</h1><div class="content-area"><p>金管局今日公布計劃。</p></div></div>',
            "金融科技",
            "金管局今日公布計劃。",
            None,
        ),
        ('<div class="contentThin"><h2>醫療創新</h2><p>局方今日公布計劃。</p></div>', "醫療創新", "局方今日公布計劃。", None),
        ('<div id="content"><h2>醫療創新</h2><p>局方今日公布計劃。</p></div>', "醫療創新", "局方今日公布計劃。", None),
        (
            '<h1>海關公布</h1><div class="mB15 f15">海關今日檢獲一批貨物。</div><div class="mB15 f15">完</div>',
            "海關公布",
            "海關今日檢獲一批貨物。",
            None,
        ),
    ],
)
def test_pages_of_departments(page: str, title: str, body: str, published: str | None) -> None:
    found = read(f"<html><body>{page}</body></html>")
    assert (found.title, found.published_at) == (title, published)
    assert body in found.text
    assert "回到頁首" not in found.text


def test_any_other_page_goes_through_the_generic_extractor() -> None:
    paragraph = "園區公司今日公布，將在未來三年投入五億元，支援逾二百間初創企業，並與五所大學合作培訓人才。"
    page = read(
        "<html><head><title>園區新聞</title><script type='application/ld+json'>"
        '{"datePublished": "2025-03-04T10:00:00+08:00"}</script></head><body>'
        f"<nav><a href='/'>首頁</a></nav><article><h1>園區擴建</h1>{''.join(f'<p>{paragraph}</p>' for _ in range(4))}</article>"
        "<footer>版權所有</footer></body></html>"
    )
    assert paragraph in page.text
    assert "版權所有" not in page.text
    assert page.published_at == "2025-03-04T10:00:00+08:00"


GENERIC = "<html><head><title>工廠增加 - 新聞稿</title></head><body>{}</body></html>"
SENTENCES = ("環境保護署今日公布，回收廠增至120間。", "全年處理量上升8.5%，達34萬公噸。", "下一期計劃涉及5億元。")
CHROME = (
    '<div id="topNav"><a href="/">首頁</a><a href="/a">關於我們</a></div><div class="share-bar">分享至 Facebook 分享至 Twitter</div>'
    '<div><a href="/x">環境</a> | <a href="/y">運輸</a> | <a href="/z">教育政府</a></div>',
    "<p>返回頁首</p><p>版權所有 © 2024 共88間</p>",
)


def marked_up(kind: str) -> str:
    """The sentences in one of the ways that pages lay out their paragraphs."""
    start, between, end = {
        "br": ("<div>", "<br>", "</div>"),
        "two br": ("<div>", "<br><br>", "</div>"),
        "div": ("<div><div>", "</div><div>", "</div></div>"),
        "p": ("<p>", "</p><p>", "</p>"),
        "td": ("<table><tr><td>", "</td></tr><tr><td>", "</td></tr></table>"),
        "font": ("<font size=2>", "<br>\n<br>\n", "</font>"),
        "span": ("<div>", "<br>", "</div>"),
        "block span": ("<div><span style='display:block'>", "</span><span style='display: block;'>", "</span></div>"),
        "bare": ("", "<br>", ""),
    }[kind]
    lines = [f"<span>{s}</span>" if kind == "span" else s for s in SENTENCES]
    return start + between.join(lines) + end


@pytest.mark.parametrize(
    "around", ["{}", "<div class='content'>{}</div>", "<main>{}</main>", "<div role='main'><article>{}</article></div>"]
)
@pytest.mark.parametrize("kind", ["br", "two br", "div", "p", "td", "font", "span", "block span", "bare"])
def test_short_pages_of_other_sites_keep_their_lines_and_lose_their_menus(kind: str, around: str) -> None:
    page = read(GENERIC.format(CHROME[0] + around.format(f"<h1>工廠增加</h1>{marked_up(kind)}") + CHROME[1]))
    assert kinds(page) == [("heading", "工廠增加"), *(("paragraph", s) for s in SENTENCES)]
    assert page.issuer == "環境保護署"


@pytest.mark.parametrize("top", ["<h2>工廠增加</h2>", "<div class=title>工廠增加</div><hr>", "<p><b>工廠增加</b></p>"])
def test_a_headline_without_a_heading_of_its_own_is_counted_once(top: str) -> None:
    page = read(GENERIC.format(f"<div id=nav>首頁</div><div>{top}{marked_up('p')}</div>"))
    assert kinds(page) == [("heading", "工廠增加"), *(("paragraph", s) for s in SENTENCES)]


def test_the_name_of_a_site_in_its_header_is_no_headline() -> None:
    header = '<header class="site-header"><h1 class="logo"><a href="/">環保網</a></h1><div class="lang"><a href="/en">EN</a></div></header>'
    crumbs = '<div class="breadcrumb"><a href="/">首頁</a> &gt; 工廠增加</div>'
    page = read(GENERIC.format(f"{header}{crumbs}<div><h2>工廠增加</h2><div class='date'>2024年3月5日</div>{marked_up('p')}</div>"))
    assert kinds(page) == [("heading", "工廠增加"), ("paragraph", "2024年3月5日"), *(("paragraph", s) for s in SENTENCES)]
    assert page.published_at == "2024-03-05"


def test_the_date_in_a_header_is_kept() -> None:
    page = read(GENERIC.format(f"<h1>工廠增加</h1><div class='news-header'><span>2024年3月5日</span></div><div>{marked_up('p')}</div>"))
    assert page.published_at == "2024-03-05"


def test_teasers_of_other_releases_are_left_out() -> None:
    teasers = "".join(f"<article><h2><a href='{n}'>其他消息</a></h2><p>摘要，共有1{n}間。</p></article>" for n in range(2))
    main = "".join(f"<p>{s}</p>" for s in SENTENCES)
    page = read(GENERIC.format(f"<div>{teasers}<article><h1>工廠增加</h1>{main}</article></div>"))
    assert kinds(page) == [("heading", "工廠增加"), *(("paragraph", s) for s in SENTENCES)]


def test_tables_of_other_sites_are_rows_of_cells() -> None:
    table = "<table><tr><td>區</td><td>2022</td><td>2023年</td></tr><tr><td>工廠</td><td>3985</td><td>4257間</td></tr></table>"
    page = read(GENERIC.format(f"<div id=nav><a>首頁</a></div><h1>統計</h1><div>數字如下。{table}按月公布。</div>"))
    assert [t for k, t in kinds(page) if k == "row"] == ["區\t2022\t2023年", "工廠\t3985\t4257間"]
    assert page.text.startswith("統計\n")
    assert page.issuer is None


def test_a_table_of_linked_names_amid_the_text_is_no_menu() -> None:
    table = "".join(f"<tr><td>第{n}名</td><td><a href='/{n}'>參展商代表{n}號</a></td></tr>" for n in range(2, 6))
    page = read(GENERIC.format(f"<h1>名單</h1><p>得獎者如下。</p><table>{table}</table><p>頒獎禮下月舉行。</p>"))
    assert [t for k, t in kinds(page) if k == "row"] == [f"第{n}名\t參展商代表{n}號" for n in range(2, 6)]


def test_a_short_release_under_a_large_menu_is_kept() -> None:
    menu = "".join(f"<li><a href='/{n}'>本署的第{n}項服務及有關表格</a></li>" for n in range(40))
    page = read(GENERIC.format(f"<div><ul>{menu}</ul><div><h1>工廠增加</h1><p>回收廠增至120間。</p></div></div>"))
    assert kinds(page) == [("heading", "工廠增加"), ("paragraph", "回收廠增至120間。")]


def test_long_pages_of_other_sites_are_read_alike() -> None:
    body = "".join(
        f"<div>第{n}項工程的造價為{n}億元，工期約為三十個月，承辦商須按月向工地監督呈交進度報告及安全紀錄。</div>" for n in range(2, 30)
    )
    side = "".join(f"<div><a href='/{n}'>其他消息第{n}則的標題文字</a></div>" for n in range(30))
    page = read(GENERIC.format(f"{CHROME[0]}<div><h1>工程進度</h1><div>{body}</div></div><div>{side}</div>{CHROME[1]}"))
    assert [k for k, _ in kinds(page)] == ["heading", *["paragraph"] * 28]


def test_page_of_2000_whose_lines_are_parted_by_breaks_alone() -> None:
    page = read(
        "<html><head><title>新聞公報</title></head><body>新聞公報<br><br>貿易數字公布<br>＊＊＊＊＊＊<br><br><b>新聞稿內容</b><br><br>"
        "　　出口上升百分之三。<br><br>完<br><br>二零零零年十一月三十日（星期四）<br></body></html>"
    )
    assert (page.title, page.published_at) == ("貿易數字公布", "2000-11-30")
    assert kinds(page)[:3] == [("heading", "貿易數字公布"), ("paragraph", "出口上升百分之三。"), ("paragraph", "完")]


@pytest.mark.parametrize(
    "item",
    [
        '<li><a class="NEW" href="/gia/general/202202/02/P20220202003{:02}.htm">工程{}完成</a></li>',
        "<p>2024-03-{:02} <a href='news{}.html'>本署就回收計劃公布新安排</a></p>",
    ],
)
def test_a_list_of_releases_is_not_taken_for_one(item: str) -> None:
    items = "".join(item.format(n, n) for n in range(10, 22))
    with pytest.raises(ReadingError, match="list of releases"):
        read(GENERIC.format(f'<div id="headerBanner">02-02-2022</div><ul class="list fontSize1">{items}</ul>'))


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ('<script type="application/ld+json">{"publisher": {"@type": "Organization", "name": "綠色科技公司"}}</script>', "綠色科技公司"),
        ('<script type="application/ld+json">{"@graph": [{"author": [{"name": "記者"}, {"name": "環境署"}]}]}</script>', "環境署"),
        ('<meta property="og:site_name" content="環境保護署">', "環境保護署"),
        ('<meta name="DC.publisher" content="Environmental Protection Department">', "Environmental Protection Department"),
        ('<meta property="og:site_name" content="新聞公報"><meta name="author" content="info.gov.hk">', None),
    ],
)
def test_issuer_of_the_head_of_a_page(head: str, issuer: str | None) -> None:
    text = "<h1>工廠增加</h1><p>回收廠增至120間，處理量上升。</p>"
    assert read(f"<html><head>{head}</head><body>{text}</body></html>").issuer == issuer
    assert read(f"<html><head>{head}</head><body>{text}<p>勞工處今日公布數字。</p></body></html>").issuer == "勞工處"


@pytest.mark.parametrize("body", ["　　首段24間。<br><br>完<br><br>　　次段25間。<br>", "<p>首段24間。</p><p>完</p><p>次段25間。</p>"])
def test_text_behind_an_end_line_is_kept(body: str) -> None:
    page = read(f"<div id='pressrelease'>{body}<div>完</div><div>2022年2月2日（星期三）<br>香港時間18時30分</div><p>列印此頁</p></div>")
    assert [t for _, t in kinds(page)] == ["首段24間。", "完", "次段25間。", "完", "2022年2月2日（星期三）", "香港時間18時30分"]
    assert page.published_at == "2022-02-02T18:30:00+08:00"


def test_a_paragraph_on_copyright_is_no_notice_of_the_site() -> None:
    page = read(
        GENERIC.format("<h1>條例修訂</h1><p>知識產權署今日公布諮詢結果。</p><p>政府將修訂《版權條例》。</p><p>版權所有 © 2024。</p>")
    )
    assert [t for _, t in kinds(page)] == ["條例修訂", "知識產權署今日公布諮詢結果。", "政府將修訂《版權條例》。"]


def test_legco_answer_has_question_and_answer_as_sections() -> None:
    lines = (
        "立法會三題：創科人才",
        "　　以下是今日的提問和答覆：",
        "問題：",
        "　　政府可否告知：",
        "（一）人數為何；及",
        "（二）成效為何？",
    )
    text = "\n\n".join((*lines, "答覆︰", "主席：", "　　人數約五千名。\n"))
    page = read(text, source="a.txt")
    assert [t for k, t in kinds(page) if k == "heading"] == ["立法會三題：創科人才", "問題", "答覆"]
    assert [t for k, t in kinds(page) if k == "bullet"] == ["人數為何；及", "成效為何？"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("12<br>345間", "12；345間"),
        ("<p>2</p><p>500間</p>", "2；500間"),
        ("<div>三</div><div>五百間</div>", "三；五百間"),
        ("三<br>五百間", "三；五百間"),
        ("12間<br><br>大型", "12間；大型"),
        ("<ul><li>7</li><li>8間</li></ul>", "7；8間"),
        ("$12<br>$15", "$12 $15"),
        ("AI<br>5G", "AI；5G"),
        ("<p>初創企業</p><p>科研人員</p>", "初創企業；科研人員"),
        ("香港<br>科技大學", "香港科技大學"),
        ("二零二四年<br>第一季", "二零二四年第一季"),
        ("共 345<br>間", "共 345間"),
        ("約三千<br>萬元", "約三千萬元"),
        ("<p>數目</p><p>（間）</p>", "數目（間）"),
        ("研究、<br>開發", "研究、開發"),
        ("Innovation and<br>technology", "Innovation and technology"),
        ("<p>4 257間</p>", "4 257間"),
    ],
)
def test_lines_of_a_cell_never_fuse_into_one_value(cell: str, text: str) -> None:
    page = read(f"<div id='pressrelease'>各項：<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>{cell}</td></tr></table></div>")
    assert [t for k, t in kinds(page) if k == "row"] == ["甲\t乙", f"丙\t{text}"]
    assert kinds(page)[-1] == ("cell", text)


def test_text_table_becomes_rows_of_cells() -> None:
    page = read("各年數字\n\n　　年度　　　甲園　　乙園\n　　2021-22　　1 150間　　860間\n| 2022-23 | 1 290間 | 990間 |\n", source="a.txt")
    assert [t for k, t in kinds(page) if k == "cell"] == [
        "年度",
        "甲園",
        "乙園",
        "2021-22",
        "1 150間",
        "860間",
        "2022-23",
        "1 290間",
        "990間",
    ]


def test_markdown() -> None:
    page = read(
        "---\ntitle: 園區業績\ndate: 2024-05-06\n---\n# 園區業績\n\n香港**第3**，見[報告](https://a.hk/b)。\n\n"
        "- 甲\n  - 乙\n\n| 年 | 數 |\n|---|---|\n| 2021 | 5間 |\n",
        source="a.md",
    )
    assert (page.title, page.published_at) == ("園區業績", "2024-05-06")
    assert kinds(page) == [
        ("heading", "園區業績"),
        ("paragraph", "香港第3，見報告。"),
        ("bullet", "甲"),
        ("bullet", "乙"),
        ("row", "年\t數"),
        ("cell", "年"),
        ("cell", "數"),
        ("row", "2021\t5間"),
        ("cell", "2021"),
        ("cell", "5間"),
    ]


@pytest.mark.parametrize("fence", ["```", "````json", "~~~"])
def test_fences_of_markdown_code_are_no_text(fence: str) -> None:
    close = fence.removesuffix("json")
    page = read(f"# 題目\n\n首段12間。\n\n{fence}\n# 數目 = 12 * 3\n{close}\n\n次段**13**間。\n", source="a.md")
    assert page.text.split() == ["題目", "首段12間。", "#", "數目", "=", "12", "*", "3", "次段13間。"]


@pytest.mark.parametrize("case", load_cases("reading", "blocks"))
def test_blocks_of_plain_text(case: dict[str, Any]) -> None:
    assert [[b.kind, case["text"][b.start : b.end]] for b in plain_blocks(case["text"])] == case["blocks"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙；丙！丁？", ["甲。", "乙；", "丙！", "丁？"]),
        ("他說：「甲。乙！」丙。", ["他說：「甲。乙！」丙。"]),
        ("甲（乙。丙）丁。戊", ["甲（乙。丙）丁。", "戊"]),
        ("他說：「甲。」乙。", ["他說：「甲。」乙。"]),
        ("甲「乙。丙。", ["甲「乙。", "丙。"]),
        ("甲」乙。丙）丁。", ["甲」乙。", "丙）丁。"]),
        ("3.5億元。HK$1.2億", ["3.5億元。", "HK$1.2億"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    found = split_sentences(text, [Block(kind="paragraph", start=0, end=len(text))])
    assert [text[s.start : s.end] for s in found] == sentences


def test_a_sentence_never_spans_two_bullets() -> None:
    text = "- 甲項上升\n- 乙項下跌；及\n- 丙"
    assert [text[s.start : s.end] for s in split_sentences(text, plain_blocks(text))] == ["甲項上升", "乙項下跌；", "及", "丙"]


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("甲\n完\n2024年12月27日（星期五）\n香港時間18時30分", "2024-12-27T18:30:00+08:00"),
        ("甲\n完\n２０１３年９月３日（星期二）香港時間１６時０４分", "2013-09-03T16:04:00+08:00"),
        ("甲\n完／2022年2月2日（星期三）香港時間18時30分", "2022-02-02T18:30:00+08:00"),
        ("甲\n完 / ２０２２年２月２日（星期三）\n香港時間9時5分", "2022-02-02T09:05:00+08:00"),
        ("甲\n（完）二零二二年二月二日", "2022-02-02"),
        ("甲\n完成工程後於2022年2月2日", None),
        ("甲\n二○○三年五月十六日（星期五）\n", "2003-05-16"),
        ("一九九八年三月三十日　星期一\n甲\n乙", "1998-03-30"),
        ("甲\n二零二五年十月三十一日", "2025-10-31"),
        ("甲\nEnds/Tuesday, June 21, 2022\nIssued at HKT 20:16\nNNNN", "2022-06-21T20:16:00+08:00"),
        ("甲\n截止日期為2024年12月27日。", None),
        ("甲\n2024年13月41日", None),
        ("今日（27日）公布", None),
    ],
)
def test_publication_date_of_the_end_lines(text: str, stamp: str | None) -> None:
    assert published_at(text) == stamp


@pytest.mark.parametrize(
    ("stamp", "found"),
    [
        ("Wed, 09 Sep 2026 07:33:04 +0800", "2026-09-09T07:33:04+08:00"),
        ("Tue, 12 Jul 2016 11:00:00 GMT", "2016-07-12T19:00:00+08:00"),
        ("Tue, 12 Jul 2016 00:00:00 GMT", "2016-07-12"),
        ("2024-10-16", "2024-10-16"),
        ("20241016", "2024-10-16"),
        ("2024-10-16T08:00:00Z", "2024-10-16T16:00:00+08:00"),
        ("", None),
        ("soon", None),
    ],
)
def test_stamps_of_feeds(stamp: str, found: str | None) -> None:
    assert from_stamp(stamp) == found


def test_day_of_issue_of_an_address() -> None:
    assert from_address("https://www.info.gov.hk/gia/general/202305/02/P2023042700370.htm") == "2023-05-02"
    assert from_address("raw/P2024122700123.txt") == "2024-12-27"
    assert from_address("raw/report-20241227.txt") is None


@pytest.mark.parametrize(
    "text",
    [
        "根據政府統計處公布的數字，企業增加。",
        "由政府統計處公布的數字反映增長。",
        "有關香港大學宣布的安排，局方會跟進。",
        "按照環境保護署公布的指引，業界須登記。",
        "據香港大學公布，實驗成功。",
        "為配合創新科技署公布的計劃，園區會延長開放時間。",
        "連同創新科技署公布的項目，共有三項。",
        "隨着創新科技署宣布放寬上限，申請增加。",
        "對於香港大學公布的結果，本局不作評論。",
        "發言人回應傳媒有關醫院管理局宣布的安排時說，",
        "就香港大學昨日公布的調查，發言人說，",
        "多個有關政府部門今日公布數字。",
        "三間大學今日公布合作。",
        "該公司今日公布業績。",
        "經政府公布的名單如下。",
        "關於特區政府宣布的措施，",
        "因應香港大學今日公布的報告，",
        "自創新科技署公布計劃以來，",
        "另外政府統計處公布的數字顯示上升。",
        "當創新科技署公布結果時，",
        "行政長官李家超今日表示，政府會推動創科。",
        "局長在香港大學表示，成果豐碩。",
        "政府統計處公布的數字反映增長。",
        "香港的天氣今日很好。",
        "局長發表演辭。活動順利。香港大學宣布成立學院。",
    ],
)
def test_a_body_that_the_opening_only_speaks_of_is_no_issuer(text: str) -> None:
    assert issuer_of(f"題目\n\n　　{text}") is None


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("創新科技及工業局今日（三月四日）公布計劃。", "創新科技及工業局"),
        ("政府統計處發言人表示，數字上升。", "政府統計處"),
        ("政府統計處（統計處）今日發表報告。", "政府統計處"),
        ("今日（六月三日），環境保護署公布結果。", "環境保護署"),
        ("昨日香港大學宣布成立學院。", "香港大學"),
        ("二零二四年三月四日，勞工處宣布安排。", "勞工處"),
        ("創新科技署與香港大學今日宣布合作。", "創新科技署"),
        ("經濟發展局今日公布計劃。", "經濟發展局"),
        ("行政長官辦公室今日宣布任命。", "行政長官辦公室"),
        ("在職家庭及學生資助事務處今日公布安排。", "在職家庭及學生資助事務處"),
        ("根據香港大學公布的調查，升幅收窄。勞工處今日公布數字。", "勞工處"),
    ],
)
def test_the_body_that_opens_a_release_is_its_issuer(text: str, issuer: str) -> None:
    assert issuer_of(f"題目\n\n　　{text}") == issuer


def test_issuer_and_language() -> None:
    assert issuer_of("創(chuàng)新科技署今日(12日)公布") == "創新科技署"
    assert issuer_of("以下稿件代創新及科技基金秘書處發出：\n甲") == "創新及科技基金秘書處"
    assert issuer_of("香港的天氣今日很好") is None
    assert language_of("The Commission announced today that more start-ups joined.") == "en"
    assert language_of("數碼港公布業績，收入上升。") == "zh-Hant"
    assert language_of("数码港公布业绩，收入上升。") == "zh-Hans"
    english = "The Government has been supporting start-ups in Hong Kong with a number of schemes over the years. " * 12
    assert language_of(f"問題：政府有何計劃支援初創企業？\n{english}\n答覆：政府推出多項計劃支援初創企業發展業務。") == "mixed"


def test_json_lines_are_streamed_with_their_own_ids() -> None:
    lines = [
        {
            "url": "https://www.info.gov.hk/gia/general/202412/27/P2024122700123.htm",
            "title": "甲",
            "date": "2024-12-27",
            "content": "　　甲項上升。",
        },
        {"link": "https://a.hk/2", "title": "乙", "pubDate": "Mon, 11 Jan 2016 15:54:04 +0800", "description": "<p>乙項</p><p>下跌。</p>"},
        {"headline": "丙", "text": json.dumps(["****", "丙項。", "NNNN"])},
    ]
    data = "\n".join(
        ["\ufeff" + json.dumps(lines[0]), json.dumps(lines[1]), "", json.dumps(lines[2]), "{broken", '{"title": "空"}']
    ).encode()
    found = list(members(RawRelease(doc_id="dump", source="dump.jsonl", data=data)))
    assert [m.doc_id for m in found] == ["P2024122700123", "dump-2", "dump-3", "dump-4", "dump-5"]
    pages = [read_release(m) for m in found[:3]]
    assert [(p.title, p.published_at) for p in pages] == [("甲", "2024-12-27"), ("乙", "2016-01-11T15:54:04+08:00"), ("丙", None)]
    assert "乙項\n\n下跌。" in pages[1].text
    for broken in found[3:]:
        with pytest.raises(ReadingError, match="line"):
            read_release(broken)


def test_json_lines_need_no_memory() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            line = super().readline(size)
            self.taken += len(line)
            return line

    line = b'{"title": "t", "content": "text"}\n'
    file = Counted(line * 20_000)
    stream = stream_members(RawRelease(doc_id="d", source="d.jsonl", data=b""), file)
    assert [next(stream).doc_id for _ in range(100)][-1] == "d-100"
    assert file.taken == 100 * len(line)


def test_keys_can_be_named() -> None:
    release = RawRelease(doc_id="d", source="d.jsonl", data=json.dumps({"kop": "甲", "tekst": "乙項。"}).encode())
    found = next(members(release, keys={**KEYS, "title": ("kop",), "content": ("tekst",)}))
    assert (found.hints["title"], found.data.decode()) == ("甲", "乙項。")


def test_feed_items() -> None:
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>公報</title><item><title><![CDATA[甲 & 乙]]></title>'
        "<link>https://www.info.gov.hk/gia/general/202609/09/P2026090900123.htm</link><pubDate>Wed, 09 Sep 2026 07:33:04 +0800</pubDate>"
        "<description><![CDATA[<p>　　甲項上升。</p><img src='x.jpg'>]]></description></item>"
        "<item><title>丙</title><description>&lt;p&gt;丙項下跌。&lt;/p&gt;</description></item></channel></rss>"
    )
    found = list(members(RawRelease(doc_id="feed", source="general_zh.xml", data=feed.encode())))
    assert [m.doc_id for m in found] == ["P2026090900123", "feed-2"]
    pages = [read_release(m) for m in found]
    assert [(p.title, p.published_at) for p in pages] == [("甲 & 乙", "2026-09-09T07:33:04+08:00"), ("丙", None)]
    assert "丙項下跌。" in pages[1].text


def test_bulletin_of_a_day_is_parted() -> None:
    text = (
        "Daily Information Bulletin\nInformation Services Department\n\nFriday, August 29, 1997\n\n"
        "CONTENTS\n========\n1. Trade figures\n2. Bridge works\n\n"
        "1. Trade figures\n*****************\n\nExports rose by 5 per cent.\n\nEnd\n\n"
        "2. Bridge works\n****************\n\nWorks start on Monday.\n\nEnd\n"
    )
    found = list(members(RawRelease(doc_id="0829", source="dib/0829.htm", data=text.encode())))
    assert [m.doc_id for m in found] == ["0829-1", "0829-2"]
    pages = [read_release(m) for m in found]
    assert [(p.title, p.published_at, p.language) for p in pages] == [
        ("Trade figures", "1997-08-29", "en"),
        ("Bridge works", "1997-08-29", "en"),
    ]


BULLETIN = (
    "每日新聞公報\n\n一九九八年三月三十日　星期一\n\n目錄\n========\n\n1. 七月份貿易統計\n2. 暫停供水\n3. 煙花匯演\n\n"
    "1. 七月份貿易統計\n   ＊＊＊＊＊＊＊\n\n　　出口上升3.2%。\n\n完\n\n2. 暫停供水\n   ＊＊＊＊\n\n　　共有約4,700戶。\n\n完\n\n"
    "３．煙花匯演\n　　＊＊＊\n\n　　費用2億元。\n\n完\n"
)


@pytest.mark.parametrize("codec", ["utf-8", "big5hkscs", "gb18030"])
@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("dib/0330.htm", "<html><body><pre>{}</pre></body></html>"),
        ("a.htm", "<html><body><pre>{}</pre></body></html>"),
        ("a.htm", "<html><body><p>{}</p></body></html>"),
        ("a.txt", "{}"),
    ],
)
def test_chinese_bulletin_of_a_day_is_parted(source: str, page: str, codec: str) -> None:
    text = page.format(BULLETIN.replace("\n", "<br>") if "<p>" in page else BULLETIN)
    found = list(members(RawRelease(doc_id="b", source=source, data=text.encode(codec))))
    pages = [read_release(m) for m in found]
    assert [(p.title, p.published_at) for p in pages] == [(t, "1998-03-30") for t in ("七月份貿易統計", "暫停供水", "煙花匯演")]
    assert [p.text.split("\n")[2].strip("　") for p in pages] == ["出口上升3.2%。", "共有約4,700戶。", "費用2億元。"]


def test_a_release_that_only_names_a_bulletin_is_one() -> None:
    text = "題目\n\n　　每日新聞公報已上載。\n\n1. 首項\n2. 次項\n"
    assert [m.doc_id for m in members(RawRelease(doc_id="b", source="a.txt", data=text.encode()))] == ["b"]


@pytest.mark.parametrize(
    ("codec", "declared", "padding"),
    [
        ("big5hkscs", "big5", 0),
        ("big5hkscs", "big5", 70_000),
        ("big5hkscs", "Big5-HKSCS", 0),
        ("gb2312", "gb2312", 70_000),
        ("gbk", "GBK", 0),
        ("gb18030", "gb18030", 0),
        ("big5hkscs", None, 0),
        ("big5hkscs", "utf-8", 0),
        ("utf-8", "big5", 0),
        ("utf-8", None, 70_000),
    ],
)
def test_feeds_in_other_encodings(codec: str, declared: str | None, padding: int) -> None:
    title, text = (
        ("工业园扩建", "园区今日公布，占地增加百分之五。") if codec.startswith("gb") else ("工業邨擴建", "園區今日公布，佔地增加百分之五。")
    )
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else "<?xml version='1.0'?>"
    item = f"<item><title>{title}</title><description>{text}</description></item>"
    feed = f"{head}<!--{' ' * padding}--><rss version='2.0'><channel>{item * 400}</channel></rss>"
    if padding:
        feed = feed.replace("<!--", "<rss version='2.0'><channel><!--").replace("<rss version='2.0'><channel><item>", "<item>")
    found = list(members(RawRelease(doc_id="f", source="f.xml", data=feed.encode(codec))))
    assert len(found) == 400
    assert {(m.hints["title"], m.data.decode()) for m in found} == {(title, text)}


@pytest.mark.parametrize("codec", ["big5hkscs", "gb18030", "utf-8"])
def test_json_lines_in_other_encodings_start_anywhere(codec: str) -> None:
    text = "園區今日公布，工業邨佔地增加百分之五。" if codec != "gb18030" else "园区今日公布，工业村占地增加百分之五。"
    data = b"".join(json.dumps({"title": f"題{n}", "text": f"{text}{n}"}, ensure_ascii=False).encode(codec) + b"\n" for n in range(9))
    release = RawRelease(doc_id="d", source="d.jsonl", data=data)
    found = list(members(release))
    assert [m.data.decode() for m in found] == [f"{text}{n}" for n in range(9)]
    again = list(stream_members(release, io.BytesIO(data), start=(found[4].at or 0, 5)))
    assert again == found[4:]


def test_one_bad_byte_of_a_line_is_one_lost_character() -> None:
    data = '{"title": "題", "text": "甲項"}\n'.encode() * 3 + b'{"title": "t", "text": "a\xff2"}\n'
    assert next(m.data for m in members(RawRelease(doc_id="d", source="d.jsonl", data=data)) if m.member == 4).decode() == "a\ufffd2"


def test_an_empty_file_of_lines_is_refused() -> None:
    for data in (b"", b"\n \n", b"\xef\xbb\xbf"):
        with pytest.raises(ReadingError, match="empty"):
            list(members(RawRelease(doc_id="e", source="e.jsonl", data=data)))


def test_json_of_one_release_and_of_an_api() -> None:
    one = {"metadata": {"date": "2024-01-02", "source_link": "https://a.hk/x"}, "title": "甲", "content": {"p1": "甲項。", "p2": "乙項。"}}
    found = list(members(RawRelease(doc_id="x", source="x.json", data=b"\xef\xbb\xbf" + json.dumps(one).encode())))
    assert [(m.doc_id, m.hints["published_at"], m.data.decode()) for m in found] == [("x", "2024-01-02", "甲項。\n\n乙項。")]
    api = {
        "header": {"success": True},
        "result": {"records": [{"title": "甲", "link": "u", "date": "2024-10-16", "text": "甲"}, {"title": "乙", "text": "乙"}]},
    }
    assert [m.doc_id for m in members(RawRelease(doc_id="y", source="y.json", data=json.dumps(api).encode()))] == ["y-1", "y-2"]


@pytest.mark.parametrize(
    "data", [b"", b"   \n\n ", b"%PDF-1.7 abc", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, bytes(range(1, 32)) * 40, b"\x00" * 500]
)
def test_what_is_no_text_is_refused_with_its_name(data: bytes) -> None:
    with pytest.raises(ReadingError) as caught:
        read(data, source="x.txt")
    assert caught.value.where == "x.txt"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("<div " + " ".join(f"a{n}=1" for n in range(300_000)) + ">內容</div>", "attributes"),
        ("<div " + "".join(f"a{n}='>'" for n in range(2_000)) + ">內容</div>", "attributes"),
        ("<p>內容。</p>" + "<div>" * 100_000 + "內容", "nested too deeply"),
    ],
)
def test_pages_that_no_parser_should_see_are_refused(page: str, problem: str) -> None:
    start = time.process_time()
    with pytest.raises(ReadingError, match=problem):
        read(f"<html><body>{page}</body></html>")
    assert time.process_time() - start < 2


def test_tags_left_open_and_long_pictures_cost_no_text() -> None:
    picture = f'<img alt="" src="data:image/png;base64,{"A" * 500_000}==">'
    page = read(f"<html><body><h1>題目</h1>{picture}{'<font><b>' * 400}<p>內容增至12間。</p></body></html>")
    assert kinds(page) == [("heading", "題目"), ("paragraph", "內容增至12間。")]


def test_blanks_behind_an_end_sign_cost_no_time() -> None:
    start = time.process_time()
    for blank in " \u3000":
        line = "完" + blank * 200_000 + "x"
        assert len(trimmed([Part("內容。", None, 0), Part(line, None, 0)], None)[1]) == 2
        assert from_stamp(line) is None
    assert time.process_time() - start < 1


def test_words_of_classes_never_take_the_whole_text() -> None:
    page = read(GENERIC.format("<h1>工廠增加</h1>" + "".join(f"<p class='share-text'>{s}</p>" for s in SENTENCES)))
    assert kinds(page) == [("heading", "工廠增加"), *(("paragraph", s) for s in SENTENCES)]


HOSTILE = {
    "deep nesting": b"<div>" * 200_000 + "內容".encode(),
    "many tags": b"<div>" * 4_000_000,
    "deep lists": b"<ul><li>" * 20_000 + "內容".encode(),
    "null bytes": b"<html><body><p>\x00\x00" + "內容。".encode() + b"\x00</p>",
    "entities": b"<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]><p>&b;&b;&b;</p>" * 50,
    "unclosed": b"<table><tr><td><p>" * 5_000 + "內容".encode(),
    "one long line": "創新科技".encode() * 300_000,
    "long attribute": b"<p title='" + b"x" * 2_000_000 + b"'>\xe5\x85\xa7</p>",
    "brackets": b"<" * 250_000,
    "ampersands": b"&amp" * 300_000,
    "flat list": b"<ul>" + "<li><a href=x>內容</a></li>".encode() * 20_000,
    "flat paragraphs": "<p class=nav-item>內容。</p>".encode() * 20_000,
    "linked lists": b"<div class=nav><a href=x>y</a>" * 60_000 + "內容。".encode(),
    "headers in articles": b"<article><header><table><tr><td>" * 40_000 + "內容。".encode(),
    "bulletin": b"Daily Information Bulletin\n" + b"1. x\n" * 50_000,
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_pages_neither_crash_nor_hang(name: str) -> None:
    start = time.process_time()
    for source in ("a.htm", "a.txt"):
        with contextlib.suppress(ReadingError):
            page = read(HOSTILE[name], source=source)
            assert all(0 <= b.start < b.end <= len(page.text) for b in page.blocks)
    assert time.process_time() - start < 20


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<rss><channel><item><title>&b;</title><description>x</description></item></channel></rss>"
)


def test_entities_that_grow_are_refused_by_name() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    feed = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY e0 "ha">{entities}]><rss><channel><item><title>&e9;</title></item></channel></rss>'
    with pytest.raises(ReadingError, match="entities"):
        list(members(RawRelease(doc_id="f", source="f.xml", data=feed.encode())))


def test_entities_of_a_feed_are_not_expanded() -> None:
    found = list(members(RawRelease(doc_id="f", source="f.xml", data=LAUGHS)))
    assert all("haha" not in str(m.hints) for m in found)


@given(st.binary(max_size=400), st.sampled_from(["a.htm", "a.txt", "a.md", "a.jsonl", "a.json", "a.xml"]))
@settings(max_examples=200, deadline=None)
def test_random_bytes(data: bytes, source: str) -> None:
    with contextlib.suppress(ReadingError):
        for member in members(RawRelease(doc_id="a", source=source, data=data)):
            page = read_release(member)
            assert all(0 <= b.start < b.end <= len(page.text) for b in page.blocks)


@given(st.integers(0, len(GIA.encode())))
@settings(max_examples=60, deadline=None)
def test_truncated_pages(size: int) -> None:
    try:
        page = read(GIA.encode()[:size])
    except ReadingError:
        return
    assert all(0 <= b.start < b.end <= len(page.text) for b in page.blocks)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("月", "\u2f49").replace("日", "\u2f47"),
        lambda text: text.replace("年", "&amp;#24180;"),
        lambda text: text.replace("年", "年(nián)").replace("時間", "時(shí)間(jiān)"),
        lambda text: "\u200b".join(text),
        lambda text: text.replace("年", "&amp;#x5e74;").replace("月", "&amp;#x6708;"),
    ],
    ids=["radicals", "escaped", "glossed", "zero width", "escaped twice"],
)
def test_damaged_end_lines_stay_in_the_text_for_repair(damage: Callable[[str], str]) -> None:
    end = [damage(line) for line in ("2024年5月6日（星期一）", "香港時間18時30分")]
    page = read(f"<span id='pressrelease'><p>　　甲公司獲撥款。</p><p>完</p><p>{end[0]}<br>{end[1]}</p><p>列印此頁</p></span>")
    lines = page.text.split("\n")
    assert [line for line in lines if line][-2:] == [html.unescape(e) for e in end]


def test_a_bulletin_of_far_too_many_items_is_refused_by_name() -> None:
    data = ("Daily Information Bulletin\n" + "1. x\n****\ntext\n" * 1500).encode()
    with pytest.raises(ReadingError, match=r"^dib/0101\.txt: the bulletin has 1,500 items"):
        list(members(RawRelease(doc_id="0101", source="dib/0101.txt", data=data)))


def test_a_broken_container_names_its_file() -> None:
    with pytest.raises(ReadingError, match=r"^a\.json: the file is no text"):
        list(members(RawRelease(doc_id="a", source="a.json", data=bytes(range(256)) * 8)))


def test_raised_numbers_and_struck_text_are_no_part_of_the_number_beside_them() -> None:
    first = "<p>升至2,300<sup>3</sup>間，每秒10<sup>15</sup>次。</p>"
    second = "<p>佔地500米<sup><a>2</a></sup>，<del>30億元</del>35億元，創<ruby>新<rt>xīn</rt></ruby>。</p>"
    assert read(f"<body>{first}{second}</body>").text == "升至2,300³間，每秒10¹⁵次。\n\n佔地500米²，35億元，創新。"


def test_a_short_list_of_releases_is_refused() -> None:
    links = "".join(f"<li><a href='/gia/general/202412/12/P202412120050{i}.htm'>創科園區公布安排{i}</a></li>" for i in range(3))
    with pytest.raises(ReadingError, match="list of releases"):
        read(f"<body><div id='headerBanner'>12-12-2024</div><ul>{links}</ul></body>")


def test_values_on_lines_of_a_cell_stay_apart() -> None:
    row = "<tr><td>2023年<br>2024年</td><td>46宗<br>5.6億元</td><td>香港<br>科技大學</td><td>二零二四年<br>第一季</td></tr>"
    page = read(f"<body><p>如下。</p><table><tr><th>年</th><th>數</th><th>校</th><th>期</th></tr>{row}</table></body>")
    assert page.text.split("\n")[-1].split("\t") == ["2023年；2024年", "46宗；5.6億元", "香港科技大學", "二零二四年第一季"]


@pytest.mark.parametrize("sign", ["完", "（完）", "(完)"])
def test_an_end_sign_in_brackets_ends_a_page_too(sign: str) -> None:
    page = read(f"<span id='pressrelease'><p>　　甲公司獲撥款。</p><p>{sign}</p><p>2024年5月6日（星期一）</p><p>列印此頁</p></span>")
    assert [line for line in page.text.split("\n") if line][-2:] == [sign, "2024年5月6日（星期一）"]
