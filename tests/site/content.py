"""The releases of the site: the same for the same seed.

In: a first day, a number of days and of releases a day. Out: `Content`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

_BODIES = ("數碼政策辦公室", "創新科技署", "香港科技園公司", "香港數碼港管理有限公司", "投資推廣署", "香港生產力促進局")
_THINGS = ("初創企業", "研發項目", "數碼服務", "科技人才", "智慧城市方案")
_MEASURES = ("研發開支", "註冊用戶人數", "創科風險投資", "新設公司數目")


@dataclass(frozen=True, slots=True)
class Release:
    """One release. `layout`: 2016 (UTF-8), 2017 (the same with a PRDate), 2005 (Big5-HKSCS) or 1998 (Big5, hard-wrapped).

    `revision` rises when it is overwritten."""

    id: str
    day: date
    title: str
    paragraphs: tuple[str, ...]
    hour: int = 11
    layout: int = 2016
    revision: int = 1
    charset: str = "utf-8"
    """What the server declares; may be wrong, or nothing."""
    english: str = ""
    """The id of its English twin."""

    @property
    def path(self) -> str:
        """Its address without scheme and host."""
        return f"/gia/general/{self.day:%Y%m}/{self.day:%d}/{self.id}.htm"

    def corrected(self) -> Release:
        """The same release overwritten: another figure, the same stamp."""
        return replace(self, revision=self.revision + 1, paragraphs=(*self.paragraphs[:-1], f"更正：有關數字應為{self.revision + 1}千項。"))


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer; `{base}` in it becomes the site's address."""

    data: bytes
    kind: str = "text/html; charset=utf-8"


@dataclass(slots=True)
class Content:
    """Releases by path, and whole pages by theirs."""

    releases: dict[str, Release] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    @classmethod
    def of(cls, first: date, *, days: int, a_day: int, seed: int = 1, layout: int = 2016) -> Content:
        """`a_day` releases on each of `days` days from `first` on."""
        chance = random.Random(seed)
        content = cls()
        for offset in range(days):
            day = first + timedelta(days=offset)
            for number in range(a_day):
                content.add(_release(chance, day, number, layout))
        return content

    def add(self, release: Release) -> Release:
        """Adds `release`, or overwrites the one at its address."""
        self.releases[release.path] = release
        return release

    def on(self, day: str) -> list[Release]:
        """The releases of a day (YYYYMMDD), newest first."""
        return sorted((r for r in self.releases.values() if f"{r.day:%Y%m%d}" == day), key=lambda r: r.id, reverse=True)

    def newest(self, count: int) -> list[Release]:
        """The last `count` releases, newest first."""
        return sorted(self.releases.values(), key=lambda r: (r.day, r.id), reverse=True)[:count]


def _release(chance: random.Random, day: date, number: int, layout: int) -> Release:
    body, thing, measure = chance.choice(_BODIES), chance.choice(_THINGS), chance.choice(_MEASURES)
    name = f"P{day:%Y%m%d}{number:05d}" if layout == 2016 else f"P{day:%Y%m%d}{number:04d}" if layout == 2005 else f"{day:%m%d}{number:03d}"
    share = chance.randrange(11, 980)
    return Release(
        id=name,
        day=day,
        title=f"{body}公布{thing}最新情況（第{number + 1}號）",
        paragraphs=(
            f"{body}今日（{day.month}月{day.day}日）公布，{thing}至今共有{chance.randrange(1000, 9000):,}項，較去年增加{share / 10:.1f}%。",
            f"發言人說：「{measure}達{chance.randrange(20, 900)}億元，我們會繼續支持{thing}。」",
            f"有關撥款為{chance.randrange(2, 80)}億元。",
        ),
        hour=9 + number % 12,
        layout=layout,
        charset="utf-8" if layout == 2016 else "big5",
    )
