"""Words that were meant: the nearest ones of the vocabulary to one that no product has."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from catalog.search.index import words_since

NEAREST = 6
EXAMINED = 40


class Vocabulary:
    """The words of the vocabulary, read when first needed; later, what was added since."""

    def __init__(self) -> None:
        self._words: dict[str, None] = {}
        self._list: list[str] = []
        self._revision = -1

    def follow(self, synonyms: Iterable[str]) -> None:
        """Read what was added since it was last read, and take in what staff's synonyms consist of."""
        added = words_since(self._revision)
        self._revision = max([self._revision, *(revision for _word, revision in added)])
        known = len(self._words)
        self._words.update(dict.fromkeys(word for word, _revision in added))
        self._words.update(dict.fromkeys(synonyms))
        if len(self._words) != known:
            self._list = list(self._words)

    def nearest(self, word: str) -> list[tuple[int, str]]:
        """Return the words that `word` may be a misspelling of, nearest first, each after its number of errors.

        Two neighbours exchanged count as one error. Of words as near, those that begin alike come first.
        """
        found = extract(word, self._list, scorer=OSA.distance, score_cutoff=errors_in(word), limit=EXAMINED)
        ranked = sorted(
            (distance, near[0] != word[0], abs(len(near) - len(word)), near) for near, distance, _place in found
        )
        return [(distance, near) for distance, _begins, _length, near in ranked if near != word][:NEAREST]

    def split(self, word: str) -> tuple[str, str] | None:
        """Return two words of the vocabulary that were written as one, the first as long as can be."""
        for end in range(len(word) - 3, 2, -1):
            if word[:end] in self._words and word[end:] in self._words:
                return word[:end], word[end:]
        return None


def errors_in(word: str) -> int:
    """Return how many typing errors a word of that length may have."""
    return 0 if len(word) < 3 else 1 if len(word) < 5 else 2 if len(word) < 9 else 3
