"""Finding products by a query: read it, look its words up, mend what no product has, and rank what has every word."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from catalog.search.document import MARKS
from catalog.search.index import synonym_rows
from catalog.search.kinds import KINDS
from catalog.search.postings import Postings
from catalog.search.reading import Reading
from catalog.search.synonyms import Synonyms
from catalog.search.text import Word, words_of
from catalog.search.vocabulary import Vocabulary

KEPT_BYTES = 16_000_000  # of answers
OVERHEAD = 2_000  # bytes that an answer costs besides its bits
LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")
SHORTEST_DOUBTED = 4  # letters of a word that products have, and that is doubted since nothing has all words
MOST_MENDED = 6  # words of a query
LAST_DOUBTED = 2  # letters of a word that is doubted after all others: pro mx

NAMES, FACTS, _DESCRIPTIONS = range(len(MARKS))


Near = tuple[int, str]  # a word that may be meant, after how doubtful that is


class Correction(NamedTuple):
    """A word of the query, and what was sought instead of it."""

    written: str
    meant: str


class Found(NamedTuple):
    """The slots that answer to a query, best first, and which of its words were corrected."""

    tiers: tuple[int, ...]
    slots: int
    words: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def corrected(self) -> str | None:
        """The query as it was understood, if that is not what was written."""
        if not self.corrections:
            return None
        meant = dict(self.corrections)
        return " ".join(meant.get(word, word) for word in self.words)


class Answers:
    """Answers by what was asked, within KEPT_BYTES; those not asked for the longest are forgotten first."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, Found] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Found | None:
        """Return an answer that is kept."""
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def keep(self, key: Hashable, found: Found) -> Found:
        """Keep an answer, and return it."""
        self._found[key] = found
        self._bytes += size_of(found)
        while self._bytes > KEPT_BYTES and len(self._found) > 1:
            _oldest, dropped = self._found.popitem(last=False)
            self._bytes -= size_of(dropped)
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._found.clear()
        self._bytes = 0


class Search:
    """What one process knows for searching; it follows the shop window, whose lock its callers hold."""

    def __init__(self) -> None:
        self._postings = Postings()
        self._vocabulary = Vocabulary()
        self._is_vocabulary_current = False
        self._synonyms = Synonyms()
        self._synonym_rows: list[tuple[str, str, bool]] = []
        self._are_synonyms_current = False
        self._answers = Answers()

    def begin_revision(self) -> None:
        """Forget what held for the revision before only. Synonyms and new words are read when next needed."""
        self._answers.clear()
        self._are_synonyms_current = False
        self._is_vocabulary_current = False

    def follow(self, moved: Mapping[int, int]) -> None:
        """Take in changed products, given with their new slots."""
        self._postings.follow(moved)

    @property
    def version(self) -> object:
        """What another object stands for after every change that was taken in."""
        return self._postings.version

    def learn(self, terms: Sequence[str], products: Mapping[str, Sequence[int]], slot_of: Mapping[int, int]) -> None:
        """Take in which products have these terms, as the index says at this version."""
        self._postings.learn(terms, products, slot_of)

    def forget(self) -> None:
        """Forget the words not asked for the longest, as many as are too many; not while a question is answered."""
        self._postings.forget()

    def find(self, query: str, live: int, *, is_sure: bool = False) -> Found:
        """Return what answers to `query`; kept until the next revision.

        Of words that products have, one is taken for misspelt if no product has all; not where the caller `is_sure`
        of them. Raises WordsMissing where words have to be learnt first, and again for what they are corrected to.
        """
        key = (query, is_sure)
        return self._answers.get(key) or self._answers.keep(key, self._search(words_of(query), live, is_sure=is_sure))

    def _search(self, written: list[Word], live: int, *, is_sure: bool) -> Found:
        synonyms = self.current_synonyms()
        words = list(synonyms.telling(written))
        if not words:
            return Found((), 0)
        reading = self._look_up(Reading(words, synonyms))
        corrections: list[Correction] = []
        models: list[range] = []
        if unknown := reading.unknown():
            words, corrections, models = self._taken_apart(words, unknown)
            if corrections:
                reading = self._look_up(Reading(words, synonyms))
                unknown = reading.unknown()
            reading, mended = self._mended(reading, unknown, live)
            corrections = composed(corrections, mended)
        elif not is_sure and not reading.slots() & live:
            reading, corrections = self._doubted(reading, live)
        for pieces in models:
            live &= slots_of_model(reading, pieces)
        tiers = reading.tiers(live)
        slots = 0
        for tier in tiers:
            slots |= tier
        names = tuple(word.written for word in written)
        return Found(tiers, slots, names, tuple(corrections) if slots else ())

    def current_synonyms(self) -> Synonyms:
        """Return the synonyms of this revision."""
        if not self._are_synonyms_current:
            rows = synonym_rows()
            if rows != self._synonym_rows:  # most revisions change none, and reading them takes long
                self._synonym_rows, self._synonyms = rows, Synonyms(rows)
            self._are_synonyms_current = True
        return self._synonyms

    def _look_up(self, reading: Reading) -> Reading:
        reading.learn(self._postings.slots(reading.terms()))
        return reading

    def _current_vocabulary(self) -> Vocabulary:
        if not self._is_vocabulary_current:
            self._vocabulary.follow(self.current_synonyms().words)
            self._is_vocabulary_current = True
        return self._vocabulary

    def _taken_apart(self, words: list[Word], unknown: list[int]) -> tuple[list[Word], list[Correction], list[range]]:
        """Separate what was written as one word and that no product has as such: iphone15, iphonecharger.

        Returns also where the pieces are of each word with a number.
        """
        vocabulary = self._current_vocabulary()
        apart: list[Word] = []
        corrections: list[Correction] = []
        models: list[range] = []
        for place, word in enumerate(words):
            pieces = LETTERS_OR_DIGITS.findall(word.written) if place in unknown else []
            if len(pieces) == 1:
                pieces = list(vocabulary.split(word.written) or pieces)
            if len(pieces) < 2:
                apart.append(word)
                continue
            first = len(apart)
            apart += (one for piece in pieces for one in words_of(piece))
            corrections.append(Correction(word.written, " ".join(pieces)))
            if not word.written.isalpha():
                models.append(range(first, len(apart)))
        return apart, corrections, models

    def _mended(self, reading: Reading, unknown: list[int], live: int) -> tuple[Reading, list[Correction]]:
        """Take for each word that no product has the nearest one with which most products have all words."""
        corrections: list[Correction] = []
        if len(unknown) > MOST_MENDED:
            return reading, corrections
        nearest = self._nearest(reading, unknown)
        for number, place in enumerate(unknown):
            best = self._best_correction(reading, place, nearest[place], live, but=unknown[number + 1 :])
            if best is None:
                break  # every word has to match, so nothing will be found
            reading, correction = best
            corrections.append(correction)
        return reading, corrections

    def _nearest(self, reading: Reading, places: Sequence[int]) -> dict[int, list[Near]]:
        """Return the words that may be meant in these places, after how doubtful each is; all are looked up at once."""
        vocabulary = self._current_vocabulary()
        found: dict[int, list[Near]] = {}
        for place in places:
            written, is_last = reading.words[place].written, place == len(reading.words) - 1
            found[place] = vocabulary.nearest(written, is_last=is_last) if written.isalpha() else []
        self._postings.slots(
            [
                term
                for place, several in found.items()
                for _doubt, near in several
                for term in reading.corrected(place, words_of(near)[0]).terms()
            ]
        )
        return found

    def _best_correction(
        self, reading: Reading, place: int, nearest: list[Near], live: int, *, but: Sequence[int] = ()
    ) -> tuple[Reading, Correction] | None:
        """Return the reading with one word corrected.

        Of words as likely, one that names a kind of accessory is meant, or else the one with which most products are
        left.
        """
        best: tuple[int, tuple[bool, int], str, Reading] | None = None
        for doubt, near in nearest:
            if best is not None and doubt > best[0]:
                break
            corrected = self._look_up(reading.corrected(place, words_of(near)[0]))
            count = (corrected.slots(but=but) & live).bit_count()
            rank = (words_of(near)[0].stem in KINDS, count)
            if count and (best is None or rank > best[1]):
                best = (doubt, rank, near, corrected)
        return best and (best[3], Correction(reading.words[place].written, best[2]))

    def _doubted(self, reading: Reading, live: int) -> tuple[Reading, list[Correction]]:
        """Where products have each word and none has all: take another word for one of them."""
        lengths = [len(word.written) for word in reading.words]
        likely = [place for place, length in enumerate(lengths) if length >= SHORTEST_DOUBTED]
        likely += [place for place, length in enumerate(lengths) if length == LAST_DOUBTED]
        nearest = self._nearest(reading, likely[:MOST_MENDED])
        for place, several in nearest.items():
            best = self._best_correction(reading, place, several, live)
            if best is not None:
                return best[0], [best[1]]
        return reading, []


def slots_of_model(reading: Reading, pieces: range) -> int:
    """Return the slots that may be what was written with these pieces as one word: iphone15, bluetooth5, wh1000xm4.

    Where a piece is in the name, so are the numbers: it would be another model otherwise that has a 4 somewhere.
    """

    def having(places: Sequence[int], field: int) -> int:
        others = [place for place in range(len(reading.words)) if place not in places]
        return reading.slots(field=field, but=others)

    named = 0
    for place in pieces:
        named |= having([place], NAMES)
    numbers = [place for place in pieces if not reading.words[place].written.isalpha()]
    return having(numbers, NAMES) | (having(pieces, FACTS) & ~named)


def composed(apart: list[Correction], mended: list[Correction]) -> list[Correction]:
    """Return what the words of a query were corrected to: first taken apart, then their pieces mended."""
    meant = dict(mended)
    pieces = {piece for correction in apart for piece in correction.meant.split()}
    first = [
        Correction(written, " ".join(meant.get(piece, piece) for piece in text.split())) for written, text in apart
    ]
    return first + [correction for correction in mended if correction.written not in pieces]


def size_of(found: Found) -> int:
    """Return about how many bytes of memory an answer takes."""
    return OVERHEAD + sum(tier.bit_length() // 8 for tier in found.tiers) + found.slots.bit_length() // 8
