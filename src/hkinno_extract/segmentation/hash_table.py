"""Exact hash tables as flat arrays: built once, mapped from a file, looked up by whole arrays of keys.

In: unsigned keys, none of them zero. Out: the number of each key (from 1 in the order of building), 0 for a key that is not there.
Open addressing with linear probing over a power of two of slots; a look-up compares whole keys, so it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_TAIL = 256
_MULTIPLIER = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: Knuth's multiplicative hashing (TAOCP 3, 6.4)


@dataclass(frozen=True, slots=True)
class HashTable:
    """`keys[slot]` is a key or 0, `numbers[slot]` its number. Both have 2**bits slots and a tail, so that probing need not wrap."""

    keys: Array
    numbers: Array
    bits: int

    @classmethod
    def build(cls, keys: Array, *, room: int = 2) -> HashTable:
        """A table of `keys` (distinct, not zero); `room` is the least number of slots a key.

        >>> HashTable.build(np.array([7, 9], np.uint64)).find(np.array([9, 8, 7], np.uint64)).tolist()
        [2, 0, 1]
        """
        bits = max(4, int(len(keys) * room - 1).bit_length())
        size = (1 << bits) + _TAIL
        slots = np.zeros(size, keys.dtype)
        numbers = np.zeros(size, np.int32)
        waiting, at = np.arange(len(keys)), _slots(keys, bits)
        while len(waiting):
            free = slots[at] == 0
            numbers[at[free]] = waiting[free] + 1  # of several that want a slot the last written stays
            won = free & (numbers[at] == waiting + 1)
            slots[at[won]] = keys[waiting[won]]
            waiting, at = waiting[~won], at[~won] + 1
        return cls(slots, numbers, bits)

    @classmethod
    def mapped(cls, keys: Array, numbers: Array) -> HashTable:
        """The table that `build` made, from its two arrays."""
        return cls(keys, numbers, (len(keys) - _TAIL).bit_length() - 1)

    def find(self, keys: Array) -> Array:
        """The number of each of `keys` (same dtype as the table's), int32."""
        at = _slots(keys, self.bits)
        there = self.keys.take(at, mode="clip")
        found = np.where(there == keys, self.numbers.take(at, mode="clip"), 0)
        left = np.flatnonzero((there != keys) & (there != 0))
        while len(left):
            at[left] += 1
            wanted, there = keys[left], self.keys[at[left]]
            hit = there == wanted
            found[left[hit]] = self.numbers[at[left[hit]]]
            left = left[~hit & (there != 0)]
        return found


def _slots(keys: Array, bits: int) -> Array:
    return ((keys.astype(np.uint64) * np.uint64(_MULTIPLIER)) >> np.uint64(64 - bits)).astype(np.int64)
