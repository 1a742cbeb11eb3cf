"""Completions of what is being typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import SearchSynonym
from catalog.revision import next_revision
from catalog.window import window
from tests import factories

pytestmark = pytest.mark.django_db


def make(name: str, brand: str, category: str, popularity: int) -> Any:
    return factories.make_product(
        name=name,
        brand=factories.make_brand(brand),
        category=factories.make_category(category),
        popularity=popularity,
    )


@pytest.fixture
@factories.listed_together()
def shop(db: None) -> None:
    phones = factories.make_category("phones")
    factories.make_category("smart-phones", phones)
    make("Galaxy S24", "Samsung", "smart-phones", 9)
    make("Galaxy A15", "Samsung", "smart-phones", 8)
    make("WH-1000XM5", "Sony", "headphones", 7)
    make("Power Bank", "Anker", "power-banks", 6)
    factories.make_brand("Sandisk")  # without products


def ask(api: APIClient, text: str) -> dict[str, Any]:
    response = api.get("/api/products/suggest", {"q": text})
    assert response.status_code == 200, response.content
    return dict(response.json())


def short(answer: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    return (
        [row["name"] for row in answer["products"]],
        [row["name"] for row in answer["brands"]],
        [row["slug"] for row in answer["categories"]],
    )


@pytest.mark.parametrize(
    ("text", "products", "brands", "categories"),
    [
        ("gal", ["Galaxy S24", "Galaxy A15"], [], []),
        ("sams", ["Galaxy S24", "Galaxy A15"], ["Samsung"], []),
        ("s", ["Galaxy S24", "Galaxy A15", "WH-1000XM5"], ["Samsung", "Sony"], ["smart-phones"]),
        ("galaxy s", ["Galaxy S24", "Galaxy A15"], [], []),
        ("galaxy s2", ["Galaxy S24"], [], []),
        ("pow", ["Power Bank"], [], ["power-banks"]),
        ("powerb", ["Power Bank"], [], ["power-banks"]),
        ("power b", ["Power Bank"], [], ["power-banks"]),
        ("samsng", ["Galaxy S24", "Galaxy A15"], ["Samsung"], []),
        ("phon", ["Galaxy S24", "Galaxy A15"], [], ["phones", "smart-phones"]),
        ("wh1000", ["WH-1000XM5"], [], []),
        ("zzzz", [], [], []),
        ("", [], [], []),
        ("  ", [], [], []),
        ("?!", [], [], []),
    ],
)
def test_what_is_suggested(
    api: APIClient, shop: None, text: str, products: list[str], brands: list[str], categories: list[str]
) -> None:
    assert short(ask(api, text)) == (products, brands, categories)


def test_the_whole_answer(api: APIClient, shop: None) -> None:
    answer = ask(api, " samsng ")

    assert (answer["query"], answer["corrected"]) == ("samsng", "samsung")
    assert answer["products"] == api.get("/api/products", {"search": "samsung"}).json()["results"]
    assert [(row["slug"], row["product_count"]) for row in answer["brands"]] == [("samsung", 2)]
    assert set(ask(api, "phones")["categories"][0]) == {"id", "name", "slug", "parent_id", "product_count"}


def test_synonyms_lead_to_categories_too(api: APIClient, shop: None) -> None:
    SearchSynonym.objects.create(term="simu", means="smart phones")
    next_revision()

    assert short(ask(api, "simu")) == (["Galaxy S24", "Galaxy A15"], [], ["smart-phones"])


def test_no_more_than_a_few(api: APIClient) -> None:
    for n in range(12):
        make(f"Orbit {n}", f"Orbit {n}", f"orbit-{n}", n)

    products, brands, categories = short(ask(api, "orb"))

    assert (len(products), len(brands), len(categories)) == (6, 5, 5)


@pytest.mark.parametrize("text", ["a" * 201, "a\x00"])
def test_refused(api: APIClient, text: str) -> None:
    response = api.get("/api/products/suggest", {"q": text})

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["q"]


def test_number_of_queries_does_not_grow(api: APIClient, shop: None) -> None:
    def asked() -> int:
        window._reset()
        api.get("/api/products")
        with CaptureQueriesContext(connection) as captured:
            ask(api, "gal")
        return len(captured)

    few = asked()
    with factories.listed_together():
        for n in range(50):
            make(f"Galaxy M{n}", f"Galaxy {n}", "phones", n)

    assert asked() == few == 4  # the revision, synonyms, words, and what brands and categories are called
