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
PACKED = 4
"""Words of so many characters are looked up exactly, by a key that packs their characters."""
_BITS = 15
_MASKS = np.array([(1 << _BITS * length) - 1 for length in range(PACKED + 1)], np.uint64)
_BASE = 0xD6E8FEB86659FD93  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)


def dictionary_arrays(words: Iterable[str]) -> dict[str, Array]:
    """The arrays of `Dictionary` for the words that can be found: those without white space."""
    kept = sorted({w for w in words if w and not any(c.isspace() for c in w)}, key=lambda w: (len(w) > PACKED, w))
    letters = sorted(set().union(*kept)) if kept else []
    if len(letters) >= 1 << _BITS:
        raise AssertionError("too many characters for packed words")
    numbers = np.zeros(max(map(ord, letters), default=0) + 2, np.uint16)
    for number, letter in enumerate(letters, 1):
        numbers[ord(letter)] = number
    codes = np.frombuffer("".join(kept).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array([len(w) for w in kept], np.intp)
    ends = np.cumsum(lengths)
    keys = _Text(codes, numbers).keys(ends - lengths, ends)
    if len(np.unique(keys)) != len(keys):
        raise AssertionError("two words of the dictionary have one hash; choose another base")
    short = int(np.count_nonzero(lengths <= PACKED))
    begin = int(lengths[:short].sum())
    places = np.stack([ends - lengths, ends], axis=1)[short:] - begin
    table = HashTable.build(keys)
    return {
        "dict_letters": numbers,
        "dict_long_codes": codes[begin:],
        "dict_long_places": places.astype(np.int32),
        "dict_short": np.array([short]),
        "dict_keys": table.keys,
        "dict_numbers": table.numbers,
    }


class _Text:
    """A text as code points, with the keys of its slices.

    A slice of up to four characters has a key of its own: the numbers of its characters side by side. A longer one has a hash, marked by
    the highest bit: polynomial modulo 2**64, so that a slice's hash follows from two prefixes.
    """

    def __init__(self, codes: Array, letters: Array) -> None:
        self.codes = codes
        self.letters = letters.take(codes, mode="clip").astype(np.uint64)  # the last entry is 0, no letter
        packed = np.zeros(len(codes) + PACKED, np.uint64)
        packed[: len(codes)] = self.letters
        size = len(codes)
        self._packed = packed[:size].copy()
        for place in range(1, PACKED):
            self._packed |= packed[place : size + place] << np.uint64(_BITS * place)
        self._prefix: Array | None = None

    def keys(self, begins: Array, ends: Array) -> Array:
        """The key of each slice `begins[i]` to `ends[i]`, not empty."""
        lengths = ends - begins
        keys: Array = self._packed[begins] & _MASKS[np.minimum(lengths, PACKED)]
        long = np.flatnonzero(lengths > PACKED)
        if len(long):
            prefix, inverses = self._prefixes()
            begins, ends = begins[long], ends[long]
            keys[long] = (prefix[ends] - prefix[begins]) * inverses[begins] | np.uint64(1 << 63)
        return keys

    def _prefixes(self) -> tuple[Array, Array]:
        powers, inverses = _powers(len(self.codes))
        if self._prefix is None:
            self._prefix = np.zeros(len(self.codes) + 1, np.uint64)
            np.cumsum((self.codes + np.uint64(1)) * powers[:-1], out=self._prefix[1:])
        return self._prefix, inverses


def _powers(size: int) -> tuple[Array, Array]:
    """The powers 0 to `size` of the base and of its inverse; the lengths of texts vary, so tables of round sizes are kept."""
    table = _power_table(1 << max(12, size.bit_length()))
    return table[0][: size + 1], table[1]


@functools.lru_cache(maxsize=4)
def _power_table(size: int) -> tuple[Array, Array]:
    tables = np.full((2, size), _BASE, np.uint64)
    tables[1] = _INVERSE
    tables[:, 0] = 1
    np.multiply.accumulate(tables, axis=1, out=tables)
    return tables[0], tables[1]


class Dictionary:
    """The dictionary of the post-processing, mapped from the compiled model."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._table = HashTable.mapped(arrays["dict_keys"], arrays["dict_numbers"])
        self._letters = arrays["dict_letters"]
        self._codes, self._places, self._short = arrays["dict_long_codes"], arrays["dict_long_places"], int(arrays["dict_short"][0])
        self._longest = int((self._places[:, 1] - self._places[:, 0]).max(initial=PACKED))

    def join(self, codes: Array, begins: Array, ends: Array, pieces: Array) -> Array:
        """Which words stay starts of words: a mask over the words `codes[begins[i]:ends[i]]`.

        `pieces` numbers the stretch between white space that each word lies in, beyond which nothing is joined.
        """
        stays = np.ones(len(begins), np.bool_)
        if not len(begins):
            return stays
        text = _Text(codes, self._letters)
        foreign = np.zeros(len(codes) + 1, np.int32)
        np.cumsum(text.letters == 0, out=foreign[1:])
        alien = foreign[ends] != foreign[begins]
        known = self._has(text, begins, ends)
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
        hit = self._has(text, begins[first], ends[first + parts - 1])
        if hit.any():
            groups = np.where(alien, -1 - np.arange(len(begins)), stretch)
            joiner = _Joiner(begins, ends, groups, lambda b, e: bool(self._has(text, np.array([b]), np.array([e]))[0]))
            stays[joiner.join(set(zip(parts[hit].tolist(), first[hit].tolist(), strict=True)))] = False
        return stays

    def known(self, words: Sequence[str]) -> list[bool]:
        """Which of `words` the dictionary has."""
        codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
        lengths = np.array([len(word) for word in words], np.intp)
        ends = np.cumsum(lengths)
        found: list[bool] = self._has(_Text(codes, self._letters), ends - lengths, ends).tolist()
        return found

    def _has(self, text: _Text, begins: Array, ends: Array) -> Array:
        """Whether the dictionary has each slice of `text`; of long ones, whose keys are hashes, every character is compared."""
        numbers = self._table.find(text.keys(begins, ends))
        has: Array = (numbers > 0) & (text.letters[ends - 1] > 0)  # a packed key does not see a last character that is no letter
        at = np.flatnonzero(numbers > self._short)
        if not len(at):
            return has
        places = self._places[numbers[at] - 1 - self._short]
        left = ends[at] - begins[at]
        has[at] = left == places[:, 1] - places[:, 0]
        text_at, entry_at = begins[at], places[:, 0]
        go_on = np.flatnonzero(has[at])
        while len(go_on):
            at, text_at, entry_at, left = at[go_on], text_at[go_on], entry_at[go_on], left[go_on]
            alike = text.codes[text_at] == self._codes[entry_at]
            has[at[~alike]] = False
            text_at, entry_at, left = text_at + 1, entry_at + 1, left - 1
            go_on = np.flatnonzero(alike & (left > 0))
        return has


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
