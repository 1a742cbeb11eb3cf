"""Looking words up in the index while nobody has to wait for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TypeVar

from catalog.search.index import products_with
from catalog.search.postings import WordsMissing
from catalog.search.searching import Search

UNHELD = 8  # look-ups that others need not wait for; a misspelt query for an accessory needs up to six
Answer = TypeVar("Answer")
Held = Callable[[], AbstractContextManager[tuple[Search, Mapping[int, int]]]]


def knowing_words(held: Held, answer: Callable[[], Answer]) -> Answer:
    """Return what `answer` says while the shop window is held. What it raises WordsMissing for is looked up in between.

    A word that half of a large shop has takes long: others may have the window meanwhile. `held` holds it, and gives
    what is known of words and the slots of the products. What was looked up before a change that the window has taken
    in since is dropped; who is unlucky for too long looks up while holding it.
    """
    for _attempt in range(UNHELD):
        with held() as (search, _slot_of):
            version = search.version
            try:
                return answer_and_forget(search, answer)
            except WordsMissing as missing:
                terms = missing.terms
        products = products_with(terms)
        with held() as (search, slot_of):
            if search.version is version:
                search.learn(terms, products, slot_of)
    with held() as (search, slot_of):
        while True:
            try:
                return answer_and_forget(search, answer)
            except WordsMissing as missing:
                search.learn(missing.terms, products_with(missing.terms), slot_of)


def answer_and_forget(search: Search, answer: Callable[[], Answer]) -> Answer:
    """Return an answer; only then are words forgotten, as it may need more of them at once than are kept."""
    found = answer()
    search.forget()
    return found
