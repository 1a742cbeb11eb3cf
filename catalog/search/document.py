"""What a product is found by: its words, each marked with how much it says about the product. Pure.

A document is the product's words with spaces between, made when the product changes. Three marks order the matches:
a name (also the brand, the category and the SKUs), a fact (specifications, options, connectors), a description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from catalog.documents import ProductFacts
from catalog.search.text import Word, joints, words_of

NAME, FACT, DESCRIPTION = MARKS = ("n", "f", "d")
LONGEST_DOCUMENT = 1_500  # words
NUMBERED = re.compile(r"([^\W\d]{3,})\d")  # Flip6 is found by Flip as well
LEARNABLE = range(3, 25)  # letters of a word that typing errors are corrected to


def search_document(facts: ProductFacts) -> str:
    """Return the marked words of a product, each with its best mark alone."""
    found: dict[str, str] = {}
    for text in name_texts(facts):
        _take(found, NAME, words_of(text), tight_only=False)
    for text in fact_texts(facts):
        _take(found, FACT, words_of(text), tight_only=True)
    for text in (facts.description, *facts.in_the_box):
        _take(found, DESCRIPTION, words_of(text), tight_only=True)
    return " ".join(mark + word for word, mark in list(found.items())[:LONGEST_DOCUMENT])


def _take(found: dict[str, str], mark: str, words: list[Word], *, tight_only: bool) -> None:
    for word in words:
        found.setdefault(word.stem, mark)
        if numbered := NUMBERED.match(word.written):
            found.setdefault(numbered[1], mark)
    for word_ in joints(words, tight_only=tight_only):
        found.setdefault(word_, mark)


def name_texts(facts: ProductFacts) -> Iterator[str]:
    """Yield what names a product."""
    yield from spoken_names(facts)
    for variant in facts.variants:
        yield variant.sku


def spoken_names(facts: ProductFacts) -> Iterator[str]:
    """Yield what people call a product: SKUs have pieces of words, BEI for beige, that nobody means."""
    yield facts.name
    yield facts.brand.name
    yield facts.category.name


def fact_texts(facts: ProductFacts) -> Iterator[str]:
    """Yield what is said about a product in a few words: this is the place to add what else it should be found by."""
    for name, value in facts.specs:
        yield f"{name} {value}"
    for variant in facts.variants:
        yield variant.condition.replace("_", " ")
        for name, value in variant.options:
            yield f"{name} {value}"
    yield from facts.connectors.values()
    for name, value in facts.traits.items():
        yield from _trait_texts(name, value)


def _trait_texts(name: str, value: object) -> Iterator[str]:
    if value is True:
        yield name.replace("_", " ")
    elif isinstance(value, list):
        yield from map(str, value)
    elif isinstance(value, str) and not value[:1].isdecimal():
        yield value.replace("_", " ")


def vocabulary(facts: Iterable[ProductFacts]) -> set[str]:
    """Return the words that typing errors may be corrected to: letters only, out of names and facts."""
    texts = {text for product in facts for text in (*spoken_names(product), *fact_texts(product))}
    return {
        word.written
        for text in texts
        for word in words_of(text)
        if len(word.written) in LEARNABLE and word.written.isalpha()
    }
