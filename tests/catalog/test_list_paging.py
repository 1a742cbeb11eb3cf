"""The orderings and pages of the lists of products."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from django.utils.http import urlencode
from rest_framework.test import APIClient

from catalog.models import Product
from tests import factories
from tests.catalog.lists import names, refused_fields
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


def test_each_ordering_breaks_its_ties_by_the_newest_entry(api: APIClient) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "Beta", "price": "200.00", "popularity": 5, "released_on": "2024-01-02"},
        {"name": "alpha", "price": "100.00", "popularity": 5, "released_on": "2024-01-01"},
        {"name": "Écran", "price": "200.00", "popularity": 9, "released_on": "2024-01-02", "rating_average": "4.00"},
        {"name": "beta", "price": "99.99", "popularity": 0, "released_on": "2024-01-03", "rating_average": "4.01"},
        {"name": "ALPHA", "price": "100.00", "popularity": 5, "released_on": "2023-12-31", "rating_average": "4.00"},
    ]
    for row in rows:
        row["rating_average"] = Decimal(row["rating_average"]) if "rating_average" in row else None
        product = factories.make_product(**row)
        product.refresh_from_db()  # its date, from the text
        refresh_now([product.pk])

    assert {ordering: names(api, f"ordering={ordering}") for ordering in ("newest", "price", "-price")} == {
        "newest": ["beta", "Écran", "Beta", "alpha", "ALPHA"],
        "price": ["beta", "ALPHA", "alpha", "Écran", "Beta"],
        "-price": ["Beta", "Écran", "alpha", "ALPHA", "beta"],
    }
    assert {ordering: names(api, f"ordering={ordering}") for ordering in ("rating", "name", "popularity")} == {
        "rating": ["beta", "ALPHA", "Écran", "alpha", "Beta"],
        "name": ["ALPHA", "alpha", "beta", "Beta", "Écran"],
        "popularity": ["Écran", "ALPHA", "alpha", "Beta", "beta"],
    }
    assert names(api, "") == names(api, "ordering=newest")
    for ordering in ("newest", "price", "rating", "name", "popularity"):
        assert names(api, f"ordering=-{ordering}") == names(api, f"ordering={ordering}")[::-1]


def test_a_product_without_a_release_is_as_new_as_its_entry(api: APIClient) -> None:
    factories.make_product(name="old", created_at=datetime(2024, 5, 1, 22, 0, tzinfo=UTC))  # 2 May in Nairobi
    factories.make_product(name="between", released_on=datetime(2024, 5, 2, tzinfo=UTC).date())
    factories.make_product(name="new", created_at=datetime(2024, 5, 3, 12, 0, tzinfo=UTC))
    factories.make_product(name="oldest", created_at=datetime(2024, 5, 1, 20, 0, tzinfo=UTC))

    assert names(api, "") == ["new", "between", "old", "oldest"]


def test_links_keep_the_query_and_lead_on_and_back(api: APIClient) -> None:
    for n in range(5):
        factories.make_product(name=f"p{n}")
    factories.make_product(name="other", brand=factories.make_brand("JBL"))

    first = api.get("/api/products?brand=anker&page_size=2&ordering=name").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()

    assert [[row["name"] for row in page["results"]] for page in (first, second, third)] == [
        ["p0", "p1"],
        ["p2", "p3"],
        ["p4"],
    ]
    assert [page["count"] for page in (first, second, third)] == [5, 5, 5]
    assert (first["previous"], third["next"]) == (None, None)
    assert api.get(second["previous"]).json()["results"] == first["results"]
    assert api.get(third["previous"]).json()["results"] == second["results"]
    parts = urlsplit(first["next"])
    assert (parts.scheme, parts.netloc, parts.path) == ("http", "testserver", "/api/products")
    cursor = parse_qs(parts.query).pop("cursor")
    assert parse_qs(parts.query) == {"brand": ["anker"], "page_size": ["2"], "ordering": ["name"], "cursor": cursor}
    numbered = api.get("/api/products?brand=anker&page_size=2&ordering=name&page=2").json()
    assert (numbered["results"], numbered["next"]) == (second["results"], second["next"])
    assert "page=" not in urlsplit(numbered["next"]).query.replace("page_size=", "")


def test_pages_are_24_rows_long_by_default_and_100_at_most(api: APIClient) -> None:
    with factories.listed_together():
        for _ in range(25):
            factories.make_product()

    assert len(api.get("/api/products").json()["results"]) == 24
    assert len(api.get("/api/products?page=2").json()["results"]) == 1
    assert len(api.get("/api/products?page_size=100").json()["results"]) == 25


def test_a_page_past_the_last_one_is_not_found(api: APIClient) -> None:
    factories.make_product()

    for query in ("page=2", "page=1000000", "page=2&min_price=1&ordering=name", "page=2&brand=anker&ordering=-price"):
        response = api.get(f"/api/products?{query}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_empty_answer_is_a_list_without_rows(api: APIClient) -> None:
    empty = {"count": 0, "next": None, "previous": None, "results": []}

    assert api.get("/api/products").json() == empty
    assert api.get("/api/products?page=1&ordering=name&min_price=5").json() == empty
    factories.make_product()
    assert api.get("/api/sound-devices").json() == empty
    assert api.get("/api/products?min_price=5000&ordering=rating").json() == empty


@pytest.mark.parametrize(
    "parts",
    [
        [],
        ["newest", 1, 1],
        ["newest", "text", 1, 0],
        ["name", 5, 1, 0],
        ["-name", 5, 1, 0],
        ["-rating", "text", 1, 0],
        ["--name", "text", 1, 0],
        ["newest", 1.5, 1, 0],
        ["newest", True, 1, 0],
        ["newest", 1, None, 0],
        ["newest", 1, 1, 2],
        ["brand", 1, 1, 0],
        [["newest"], 1, 1, 0],
        {"newest": 1},
        "newest",
    ],
)
def test_a_cursor_that_was_never_given_out_is_refused(api: APIClient, parts: Any) -> None:
    cursor = urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    assert refused_fields(api, f"/api/products?{urlencode({'cursor': cursor})}") == [("cursor", "invalid")]


def test_a_cursor_brings_its_ordering_and_refuses_another(api: APIClient) -> None:
    for price in ("300.00", "100.00", "200.00"):
        factories.make_product(price=price, name=price)
    link = api.get("/api/products?ordering=-price&page_size=1").json()["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]

    assert [row["name"] for row in api.get(f"/api/products?cursor={cursor}").json()["results"]] == ["200.00", "100.00"]
    assert refused_fields(api, f"/api/products?cursor={cursor}&ordering=price") == [("cursor", "invalid")]


def test_a_cursor_goes_on_where_its_row_was(api: APIClient) -> None:
    products = {name: factories.make_product(name=name, stock=None) for name in ("a", "b", "c", "d")}
    page = api.get("/api/products?ordering=name&page_size=2").json()

    gone = products["b"].pk
    products["b"].delete()
    refresh_now([gone])
    following = api.get(page["next"]).json()

    assert [row["name"] for row in following["results"]] == ["c", "d"]
    assert [row["name"] for row in api.get(following["previous"]).json()["results"]] == ["a"]


@pytest.mark.parametrize("bound", ["", "&min_price=1"])
def test_no_link_leads_to_where_nothing_is_left(api: APIClient, bound: str) -> None:
    products = {name: factories.make_product(name=name) for name in ("a", "b", "c", "d")}
    first = api.get(f"/api/products?ordering=name&page_size=1{bound}").json()
    second = api.get(first["next"]).json()
    last = api.get(api.get(second["next"]).json()["next"]).json()
    assert [row["name"] for row in last["results"]] == ["d"]

    for name in ("a", "d"):
        Product.objects.filter(pk=products[name].pk).update(is_published=False)
    refresh_now([product.pk for product in products.values()])
    second, third = api.get(first["next"]).json(), api.get(last["previous"]).json()

    assert [row["name"] for page in (second, third) for row in page["results"]] == ["b", "c"]
    assert (second["previous"], third["next"]) == (None, None)
    assert None not in (second["next"], third["previous"])
