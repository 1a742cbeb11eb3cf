"""Words that were meant: the nearest ones of the vocabulary to one that no product has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from catalog.search.index import words_since

NEAREST = 6
EXAMINED = 40
SHORTEST_BEGINNING = 4  # letters of an unfinished word that may have an error
DOUBT_OF_BEGINNINGS = 5  # more than of a word of products with two errors


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

    def nearest(self, word: str, *, is_last: bool = False) -> list[tuple[int, str]]:
        """Return the words that `word` may be a misspelling of, each after how doubtful that is, least doubtful first.

        Two neighbours exchanged count as one error. Words of which more than that differs begin alike: hardly anybody
        gets the first letter wrong. Of words as near, those of products are less doubtful than those of synonyms.
        Few write letters that are not there: no word is shorter by two, and a mere beginning of `word` counts as one
        more error. The last word of a query may be unfinished, so it may be a misspelt beginning too.
        """
        found = extract(word, self._list, scorer=OSA.distance, score_cutoff=errors_in(word), limit=EXAMINED)
        ranked = [
            (
                2 * (errors + word.startswith(near)) + (near not in self._words),
                near[0] != word[0],
                abs(len(near) - len(word)),
                near,
            )
            for near, errors, _place in found
            if is_likely(word, near, errors)
        ]
        if is_last and len(word) >= SHORTEST_BEGINNING:
            ranked += [(DOUBT_OF_BEGINNINGS, False, len(near) - len(word), near) for near in self._begun(word)]
        return [(doubt, near) for doubt, _begins, _length, near in sorted(ranked)][:NEAREST]

    def _begun(self, word: str) -> Iterator[str]:
        """Yield the words of products that begin as `word` does but for one error."""
        for near in self._words:
            if near[0] == word[0] and len(near) > len(word) + 1:
                beginnings = (near[: len(word)], near[: len(word) + 1])
                if any(OSA.distance(word, beginning, score_cutoff=1) <= 1 for beginning in beginnings):
                    yield near

    def split(self, word: str) -> tuple[str, str] | None:
        """Return two words of the vocabulary that were written as one, the first as long as can be."""
        for end in range(len(word) - 3, 2, -1):
            if word[:end] in self._words and word[end:] in self._words:
                return word[:end], word[end:]
        return None


def is_likely(word: str, near: str, errors: int) -> bool:
    """Tell whether a word as near as that may have been meant; of two letters, one within was left out."""
    if near == word or len(near) < len(word) - 1 or (errors > 1 and near[0] != word[0]):
        return False
    return len(word) > 2 or (len(near) == 3 and near[0] == word[0] and near[-1] == word[-1])


def errors_in(word: str) -> int:
    """Return how many typing errors a word of that length may have."""
    return 0 if len(word) < 2 else 1 if len(word) < 5 else 2 if len(word) < 9 else 3
