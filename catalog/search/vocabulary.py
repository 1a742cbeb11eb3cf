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
        self._words: set[str] = set()
        self._list: list[str] = []
        self._revision = -1

    def follow(self, synonyms: Iterable[str]) -> None:
        """Read what was added since it was last read, and take in what staff's synonyms consist of."""
        added = words_since(self._revision)
        self._revision = max([self._revision, *(revision for _word, revision in added)])
        self._words.update(word for word, _revision in added)
        self._list = [*self._words, *(word for word in synonyms if word not in self._words)]

    def nearest(self, word: str) -> list[tuple[int, str]]:
        """Return the words that `word` may be a misspelling of, each after how doubtful that is, least doubtful first.

        Two neighbours exchanged count as one error. Words of which more than that differs begin alike: hardly anybody
        gets the first letter wrong. Of words as near, those of products are less doubtful than those of synonyms.
        """
        found = extract(word, self._list, scorer=OSA.distance, score_cutoff=errors_in(word), limit=EXAMINED)
        ranked = sorted(
            (2 * errors + (near not in self._words), near[0] != word[0], abs(len(near) - len(word)), near)
            for near, errors, _place in found
            if near != word and (errors < 2 or near[0] == word[0])
        )
        return [(doubt, near) for doubt, _begins, _length, near in ranked][:NEAREST]

    def split(self, word: str) -> tuple[str, str] | None:
        """Return two words of the vocabulary that were written as one, the first as long as can be."""
        for end in range(len(word) - 3, 2, -1):
            if word[:end] in self._words and word[end:] in self._words:
                return word[:end], word[end:]
        return None


def errors_in(word: str) -> int:
    """Return how many typing errors a word of that length may have."""
    return 0 if len(word) < 3 else 1 if len(word) < 5 else 2 if len(word) < 9 else 3
