"""Compiles a pkuseg model into flat arrays: what the runtime looks up instead of strings.

In: the model's features (feature string to number), weights and words, and the dictionary of the post-processing. Out: arrays by name and
a few facts, for flat_file.py. The features are those of pkuseg's feature_extractor: `$$`, characters and pairs around a place, words of
2 to 6 characters that begin or end there, and pairs of words that meet there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hkinno_extract.errors import ModelError
from hkinno_extract.segmentation.dictionary import dictionary_arrays
from hkinno_extract.segmentation.hash_table import HashTable

Array = NDArray[Any]
LONGEST_WORD = 6
SPACE, UNKNOWN = 0, 1
"""Numbers of characters that have no features: white space, which ends a piece, and what the model has never seen."""

KEYWORDS = "-._,|/*:"
DIGITS = "0123456789.几二三四五六七八九十千万亿兆零１２３４５６７８９０％"
LETTERS = "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｇｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ／・－"
"""pkuseg's normalisation, its own slips included (no j, no 一, no Latin letters of one byte): such characters become &, **Num, **Letter."""

_SINGLE = ("c", "c-1", "c1", "c-2", "c2")
_PAIR = ("c-1c", "cc1", "c-2c-1")


@dataclass(frozen=True, slots=True)
class Features:
    """A pkuseg model as it is read: `number` of each feature string, the `words` it knows, `tags` in order, weights (features x tags,
    then tags x tags: weight of [right, left])."""

    number: Mapping[str, int]
    words: Collection[str]
    tags: tuple[str, ...]
    weights: Array


def compile_model(features: Features, dictionary: Iterable[str]) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and facts. Raises ModelError where the model has features that the runtime does not know."""
    rows, scale = _whole(features)
    count = len(features.tags)
    nodes, zero = rows[:-count], np.zeros((1, count), rows.dtype)
    table = np.vstack([nodes, zero])  # feature number -1 is a row of zeros
    sorted_out = _sort(features)
    ids = sorted_out.ids
    arrays: dict[str, Array] = {"base": table[features.number.get("$$", -1)], "edges": rows[-count:].T.copy()}
    arrays["characters"] = _character_table(ids)
    for kind in _SINGLE:
        column = np.full(len(ids) + 2, -1)
        for char, number in sorted_out.singles[kind]:
            column[char] = number
        arrays[f"single_{kind}"] = table[column]
    arrays |= _word_arrays(sorted_out, table)
    arrays |= dictionary_arrays(dictionary)
    begins = [i for i, tag in enumerate(features.tags) if "B" in tag]
    return arrays, {"scale": scale, "begins": begins}


def _whole(features: Features) -> tuple[Array, int]:
    """Weights as whole numbers of 1/scale where they are (the authors print four decimals), else as they are and scale 1."""
    weights = features.weights.reshape(-1, len(features.tags))
    if len(weights) != len(features.number) + len(features.tags):
        raise ModelError("the model's weights and features do not belong together", remedy="Install it again: hkinno model install")
    whole = np.rint(weights * 10_000)
    if np.abs(whole).max() < 2**20 and np.array_equal(whole / 10_000, weights):
        return whole.astype(np.int32), 10_000
    return weights.astype(np.float64), 1


@dataclass(slots=True)
class _Sorted:
    """Features by kind. Characters are numbers of `ids`; a feature that is missing is -1."""

    ids: dict[str, int]
    singles: dict[str, list[tuple[int, int]]]
    pairs: dict[tuple[int, int], list[int]]
    words: dict[str, list[int]]
    bigrams: dict[tuple[str, str], list[int]]


def _sort(features: Features) -> _Sorted:
    known = features.words if isinstance(features.words, (set, frozenset)) else set(features.words)
    out = _Sorted({}, {kind: [] for kind in _SINGLE}, {}, {}, {})
    ids = out.ids
    for feature, number in features.number.items():
        kind, _, rest = feature.partition(".")
        if kind in _SINGLE:
            out.singles[kind].append((ids.setdefault(rest, len(ids) + 2), number))
        elif kind in _PAIR:
            left, right = rest.split(".")
            pair = ids.setdefault(left, len(ids) + 2), ids.setdefault(right, len(ids) + 2)
            out.pairs.setdefault(pair, [-1, -1, -1])[_PAIR.index(kind)] = number
        elif kind in ("w1", "w-1"):
            out.words.setdefault(rest, [-1, -1])[kind == "w-1"] = number
        elif kind == "ww" and rest[:2] in ("l.", "r.") and rest.count("*") == 1 and not (rest[2] == "*" or rest[-1] == "*"):
            first, second = rest[2:].split("*")
            out.bigrams.setdefault((first, second), [-1, -1])[rest[0] == "r"] = number
        elif feature not in ("$$", "/"):
            raise ModelError(f"the model has a feature that is not understood ({feature})", remedy="Use --segmenter spacy-pkuseg with it.")
    normalised = frozenset(KEYWORDS + DIGITS + LETTERS)

    def live(word: str) -> bool:  # pkuseg looks words up in normalised text, where these characters never are
        return word in known and 2 <= len(word) <= LONGEST_WORD and normalised.isdisjoint(word)

    out.bigrams = {words: numbers for words, numbers in out.bigrams.items() if live(words[0]) and live(words[1])}
    for words in out.bigrams:
        for word in words:
            out.words.setdefault(word, [-1, -1])
    out.words = {word: numbers for word, numbers in out.words.items() if live(word)}
    for word in out.words:
        for char in word:
            ids.setdefault(char, len(ids) + 2)
        out.pairs.setdefault((ids[word[0]], ids[word[1]]), [-1, -1, -1])
    if any(len(char) != 1 and char not in ("**Num", "**Letter") for char in ids) or len(ids) > 0xFFF0:
        raise ModelError("the model's characters are not understood", remedy="Use --segmenter spacy-pkuseg with it.")
    return out


def _character_table(ids: Mapping[str, int]) -> Array:
    """Code point to number of the character; the last entry stands for all code points behind it."""
    codes = [ord(char) for char in ids if len(char) == 1]
    table = np.full(max([*codes, 0xFFFF]) + 2, UNKNOWN, np.uint16)
    for char, number in ids.items():
        if len(char) == 1:
            table[ord(char)] = number
    for chars, name in ((KEYWORDS, "&"), (DIGITS, "**Num"), (LETTERS, "**Letter")):
        for char in chars:
            if char not in KEYWORDS or name == "&":
                table[ord(char)] = ids.get(name, UNKNOWN)
    for code in range(0x3001):
        if chr(code).isspace():
            table[code] = SPACE
    return table


def _word_arrays(found: _Sorted, table: Array) -> dict[str, Array]:
    """Pairs of characters, the tree of words that continue them, and pairs of words."""
    ids, pairs = found.ids, found.pairs
    words = list(found.words)
    number_of = {word: number for number, word in enumerate(words, 1)}
    stems = {(ids[w[0]], ids[w[1]]) for w in words if len(w) > 2}
    ordered = sorted(pairs, key=lambda pair: pair not in stems)  # pairs that a longer word continues come first
    pair_number = {pair: number for number, pair in enumerate(ordered, 1)}
    pair_word = np.zeros(len(ordered) + 1, np.int32)
    branches: dict[tuple[int, int], int] = {}
    branch_word = [0]
    for word in words:
        node = pair_number[ids[word[0]], ids[word[1]]]
        for char in word[2:]:
            key = (node, ids[char])
            if key not in branches:
                branches[key] = len(branch_word)
                branch_word.append(0)
            node = len(stems) + branches[key]
        if len(word) == 2:
            pair_word[node] = number_of[word]
        else:
            branch_word[node - len(stems)] = number_of[word]
    bigram_numbers = np.array([[number_of[a], number_of[b]] for a, b in found.bigrams] or np.zeros((0, 2)), np.uint64)
    arrays: dict[str, Array] = {"stems": np.array([len(stems)]), "pair_word": pair_word, "branch_word": np.array(branch_word, np.int32)}
    arrays["pair_rows"] = _rows(table, [pairs[pair] for pair in ordered], 3)
    arrays["word_rows"] = _rows(table, list(found.words.values()), 2)
    arrays["bigram_rows"] = _rows(table, list(found.bigrams.values()), 2)
    chars = np.array(ordered or np.zeros((0, 2)), np.uint32)
    arrays |= _table("pair", chars[:, 0] << np.uint32(16) | chars[:, 1], 3)
    edges = np.array(list(branches) or np.zeros((0, 2)), np.uint64)
    arrays |= _table("branch", edges[:, 0] << np.uint64(16) | edges[:, 1], 3)
    arrays |= _table("bigram", bigram_numbers[:, 0] << np.uint64(32) | bigram_numbers[:, 1], 2)
    return arrays


def _rows(table: Array, numbers: list[list[int]], width: int) -> Array:
    """Rows of weights side by side; row 0 is zeros."""
    chosen = np.array([[-1] * width, *numbers])
    rows: Array = table[chosen].reshape(len(chosen), -1)
    return rows


def _table(name: str, keys: Array, room: int) -> dict[str, Array]:
    table = HashTable.build(keys, room=room)
    return {f"{name}_keys": table.keys, f"{name}_numbers": table.numbers}
