"""`sources.toml`: which sources there are and how politely they are asked.

In: a TOML file. Out: frozen `Sources`. Every error names file, key and remedy. Look first at `Source`.
"""

from __future__ import annotations

import dataclasses
import re
import string
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from hkinno_extract.errors import UsageError

NEEDED: Mapping[str, tuple[str, ...]] = {
    "folder": ("path",),
    "jsonl": ("path",),
    "govhk-listing": ("url",),
    "rss": ("url",),
    "json-api": ("url", "records", "fields"),
}
"""The types of sources, and the keys that each must have."""

PLACES: Mapping[str, frozenset[str]] = {
    "govhk-listing": frozenset(("yyyymm", "yyyy", "mm", "dd")),
    "json-api": frozenset(("offset", "size", "from", "to")),
    "rss": frozenset(),
    "folder": frozenset(),
    "jsonl": frozenset(),
}
"""The places that an address of each type may have, in braces."""

FACTS = ("url", "title", "date", "text", "issuer", "id")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_FILE = "sources.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How hosts are asked. `rate`: requests a second a host; `private_hosts` may have addresses that are not public."""

    user_agent: str = "hkinno-extract"
    rate: float = 1.0
    timeout_seconds: float = 20.0
    deadline_seconds: float = 120.0
    largest_bytes: int = 32 * 1024 * 1024
    retries: int = 4
    longest_wait_seconds: float = 300.0
    redirects: int = 5
    robots: bool = True
    private_hosts: tuple[str, ...] = ()
    ca_bundle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source. `url` may hold {yyyymm}, {yyyy}, {mm}, {dd}, and for a json-api {offset}, {size}, {from}, {to}.

    `records` and `ok` are dotted paths in an API's answer; `fields` says for each of FACTS under which key a record has it.
    `days`: how far a fetch looks back; `recheck_days`: how long a known release is asked for again.
    `quiet_days`: silence that warns, 0 for never.
    """

    name: str
    type: str
    enabled: bool = True
    url: str = ""
    path: str = ""
    language: str = ""
    currency: str = ""
    issuers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    keywords_in: str = "text"
    content: str = "page"
    records: str = ""
    ok: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    page_size: int = 100
    days: int = 3
    recheck_days: int = 2
    quiet_days: int = 0
    rate: float = 0.0
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a file says: how to fetch, and the sources by name in its order."""

    file: str
    fetch: Fetching
    by_name: Mapping[str, Source]

    def chosen(self, names: tuple[str, ...] = ()) -> list[Source]:
        """The sources of those names, or all that are enabled. Raises UsageError for a name that is not there."""
        for name in names:
            if name not in self.by_name:
                known = ", ".join(self.by_name) or "none"
                raise UsageError(f"no source is called {name!r}", where=self.file, remedy=f"It has: {known}.")
        return [s for s in self.by_name.values() if (s.name in names if names else s.enabled)]


def find_sources(named: Path | None = None) -> Path:
    """The file in use: the one named, `./sources.toml`, or the package's own."""
    if named is not None or Path(_FILE).is_file():
        return named or Path(_FILE)
    return Path(str(resources.files("hkinno_extract.flows"))) / _FILE


def load_sources(path: Path) -> Sources:
    """What the file `path` says. Raises UsageError that names file and key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError((error.strerror or str(error)).lower(), where=str(path), remedy="Name a file of sources with --config.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"no TOML: {error}", where=str(path), remedy="Mend that place.") from error
    where = _Place(path.name)
    for key in data:
        if key not in ("fetch", "sources"):
            raise where.at(key).error("no such key", "The file has [fetch] and [sources.NAME].")
    fetch = Fetching(**_values(where.at("fetch"), data.get("fetch", {}), Fetching))
    tables = data.get("sources", {})
    if not isinstance(tables, dict):
        raise where.at("sources").error("has to be tables", "Write [sources.NAME].")
    return Sources(
        file=path.name, fetch=fetch, by_name={name: _source(where.at("sources").at(name), name, t) for name, t in tables.items()}
    )


@dataclass(frozen=True, slots=True)
class _Place:
    text: str

    def at(self, key: str) -> _Place:
        return _Place(f"{self.text}{':' if ':' not in self.text else '.'}{key}")

    def error(self, problem: str, remedy: str) -> UsageError:
        return UsageError(problem, where=self.text, remedy=remedy)


def _source(where: _Place, name: str, table: Any) -> Source:
    if not _NAME.fullmatch(name):
        raise where.error("is no name of a source", "Use small letters, digits and hyphens; it becomes a folder of raw/.")
    values = _values(where, table, Source)
    kind = values.get("type", "")
    if kind not in NEEDED:
        raise where.at("type").error(f"{kind!r} is no type of source" if kind else "is missing", f"Use one of {', '.join(NEEDED)}.")
    for key in NEEDED[kind]:
        if not values.get(key):
            raise where.at(key).error(f"is missing; a {kind} needs it", "Add it.")
    _check(where, values)
    return Source(name=name, **values)


def _check(where: _Place, values: Mapping[str, Any]) -> None:
    if "url" in values and not re.match(r"https?://[^/\s]+", values["url"]):
        raise where.at("url").error(f"{values['url']!r} is no http or https address", "Write it in full.")
    if unknown := sorted(set(_places(where, values.get("url", ""))) - PLACES[values["type"]]):
        raise where.at("url").error(f"{{{unknown[0]}}} is no place in the address of a {values['type']}", "Mend or take it out.")
    for key, allowed in (("keywords_in", ("title", "text")), ("content", ("page", "item"))):
        if key in values and values[key] not in allowed:
            raise where.at(key).error(f"{values[key]!r} is not known", f"Use one of {', '.join(allowed)}.")
    if values.get("currency") and not re.fullmatch(r"[A-Z]{3}", values["currency"]):
        raise where.at("currency").error(f"{values['currency']!r} is no currency code", "Use an ISO 4217 code such as HKD.")
    for key in values.get("fields", {}):
        if key not in FACTS:
            raise where.at("fields").at(key).error("no such fact of a release", f"Use {', '.join(FACTS)}.")


def _places(where: _Place, url: str) -> list[str]:
    try:
        return [name for _, name, _, _ in string.Formatter().parse(url) if name is not None]
    except ValueError as error:
        raise where.at("url").error(f"its braces do not match: {error}", "Write a brace that is meant as {{ or }}.") from error


def _values(where: _Place, table: Any, kind: type[Fetching] | type[Source]) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise where.error("has to be a table", "Write it as [table].")
    known = {f.name: str(f.type) for f in dataclasses.fields(kind) if f.name != "name"}
    found = {}
    for key, value in table.items():
        if key not in known:
            raise where.at(key).error("no such key", f"Known are {', '.join(known)}.")
        expected, test = _KINDS[known[key]]
        if not test(value):
            raise where.at(key).error(f"{value!r} is not {expected}", "Mend its value.")
        found[key] = tuple(value) if isinstance(value, list) else value
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


_KINDS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "str": ("a text", lambda v: isinstance(v, str)),
    "bool": ("true or false", lambda v: isinstance(v, bool)),
    "int": ("a whole number of 0 or more", lambda v: _is_number(v) and isinstance(v, int)),
    "float": ("a number of 0 or more", _is_number),
    "tuple[str, ...]": ("a list of texts", lambda v: isinstance(v, list) and all(isinstance(x, str) for x in v)),
    "Mapping[str, str]": ("a table of texts", lambda v: isinstance(v, dict) and all(isinstance(x, str) for x in v.values())),
}
