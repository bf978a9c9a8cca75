"""pkuseg's post-processing: words that the model cut apart are joined where the dictionary has the whole and not all of the parts.

In: the dictionary as flat arrays, a text as code points and where its words start. Out: the starts without those inside joined words.
The rule is spacy_pkuseg's `Postprocesser.post_process`; it runs only where a look-up of all windows found something to join.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hkinno_extract.segmentation.hash_table import HashTable

Array = NDArray[Any]
MOST_PARTS = 7
_BASE = 0xD6E8FEB86659FD93  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)


def dictionary_arrays(words: Iterable[str]) -> dict[str, Array]:
    """The arrays of `Dictionary` for the words that can be found: two characters or more, no white space."""
    kept = sorted({w for w in words if not any(c.isspace() for c in w)})
    kept = [w for w in kept if w]
    codes = np.frombuffer("".join(kept).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array([len(w) for w in kept], np.int32)
    ends = np.cumsum(lengths, dtype=np.int32) if len(kept) else np.zeros(0, np.int32)
    prefix, inverses = _prefix_hashes(codes)
    keys = _hashes(prefix, inverses, ends - lengths, ends)
    if len(np.unique(keys)) != len(keys) or (len(keys) and not keys.all()):
        raise AssertionError("two words of the dictionary have one hash; choose another base")
    table = HashTable.build(keys)
    letters = np.zeros(int(codes.max(initial=0)) + 2, np.bool_)
    letters[codes] = True
    return {
        "dict_codes": codes,
        "dict_places": np.stack([np.concatenate([[0], ends - lengths]), np.concatenate([[0], ends])], axis=1).astype(np.int32),
        "dict_letters": letters,
        "dict_keys": table.keys,
        "dict_numbers": table.numbers,
    }


class Dictionary:
    """The dictionary of the post-processing, mapped from the compiled model."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._table = HashTable.mapped(arrays["dict_keys"], arrays["dict_numbers"])
        self._codes, self._places, self._letters = arrays["dict_codes"], arrays["dict_places"], arrays["dict_letters"]
        self._longest = int((self._places[:, 1] - self._places[:, 0]).max())

    def join(self, codes: Array, begins: Array, ends: Array, pieces: Array) -> Array:
        """Which words stay starts of words: a mask over the words `codes[begins[i]:ends[i]]`.

        `pieces` numbers the stretch between white space that each word lies in, beyond which nothing is joined.
        """
        stays = np.ones(len(begins), np.bool_)
        if not len(begins):
            return stays
        prefix, inverses = _prefix_hashes(codes)
        foreign = np.concatenate([[0], np.cumsum(~self._letters[np.minimum(codes, len(self._letters) - 1)])])
        alien = foreign[ends] != foreign[begins]
        known = np.zeros(len(begins), np.bool_)
        native = np.flatnonzero(~alien)
        known[native] = self._has(codes, prefix, inverses, begins[native], ends[native])
        stretch = np.cumsum(alien) + pieces * (len(begins) + 1)  # words of equal stretch, but for its first if alien, may be joined
        unknown = np.concatenate([[0], np.cumsum(~known)])
        firsts = []
        for size in range(2, min(MOST_PARTS, len(begins)) + 1):
            last = len(begins) - size + 1
            there = ~alien[:last] & (stretch[:last] == stretch[size - 1 :]) & (unknown[size:] != unknown[:last])
            firsts.append(np.flatnonzero(there & (ends[size - 1 :] - begins[:last] <= self._longest)))
        if not any(len(first) for first in firsts):
            return stays
        first = np.concatenate(firsts)
        parts = np.repeat(np.arange(2, 2 + len(firsts)), [len(f) for f in firsts])
        hit = self._has(codes, prefix, inverses, begins[first], ends[first + parts - 1])
        if hit.any():
            groups = np.where(alien, -1 - np.arange(len(begins)), stretch)
            joiner = _Joiner(begins, ends, groups, lambda b, e: bool(self._has(codes, prefix, inverses, np.array([b]), np.array([e]))[0]))
            stays[joiner.join(set(zip(parts[hit].tolist(), first[hit].tolist(), strict=True)))] = False
        return stays

    def known(self, words: Sequence[str]) -> list[bool]:
        """Which of `words` the dictionary has."""
        codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
        ends = np.cumsum([len(word) for word in words], dtype=np.intp)
        begins = np.concatenate([[0], ends[:-1]]).astype(np.intp)
        found: list[bool] = self._has(codes, *_prefix_hashes(codes), begins, ends).tolist()
        return found

    def _has(self, codes: Array, prefix: Array, inverses: Array, begins: Array, ends: Array) -> Array:
        """Whether the dictionary has each of `codes[begins[i]:ends[i]]`: by hash, then character by character."""
        numbers = self._table.find(_hashes(prefix, inverses, begins, ends))
        places = self._places[numbers]
        same: Array = (numbers > 0) & (places[:, 1] - places[:, 0] == ends - begins)
        at = np.flatnonzero(same)
        text_at, entry_at, left = begins[at], places[at, 0], (ends - begins)[at]
        while len(at):
            unlike = codes[text_at] != self._codes[entry_at]
            same[at[unlike]] = False
            go_on = ~unlike & (left > 1)
            at, text_at, entry_at, left = at[go_on], text_at[go_on] + 1, entry_at[go_on] + 1, left[go_on] - 1
        return same


class _Joiner:
    """`post_process` itself, looking only where something can be joined.

    That is at windows of untouched words that are known to be joined (`hits`), and at windows that hold a word made by joining.
    """

    def __init__(self, begins: Array, ends: Array, groups: Array, has: Callable[[int, int], bool]) -> None:
        self._begins, self._ends, self._groups = begins, ends, groups
        self._has = functools.cache(has)
        self._size: dict[int, int] = {}  # joined words: number of their first word to how many words they hold
        self._head: dict[int, int] = {}  # last word of a joined one to its first
        self._gone: set[int] = set()

    def join(self, hits: set[tuple[int, int]]) -> list[int]:
        """The numbers of the words that start no more. `hits` are (parts, first word) of joins that the untouched words ask for."""
        for parts in range(MOST_PARTS, 1, -1):
            places = {first for size, first in hits if size == parts}
            for joined in self._size:
                at: int | None = joined
                for _ in range(parts):
                    if at is None:
                        break
                    places.add(at)
                    at = self._before(at)
            for first in sorted(places):
                if first not in self._gone:
                    self._try(first, parts, hits)
        return sorted(self._gone)

    def _try(self, first: int, parts: int, hits: set[tuple[int, int]]) -> None:
        words = [first]
        while len(words) < parts:
            behind = words[-1] + self._size.get(words[-1], 1)
            if behind >= len(self._groups) or self._groups[behind] != self._groups[first]:
                return
            words.append(behind)
        last = words[-1] + self._size.get(words[-1], 1) - 1
        if all(word not in self._size for word in words):
            join = (parts, first) in hits
        else:
            spans = [(int(self._begins[w]), int(self._ends[w + self._size.get(w, 1) - 1])) for w in words]
            join = self._has(spans[0][0], spans[-1][1]) and not all(self._has(*span) for span in spans)
        if join:
            for word in words:
                self._size.pop(word, None)
            self._gone.update(words[1:])
            self._size[first] = last - first + 1
            self._head[last] = first

    def _before(self, word: int) -> int | None:
        if word == 0 or self._groups[word - 1] != self._groups[word]:
            return None
        return self._head.get(word - 1, word - 1)


def _prefix_hashes(codes: Array) -> tuple[Array, Array]:
    """Polynomial hash of every prefix modulo 2**64, and the inverse powers that make a slice's hash independent of its place."""
    powers = np.full(len(codes) + 1, _BASE, np.uint64)
    inverses = np.full(len(codes) + 1, _INVERSE, np.uint64)
    powers[0] = inverses[0] = 1
    np.multiply.accumulate(powers, out=powers)
    np.multiply.accumulate(inverses, out=inverses)
    prefix = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers[:-1], out=prefix[1:])
    return prefix, inverses


def _hashes(prefix: Array, inverses: Array, begins: Array, ends: Array) -> Array:
    hashes: Array = (prefix[ends] - prefix[begins]) * inverses[begins]
    return hashes
