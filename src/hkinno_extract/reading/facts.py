"""What a release says of itself: when it was published, by whom, in which language.

In: the text. Out: plain values, None where the text does not say. Look first at `published_at`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from hkinno_extract.characters import DIGIT_VALUES, is_han, narrow
from hkinno_extract.records import Block, Language

HONG_KONG = timezone(timedelta(hours=8))

_DIGIT = "一二三四五六七八九〇零○Ｏ0-9"
_DATE_LINE = re.compile(
    rf"([{_DIGIT}]{{4}})\s*年\s*([{_DIGIT}十]{{1,3}})\s*月\s*([{_DIGIT}十廿]{{1,4}})\s*日\s*(?:[（(]\s*(?:星期|禮拜|礼拜|周|週)?.[^（()）]{{0,3}}[)）])?"
)
_TIME = re.compile(r"香港(?:時間|时间)\s*(\d{1,2})\s*[時时:：]\s*(\d{1,2})\s*分?")
_END_SIGN = re.compile(r"^[（(]?完[)）]?[。.]?\s*(?:[/／|｜]\s*)?")
_WEEKDAY = re.compile("(?:星期|禮拜|礼拜|周|週)[一二三四五六日天]")
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_ENGLISH = re.compile(
    rf"(?:Ends?\s*/\s*)?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?({'|'.join(_MONTHS)})\s+(\d{{1,2}}),\s*(\d{{4}})", re.IGNORECASE
)
_ENGLISH_TIME = re.compile(r"(?:Issued at )?HKT\s*(\d{1,2}):(\d{2})", re.IGNORECASE)
_FOLDER = re.compile(r"/(\d{4})(\d{2})/(\d{2})/")
_ID = re.compile(r"(?:^|[/\\])P(\d{4})(\d{2})(\d{2})\d{4,5}(?:p|_print)?(?:\.\w+)?(?:$|[?#~])")
_BEHALF = re.compile(r"(?:代|代表)([^，。：:\n]{3,24}?)(?:發出|發布|发出|发布|公布)|issued on behalf of (?:the )?([A-Z][^:\n]{3,80}):")
PINYIN = re.compile("[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüḿńňǹ]{1,7}[)）]")
_BODY_ENDS = "局|署|處|处|公司|辦公室|办公室|委員會|委员会|大學|大学|院|政府|協會|协会|總會|总会"
_BODY = re.compile(
    rf"[㐀-鿿]{{2,24}}(?:{_BODY_ENDS}|中心|集團|集团|銀行|银行|學會|学会|商會|商会|聯會|联会|基金會|基金会|學院|学院|議會|议会|機構|机构)"
    r"|[A-Z][A-Za-z&,.'() -]{2,80} (?:Corporation|Company|Limited|Ltd\.?|Department|Bureau|Authority|Commission|Council|University"
    r"|Institute|Office|Association|Government)"
)
_DAY = (
    rf"(?:今[日天早晨]|昨[日天晚]|日前|早前|(?:[{_DIGIT}]{{4}}年)?(?:[{_DIGIT}十]{{1,3}}月|本月)[{_DIGIT}十廿]{{1,4}}日)"
    r"(?:[（(][^（()）]{1,14}[)）])?[，,]?"
)
_SPEAKER = "(?:發言人|发言人)?"
_OPENS = re.compile(
    rf"(?:^|[。\n])[ \u3000\u00a0]*(?:{_DAY})?([㐀-鿿]{{2,24}}?(?:{_BODY_ENDS})){_SPEAKER}(?:[（(][^（()）]{{1,14}}[)）])?{_SPEAKER}"
    r"(?:今日|今天|今早|昨日|(?:宣布|宣佈|公布|公佈|發表|发表)(?!的)|表示|歡迎|欢迎)"
)
_SAYS_NOW = re.compile("[今昨]|發言人|发言人")
"""What a sentence further down has to say, so that it tells of the release itself."""

_NO_BODY = re.compile(
    "^(?:[由據据就從从向隨随當当於于因為为若如除繼继憑凭趁待本該该此各每某其]|按(?![揭證证])|在(?![職职])|對(?!外)|对(?!外)|經(?![濟貿])|经(?![济贸])|自(?![然由])|另一?)"
    "|[多各兩两數数幾几一二三四五六七八九十][間间個个所家項项]"
    "|根據|根据|依據|依据|依照|有關|有关|關於|关于|相關|相关|鑑於|鑒於|鉴于|因應|因应|配合|連同|连同|隨着|隨著|随着|透過|透过|通過|通过|獲悉|获悉"
    "|回應|回应|回覆|答覆|答复|查詢|查询|引述|指出|發言人|发言人|上述|以下|早前|日前|昨日|今日|今天|宣布|宣佈|公布|公佈|表示|發表|发表|歡迎|欢迎|[的是了並并]"
    "|[局署處处司校院官][長长](?!辦公室|办公室)|長官(?!辦公室)|长官(?!办公室)|主席|總裁|总裁|特首"
)
"""Words that stand in front of a body that the text speaks of, or between two of them: what holds one is no name of the issuer."""

_TOGETHER = re.compile("聯同|联同|會同|会同|夥同|伙同|[與与]")
_TAIL = 12
_WORD = re.compile("[A-Za-z]{2,}")
_PROSE = 25
"""English words, in sentences of their own, that make a text one of two languages."""


def published_at(text: str) -> str | None:
    """The date and time of the end lines of `text` (ISO 8601, +08:00), a date alone where no time stands there.

    >>> published_at("甲。\\n完\\n２０２４年９月３日（星期二）\\n香港時間１６時０４分")
    '2024-09-03T16:04:00+08:00'
    >>> published_at("甲。\\n完\\n二○○三年五月十六日（星期五）")
    '2003-05-16'
    """
    lines = [line.strip(" \u3000\u00a0\r\t*＊") for line in re.split(r"\r\n|\n|\r", narrow(text))]
    lines = [line for line in lines if line]
    for line_range in (lines[: -_TAIL - 1 : -1], lines[1:6]):
        date = next((d for line in line_range if len(line) <= 60 and (d := _date_of(line))), None)
        if date:
            clock = next((t for line in line_range if len(line) <= 80 and (t := _clock_of(line))), None)
            return f"{date}T{clock}:00+08:00" if clock else date
    return None


def is_date_line(line: str) -> bool:
    """Whether a line holds nothing but a date or a time of issue.

    >>> is_date_line("（完）2024年5月1日"), is_date_line("香港時間9時5分"), is_date_line("2024年5月1日起生效")
    (True, True, False)
    """
    line = narrow(line).strip()
    return len(line) <= 60 and (_date_of(line) is not None or _TIME.fullmatch(line) is not None)


def _date_of(line: str) -> str | None:
    line = _END_SIGN.sub("", line)
    chinese = _DATE_LINE.match(line)
    if chinese and not _WEEKDAY.sub("", _TIME.sub("", line[chinese.end() :])).strip(" \u3000,，"):
        return _iso(_number(chinese[1]), _number(chinese[2]), _number(chinese[3]))
    english = _ENGLISH.match(line)
    if english and len(line) <= english.end() + 24 and not line[english.end() :].strip().startswith("to"):
        return _iso(int(english[3]), _MONTHS.index(english[1].capitalize()) + 1, int(english[2]))
    return None


def _clock_of(line: str) -> str | None:
    found = _TIME.search(line) or _ENGLISH_TIME.search(line)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _number(digits: str) -> int:
    """The value of a year, month or day in digits or Chinese characters.

    >>> [_number(d) for d in ("二○二四", "十二", "廿三", "三十一", "09")]
    [2024, 12, 23, 31, 9]
    """
    digits = digits.replace("Ｏ", "○")
    if digits.isascii():
        return int(digits)
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return (DIGIT_VALUES.get(tens, 1) if tens else 1) * 10 + (_number(ones) if ones else 0)
    if digits.startswith("廿"):
        return 20 + (_number(digits[1:]) if digits[1:] else 0)
    value = 0
    for char in digits:
        value = value * 10 + (int(char) if char.isascii() else DIGIT_VALUES[char])
    return value


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return datetime(year, month, day, tzinfo=HONG_KONG).date().isoformat()
    except ValueError:
        return None


def from_stamp(stamp: str | None) -> str | None:
    """A date as feeds and pages write it: ISO 8601 or RFC 822, as Hong Kong time; midnight of a feed that gives days only is a date.

    >>> from_stamp("Wed, 09 Sep 2026 07:33:04 +0800"), from_stamp("2024-10-16"), from_stamp("soon")
    ('2026-09-09T07:33:04+08:00', '2024-10-16', None)
    """
    stamp = (stamp or "").strip()
    if not stamp:
        return None
    day = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", stamp) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", stamp)
    if day:
        return _iso(int(day[1]), int(day[2]), int(day[3]))
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        try:
            moment = parsedate_to_datetime(stamp)
        except (ValueError, TypeError, IndexError):
            return _date_of(narrow(stamp))
    if stamp.endswith("GMT") and not (moment.hour or moment.minute or moment.second):
        return moment.date().isoformat()
    try:
        moment = moment.replace(tzinfo=HONG_KONG) if moment.tzinfo is None else moment.astimezone(HONG_KONG)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=0).isoformat()


def from_address(address: str) -> str | None:
    """The day of issue that an address names: the folder `/gia/general/YYYYMM/DD/`, else the date in the release's id.

    >>> from_address("https://www.info.gov.hk/gia/general/202305/02/P2023042700370.htm"), from_address("P2024122700123.txt")
    ('2023-05-02', '2024-12-27')
    """
    found = _FOLDER.search(address) or _ID.search(address)
    return _iso(int(found[1]), int(found[2]), int(found[3])) if found else None


def issuer_of(text: str) -> str | None:
    """The body that issues the release, where its opening names one; glosses taken off."""
    head = PINYIN.sub("", text[:1500])
    found = _BEHALF.search(head)
    if found:
        return (found[1] or found[2]).strip()
    opening = [m.end() for m in re.finditer("。", head)][1:2] or [len(head)]
    return next(
        (name for m in _OPENS.finditer(head) if (m.start(1) < opening[0] or _SAYS_NOW.search(m[0])) and (name := _body(m[1]))), None
    )


def is_body(name: str) -> bool:
    """Whether a name is that of a body: what it ends with says so.

    >>> is_body("香港科技園公司"), is_body("Innovation and Technology Commission"), is_body("新聞公報"), is_body("info.gov.hk")
    (True, True, False, False)
    """
    return _BODY.fullmatch(name) is not None


def _body(name: str) -> str | None:
    """The body that a release opens with; None where the words in front of it say that the text only speaks of it.

    >>> _body("創新科技署"), _body("創新科技署與香港大學"), _body("根據政府統計處")
    ('創新科技署', '創新科技署', None)
    """
    first = _TOGETHER.split(name)[0]
    if not re.search(f"(?:{_BODY_ENDS})$", first):
        first = name
    return None if _NO_BODY.search(first) else first


def language_of(text: str) -> Language:
    """The language of a text: `mixed` where it has Chinese and English prose, else by the script of its characters."""
    from hkinno_extract.character_model import script_of

    sample = text if len(text) <= 60_000 else text[:30_000] + text[-30_000:]
    han = sum(count for char, count in Counter(sample).items() if is_han(char))
    latin = len(_WORD.findall(sample))
    if han < 0.1 * (han + latin):
        return "en"
    inline = latin > 60 and latin > 0.25 * han and len(re.findall(r"(?:[A-Za-z,;'’\-]+ ){8}", sample)) >= 3
    if inline or (latin >= _PROSE and _english_prose(sample) >= max(_PROSE, 0.1 * han)):
        return "mixed"
    return "zh-Hans" if script_of(sample) == "hans" else "zh-Hant"


def _english_prose(text: str) -> int:
    """The number of words in lines that are English sentences."""
    lines = (line.strip() for line in re.split(r"[\r\n]+", text))
    found = [len(_WORD.findall(line)) for line in lines if line.endswith((".", "?", ":", ";", ",")) and _is_english(line, least=6)]
    return sum(found) if len(found) >= 2 else 0


def _is_english(text: str, *, least: int) -> bool:
    """Whether a line or block has `least` Latin words, and hardly anything else."""
    words = len(_WORD.findall(text))
    return words >= least and sum(map(is_han, text)) <= words // 4


def english_places(text: str, blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """The places (start, end) of the blocks of a `mixed` text that are in English; a block of figures alone is in that of the one before.

    >>> text = "　　約4,700間。\\nThere were some 4,700 firms.\\n4,700"
    >>> from hkinno_extract.segmentation.blocks import plain_blocks
    >>> english_places(text, plain_blocks(text))
    [(11, 39), (40, 45)]
    """
    found: list[tuple[int, int]] = []
    english = False
    for block in blocks:
        if block.kind != "cell":
            piece = text[block.start : block.end]
            english = _is_english(piece, least=3) or (english and not any(map(is_han, piece)))
            if english:
                found.append((block.start, block.end))
    return found
