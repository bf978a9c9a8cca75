"""The segmentation model in the user's cache folder: installed once, compiled for the runtime, found again.

In: where a model comes from (model_sources.py). Out: a folder with runtime.bin (compiled, for the runtime), features.msgpack and
weights.npz (for spacy_pkuseg, the reference). Look first at `install_model` and `compiled_model`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from hkinno_extract.errors import ModelError
from hkinno_extract.settings import model_dir

if TYPE_CHECKING:
    from hkinno_extract.segmentation.runtime import Runtime

COMPILED = "runtime.bin"
REFERENCE = ("features.msgpack", "weights.npz")
FORMAT = 2
"""Number of the compiled form; a file of another number is stale and wants installing again."""

_INSTALL = "Run: hkinno model install"
_AGAIN = "Run: hkinno model install --force"


def install_model(source: str | None = None, *, force: bool = False, folder: Path | None = None) -> Path:
    """Installs the model and gives its folder; one that is there and current stays, unless `force` or another `source` is asked for.

    `source` None is pkuseg's own model, from the wheel on the package index; else a local wheel, a folder in spacy-pkuseg's form or one of
    spacy-pkuseg's names. Raises ModelError where it cannot be had, is not what it should be, or cannot be written.
    """
    folder = folder or model_dir()
    if source is None and not force and _is_current(folder):
        return folder
    from hkinno_extract.segmentation.model_sources import get_model

    features, extra = get_model(source, scratch=folder.parent)
    from hkinno_extract.segmentation.compiler import compile_model
    from hkinno_extract.segmentation.flat_file import write_flat

    arrays, facts = compile_model(features, default_dictionary() | extra)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_reference(folder, features, extra)
        write_flat(folder / COMPILED, arrays, {**facts, "format": FORMAT})
    except OSError as error:
        raise ModelError(
            f"the segmentation model cannot be written ({error.strerror})",
            where=str(folder),
            remedy="Make room or name another folder in HKINNO_CACHE.",
        ) from error
    return folder


def compiled_model(folder: Path) -> Runtime:
    """The runtime of the model in `folder`. Raises ModelError with the command to run where it is missing, stale or damaged."""
    from hkinno_extract.segmentation.runtime import Runtime

    path = folder / COMPILED
    if not path.is_file():
        raise ModelError("the segmentation model is not installed", where=str(folder), remedy=_INSTALL)
    try:
        runtime = Runtime(path)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the segmentation model cannot be read ({error})", where=str(path), remedy=_AGAIN) from error
    if runtime.facts.get("format") != FORMAT:
        raise ModelError("the segmentation model was compiled by another version", where=str(path), remedy=_AGAIN)
    return runtime


def reference_model(folder: Path) -> Path:
    """`folder`, if it has what spacy_pkuseg loads. Raises ModelError where not."""
    if not all((folder / name).is_file() for name in REFERENCE):
        raise ModelError("the segmentation model is not installed", where=str(folder), remedy=_INSTALL)
    return folder


def extra_words(folder: Path) -> frozenset[str]:
    """Words that the model in `folder` brings for the post-processing, beside the default dictionary; most models bring none."""
    path = folder / "dictionary.txt"
    return frozenset(path.read_text(encoding="utf-8").split("\n")) if path.is_file() else frozenset()


def default_dictionary() -> set[str]:
    """The dictionary of spacy_pkuseg's post-processing, as the installed package carries it. Raises ModelError where it does not."""
    from hkinno_extract.segmentation.model_sources import read_pickle

    spec = importlib.util.find_spec("spacy_pkuseg")
    path = Path(spec.origin).with_name("dicts") / "default.pkl" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ModelError("spacy-pkuseg's dictionary is not there", remedy="Install the package spacy-pkuseg again.")
    with path.open("rb") as handle:
        words = read_pickle(handle, str(path))
    return set(str(words).strip().split("\n"))


def _is_current(folder: Path) -> bool:
    try:
        compiled_model(folder)
        reference_model(folder)
    except ModelError:
        return False
    return True


def _write_reference(folder: Path, features: object, extra: frozenset[str]) -> None:
    from hkinno_extract.segmentation.model_sources import write_reference

    beside = folder / f"new.{os.getpid()}"
    beside.mkdir()
    try:
        write_reference(beside, features)  # type: ignore[arg-type]
        for name in REFERENCE:
            (beside / name).replace(folder / name)
        dictionary = folder / "dictionary.txt"
        if extra:
            (beside / "dictionary.txt").write_text("\n".join(sorted(extra)), encoding="utf-8")
            (beside / "dictionary.txt").replace(dictionary)
        else:
            dictionary.unlink(missing_ok=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
