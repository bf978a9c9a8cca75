"""sources.toml: the shipped file loads, and every mistake is named with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from hkinno_extract.errors import UsageError
from hkinno_extract.sources.config import NEEDED, find_sources, load_sources

GOOD = '[sources.a]\ntype = "rss"\nurl = "https://example.org/a.xml"\n'

MISTAKES = {
    "no TOML": ("[fetch", "sources.toml: no TOML"),
    "unknown table": ("[fetsch]\n", "sources.toml:fetsch: no such key"),
    "unknown key": (GOOD + "colour = 1\n", "sources.toml:sources.a.colour: no such key"),
    "unknown key of fetch": ("[fetch]\nspeed = 1\n", "sources.toml:fetch.speed: no such key"),
    "no type": ("[sources.a]\n", "sources.toml:sources.a.type: is missing"),
    "unknown type": ('[sources.a]\ntype = "ftp"\n', "sources.toml:sources.a.type: 'ftp' is no type of source"),
    "needed key": ('[sources.a]\ntype = "rss"\n', "sources.toml:sources.a.url: is missing; a rss needs it"),
    "text for a number": ('[fetch]\nrate = "1"\n', "sources.toml:fetch.rate: '1' is not a number"),
    "true for a number": ("[fetch]\nretries = true\n", "sources.toml:fetch.retries: True is not a whole number"),
    "negative": ("[fetch]\nrate = -1\n", "sources.toml:fetch.rate: -1 is not a number of 0 or more"),
    "scheme": (GOOD.replace("https", "file"), "sources.toml:sources.a.url: 'file://example.org/a.xml' is no http"),
    "place": (GOOD.replace("a.xml", "{day}.xml"), "sources.toml:sources.a.url: {day} is no place in the address of a rss"),
    "brace": (GOOD.replace("a.xml", "{.xml"), "sources.toml:sources.a.url: its braces do not match"),
    "currency": (GOOD + 'currency = "dollar"\n', "sources.toml:sources.a.currency: 'dollar' is no currency code"),
    "choice": (GOOD + 'content = "all"\n', "sources.toml:sources.a.content: 'all' is not known"),
    "fact": (GOOD + 'fields = { colour = "x" }\n', "sources.toml:sources.a.fields.colour: no such fact"),
    "name": (GOOD.replace("sources.a", 'sources."../a"'), "is no name of a source"),
    "keywords": (GOOD + 'keywords = "a"\n', "sources.toml:sources.a.keywords: 'a' is not a list of texts"),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_sources(path)
    assert message in str(caught.value)


def test_the_shipped_file_has_every_type() -> None:
    sources = load_sources(find_sources())
    assert {s.type for s in sources.by_name.values()} == set(NEEDED)
    assert sources.fetch.rate <= 1
    assert sources.fetch.robots
    assert sources.fetch.private_hosts == ()
    assert all(s.enabled for s in sources.chosen())


def test_a_source_is_chosen_by_name_even_where_it_is_not_enabled(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(GOOD + "enabled = false\n", encoding="utf-8")
    sources = load_sources(path)
    assert sources.chosen() == []
    assert [s.name for s in sources.chosen(("a",))] == ["a"]
    with pytest.raises(UsageError, match="no source is called 'b'"):
        sources.chosen(("b",))
