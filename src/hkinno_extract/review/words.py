"""The words of the page and the report, in English and in Traditional Chinese, and the templates' environment.

In: words.json. Out: a language's words by key. Look first at `words_of`.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Environment

LANGUAGES: Final[dict[str, str]] = {"en": "English", "zh-Hant": "繁體中文"}


@functools.cache
def _table() -> dict[str, dict[str, str]]:
    text = resources.files("hkinno_extract.review").joinpath("words.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return table


def words_of(language: str) -> dict[str, str]:
    """The words of one of LANGUAGES by key."""
    return {key: forms[language] for key, forms in _table().items()}


def chosen_language(*wishes: str) -> str:
    """The first of LANGUAGES that a wish, such as an Accept-Language header, names; else English.

    >>> chosen_language("", "zh-HK,zh;q=0.9,en;q=0.8"), chosen_language("zh-Hant", "en"), chosen_language("fr")
    ('zh-Hant', 'zh-Hant', 'en')
    """
    for wish in wishes:
        for part in wish.split(","):
            tag = part.partition(";")[0].strip().lower()
            if tag.startswith("zh"):
                return "zh-Hant"
            if tag.startswith("en"):
                return "en"
    return "en"


def environment(package: str) -> Environment:
    """The templates of `package`, everything escaped, a name that is missing an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
