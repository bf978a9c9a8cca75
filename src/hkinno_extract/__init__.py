"""Rankings, amounts, organisations and programmes from Hong Kong's government press releases.

Look first at `extract` (a text to records); `load` gives the spaCy pipeline, `read_tables` a run's tables, `segment` words and `numbers`
the amounts of a text. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hkinno_extract.errors import HkinnoError
    from hkinno_extract.pipeline.api import extract, load, numbers, segment
    from hkinno_extract.pipeline.extractor import Result
    from hkinno_extract.settings import Settings
    from hkinno_extract.tables.frames import read_tables

__version__ = "0.1.0"
__all__ = ["HkinnoError", "Result", "Settings", "__version__", "extract", "load", "numbers", "read_tables", "segment"]

_HOMES = {
    "HkinnoError": "hkinno_extract.errors",
    "Result": "hkinno_extract.pipeline.extractor",
    "Settings": "hkinno_extract.settings",
    "extract": "hkinno_extract.pipeline.api",
    "load": "hkinno_extract.pipeline.api",
    "numbers": "hkinno_extract.pipeline.api",
    "read_tables": "hkinno_extract.tables.frames",
    "segment": "hkinno_extract.pipeline.api",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
