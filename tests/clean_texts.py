"""Clean text in the style of releases, in any amount: Traditional, Simplified and English, with real brackets, tables and lists.

In: a random generator. Out: texts in our own words. Look first at `clean_texts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

_BODIES = [
    "創新科技署",
    "數碼港",
    "香港科技園公司",
    "生產力局",
    "投資推廣署",
    "應科院",
    "金管局",
    "衞生署",
    "香港中文大學",
    "香港理工大學",
    "數字政策辦公室",
    "統計處",
]
_THINGS = [
    "初創企業",
    "智慧燈柱",
    "研究項目",
    "專利申請",
    "培訓名額",
    "合作協議",
    "數據中心",
    "機械人",
    "科研人員",
    "實驗室",
    "網上服務",
    "中小企",
]
_UNITS = ["間", "個", "項", "名", "宗", "份", "座", "條", "所"]
_SCOPES = ["全球", "亞太區", "亞洲", "全國", "本港"]
_TERMS = [
    "人工智能(AI)",
    "電子身分（eID）",
    "物聯網（IoT）",
    "研發(R&D)",
    "國際管理發展學院(IMD)",
    "生成式人工智能(GenAI)",
    "大灣區(內地九市)",
]
_SENTENCES = (
    "{body}今日（{month}月{day}日）公布，截至{year}年底，{thing}增至{count}{unit}，較前一年上升{percent}%。",
    "{scope}排名方面，香港位列第{rank}，較{year}年上升{small}位；在{rank2}個經濟體中保持前列。",
    "政府會撥款{money}億元推動{term}，每{unit}{thing}最多可獲{small}00萬元資助(上限另議)。",
    "發言人說：「{body}將在未來{small}年培訓{count}名人才，並與{body2}合作。」",
    "局長問：為甚麼要這樣做？答案很簡單：{thing}是發展的根基！",
    "（一）{thing}的數目為{count} {digits}{unit}；（二）有關開支約{money}億元；及（三）成效檢討會於{month}月完成。",
    "根據《{year}年國際評比報告》，{body}在{term}方面獲評為{scope}第{rank}，詳情見附件(a)及(b)。",
    "邨、埗、衞、着、峯、粧、裏、羣、滙、啲、咗、嘅等字照常使用，深水埗和工業邨的{thing}亦然。",
    "{body}的網址為https://www.example.gov.hk/tc/index.html?lang=tc&page={small}，查詢可電郵至info@example.hk。",
    "溫度介乎{small}°C至{rank}°C，面積{count} {digits}平方米，比例為1:{small}，誤差少於±0.{small}%。",
    "{year}至{year2}年度的收入為{money}.{small}億元（約{small}.{rank}億美元），開支則為{money}億港元。",
    "參加者包括Café Ámbar、Zürich Labs及Société Générale等，其中A股公司佔{small}成。",
    "甲：５Ｇ網絡的覆蓋率達９{small}％，乙：今年會再增建{rank}個基站——詳見圖{small}…",
    "真的嗎?當然是真的!{body}表示,{thing}已於{month}月啟用(試行期{small}個月)。",
)
_ENGLISH = (
    "The {name} announced today (March {day}) that {count} start-ups (up {percent}%) joined the programme in {year}.",
    "Hong Kong ranks {rank}th among {count} economies, according to the report (an example is attached at Annex A).",
    'The spokesman said, "We will invest HK${money} billion over the next {small} years - see www.example.gov.hk?id={small}&lang=en."',
)
_NAMES = ["Innovation and Technology Commission", "Cyberport", "Hong Kong Science Park", "Efficiency Office"]


def clean_texts(random: Random, characters: int) -> Iterator[str]:
    """Texts of together `characters` characters at least."""
    from opencc import OpenCC

    to_simplified = OpenCC("t2s").convert
    made = 0
    while made < characters:
        text = _text(random)
        if random.random() < 0.2:
            text = to_simplified(text)
        made += len(text)
        yield text


def sentence(random: Random) -> str:
    """One sentence."""
    return _filled(random.choice(_SENTENCES), random)


def _text(random: Random) -> str:
    paragraphs = [f"{random.choice(_BODIES)}公布{random.choice(_THINGS)}成果（附圖）"]
    for _ in range(random.randrange(3, 9)):
        kind = random.random()
        if kind < 0.6:
            paragraphs.append("　　" + "".join(_filled(random.choice(_SENTENCES), random) for _ in range(random.randrange(1, 5))))
        elif kind < 0.75:
            paragraphs += [f"- {_filled(random.choice(_SENTENCES), random)}" for _ in range(3)]
        elif kind < 0.85:
            paragraphs += [
                f"　　{year}　　{random.randrange(1, 9)} {random.randrange(100, 999)}間　　{random.randrange(9)}%"
                for year in range(2020, 2023)
            ]
        else:
            paragraphs.append(" ".join(_filled(random.choice(_ENGLISH), random) for _ in range(2)))
    return "\n\n".join([*paragraphs, "完", f"2024年{random.randrange(1, 13)}月{random.randrange(1, 29)}日（星期三）"]) + "\n"


def _filled(sentence: str, random: Random) -> str:
    year = random.randrange(1999, 2026)
    return sentence.format(
        body=random.choice(_BODIES),
        body2=random.choice(_BODIES),
        thing=random.choice(_THINGS),
        unit=random.choice(_UNITS),
        scope=random.choice(_SCOPES),
        term=random.choice(_TERMS),
        name=random.choice(_NAMES),
        month=random.randrange(1, 13),
        day=random.randrange(1, 29),
        year=year,
        year2=year + 1,
        count=random.randrange(10, 999),
        digits=random.randrange(100, 999),
        percent=f"{random.randrange(1, 90)}.{random.randrange(10)}",
        rank=random.randrange(2, 60),
        rank2=random.randrange(61, 180),
        small=random.randrange(2, 9),
        money=random.randrange(2, 500),
    )
