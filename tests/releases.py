"""Releases of an archive in our own words, any number, as long as releases are: median 600 characters, tail to 60,000.

In: a random generator. Out: objects of a JSON Lines dump. Most releases have little to do with innovation, as in the real archive. Look
first at `releases`.
"""

from __future__ import annotations

import csv
import functools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.clean_texts import sentence

PATTERNS = Path(__file__).resolve().parents[1] / "patterns"
MEDIAN, SPREAD, SHORTEST, LONGEST = 600, 0.85, 80, 60_000
"""Lengths are log-normal: median, sigma, bounds, in characters."""

_PLAIN = (
    "{body}提醒市民，{place}一帶{month}月{day}日{hour}時起實施臨時交通安排，受影響的路線會改道行駛。",
    "{body}發言人表示，已派員到{place}視察，並會與{body2}保持聯繫，按情況採取跟進行動。",
    "{place}的{thing}將於{month}月{day}日起關閉作保養，預計{count}天後重開，市民可致電查詢。",
    "{body}今日在{place}檢控{count}名違例人士，涉案物品估計市值約{money}萬元。",
    "天文台錄得{place}最高氣溫{small}度，預測未來數天有驟雨，請市民留意最新的天氣消息。",
    "「{programme}」第{ordinal}輪申請今日截止，{body}共收到{count}份申請，涉及款額約{money}億元，較上一輪增加{percent}%。",
    "{body}與{body2}今日簽署合作備忘錄，雙方會在{place}設立{thing}，並於{year}年第{small}季投入服務。",
    "立法會今日三讀通過有關條例草案，新規定將於{year}年{month}月{day}日生效，違者最高可被罰款{money}萬元。",
    "食物安全中心呼籲業界停止出售一批{thing}，該批產品由{place}的供應商進口，數量約{count}公斤。",
    "{body}主席在致辭時說，過去{small}年獲批的項目超過{count}個，參與的學生有{digits}名。",
    "康樂及文化事務署轄下{place}泳灘的水質評級由二級改為一級，救生服務照常提供。",
    "政府統計處發表的數字顯示，{year}年{month}月{thing}的數量按年下跌{percent}%，經季節性調整後則上升{small}.{small}%。",
)
_PLACES = [
    "中環",
    "灣仔",
    "深水埗",
    "觀塘",
    "沙田",
    "大埔",
    "元朗",
    "屯門",
    "將軍澳",
    "西貢",
    "東涌",
    "荃灣",
    "葵涌",
    "北角",
    "柴灣",
    "黃大仙",
    "旺角",
    "上水",
    "粉嶺",
    "赤鱲角",
]
_THINGS = [
    "長者中心",
    "停車場",
    "自修室",
    "圖書館",
    "泳池",
    "冷藏肉類",
    "電子錶",
    "充電設施",
    "實驗室",
    "數據中心",
    "專利申請",
    "零售業",
    "住宅物業",
    "進口車輛",
]


def releases(random: Random, count: int) -> Iterator[dict[str, str]]:
    """`count` releases: url, title, date (ISO 8601) and content."""
    for number in range(count):
        year, month, day = random.randrange(1997, 2026), random.randrange(1, 13), random.randrange(1, 29)
        size = min(LONGEST, max(SHORTEST, round(random.lognormvariate(math.log(MEDIAN), SPREAD))))
        title, content = _text(random, size)
        address = f"https://www.example.gov.hk/gia/general/{year}{month:02}/{day:02}/P{year}{month:02}{day:02}{number:06}.htm"
        yield {"url": address, "title": title, "date": f"{year}-{month:02}-{day:02}", "content": content}


def write_dump(path: Path, random: Random, count: int) -> int:
    """Writes `count` releases to the JSON Lines file `path`; returns the number of characters of their contents."""
    characters = 0
    with path.open("w", encoding="utf-8") as handle:
        for release in releases(random, count):
            characters += len(release["content"])
            handle.write(json.dumps(release, ensure_ascii=False) + "\n")
    return characters


def _text(random: Random, size: int) -> tuple[str, str]:
    bodies, programmes = _names()
    title = f"{random.choice(bodies)}公布{random.choice(_THINGS)}安排"
    paragraphs: list[str] = []
    made, innovative = 0, random.random() < 0.2
    while made < size:
        said = [
            sentence(random) if innovative and random.random() < 0.6 else _filled(random.choice(_PLAIN), random, bodies, programmes)
            for _ in range(random.randrange(1, 5))
        ]
        paragraphs.append("　　" + "".join(said))
        made += len(paragraphs[-1])
    return title, "\n\n".join([title, *paragraphs, "完"]) + "\n"


@functools.cache
def _names() -> tuple[list[str], list[str]]:
    def column(name: str) -> list[str]:
        with (PATTERNS / name).open(encoding="utf-8", newline="") as handle:
            return [row["name"] for row in csv.DictReader(handle)]

    return column("organisations.csv"), column("programmes.csv")


def _filled(template: str, random: Random, bodies: list[str], programmes: list[str]) -> str:
    return template.format(
        body=random.choice(bodies),
        body2=random.choice(bodies),
        programme=random.choice(programmes),
        place=random.choice(_PLACES),
        thing=random.choice(_THINGS),
        month=random.randrange(1, 13),
        day=random.randrange(1, 29),
        hour=random.randrange(6, 23),
        year=random.randrange(1998, 2027),
        count=random.randrange(2, 900),
        digits=f"{random.randrange(1, 99)},{random.randrange(100, 999)}",
        small=random.randrange(2, 9),
        ordinal=random.choice("二三四五六七"),
        money=random.randrange(2, 500),
        percent=f"{random.randrange(1, 40)}.{random.randrange(10)}",
    )
