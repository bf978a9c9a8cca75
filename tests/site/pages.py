"""What the site's pages look like: the structures of the real ones, the words our own.

In: releases. Out: HTML, feeds and JSON as bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from html import escape

from tests.site.content import Release

_WEEKDAYS = "一二三四五六日"
_HEAD = (
    '<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    "<title>{title}</title></head><body>\n"
)


def page(release: Release, *, changed_layout: bool = False) -> bytes:
    """A release's page in its own layout and coding."""
    if changed_layout:
        text = (
            _HEAD.format(charset="utf-8", title="")
            + '<div id="app" data-view="article"></div><script src="/app.js"></script></body></html>'
        )
        return text.encode()
    if release.layout == 2016:
        return _new(release).encode()
    if release.layout == 2017:
        return _new(release).replace('class="mB15 f15">完', 'class="end">完').replace('class="mB15 f15"', 'id="PRDate"').encode()
    return (_old(release) if release.layout == 2005 else _oldest(release)).encode("big5hkscs")


def _new(r: Release) -> str:
    body = "<br><br>".join(f"\u3000\u3000{escape(p)}" for p in r.paragraphs)
    stamp = f"{r.day.year}年{r.day.month}月{r.day.day}日（星期{_WEEKDAYS[r.day.weekday()]}）"
    twin = f' <a href="{r.path.replace(r.id, r.english)}"><img id="hdrENLnk" alt="English"></a>' if r.english else ""
    return (
        _HEAD.format(charset="utf-8", title=escape(r.title))
        + f"""<a id="skiptocontent" href="#contentBody" class="access">跳至主要內容</a><div id="header">列印 | 網頁指南{twin}</div>
<div id="contentBody" class="row"><div class="colLeft resLeftContent">
<div class="fontSize1" style="display:none">{escape(r.title)}</div>
<div class="fontSize1" id="PRHeadline"><span id="PRHeadlineSpan">{escape(r.title)}</span></div>
<div id="starBar" class="fontSize1">{"*" * len(r.title)}</div><div id="starBarSpacing"></div>
<span id="pressrelease" class="fontSize1">
{body}<br><div class="controlDisplay2 resRightContent"></div><div>&nbsp;</div>
<div class="mB15 f15">完</div>
<div class="mB15 f15">{stamp}<br>香港時間{r.hour}時30分</div></span>
<div class="sharePost2"><a href="{r.path.replace(".htm", "p.htm")}">列印</a></div>
<div class="btm_btn"><a class="newAch" href="/gia/general/ctoday.htm">返回新聞列表</a></div></div></div>
<div class="controlDisplay1 resRightContent"><div id="rightContent" class="fontSize1"><h2 class="attTypeTitle1">圖片</h2>
<a class="fancybox" data-fancybox-group="gallery" href="/photos/{r.id}_photo_1.jpg"><img src="/photos/{r.id}_photo_1t.jpg"></a>
<a class="attach_text" href="/attachments/{r.id}_1.pdf">附件</a></div></div>
<div id="footer">重要告示</div></body></html>
"""
    )


def _old(r: Release) -> str:
    lines = "<br>\n<br>\n".join(f"\u3000\u3000{escape(p)}" for p in r.paragraphs)
    hour = f"{r.hour:02d}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return (
        _HEAD.format(charset="big5", title=escape(r.title)).replace("big5", r.charset).replace('; charset="', '"')
        + f"""<table><tr><td>简体版 英文版 寄給朋友 政府新聞網</td></tr></table>
<div id="pressrelease">{escape(r.title)}<br>\n{"＊" * len(r.title)}<br>\n{lines}<br>\n<br>\n完<br>\n
{r.day.year}年{r.day.month}月{r.day.day}日（星期{_WEEKDAYS[r.day.weekday()]}）<br>\n香港時間{hour}時３０分</div>
<a href="#">列印此頁</a></body></html>
""".replace("简", "簡")
    )


def _oldest(r: Release) -> str:
    lines = "\n\n".join(f"\u3000\u3000{p}" for p in r.paragraphs)
    return (
        _HEAD.format(charset="big5", title="新聞公報")
        + f"<pre>新聞公報\n\n{r.title}\n{'＊' * len(r.title)}\n\n新聞稿內容\n\n{lines}\n\n完\n\n"
        + f"{r.day.year}年{r.day.month}月{r.day.day}日（星期{_WEEKDAYS[r.day.weekday()]}）\n</pre></body></html>\n"
    )


def day_list(releases: Sequence[Release]) -> bytes:
    """A day's list of links, newest first."""
    banner = f"{releases[0].day:%d-%m-%Y}"
    items = "\n".join(f'<li><a class="NEW" href="{r.path}">{escape(r.title)}</a></li>' for r in releases)
    return (
        _HEAD.format(charset="utf-8", title="新聞公報")
        + f'<div id="headerBanner">{banner}</div><div id="contentBody"><div class="leftBody"><ul class="list fontSize1">'
        + f"{items}</ul></div></div>"
        + '<div id="footer"><a href="/gia/ISD_public_Calendar_tc.html">新聞檔案</a></div></body></html>'
    ).encode()


def feed(releases: Sequence[Release], base: str) -> bytes:
    """RSS 2.0 with full texts; every other title in CDATA, lastBuildDate frozen in 2016 as at the real one."""
    items = []
    for number, r in enumerate(releases):
        title = f"<![CDATA[{r.title}]]>" if number % 2 else escape(r.title)
        body = "<br/><br/>".join(f"\u3000\u3000{escape(p)}" for p in r.paragraphs)
        stamp = f"{r.day:%a, %d %b %Y} {r.hour:02d}:30:00 +0800"
        items.append(
            f"<item><title>{title}</title><link>{base}{r.path}</link><guid>{base}{r.path}</guid><pubDate>{stamp}</pubDate>"
            f"<description><![CDATA[{body}]]></description></item>"
        )
    head = "<title>新聞公報</title><language>zh-HK</language><lastBuildDate>Tue, 12 Jul 2016 11:00:00 GMT</lastBuildDate>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'.encode()


def api(releases: Sequence[Release], base: str, *, offset: int, size: int) -> bytes:
    """One page of the monetary authority's envelope, with a byte order mark as government files often have."""
    records = [{"title": r.title, "link": f"{base}{r.path}", "date": r.day.isoformat()} for r in releases[offset : offset + size]]
    answer = {
        "header": {"success": True, "err_code": "0000", "err_msg": "No error found"},
        "result": {"datasize": len(records), "records": records},
    }
    return b"\xef\xbb\xbf" + json.dumps(answer, ensure_ascii=False).encode()


def api_failure(message: str) -> bytes:
    """The envelope of a failure, which comes with status 200."""
    return json.dumps({"header": {"success": False, "err_code": "9999", "err_msg": message}, "result": None}).encode()


def text_of(r: Release) -> str:
    """The words of a release as a copy elsewhere has them."""
    stamp = f"{r.day.year}年{r.day.month}月{r.day.day}日（星期{_WEEKDAYS[r.day.weekday()]}）"
    return "\n\n".join((r.title, *r.paragraphs, "完", stamp))


def plain(text: str) -> str:
    """A page of paragraphs without any structure of its own."""
    title, *paragraphs = text.split("\n\n")
    body = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
    return _HEAD.format(charset="utf-8", title=escape(title)) + f"<h1>{escape(title)}</h1><article>{body}</article></body></html>"


def english(r: Release, name: str) -> bytes:
    """The English twin of `r`, which has an id of its own."""
    title = "Results of funding announced (with photo)"
    return (
        _HEAD.format(charset="utf-8", title=title)
        + f"""<div id="header"><a href="{r.path}"><img id="hdrTCLnk" alt="TC"></a></div><div id="contentBody">
<div id="PRHeadline"><span id="PRHeadlineSpan">{title}</span></div><div id="starBar">{"*" * len(title)}</div>
<span id="pressrelease">&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;The Commission announced today the results of {name}.<br><br>
<div class="mB15 f15">Ends/{r.day:%A, %B} {r.day.day}, {r.day.year} <br> Issued at HKT {r.hour}:30</div>
<div>NNNN</div></span></div></body></html>
"""
    ).encode()


def bulletin(day: date, titles: Sequence[str]) -> bytes:
    """A day's bulletin of 1997 or 1998: one address, several releases."""
    items = "\n\n".join(f"{n}. {t}\n{'*' * (2 * len(t) + 3)}\n\n{t}：撥款{n}億元予研發項目。\n\nEnd" for n, t in enumerate(titles, 1))
    contents = "\n".join(f"{n}. {t}" for n, t in enumerate(titles, 1))
    text = f"Daily Information Bulletin\n\n{day:%A, %B} {day.day}, {day.year}\n\nCONTENTS\n========\n{contents}\n\n{items}\n"
    return f"<html><body><pre>{text}</pre></body></html>".encode("big5hkscs")


def story(title: str, text: str, day: date) -> bytes:
    """A story of the government's news site."""
    head = f'<html><head><title>{title}</title><meta charset="utf-8"><meta name="date" content="{day.isoformat()}T10:00:00+08:00">'
    body = f'<h1>{title}</h1><div class="newsdetail-content mt-3"><p>{text}</p></div><p>回到頁首</p>'
    return f'{head}<meta name="keywords" content="{title}"></head><body>{body}</body></html>'.encode()


def monetary(title: str, text: str) -> bytes:
    """A page of the monetary authority."""
    body = f'<div class="content-wrapper"><h1>{title}</h1><div class="content-area"><p>{text}</p></div></div>'
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'.encode()
