"""The runtime: spacy_pkuseg's own words, computed with array operations over the whole text.

In: the compiled model (compiler.py) and text in Simplified characters. Out: where words start. Reading order: `Runtime.starts`, then
`_scores` (the features), viterbi.py (the best tags), dictionary.py (the post-processing). Scores are whole numbers, so sums are exact;
where two ways are equally good, the piece is done again as spacy_pkuseg does it, in floating point and in its order (exact.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hkinno_extract.segmentation.compiler import LONGEST_WORD, SPACE
from hkinno_extract.segmentation.dictionary import Dictionary
from hkinno_extract.segmentation.exact import reference_tags
from hkinno_extract.segmentation.flat_file import read_flat
from hkinno_extract.segmentation.hash_table import HashTable
from hkinno_extract.segmentation.viterbi import CHUNK, best_tags

Array = NDArray[Any]
_REACH = LONGEST_WORD + 2
"""How many characters beside a place its features look at, and more."""


class Runtime:
    """A compiled model. One instance serves all texts; its arrays are mapped, so processes share them."""

    def __init__(self, path: Path) -> None:
        arrays, facts = read_flat(path)
        self.facts = facts
        self._arrays = arrays
        self._scale = facts["scale"]
        self._slack = 0 if self._scale > 1 else 1e-6
        self._begins = np.array([i in facts["begins"] for i in range(len(arrays["edges"]))])
        self._pairs, self._branches, self._bigrams = (
            HashTable.mapped(arrays[f"{name}_keys"], arrays[f"{name}_numbers"]) for name in ("pair", "branch", "bigram")
        )
        self._stems = int(arrays["stems"][0])
        self._dictionary = Dictionary(arrays)

    def cut(self, text: str, *, join: bool = True) -> list[str]:
        """The words of `text` as `spacy_pkuseg.pkuseg(model).cut(text)` gives them; without `join` as with `user_dict=None`."""
        return words_between(text, self.starts(text, join=join))

    def starts(self, text: str, *, join: bool = True) -> Array:
        """A mask over the characters of `text`: where a word starts. A word ends where the next starts or white space follows."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        if not len(codes):
            return np.zeros(0, np.bool_)
        table = self._arrays["characters"]
        ids = np.zeros(len(codes) + 1, np.intp)  # with white space behind, so that the last place belongs to no piece
        ids[:-1] = table.take(np.minimum(codes, len(table) - 1))
        live = ids != SPACE
        first = live.copy()
        first[1:] &= ~live[:-1]
        scores = [self._scores(ids, live, begin, begin + CHUNK) for begin in range(0, len(ids), CHUNK)]
        tags, ties = best_tags(
            np.concatenate(scores) if len(scores) > 1 else scores[0], self._arrays["edges"], first, live, slack=self._slack
        )
        if len(ties):
            begins, dead = np.flatnonzero(first), np.flatnonzero(~live)
            for begin in np.unique(begins[np.searchsorted(begins, ties, side="right") - 1]).tolist():
                place = slice(begin, int(dead[np.searchsorted(dead, begin)]))
                tags[place] = self._settled(ids[place])
        ids, live, first, tags = ids[:-1], live[:-1], first[:-1], tags[:-1]
        starts: Array = self._begins[tags] & live
        starts |= first
        if join:
            at = np.flatnonzero(starts)
            stops = np.flatnonzero(starts | ~live)
            ends = np.append(stops, len(codes))[np.searchsorted(stops, at, side="right")]
            starts[at] = self._dictionary.join(codes, at, ends, np.cumsum(first)[at])
        return starts

    def known(self, words: Sequence[str]) -> list[bool]:
        """Which of `words` the dictionary of the post-processing has."""
        return self._dictionary.known(words)

    def _scores(self, ids: Array, live: Array, begin: int, end: int) -> Array:
        """Scores, places x tags, of all features at the places `begin` to `end`."""
        a, count = self._arrays, len(self._arrays["edges"])
        end = min(end, len(ids))
        low, high = max(0, begin - _REACH), min(len(ids), end + _REACH)
        ids, live = ids[low:high], live[low:high]
        size = len(ids)
        padded = np.zeros(size + 4, np.intp)
        padded[2:-2] = ids
        near = np.ones(size + 4, np.bool_)
        near[2:-2] = live
        scores = a["single_c"].take(padded, 0, mode="clip")
        scores += a["base"]
        scores[1:] += a["single_c-1"].take(padded[:-1], 0, mode="clip")
        scores[:-1] += a["single_c1"].take(padded[1:], 0, mode="clip")
        scores[2:] += a["single_c-2"].take(np.where(near[1:-1], padded[:-2], 0), 0, mode="clip")
        scores[:-2] += a["single_c2"].take(np.where(near[1:-1], padded[2:], 0), 0, mode="clip")
        pairs = self._pairs.find((padded[:-1] << 16 | padded[1:]).astype(np.uint32))
        rows = a["pair_rows"].take(pairs, 0, mode="clip")
        scores[1:] += rows[:, :count]
        scores[:-1] += rows[:, count : 2 * count]
        scores[2:] += rows[:-1, 2 * count :]
        self._add_words(padded, pairs, scores)
        return scores[2 + begin - low : 2 + end - low]

    def _add_words(self, padded: Array, pairs: Array, scores: Array) -> None:
        a = self._arrays
        count = scores.shape[1]
        begun = np.zeros((LONGEST_WORD + 1, len(padded) + LONGEST_WORD), np.int32)  # [length, place]: the word that starts there
        found = []
        for length, at, words in self._words(padded, pairs):
            rows = a["word_rows"].take(words, 0, mode="clip")
            scores[at] += rows[:, :count]
            scores[at + length - 1] += rows[:, count:]
            begun[length, at] = words
            found.append((at + length, words))
        if not found:
            return
        ends, words = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found]).astype(np.uint64) << np.uint64(32)
        keys, places = [], []
        for length in range(2, LONGEST_WORD + 1):
            second = begun[length].take(ends)
            meet = np.flatnonzero(second)
            keys.append(words[meet] | second[meet].astype(np.uint64))
            places.append(ends[meet])
        numbers = self._bigrams.find(np.concatenate(keys))
        hit = np.flatnonzero(numbers)
        rows, at = a["bigram_rows"].take(numbers[hit], 0, mode="clip"), np.concatenate(places)[hit]
        np.add.at(scores, at, rows[:, :count])
        np.add.at(scores, at - 1, rows[:, count:])

    def _words(self, padded: Array, pairs: Array) -> list[tuple[int, Array, Array]]:
        """The model's words in the text by length: (length, places where one starts, its number at each)."""
        a = self._arrays
        words = a["pair_word"].take(pairs, mode="clip")
        at = np.flatnonzero(words)
        found = [(2, at, words[at])]
        at = np.flatnonzero((pairs > 0) & (pairs <= self._stems))
        nodes = pairs[at].astype(np.int64)
        for length in range(3, LONGEST_WORD + 1):
            fits = at + length <= len(padded)
            at, nodes = at[fits], nodes[fits]
            branches = self._branches.find((nodes << 16 | padded[at + length - 1]).astype(np.uint64))
            on = np.flatnonzero(branches)
            if not len(on):
                break
            at, branches = at[on], branches[on]
            words = a["branch_word"].take(branches, mode="clip")
            hit = np.flatnonzero(words)
            found.append((length, at[hit], words[hit]))
            nodes = branches.astype(np.int64) + self._stems
        return found

    def _settled(self, ids: Array) -> list[int]:
        """The tags of one piece, exactly as spacy_pkuseg comes to them."""
        a, count = self._arrays, len(self._arrays["edges"])
        padded = np.zeros(len(ids) + 4, np.intp)
        padded[2:-2] = ids
        pairs = self._pairs.find((padded[:-1] << 16 | padded[1:]).astype(np.uint32))
        begun = {
            (int(at), length): int(word)
            for length, places, words in self._words(padded, pairs)
            for at, word in zip(places, words, strict=True)
        }
        lengths = range(LONGEST_WORD, 1, -1)
        fired = []
        for i in range(2, len(ids) + 2):
            before, here = a["pair_rows"][pairs[i - 1]], a["pair_rows"][pairs[i]]
            rows = [a["base"], a["single_c"][padded[i]], a["single_c-1"][padded[i - 1]], before[:count], a["single_c1"][padded[i + 1]]]
            rows += [
                here[count : 2 * count],
                a["single_c-2"][padded[i - 2]],
                a["pair_rows"][pairs[i - 2]][2 * count :],
                a["single_c2"][padded[i + 2]],
            ]
            ending = [begun.get((i - n + 1, n), 0) for n in lengths]
            starting = [begun.get((i, n), 0) for n in lengths]
            ended, following = [begun.get((i - n, n), 0) for n in lengths], [begun.get((i + 1, n), 0) for n in lengths]
            rows += [a["word_rows"][word][count:] for word in ending] + [a["word_rows"][word][:count] for word in starting]
            rows += [self._bigram(left, right)[:count] for left in ended for right in starting if left and right]
            rows += [self._bigram(left, right)[count:] for left in ending for right in following if left and right]
            fired.append(rows)
        return reference_tags(fired, a["edges"], self._scale)

    def _bigram(self, left: int, right: int) -> Array:
        row: Array = self._arrays["bigram_rows"][self._bigrams.find(np.array([left << 32 | right], np.uint64))[0]]
        return row


def words_between(text: str, starts: Array) -> list[str]:
    """The words of `text` that `starts` marks, without white space."""
    at = np.flatnonzero(starts).tolist()
    return [text[begin:end].split(None, 1)[0] for begin, end in zip(at, [*at[1:], len(text)], strict=False)]
