"""Staff's synonyms in memory: what a word or a few mean besides themselves, and which words say nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalog.search.text import Word, joint, words_of

Phrase = tuple[Word, ...]


class Synonyms:
    """Meanings by what was written, whatever separates its words: type c, type-c and typec are one."""

    def __init__(self, rows: Iterable[tuple[str, str, bool]] = ()) -> None:
        self._meanings: dict[str, list[Phrase]] = {}
        self.ignored: set[str] = set()
        self.words: set[str] = set()
        parsed = [
            (words_of(term), [tuple(words_of(text)) for text in means.split(",") if words_of(text)], both_ways)
            for term, means, both_ways in rows
        ]
        self.ignored.update(joint(term) for term, meanings, _both in parsed if term and not meanings)
        for term, meanings, both_ways in parsed:
            if kept := self.telling(term):
                self._add(tuple(kept), meanings, both_ways=both_ways)

    def telling(self, words: Sequence[Word]) -> Sequence[Word]:
        """Return the words but for those that are ignored; all of them, if they all are."""
        return [word for word in words if joint([word]) not in self.ignored] or words

    def _add(self, term: Phrase, meanings: list[Phrase], *, both_ways: bool) -> None:
        for meaning in meanings:
            self._meanings.setdefault(joint(term), []).append(meaning)
            if both_ways:
                self._meanings.setdefault(joint(meaning), []).append(term)
        for written in (*(word.written for word in term), joint(term)):
            if written.isalpha() and len(written) > 3:
                self.words.add(written)

    def of(self, written: str) -> list[Phrase]:
        """Return what a word (or several, joined) means besides itself."""
        return self._meanings.get(written, [])
