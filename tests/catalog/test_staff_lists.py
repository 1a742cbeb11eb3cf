"""The list of products as staff see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Accessory, Product
from tests import factories
from tests.staff import if_match, manager, staff
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db

LIST = "/api/staff/products"


@pytest.fixture
@factories.listed_together()
def shelf() -> list[Product]:
    """A charger, a phone that nobody sees yet, and a cable of another brand; the newest last."""
    power = factories.make_category("power")
    below = factories.make_category("wall-chargers", parent=power)
    charger = factories.make_product(model=Accessory, slug="nano", name="Nano Charger 65 W", category=below)
    phone = factories.make_product(
        slug="phone", name="Phone One", category=factories.make_category("phones"), is_published=False
    )
    cable = factories.make_product(
        model=Accessory, slug="cable", name="Cable for charging", brand=factories.make_brand("Belkin"), category=power
    )
    for product, sku in ((charger, "ANK-NANO-65"), (phone, "PH-1"), (cable, "BLK-CBL-1M")):
        product.variants.update(sku=sku)
    return [charger, phone, cable]


def found(query: str = "") -> list[str]:
    response = manager().get(LIST + query)
    assert response.status_code == 200, response.content
    return [row["slug"] for row in response.json()["results"]]


def test_a_row_of_the_list(shelf: list[Product]) -> None:
    response = staff("catalog.view_product").get(f"{LIST}?search=phone")

    assert response["Cache-Control"] == "no-store"
    phone = shelf[1]
    variant = phone.variants.get()
    assert response.json()["results"] == [
        {
            "id": phone.pk,
            "slug": "phone",
            "kind": "device",
            "name": "Phone One",
            "brand": {"id": phone.brand_id, "name": "Anker", "slug": "anker"},
            "category": {"id": phone.category_id, "name": "Phones", "slug": "phones"},
            "is_published": False,
            "popularity": 0,
            "variants": [
                {
                    "id": variant.pk,
                    "sku": "PH-1",
                    "name": "",
                    "price": "1000.00",
                    "compare_at_price": None,
                    "currency": "KES",
                    "is_active": True,
                }
            ],
            "created_at": timezone.localtime(phone.created_at).isoformat(),
            "updated_at": timezone.localtime(phone.updated_at).isoformat(),
        }
    ]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["cable", "phone", "nano"]),
        ("?search=charg", ["cable", "nano"]),
        ("?search=CHARGER%2065", ["nano"]),
        ("?search=ank-nano", ["nano"]),
        ("?search=nano-65", []),
        ("?search=cable%20blk", ["cable"]),
        ("?search=100%25", []),
        ("?is_published=false", ["phone"]),
        ("?is_published=true", ["cable", "nano"]),
        ("?kind=accessory", ["cable", "nano"]),
        ("?brand=belkin", ["cable"]),
        ("?category=power", ["cable", "nano"]),
        ("?category=wall-chargers", ["nano"]),
        ("?kind=accessory&category=power&brand=anker&search=nano&is_published=true", ["nano"]),
    ],
)
def test_filters(shelf: list[Product], query: str, slugs: list[str]) -> None:
    assert found(query) == slugs


def test_by_id_too(shelf: list[Product]) -> None:
    assert found(f"?brand={shelf[2].brand_id}&category={shelf[2].category_id}") == ["cable"]


def test_what_changed_since(shelf: list[Product]) -> None:
    moment = timezone.now()
    assert found(f"?updated_since={quote(moment.isoformat())}") == []
    client = manager()
    variant = shelf[0].variants.get()
    client.patch(f"/api/variants/{variant.pk}", {"price": "900.00"}, headers=if_match("*"))
    client.patch(f"/api/products/{shelf[1].pk}", {"popularity": 3}, headers=if_match("*"))
    client.post("/api/products/bulk", [{"sku": "BLK-CBL-1M", "price": "800.00"}])

    assert found(f"?updated_since={quote(moment.isoformat())}") == ["cable", "phone", "nano"]
    assert found(f"?updated_since={quote((timezone.now() + timedelta(hours=1)).isoformat())}") == []
    assert found("?updated_since=2026-01-01T00:00:00Z") == ["cable", "phone", "nano"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?search=", "search"),
        ("?search=%20", "search"),
        (f"?search={'x' * 121}", "search"),
        ("?is_published=yes", "is_published"),
        ("?kind=toy", "kind"),
        ("?brand=nobody", "brand"),
        ("?brand=9999999", "brand"),
        (f"?brand={'9' * 30}", "brand"),
        ("?category=no%20where", "category"),
        ("?updated_since=yesterday", "updated_since"),
        ("?updated_since=2026-01-01T00:00:00", "updated_since"),
        ("?updated_since=2026-13-01T00:00:00Z", "updated_since"),
        ("?ordering=name", "ordering"),
        ("?page_size=101", "page_size"),
    ],
)
def test_a_query_that_is_none(shelf: list[Product], query: str, field: str) -> None:
    body = problem_in(manager().get(LIST + query), 400, "invalid")

    assert [error["field"] for error in body["errors"]] == [field]


def test_a_name_that_the_shop_does_not_know_is_named(shelf: list[Product]) -> None:
    body = problem_in(manager().get("/api/staff/products?brand=appel"), 400, "invalid")

    assert [error["message"] for error in body["errors"]] == ["There is no such brand: “appel”."]


def test_walking_on_meets_every_product_once(shelf: list[Product]) -> None:
    client, path, slugs = manager(), f"{LIST}?page_size=2", []
    while path:
        page: Any = client.get(path).json()
        slugs += [row["slug"] for row in page["results"]]
        path = page["next"]

    assert slugs == ["cable", "phone", "nano"]
    assert page["count"] == 3


def test_it_takes_the_same_queries_for_one_product_and_for_fifty() -> None:
    client = manager()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{LIST}?page_size=100&search=product&category=chargers&brand=anker").status_code == 200
        return len(captured)

    factories.make_product()
    one = queries()
    with factories.listed_together():
        for _ in range(49):
            factories.add_variant(factories.make_product())

    assert queries() == one == 7  # who calls; the brand, the category, its sub-tree; how many, a page, variants
