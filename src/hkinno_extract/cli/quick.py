"""Imports of spaCy only what extraction uses: Doc, Vocab and Matcher. The rest of it is half of the time that `import spacy` takes.

In: nothing. Out: `spacy` in sys.modules with a body that runs when somebody first asks it for something, such as `spacy.blank`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any


def import_spacy() -> None:
    """Makes `spacy.tokens`, `spacy.vocab` and `spacy.matcher` importable without the pipelines, languages and command line of spaCy.

    Where this release of spaCy does not allow it, the whole of it is imported as usual.
    """
    if "spacy" in sys.modules:
        return
    try:
        _import_parts()
    except (ImportError, AttributeError):
        for name in [name for name in sys.modules if name == "spacy" or name.startswith("spacy.")]:
            del sys.modules[name]
        importlib.import_module("spacy")


def _import_parts() -> None:
    spec = importlib.util.find_spec("spacy")
    if spec is None or spec.loader is None:
        raise ImportError("spaCy is not installed")
    package = importlib.util.module_from_spec(spec)
    package.__dict__["__getattr__"] = _waking(package, spec.loader)
    sys.modules["spacy"] = package
    importlib.import_module("spacy.tokens")  # first, as in spaCy itself: its modules import each other in a circle
    for name in ("vocab", "matcher"):
        importlib.import_module(f"spacy.{name}")
    importlib.import_module("spacy.errors").setup_default_warnings()


def _waking(package: ModuleType, loader: Any) -> Any:
    """A module's `__getattr__` that imports a submodule, or runs the package's own body, once, for anything else."""

    def get(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if importlib.util.find_spec(f"spacy.{name}") is not None:
            return importlib.import_module(f"spacy.{name}")
        package.__dict__.pop("__getattr__", None)
        loader.exec_module(package)
        return getattr(package, name)

    return get
