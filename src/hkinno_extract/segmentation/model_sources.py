"""Where a segmentation model comes from: pkuseg's wheel, a folder in spacy-pkuseg's form, or one of spacy-pkuseg's names.

In: what the user names. Out: the model's features and weights, and words that it adds to the post-processing. Nothing that is read may run
code: pickles are read by an Unpickler that refuses every global, and zip members are read, never extracted.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import pickle
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from hkinno_extract.errors import ModelError
from hkinno_extract.segmentation.compiler import Features

WHEEL = "pkuseg-0.0.25-cp37-cp37m-manylinux1_x86_64.whl"
WHEEL_SHA256 = "6fc2f97d0f66cc6722cf772e65dbcde1b01d8cc53b66ac4aa7bce639de79588f"
_DOWNLOAD = ("--no-deps", "--only-binary=:all:", "--python-version", "3.7", "--platform", "manylinux1_x86_64", "pkuseg==0.0.25")
_INSIDE = "pkuseg/models/default"
_BY_HAND = f"Get {WHEEL} from the package index by other means and run: hkinno model install --from {WHEEL}"
_Found = tuple[Features, frozenset[str]]


def get_model(source: str | None, *, scratch: Path) -> _Found:
    """The model that `source` names (see `install_model`) and the words it adds. `scratch` is where a download may lie for a while."""
    if source is None:
        return _downloaded(scratch), frozenset()
    path = Path(source).expanduser()
    if path.is_dir():
        return read_folder(path), frozenset()
    if path.is_file():
        return read_wheel(path), frozenset()
    return _named(source)


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it wants {module}.{name}")


def read_pickle(handle: IO[bytes], where: str) -> Any:
    """What a pickle of plain data holds. Raises ModelError for one that asks for any class or function, or is no pickle."""
    try:
        return _Plain(handle).load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, AttributeError, UnicodeDecodeError) as error:
        raise ModelError(
            f"not a pickle of plain data ({error})", where=where, remedy="Use the file as its authors published it."
        ) from error


def read_wheel(path: Path) -> Features:
    """The model inside a wheel of pkuseg. The wheel of the default download must have its published SHA-256."""
    if path.name == WHEEL:
        check_hash(path)
    try:
        with zipfile.ZipFile(path) as wheel:
            with wheel.open(f"{_INSIDE}/features.pkl") as handle:
                data = read_pickle(handle, path.name)
            with wheel.open(f"{_INSIDE}/weights.npz") as handle:
                return _features(data, _weights(handle, path.name), path.name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(
            f"not a wheel with pkuseg's model ({error})", where=path.name, remedy=f"Name {WHEEL}, or a model folder."
        ) from error


def check_hash(path: Path) -> None:
    """Raises ModelError where the wheel is not the one that was published."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if digest != WHEEL_SHA256:
        raise ModelError(f"the wheel's SHA-256 is {digest}, not {WHEEL_SHA256}", where=path.name, remedy="Delete it and get it again.")


def read_folder(folder: Path) -> Features:
    """The model in a folder as spacy_pkuseg loads it: weights.npz with features.msgpack, features.pkl or features.json."""
    weights = folder / "weights.npz"
    found = [folder / f"features.{ending}" for ending in ("msgpack", "pkl", "json") if (folder / f"features.{ending}").is_file()]
    if not weights.is_file() or not found:
        raise ModelError(
            "no model in this folder", where=str(folder), remedy="It must hold weights.npz and features.msgpack (or .pkl, .json)."
        )
    path = found[0]
    data: Any
    if path.suffix == ".pkl":
        with path.open("rb") as handle:
            data = read_pickle(handle, str(path))
    elif path.suffix == ".json":
        data = json.loads(path.read_text(encoding="utf-8"))
    else:
        import srsly

        data = srsly.read_msgpack(path)
    with weights.open("rb") as handle:
        return _features(data, _weights(handle, str(weights)), str(folder))


def write_reference(folder: Path, features: Features) -> None:
    """Writes the model in the form that spacy_pkuseg loads."""
    import srsly

    data = {
        "unigram": sorted(features.words),
        "bigram": [],  # wanted for training only
        "feature_to_idx": dict(features.number),
        "tag_to_idx": {tag: number for number, tag in enumerate(features.tags)},
    }
    srsly.write_msgpack(folder / "features.msgpack", data)
    np.savez(folder / "weights.npz", sizes=np.array([len(features.tags), len(features.number)]), w=features.weights)


def _weights(handle: IO[bytes], where: str) -> Any:
    try:
        return np.load(handle, allow_pickle=False)["w"]
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"the weights cannot be read ({error})", where=where, remedy="Use the file as its authors published it."
        ) from error


def _features(data: Any, weights: Any, where: str) -> Features:
    try:
        number, tags = data["feature_to_idx"], data["tag_to_idx"]
        return Features(number, frozenset(data["unigram"]), tuple(sorted(tags, key=tags.__getitem__)), np.asarray(weights, np.float64))
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"not the features of pkuseg ({error})", where=where, remedy="Use the file as its authors published it."
        ) from error


def _downloaded(scratch: Path) -> Features:
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        folder = tempfile.mkdtemp(prefix="download-", dir=scratch)
    except OSError as error:
        raise ModelError(
            f"no place for the download ({error.strerror})", where=str(scratch), remedy="Name another folder in HKINNO_CACHE."
        ) from error
    try:
        command = [*_pip(), "download", "-q", "--no-input", "--disable-pip-version-check", "-d", folder, *_DOWNLOAD]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()] or ["it gave no reason"]
            raise ModelError(f"pip could not download pkuseg 0.0.25 ({said[-1].strip()})", remedy=_BY_HAND)
        path = Path(folder) / WHEEL
        if not path.is_file():
            raise ModelError("pip downloaded something else than the wheel of pkuseg 0.0.25", remedy=_BY_HAND)
        check_hash(path)
        return read_wheel(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pip() -> list[str]:
    """A command that runs pip: this environment's, else the one that Python carries for new environments, else uv's or the system's."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    carried = importlib.util.find_spec("ensurepip")
    if carried and carried.origin:
        wheels = sorted((Path(carried.origin).parent / "_bundled").glob("pip-*.whl"))
        if wheels:
            return [sys.executable, str(wheels[-1] / "pip")]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    if pip := shutil.which("pip3") or shutil.which("pip"):
        return [pip]
    raise ModelError("there is no pip to download the segmentation model with", remedy=_BY_HAND)


def _named(name: str) -> _Found:
    from spacy_pkuseg.config import config
    from spacy_pkuseg.download import download_model

    if name not in config.available_models or name == "postag":
        known = ", ".join(config.available_models)
        raise ModelError(f"no such file or folder, and no model is called {name!r}", remedy=f"Name a wheel, a folder, or one of {known}.")
    try:
        download_model(config.model_urls[name], config.pkuseg_home, config.model_hash[name])
    except Exception as error:  # requests, urllib and the package's own hash check have no root in common
        raise ModelError(f"the model {name} cannot be downloaded ({type(error).__name__})", remedy="Use hkinno model install.") from error
    folder = Path(config.pkuseg_home) / name
    extra: frozenset[str] = frozenset()
    if name in config.models_with_dict:
        path = folder / f"{name}_dict.pkl"
        with path.open("rb") as handle:
            extra = frozenset(str(read_pickle(handle, str(path))).strip().split("\n"))
    return read_folder(folder), extra
