"""Counts per filter value: each facet under all filters but its own, and as many as the list then has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog import facets as facets_module
from catalog.models import Accessory, Product, SoundDevice
from catalog.window import window
from tests import factories
from tests.catalog import wiring
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


@pytest.fixture
@factories.listed_together()
def shop(db: None) -> None:
    sound = factories.make_category("sound")
    headphones = factories.make_category("headphones", sound)
    charging = factories.make_category("charging")
    anker, sony = factories.make_brand("Anker"), factories.make_brand("Sony")
    rows: list[tuple[str, type[Product], Any, Any, str, str | None]] = [
        ("Charger One", Accessory, anker, charging, "900.00", "4.50"),
        ("Charger Two", Accessory, anker, charging, "1000.00", "3.90"),
        ("Charger Three", Accessory, sony, charging, "2499.99", None),
        ("Headphones", SoundDevice, sony, headphones, "12000.00", "4.00"),
        ("Speaker", SoundDevice, sony, sound, "150000.00", "2.00"),
    ]
    for name, model, brand, category, price, rating in rows:
        product = factories.make_product(name=name, model=model, brand=brand, category=category, price=price)
        Product.objects.filter(pk=product.pk).update(rating_average=rating and Decimal(rating))
    product.variants.update(condition="used")


def ask(api: APIClient, **filters: str) -> dict[str, Any]:
    response = api.get("/api/products/facets", filters)
    assert response.status_code == 200, response.content
    return dict(response.json())


def test_the_counts_of_everything(api: APIClient, shop: None) -> None:
    answer = ask(api)

    facets = answer["facets"]
    assert answer["count"] == 5
    assert "search" not in answer
    assert facets["kind"] == [{"value": "accessory", "count": 3}, {"value": "sound_device", "count": 2}]
    assert [(row["slug"], row["count"]) for row in facets["brand"]] == [("sony", 3), ("anker", 2)]
    assert {row["slug"]: row["count"] for row in facets["category"]} == {"charging": 3, "sound": 2, "headphones": 1}
    assert facets["condition"] == [{"value": "new", "count": 4}, {"value": "used", "count": 1}]
    assert facets["price"] == [
        {"min": "0.00", "max": "999.99", "count": 1},
        {"min": "1000.00", "max": "2499.99", "count": 2},
        {"min": "10000.00", "max": "19999.99", "count": 1},
        {"min": "100000.00", "max": None, "count": 1},
    ]
    assert facets["rating"] == [
        {"value": 4, "count": 2},
        {"value": 3, "count": 3},
        {"value": 2, "count": 4},
        {"value": 1, "count": 4},
    ]
    assert facets["connector"] == []


def test_each_facet_is_counted_without_its_own_filter(api: APIClient, shop: None) -> None:
    answer = ask(api, brand="anker", max_price="950")

    facets = answer["facets"]
    assert answer["count"] == 1
    assert [(row["slug"], row["count"]) for row in facets["brand"]] == [("anker", 1)]
    assert [(row["min"], row["count"]) for row in facets["price"]] == [("0.00", 1), ("1000.00", 1)]
    assert facets["kind"] == [{"value": "accessory", "count": 1}]
    assert [(row["slug"], row["count"]) for row in ask(api, brand="anker")["facets"]["brand"]] == [
        ("sony", 3),
        ("anker", 2),
    ]
    assert ask(api, rating="4", kind="accessory")["facets"]["rating"] == [
        {"value": stars, "count": count} for stars, count in ((4, 1), (3, 2), (2, 2), (1, 2))
    ]


def test_a_category_counts_with_its_tree_and_says_what_it_is_below(api: APIClient, shop: None) -> None:
    rows = {row["slug"]: row for row in ask(api, category="headphones")["facets"]["category"]}

    assert rows["sound"]["count"] == 2
    assert rows["headphones"]["parent_id"] == rows["sound"]["id"]
    assert rows["sound"]["parent_id"] is None


FILTERS: list[dict[str, str]] = [
    {},
    {"search": "charger"},
    {"search": "chargr", "brand": "anker"},
    {"kind": "sound_device", "rating": "2.5"},
    {"min_price": "1000", "max_price": "12000"},
    {"in_stock": "true", "search": "sony", "max_price": "20000", "rating": "1"},
    {"condition": "used", "category": "sound"},
]


@pytest.mark.parametrize("scarce", [0, 1_000_000], ids=["slot by slot", "by bitmaps"])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_every_count_is_that_of_the_list_with_that_choice(
    api: APIClient, shop: None, monkeypatch: pytest.MonkeyPatch, filters: dict[str, str], scarce: int
) -> None:
    monkeypatch.setattr(facets_module, "SCARCE", scarce)
    answer = ask(api, **filters)

    def listed(without: tuple[str, ...] = (), **more: str) -> int:
        kept = {name: value for name, value in filters.items() if name not in without}
        return int(api.get("/api/products", {**kept, **more}).json()["count"])

    assert answer["count"] == listed()
    facets = answer["facets"]
    told = {"kind": "value", "condition": "value", "brand": "slug", "category": "slug", "connector": "code"}
    for name, value in told.items():
        for row in facets[name]:
            assert row["count"] == listed((name,), **{name: row[value]}), (name, row)
    for row in facets["rating"]:
        assert row["count"] == listed(("rating",), rating=str(row["value"])), row
    for row in facets["price"]:
        bounds = {"min_price": row["min"], **({"max_price": row["max"]} if row["max"] else {})}
        assert row["count"] == listed(("min_price", "max_price"), **bounds), row


def test_connectors_count_the_products_that_have_them(api: APIClient) -> None:
    wiring.make_laptop("laptop")
    wiring.make_laptop("other-laptop")
    wiring.make_jack_adapter()

    def counted(**filters: str) -> dict[str, int]:
        return {row["code"]: row["count"] for row in ask(api, **filters)["facets"]["connector"]}

    assert counted()["usb-c"] == 3
    for code, count in counted().items():
        assert count == api.get("/api/products", {"connector": code}).json()["count"], code
    assert counted(connector="jack-3-5-trrs") == counted()
    assert counted(search="laptop")["usb-c"] == 2


def test_a_search_says_how_it_was_understood(api: APIClient, shop: None) -> None:
    assert ask(api, search="chargr")["search"]["corrected"] == "charger"
    assert ask(api, search="nothing at all")["facets"]["brand"] == []


def test_counts_follow_a_change(api: APIClient, shop: None) -> None:
    assert ask(api)["facets"]["price"][0]["count"] == 1
    product = Product.objects.get(name="Charger Two")

    product.variants.update(price=Decimal("950.00"))
    Product.objects.filter(pk=product.pk).update(rating_average=Decimal("5.00"))
    refresh_now([product.pk])

    assert ask(api)["facets"]["price"][0]["count"] == 2
    assert ask(api)["facets"]["rating"][0] == {"value": 4, "count": 3}


def test_answers_are_304_while_nothing_changed(api: APIClient, shop: None) -> None:
    etag = api.get("/api/products/facets")["ETag"]

    assert api.get("/api/products/facets", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("name", ["page", "page_size", "cursor", "ordering", "colour"])
def test_a_parameter_that_only_lists_know(api: APIClient, name: str) -> None:
    response = api.get("/api/products/facets", {name: "1"})

    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(name, "unknown_parameter")]


def test_number_of_queries_does_not_grow(api: APIClient, shop: None) -> None:
    def asked() -> int:
        window._reset()
        api.get("/api/products")
        with CaptureQueriesContext(connection) as captured:
            ask(api, brand="sony")
        return len(captured)

    few = asked()
    with factories.listed_together():
        for n in range(50):
            factories.make_product(brand=factories.make_brand(f"brand-{n}"))

    assert asked() == few == 2  # the revision, and what brands and categories are called
