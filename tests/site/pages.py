"""What the site's pages look like: the structures of the real ones, the words our own.

In: releases. Out: HTML, feeds and JSON as bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
        return (_english(release) if release.english else _new(release)).encode()
    return (_old(release) if release.layout == 2005 else _oldest(release)).encode("big5hkscs")


def _new(r: Release) -> str:
    body = "<br><br>".join(f"\u3000\u3000{escape(p)}" for p in r.paragraphs)
    stamp = f"{r.day.year}年{r.day.month}月{r.day.day}日（星期{_WEEKDAYS[r.day.weekday()]}）"
    return (
        _HEAD.format(charset="utf-8", title=escape(r.title))
        + f"""<a id="skiptocontent" href="#contentBody" class="access">跳至主要內容</a><div id="header">{_twin_link(r)}列印 | 網頁指南</div>
<div id="contentBody" class="row"><div class="colLeft resLeftContent">
<div class="fontSize1" style="display:none">{escape(r.title)}</div>
<div class="fontSize1" id="PRHeadline"><span id="PRHeadlineSpan">{escape(r.title)}</span></div>
<div id="starBar" class="fontSize1">{"*" * len(r.title)}</div><div id="starBarSpacing"></div>
<span id="pressrelease" class="fontSize1">
{body}<br><div class="controlDisplay2 resRightContent"></div><div>&nbsp;</div>
<div class="mB15 f15">完</div>
<div class="mB15 f15">{stamp}<br>香港時間{r.hour}時30分</div></span>
<div class="btm_btn"><a class="newAch" href="/gia/general/ctoday.htm">返回新聞列表</a></div></div></div>
<div id="footer">重要告示</div></body></html>
"""
    )


def _english(r: Release) -> str:
    body = "<br><br>".join(f"&nbsp;&nbsp;&nbsp;&nbsp; {escape(p)}" for p in r.paragraphs)
    stamp = f"Ends/{r.day:%A, %B} {r.day.day}, {r.day.year} <br> Issued at HKT {r.hour:02d}:30"
    return (
        _HEAD.format(charset="utf-8", title=escape(r.title))
        + f"""<div id="header">{_twin_link(r)}</div><div id="contentBody"><div class="fontSize1" id="PRHeadline">
<span id="PRHeadlineSpan">{escape(r.title)}</span></div><span id="pressrelease" class="fontSize1">
{body}<br><div>&nbsp;</div><div class="mB15 f15">{stamp}</div> <div style="margin-top:10px;">NNNN</div></span></div></body></html>
"""
    )


def _twin_link(r: Release) -> str:
    if not r.twin:
        return ""
    return f'<a href="/gia/general/{r.day:%Y%m}/{r.day:%d}/{r.twin}.htm"><img id="{"hdrTCLnk" if r.english else "hdrENLnk"}"></a>'


def mirror(release: Release) -> bytes:
    """The page of the Simplified mirror: converted by a machine, in GB 2312 as it was served in 2015."""
    from opencc import OpenCC

    return OpenCC("t2s").convert(_new(release)).replace("charset=utf-8", "charset=gb2312").encode("gb18030")


def bulletin(releases: Sequence[Release]) -> bytes:
    """A day of the bulletins of 1997 and 1998: contents, then numbered releases underlined by stars."""
    day = f"{releases[0].day:%A, %B} {releases[0].day.day}, {releases[0].day.year}"
    contents = "\n".join(f"{n}. {r.title}" for n, r in enumerate(releases, 1))
    items = "\n\n".join(
        f"{n}. {r.title}\n{'*' * (2 * len(r.title) + 3)}\n\n" + "\n\n".join(f"\u3000\u3000{p}" for p in r.paragraphs) + "\n\nEnd"
        for n, r in enumerate(releases, 1)
    )
    text = f"Daily Information Bulletin\n\n{day}\n\nCONTENTS\n========\n\n{contents}\n\n{items}\n"
    return (_HEAD.format(charset="big5", title="Daily Information Bulletin") + f"<pre>{escape(text)}</pre></body></html>").encode(
        "big5hkscs"
    )


def _old(r: Release) -> str:
    lines = "<br>\n<br>\n".join(f"\u3000\u3000{escape(p)}" for p in r.paragraphs)
    hour = f"{r.hour:02d}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return (
        _HEAD.format(charset="big5", title=escape(r.title))
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


def feed(releases: Sequence[Release], base: str, *, clock: bool = True) -> bytes:
    """RSS 2.0 with full texts; every other title in CDATA, lastBuildDate frozen in 2016 as at the real one.

    Without `clock` the items' dates go to the day only, as those of the news site do.
    """
    items = []
    for number, r in enumerate(releases):
        title = f"<![CDATA[{r.title}]]>" if number % 2 else escape(r.title)
        body = "<br/><br/>".join(f"\u3000\u3000{escape(p)}" for p in r.paragraphs)
        stamp = f"{r.day:%a, %d %b %Y} " + (f"{r.hour:02d}:30:00 +0800" if clock else "00:00:00 GMT")
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


def catalogue(base: str) -> bytes:
    """The data catalogue's answer for the feeds of press releases."""
    resources = [{"format": "XML", "url": f"{base}/gia/rss/general_{language}.xml"} for language in ("zh", "en")]
    answer = {"help": "", "success": True, "result": {"name": "hk-isd-gnmis-gnmis", "resources": resources}}
    return b"\xef\xbb\xbf" + json.dumps(answer).encode()


def api_failure(message: str) -> bytes:
    """The envelope of a failure, which comes with status 200."""
    return json.dumps({"header": {"success": False, "err_code": "9999", "err_msg": message}, "result": None}).encode()
