"""Products side by side: the table, what differs, what is best, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Product
from electroports import hot
from tests import factories
from tests.factories import refresh_now
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


@pytest.fixture
@factories.listed_together()
def phones() -> list[Product]:
    """Three phones: the first is light, the second has more storage, of the third little is known."""
    factories.make_spec_field("screen_panel", type="choice", choices=["LCD", "OLED"], better="higher", group="Display")
    factories.make_spec_field("weight", unit="g", better="lower", group="Build")
    factories.make_spec_field("storage", unit="GB", is_multiple=True, better="higher", group="Performance")
    factories.make_spec_field("screen_size", unit="in", decimals=1, group="Display")
    factories.make_spec_field("nfc", type="boolean", better="higher")
    factories.make_spec_field("dimensions", type="text")
    specs: list[dict[str, Any]] = [
        {"screen_panel": "OLED", "weight": 170, "storage": [128, 256], "screen_size": 6.1, "nfc": True},
        {"screen_panel": "OLED", "weight": 210, "storage": [512], "screen_size": 6.7, "nfc": True},
        {"screen_panel": "LCD", "weight": 170},
    ]
    made = [
        factories.make_product(slug=f"phone-{n}", typed_specs=values, price=f"{n}000.00", warranty_months=12)
        for n, values in enumerate(specs, 1)
    ]
    Product.objects.filter(pk=made[1].pk).update(rating_average=Decimal("4.50"), rating_count=12, warranty_months=24)
    return made


def compare(api: APIClient, *names: object) -> dict[str, Any]:
    response = api.get(f"/api/products/compare?ids={','.join(map(str, names))}")
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def rows(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for group in body["groups"] for row in group["rows"]}


def test_a_row_has_a_value_for_each_product_in_their_order(api: APIClient, phones: list[Product]) -> None:
    one, two, three = (product.pk for product in phones)

    body = compare(api, three, "phone-1", two)

    assert [card["id"] for card in body["products"]] == [three, one, two]
    assert body["products"][1] == {
        name: value for name, value in api.get("/api/products/phone-1").json().items() if name in body["products"][1]
    }
    assert rows(body)["weight"] == {
        "code": "weight", "name": "Weight", "type": "number", "unit": "g", "better": "lower", "differs": True,
        "values": [
            {"value": 170, "display": "170 g"}, {"value": 170, "display": "170 g"}, {"value": 210, "display": "210 g"},
        ],
        "best": [three, one],
    }  # fmt: skip


def test_groups_and_rows_stand_in_the_order_of_pages(api: APIClient, phones: list[Product]) -> None:
    body = compare(api, "phone-1", "phone-2")

    assert [(group["name"], [row["code"] for row in group["rows"]]) for group in body["groups"]] == [
        ("In the shop", ["price", "rating", "availability", "warranty_months"]),
        ("Display", ["screen_panel", "screen_size"]),
        ("Build", ["weight"]),
        ("Performance", ["storage"]),
        ("General", ["nfc"]),
    ]


def test_best_has_a_direction_and_needs_a_difference(api: APIClient, phones: list[Product]) -> None:
    one, two, three = (product.pk for product in phones)

    table = rows(compare(api, one, two, three))

    assert {code: row["best"] for code, row in table.items()} == {
        "price": [one],
        "rating": [],  # only one has a rating
        "availability": [],
        "warranty_months": [two],
        "screen_panel": [one, two],  # the later choice is the higher
        "weight": [one, three],
        "storage": [two],
        "screen_size": [],  # no direction
        "nfc": [],  # as good, as far as is known
    }
    assert {code for code, row in table.items() if row["differs"]} == {
        "price", "warranty_months", "screen_panel", "weight", "storage", "screen_size",
    }  # fmt: skip


def test_what_is_not_known_is_null_and_differs_from_nothing(api: APIClient, phones: list[Product]) -> None:
    table = rows(compare(api, "phone-3", "phone-1"))

    assert table["nfc"]["values"] == [None, {"value": True, "display": "Yes"}]
    assert (table["nfc"]["differs"], table["nfc"]["best"]) == (False, [])
    assert table["storage"]["values"] == [None, {"value": [128, 256], "display": "128 / 256 GB"}]
    assert "dimensions" not in table


def test_what_the_shop_says_is_there_too(api: APIClient, phones: list[Product]) -> None:
    table = rows(compare(api, "phone-1", "phone-2"))

    assert table["price"]["values"] == [
        {"value": "1000.00", "display": "KES 1,000.00"},
        {"value": "2000.00", "display": "KES 2,000.00"},
    ]
    assert table["rating"]["values"] == [None, {"value": 4.5, "display": "4.5 of 5 (12)"}]
    assert table["availability"]["values"][0] == {"value": "in_stock", "display": "In stock"}
    assert [value["display"] for value in table["warranty_months"]["values"]] == ["12 months", "24 months"]


@pytest.mark.parametrize(
    ("ids", "code", "words"),
    [
        ("", "invalid", "these are 1"),
        ("phone-1", "invalid", "these are 1"),
        (",".join(f"phone-{n}" for n in range(9)), "invalid", "these are 9"),
        ("phone-1,phone-2,phone-1", "duplicate", "phone-1 is there twice"),
        ("phone-1,", "invalid", "''"),
        ("phone-1,phone 2", "invalid", "'phone 2'"),
        ("phone-1," + "x" * 200, "invalid", "is no id and no slug"),
    ],
)
def test_ids_that_cannot_be_compared(api: APIClient, phones: list[Product], ids: str, code: str, words: str) -> None:
    body = problem_in(api.get("/api/products/compare", {"ids": ids}), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [("ids", code)]
    assert words in body["errors"][0]["message"]


def test_no_ids_at_all(api: APIClient, phones: list[Product]) -> None:
    body = problem_in(api.get("/api/products/compare"), 400, "invalid")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [("ids", "required")]


def test_an_id_and_a_slug_of_one_product(api: APIClient, phones: list[Product]) -> None:
    for name in (phones[0].pk, f"0{phones[0].pk}"):
        body = problem_in(api.get(f"/api/products/compare?ids=phone-1,{name}"), 400, "invalid")

        assert body["errors"] == [{"field": "ids", "code": "duplicate", "message": f"{name} is there twice."}]


def test_products_that_are_not_there_are_named(api: APIClient, phones: list[Product]) -> None:
    hidden = factories.make_product(slug="hidden", is_published=False)

    body = problem_in(
        api.get(f"/api/products/compare?ids=phone-1,hidden,{hidden.pk},nobody,{'9' * 30}"), 404, "not_found"
    )

    assert body["detail"] == f"Not in the shop window: hidden, {hidden.pk}, nobody, {'9' * 30}."
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("ids", "does_not_exist")] * 4


def test_an_answer_is_kept_until_something_changes(api: APIClient, phones: list[Product]) -> None:
    path = "/api/products/compare?ids=phone-1,phone-2"
    first = api.get(path)
    assert api.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304

    Product.objects.filter(slug="phone-1").update(typed_specs={"weight": 165})
    refresh_now([phones[0].pk])

    second = api.get(path, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert rows(second.json())["weight"]["values"][0]["value"] == 165


def test_queries_do_not_grow_with_the_products(api: APIClient, phones: list[Product]) -> None:
    more = [factories.make_product(typed_specs={"weight": n}).pk for n in range(150, 155)]

    def queries(*names: object) -> int:
        hot.store.clear()
        with CaptureQueriesContext(connection) as seen:
            compare(api, *names)
        return len(seen)

    queries("phone-1", "phone-2")

    assert queries("phone-1", "phone-2") == queries("phone-1", "phone-2", "phone-3", *more) <= 2
