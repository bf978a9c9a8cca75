"""Pages that are not like the others, each as one was seen: see `add_corners`, which says what each is for.

In: `Content`. Out: the same with more releases, and whole pages by path in `Content.pages`.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from html import escape
from random import Random

from tests.damage import KINDS
from tests.site import pages
from tests.site.content import Content, Page, Release

BIG5 = "衞生署今日在深水埗彩雲邨舉行嘉年華，共有3,200名市民參加，較去年增加15.2%，開支約46萬元。"
NOTICE = (
    "民政事務總署今晚會在各區開放十九個臨時避暑中心，供有需要的市民入住，直至明早八時為止，中心備有毛毯及飲用水。",
    "市民如欲查詢中心的地址，可致電2572 8427；社會福利署亦設有熱線，為露宿者提供協助。",
)
SURVEY = ("有85%的受訪機構使用雲端服務。",)
SPEECH = ("以下是局長今日的致辭全文：\u200b", "各位\xa0嘉賓：研發開支達330億元。")
STORY = "創新科技及工業局表示，研發開支去年增至330億元，較前年上升百分之六，創科人才逾4萬人，並會繼續支持初創企業。"


def add_corners(content: Content, day: date) -> dict[str, str]:
    """Adds the odd pages of `day` and of the day after; the path of each by what it shows."""
    paths = {}

    def add(name: str, release: Release) -> Release:
        paths[name] = content.add(release).path
        return release

    stamp = f"{day:%Y%m%d}"
    funding = ("撥款共4.6億元，較上一輪增加三成。",)
    twin = add(
        "zh twin",
        Release(f"P{stamp}00901", day, "創新科技署公布撥款結果（附圖）", funding, english=f"P{stamp}00903"),
    )
    content.pages[f"/gia/general/{day:%Y%m}/{day:%d}/P{stamp}00903.htm"] = Page(pages.english(twin, f"P{stamp}00903"))
    paths["en twin"] = f"/gia/general/{day:%Y%m}/{day:%d}/P{stamp}00903.htm"
    add(
        "one language",
        Release(
            f"P{stamp}00905",
            day,
            "局長致辭（只有中文）（附圖／短片）",
            SPEECH,
        ),
    )
    earlier = day - timedelta(days=5)
    add(
        "id of an earlier day",
        Release(f"P{earlier:%Y%m%d}00370", day, "數碼政策辦公室公布調查結果", SURVEY),
    )
    add("PRDate", Release(f"P{stamp}00907", day, "投資推廣署公布新設公司數目", ("新設公司共539間。",), layout=2017))
    for number, after in ((0, day), (1, day + timedelta(days=1))):
        add(f"notice {number}", Release(f"P{after:%Y%m%d}0091{number}", after, "民政事務總署開放臨時避暑中心", NOTICE))
    for number, charset in enumerate(("big5", "iso-8859-1", "")):
        release = Release(f"P{stamp}008{number}", day, "衞生署舉行嘉年華", (f"第{number + 1}場：{BIG5}",), layout=2005, charset=charset)
        add(f"Big5 declared as {charset or 'nothing'}", release)
    paths["bulletin"] = f"/gia/general/dib/{day:%m%d}.htm"
    content.pages[paths["bulletin"]] = Page(pages.bulletin(day, ("首項消息", "次項消息")), "text/html")
    _add_mirror_and_copies(content, next(iter(content.releases.values())), paths)
    _add_news(content, day, paths)
    _add_monetary(content, day, paths)
    answer = {
        "help": "",
        "success": True,
        "result": {"name": "hk-isd-gnmis-gnmis", "resources": [{"format": "XML", "url": "{base}/gia/rss/general_zh.xml"}]},
    }
    content.pages["/tc-data/api/3/action/package_show"] = Page(b"\xef\xbb\xbf" + json.dumps(answer).encode(), "application/json")
    return paths


def _add_mirror_and_copies(content: Content, original: Release, paths: dict[str, str]) -> None:
    """The Simplified mirror in GB2312, and copies elsewhere: glossed, shifted and misread; a feed each: /copies/<kind>.xml."""
    import opencc

    simplified = opencc.OpenCC("t2s").convert(pages.text_of(original))
    listed = {"mirror": f"/TuniS/www.info.gov.hk{original.path}"}
    content.pages[listed["mirror"]] = Page(
        pages.plain(simplified).replace("utf-8", "gb2312").encode("gb18030"), "text/html; charset=gb2312"
    )
    for kind in ("gloss", "gbk_shift", "big5_as_cp1252"):
        listed[kind] = f"/copies/{kind}/{original.id}.htm"
        content.pages[listed[kind]] = Page(pages.plain(KINDS[kind](pages.text_of(original), Random(3)).raw).encode())
    for name, path in listed.items():
        item = f"<item><title>{escape(original.title)}</title><link>{{base}}{path}</link></item>"
        content.pages[f"/copies/{name}.xml"] = Page(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode(), "text/xml")
    paths |= listed


def _add_news(content: Content, day: date, paths: dict[str, str]) -> None:
    """Twenty stories in words of their own; the feed gives no clock, and its description is escaped HTML with a picture."""
    items = []
    for number in range(20):
        path = f"/chi/{day:%Y}/{day:%m}/{day:%Y%m%d}/{day:%Y%m%d}_1{number:05}_{number:03}.html"
        title, text = f"創科發展第{number + 1}則", f"第{number + 1}則：{STORY}"
        content.pages[path] = Page(pages.story(title, text, day))
        stamp = format_datetime(datetime(day.year, day.month, day.day), usegmt=False).replace("-0000", "GMT")
        described = escape(f'<p><img src="/p.jpg"></p><p>{text}</p>')
        items.append(
            f"<item><guid>{number + 7000}</guid><title>{title}</title><link>{{base}}{path}?type=category&amp;name=law_order</link>"
            f'<pubDate>{stamp}</pubDate><enclosure url="/p.jpg" type="image/jpeg"/><description>{described}</description></item>'
        )
        paths.setdefault("story", path)
    head = "<title>news</title><lastBuildDate>Tue, 12 Jul 2016 11:00:00 GMT</lastBuildDate>"
    feed = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
    content.pages["/tc/categories/admin/html/articlelist.rss.xml"] = Page(feed.encode(), "text/xml; charset=utf-8")


def _add_monetary(content: Content, day: date, paths: dict[str, str]) -> None:
    paths["monetary"] = f"/chi/news-and-media/press-releases/{day:%Y}/{day:%m}/{day:%Y%m%d}-4/"
    content.pages[paths["monetary"]] = Page(pages.monetary("外匯基金票據投標結果", "競投總額為1,230億元，平均投得收益率為3.25厘。"))
    record = {"title": "外匯基金票據投標結果", "link": f"{{base}}{paths['monetary']}", "date": day.isoformat()}
    answer = {"header": {"success": True, "err_code": "0000", "err_msg": ""}, "result": {"datasize": 1, "records": [record]}}
    content.pages["/monetary/press-releases"] = Page(json.dumps(answer, ensure_ascii=False).encode(), "application/json")
