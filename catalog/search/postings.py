"""Which slots of the shop window have a word: bitmaps, looked up in the full-text index when first asked for.

They outlive revisions: of a changed product the words are read, and its new slot is put into the bitmaps that are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from catalog.numbers import bitmap_of
from catalog.search.index import PREFIX, documents_of

OVERHEAD = 200  # bytes that a bitmap costs besides its bits
MANY = 200  # changed products from which on fetching again is cheaper


class WordsMissing(Exception):
    """Words whose products have to be looked up before there is an answer."""

    def __init__(self, terms: Sequence[str]) -> None:
        super().__init__(terms)
        self.terms = terms


class Postings:
    """Bitmaps by marked word, or beginning of words; those not asked for the longest are forgotten first.

    `version` is another object after every change that was taken in: what was looked up before is of no use then.
    """

    def __init__(self) -> None:
        self.version = object()
        self._kept: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0

    def slots(self, terms: Iterable[str]) -> dict[str, int]:
        """Return the bitmap of each term; raises WordsMissing, with those that are not kept."""
        wanted = list(dict.fromkeys(terms))
        missing = [term for term in wanted if term not in self._kept]
        if missing:
            raise WordsMissing(missing)
        for term in wanted:
            self._kept.move_to_end(term)
        return {term: self._kept[term] for term in wanted}

    def learn(self, terms: Iterable[str], products: Mapping[str, Sequence[int]], slot_of: Mapping[int, int]) -> None:
        """Take in the ids of the products that have these terms.

        A product of the index that is not in the window is of a later revision, or of none: it is left out here, and
        comes with the refresh that brings it into the window.
        """
        for term in terms:
            ids = products.get(term, ())
            self._keep(term, bitmap_of([slot for slot in map(slot_of.get, ids) if slot is not None]))

    def follow(self, moved: Mapping[int, int]) -> None:
        """Take in changed products, given with their new slots; what they had in the old ones is dead anyway."""
        self.version = object()
        if not self._kept or not moved:
            return
        if len(moved) > MANY:
            self.clear()
            return
        for product_id, document in documents_of(list(moved)).items():
            bit = 1 << moved[product_id]
            for term in terms_of(document.split()):
                if term in self._kept:
                    self._keep(term, self._kept[term] | bit)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._bytes = 0

    def _keep(self, term: str, bits: int) -> None:
        if (old := self._kept.get(term)) is not None:
            self._bytes -= _size(old)
        self._kept[term] = bits
        self._bytes += _size(bits)

    def forget(self) -> None:
        """Keep to the limit, between two questions: an answer may need more than that at once."""
        while self._bytes > settings.SEARCH_CACHE_BYTES:
            _term, bits = self._kept.popitem(last=False)
            self._bytes -= _size(bits)


def terms_of(words: Sequence[str]) -> set[str]:
    """Return every term that a document with these marked words answers to."""
    beginnings = {word[:end] + PREFIX for word in words for end in range(2, len(word) + 1)}
    return beginnings.union(words)


def _size(bits: int) -> int:
    return bits.bit_length() // 8 + OVERHEAD
