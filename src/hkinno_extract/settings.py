"""Settings of a run, and the only place that locates folders: patterns/, raw/, outputs/, the segmentation model, the cache.

In: what a caller or the environment says. Out: one frozen `Settings`. Look first at its fields.
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import cast

import platformdirs

from hkinno_extract.errors import UsageError

SEGMENTERS = ("hkinno", "spacy-pkuseg", "char")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides a run's results, and where things are.

    `currency` is the ISO code of a bare 元; `repairs_off` names repair functions to leave out; `segmenter` one of SEGMENTERS.
    Paths may be relative to the working directory. `patterns` None means `./patterns` where it exists, else the wheel's own.
    """

    patterns: Path | None = None
    raw: Path = Path("raw")
    out: Path = Path("outputs")
    segmenter: str = "hkinno"
    currency: str = "HKD"
    repairs_off: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if self.segmenter not in SEGMENTERS:
            raise UsageError(f"no segmenter is called {self.segmenter!r}", remedy=f"Use one of {', '.join(SEGMENTERS)}.")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise UsageError(f"{self.currency!r} is no currency code", remedy="Use an ISO 4217 code such as HKD or CNY.")
        for path in (self.raw, self.out, self.patterns):
            shown = str(path).encode("utf-8", "backslashreplace").decode()
            if shown != str(path):
                raise UsageError("the name of the path is no UTF-8", where=shown, remedy="Rename it, or name the folder that it is in.")

    def results_key(self) -> dict[str, object]:
        """The settings that change what is extracted; part of a release's fingerprint."""
        return {"currency": self.currency, "repairs_off": sorted(self.repairs_off), "segmenter": self.segmenter}

    def patterns_dir(self) -> Path:
        """The folder of patterns in use, absolute. Raises UsageError where the one asked for does not exist."""
        if self.patterns is not None:
            if not self.patterns.is_dir():
                raise UsageError("no such folder of patterns", where=str(self.patterns), remedy="Name a folder that has lexicon.csv in it.")
            return self.patterns.resolve()
        here = Path("patterns")
        if (here / "lexicon.csv").is_file():
            return here.resolve()
        return shipped_patterns()

    def replace(self, **changes: object) -> Settings:
        """A copy with `changes`."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def place(text: str) -> Path:
    """A path of this machine, or what stands for an fsspec address (s3://bucket/folder) and can be used like one.

    Raises UsageError where the package that opens such addresses is not installed.
    """
    if "://" not in text:
        return Path(text)
    try:
        from upath import UPath

        found = UPath(text)
        _ = found.fs
    except (ImportError, ValueError) as error:
        raise UsageError(
            f"addresses of this kind cannot be opened ({error})", where=text, remedy="Install them: pip install 'hkinno-extract[cloud]'."
        ) from error
    return cast(Path, found)


def is_local(path: object) -> bool:
    """Whether `path` is one of this machine, not an fsspec address; what is put at an address is there as a whole once it is closed."""
    return isinstance(path, Path)


def shipped_patterns() -> Path:
    """The patterns that came with the package: inside the wheel, or the checkout's own in an editable install.

    Raises UsageError where there are none.
    """
    shipped = Path(str(resources.files("hkinno_extract.flows"))).parent / "patterns"  # siblings in the wheel and in the checkout
    if (shipped / "lexicon.csv").is_file():
        return shipped
    raise UsageError("this installation has no patterns", remedy="Install hkinno-extract again, or name a folder with --patterns.")


def cache_dir() -> Path:
    """The user's cache folder for this program; HKINNO_CACHE names another. Created by whoever writes there."""
    named = os.environ.get("HKINNO_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("hkinno-extract", appauthor=False))


def model_dir() -> Path:
    """Where `hkinno model install` puts the segmentation model; HKINNO_MODEL names another folder."""
    named = os.environ.get("HKINNO_MODEL")
    return Path(named) if named else cache_dir() / "model"
