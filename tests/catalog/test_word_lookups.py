"""Words are looked up while others may have the shop window, and nothing that changes meanwhile is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.actions.refresh_listings import refresh_listings
from catalog.models import Product
from catalog.search import lookups
from catalog.search.index import products_with
from catalog.window import window
from tests import factories

pytestmark = pytest.mark.django_db
Meanwhile = Callable[[], object]


@pytest.fixture(autouse=True)
def new_window() -> Iterator[None]:
    """No word is known at the beginning, and what was forced on the window is gone afterwards."""
    window._reset()
    yield
    window._reset()


def during_each_lookup(monkeypatch: pytest.MonkeyPatch, meanwhile: Meanwhile) -> list[int]:
    """Let something happen between what the index says and its being taken in; return how many words each was for."""
    asked: list[int] = []

    def slowly(terms: Sequence[str]) -> Mapping[str, Sequence[int]]:
        found = products_with(terms)
        asked.append(len(terms))
        meanwhile()
        return found

    monkeypatch.setattr(lookups, "products_with", slowly)
    return asked


def names(api: APIClient, text: str) -> list[str]:
    response = api.get("/api/products", {"search": text})
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def rename(product: Product, name: str) -> None:
    Product.objects.filter(pk=product.pk).update(name=name)
    refresh_listings(product_ids=[product.pk], at=timezone.now())


def test_others_have_the_window_while_words_are_looked_up(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_product(name="Galaxy S24")
    waited: list[bool] = []

    def somebody_else() -> None:
        other = Thread(target=window.counts, args=["brand"], daemon=True)
        other.start()
        other.join(timeout=5)
        waited.append(other.is_alive())

    asked = during_each_lookup(monkeypatch, somebody_else)

    assert names(api, "galxy") == ["Galaxy S24"]
    assert len(asked) == len(waited) > 1
    assert not any(waited)


def test_a_change_between_the_index_and_its_answer_is_not_missed(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = factories.make_product(name="Nebula"), factories.make_product(name="Comet")
    asked: list[int] = []

    def change_once() -> None:
        if len(asked) == 1:
            rename(old, "Quasar")
            rename(new, "Nebula")
            window.fresh()

    asked = during_each_lookup(monkeypatch, change_once)

    assert names(api, "nebula") == ["Nebula"]
    assert names(api, "quasar") == ["Quasar"]


def test_a_shop_that_changes_all_the_time_is_searched_as_well(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    product = factories.make_product(name="Nebula")
    factories.make_product(name="Nebula Max")
    left = iter(range(3 * lookups.UNHELD))

    def change() -> None:
        if next(left, None) is not None:
            rename(product, "Nebula")
            window._search.follow({product.pk: window.columns.slot_of[product.pk]})

    asked = during_each_lookup(monkeypatch, change)

    assert names(api, "nebula max") == ["Nebula Max"]
    assert len(asked) == lookups.UNHELD + 1


@pytest.mark.parametrize("text", ["galxy s24", "galaxy s24 ultra 5g 256 gb black", "galaxys24", "galaxy chargr"])
def test_a_query_may_need_more_words_than_are_kept(api: APIClient, settings: Any, text: str) -> None:
    settings.SEARCH_CACHE_BYTES = 1
    product = factories.make_product(name="Galaxy S24 Ultra 5G 256 GB Black")

    assert names(api, text) == [product.name]
    assert names(api, "ultra") == [product.name]


def test_however_many_words_are_doubted_they_are_looked_up_at_once(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["amber", "birch", "cedar", "delta", "ember", "flint", "grove", "heron", "ivory", "jolly", "karma", "lemon"]
    for word in words:
        factories.make_product(name=f"{word} {word}s")
    asked = during_each_lookup(monkeypatch, lambda: None)

    assert names(api, " ".join(words)) == []
    assert len(asked) <= 3
