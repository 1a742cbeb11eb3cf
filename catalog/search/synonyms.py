"""Staff's synonyms in memory: what a word or a few mean besides themselves, and which words say nothing."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.search.text import Word, joint, words_of

Phrase = tuple[Word, ...]


class Synonyms:
    """Meanings by what was written, whatever separates its words: type c, type-c and typec are one."""

    def __init__(self, rows: Iterable[tuple[str, str, bool]] = ()) -> None:
        self._meanings: dict[str, list[Phrase]] = {}
        self.ignored: set[str] = set()
        self.words: set[str] = set()
        for term, means, both_ways in rows:
            self._add(tuple(words_of(term)), [tuple(words_of(text)) for text in means.split(",")], both_ways)

    def _add(self, term: Phrase, meanings: list[Phrase], both_ways: bool) -> None:
        meanings = [meaning for meaning in meanings if meaning]
        if not term:
            return
        if not meanings:
            self.ignored.add(joint(term))
            return
        for meaning in meanings:
            self._meanings.setdefault(joint(term), []).append(meaning)
            if both_ways:
                self._meanings.setdefault(joint(meaning), []).append(term)
        self.words.update(word.written for word in term if word.written.isalpha() and len(word.written) > 3)

    def of(self, written: str) -> list[Phrase]:
        """Return what a word (or several, joined) means besides itself."""
        return self._meanings.get(written, [])
