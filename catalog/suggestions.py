"""Completions of what is being typed: brands and categories by their names, beside the products that search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from catalog.filters import RELEVANCE, Filters, ListQuery
from catalog.search.synonyms import Synonyms
from catalog.search.text import Word, joint, joints, words_of
from catalog.window import window

NAMES = 5  # brands, and categories
SUGGESTED = 6  # products


class Suggestions(NamedTuple):
    """What may have been meant: the cards of products, and brands and categories with how many products they have."""

    corrected: str | None
    cards: list[bytes]
    brands: list[dict[str, Any]]
    categories: list[dict[str, Any]]


def suggestions(text: str) -> Suggestions:
    """Return what may have been meant by `text`, as far as it is typed."""
    words = words_that_tell(words_of(text))
    if not words:
        return Suggestions(None, [], [], [])
    filters = Filters(search=" ".join(word.written for word in words))
    page = window.page(ListQuery(filters, ordering=RELEVANCE, page_size=SUGGESTED), typed=False)
    corrected = page.found.corrected if page.found else None
    synonyms, taxonomy = window.synonyms(), window.taxonomy
    meant = synonyms.telling(words_of(corrected or filters.search))
    own = window.counts("category")
    whole = {pk: sum(own.get(each, 0) for each in taxonomy.categories[str(pk)]) for pk in taxonomy.category_names}
    brands = matching_names(meant, synonyms, taxonomy.brand_names, window.counts("brand"))
    categories = matching_names(meant, synonyms, taxonomy.category_names, whole)
    cards = popular_cards_of(brands) if brands and len(filters.search) == 1 else page.cards
    return Suggestions(corrected, cards, brands, categories)


def popular_cards_of(brands: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Return the cards of the most popular products of some brands: what a first letter may be the beginning of."""
    filters = Filters(any_of=(("brand", tuple(sorted(brand["id"] for brand in brands))),))
    return window.page(ListQuery(filters, ordering="popularity", page_size=SUGGESTED), typed=False).cards


def words_that_tell(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words but for a last one of a single letter: with others before it, it does not tell anything yet."""
    return words[:-1] if len(words) > 1 and len(words[-1].written) == 1 else words


def matching_names(
    words: Sequence[Word], synonyms: Synonyms, names: Mapping[int, dict[str, Any]], counts: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Return the rows whose names have a word for each of `words` and that have products, those with most first."""
    found = [
        {**row, "product_count": counts[pk]}
        for pk, row in names.items()
        if counts.get(pk) and words and _matches(words, synonyms, row["name"])
    ]
    return sorted(found, key=lambda row: (-row["product_count"], row["name"].casefold(), row["id"]))[:NAMES]


@lru_cache(maxsize=10_000)
def parts_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, and its neighbouring words as one."""
    own = words_of(name)
    return (*(word.written for word in own), *(word.stem for word in own), *joints(own, tight_only=False))


def _matches(words: Sequence[Word], synonyms: Synonyms, name: str) -> bool:
    parts = parts_of(name)
    whole = joint(words)
    if any(part.startswith(whole) for part in parts):
        return True
    if any(joint(meaning) in parts for meaning in synonyms.of(whole)):
        return True
    return all(
        any(part.startswith((word.written, word.stem)) for part in parts)
        or any(joint(meaning) in parts for meaning in synonyms.of(word.stem))
        for word in words
    )
