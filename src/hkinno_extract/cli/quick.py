"""Imports spaCy without its own command line, which is a third of the time that `import spacy` takes and which we never call.

In: nothing. Out: spaCy in sys.modules, whole but for `spacy.cli`, which loads when somebody imports it.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


def import_spacy() -> None:
    """Imports spaCy. Two stand-ins keep its __init__ from loading `spacy.cli`; they are gone when it returns."""
    if "spacy" in sys.modules:
        return
    package, info = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    package.__path__ = []
    info.info = _info  # type: ignore[attr-defined]
    sys.modules |= {package.__name__: package, info.__name__: info}
    try:
        importlib.import_module("spacy")
    finally:
        del sys.modules[package.__name__], sys.modules[info.__name__]


def _info(*args: Any, **kwargs: Any) -> Any:
    return importlib.import_module("spacy.cli.info").info(*args, **kwargs)
