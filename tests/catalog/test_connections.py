"""What connects two products, and what of a whole basket fits what."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Product, Variant
from tests import factories
from tests.catalog import wiring
from tests.catalog.wiring import problem, sell_out
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


# Between two products.


def connect(api: APIClient, one: str, other: str, carrying: str) -> dict[str, Any]:
    response = api.get(f"/api/compatibility/connect?from={one}&to={other}&carrying={carrying}")
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def chains(answer: dict[str, Any]) -> list[tuple[list[str], str, str]]:
    return [([p["slug"] for p in chain["products"]], chain["price"], chain["verdict"]) for chain in answer["chains"]]


def test_the_cheapest_chain_comes_first_and_then_the_cheapest_that_limits_nothing(api: APIClient) -> None:
    wiring.make_laptop()
    wiring.make_charger()
    wiring.make_cable("good", 100, price="900.00")
    wiring.make_cable("weak", 45, price="300.00")
    wiring.make_cable("dear", 240, price="5000.00")

    answer = connect(api, "charger", "laptop", "power")

    assert chains(answer) == [(["weak"], "300.00", "limited"), (["good"], "900.00", "works")]
    assert answer["verdict"] == "works"
    assert (answer["from"]["slug"], answer["to"]["name"], answer["reasons"]) == ("charger", "Laptop", [])
    assert answer["chains"][0]["reasons"][0]["text"] == "Charges at 45 W of 65 W."


def test_what_fits_directly_needs_nothing(api: APIClient) -> None:
    wiring.make_laptop()
    wiring.make_headphones()
    wiring.make_jack_adapter()

    assert chains(connect(api, "laptop", "headphones", "audio")) == [([], "0.00", "works")]
    assert chains(connect(api, "headphones", "laptop", "audio")) == [([], "0.00", "works")]


def test_an_adapter_mends_a_phone_without_a_jack_while_it_is_in_stock(api: APIClient) -> None:
    wiring.make_phone()
    wiring.make_headphones()
    adapter = wiring.make_jack_adapter(price="1200.00")
    assert chains(connect(api, "phone", "headphones", "audio")) == [(["jack-adapter"], "1200.00", "works")]

    sell_out(adapter)
    answer = connect(api, "phone", "headphones", "audio")

    assert (answer["verdict"], answer["chains"]) == ("no", [])
    assert [reason["code"] for reason in answer["reasons"]][-1] == "out_of_stock"
    assert [row["slug"] for row in answer["out_of_stock"]["products"]] == ["jack-adapter"]


def test_it_says_why_there_is_no_chain(api: APIClient) -> None:
    wiring.make_phone()
    wiring.make_laptop()
    wiring.make_cable()

    answer = connect(api, "phone", "laptop", "video")

    assert (answer["verdict"], answer["chains"], answer["out_of_stock"]) == ("no", [], None)
    assert [reason["code"] for reason in answer["reasons"]][-1] == "no_chain"


def test_a_sale_makes_another_chain_the_cheapest(api: APIClient) -> None:
    wiring.make_laptop()
    wiring.make_charger()
    wiring.make_cable("one", price="900.00")
    other = wiring.make_cable("other", price="1000.00")
    assert chains(connect(api, "charger", "laptop", "power")) == [(["one"], "900.00", "works")]

    Variant.objects.filter(product=other).update(price="800.00")
    refresh_now([other.pk])

    assert chains(connect(api, "charger", "laptop", "power")) == [(["other"], "800.00", "works")]


def test_a_question_without_ends_is_refused(api: APIClient) -> None:
    wiring.make_phone()
    path = "/api/compatibility/connect"

    problem(api.get(path), ("from", "required"), ("to", "required"), ("carrying", "required"))
    problem(api.get(f"{path}?from=phone&to=phone&carrying=data"), ("to", "invalid"))
    problem(api.get(f"{path}?from=phone&to=nothing&carrying=data"), ("to", "does_not_exist"))
    problem(api.get(f"{path}?from=phone&to={'x' * 500}&carrying=data"), ("to", "does_not_exist"))
    problem(api.get(f"{path}?from=phone&to=%00&carrying=data"), ("to", "invalid"))
    problem(api.get(f"{path}?from=phone&to=999999&carrying=magic"), ("carrying", "invalid"), ("to", "does_not_exist"))
    problem(api.get(f"{path}?from=phone&to=phone&carrying=data&x=1"), ("x", "unknown_parameter"))


# A whole basket.


def check(api: APIClient, *items: dict[str, Any]) -> dict[str, Any]:
    response = api.post("/api/compatibility/check", {"items": items})
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def item(product: Product, quantity: int = 1) -> dict[str, Any]:
    return {"product": product.pk, "quantity": quantity}


def test_a_basket_that_fits_says_over_what_and_how_fast(api: APIClient) -> None:
    laptop, charger, cable = wiring.make_laptop(), wiring.make_charger(), wiring.make_cable()

    answer = check(api, item(laptop), item(charger), item(cable))

    assert answer["verdict"] == "works"
    assert [row["verdict"] for row in answer["items"]] == ["works"] * 3
    assert answer["missing"] == []
    (pair,) = answer["pairs"]  # the cable that joins them is no pair with either
    assert {pair["first"], pair["second"]} == {laptop.pk, charger.pk}
    assert (pair["via"], pair["verdict"], pair["reasons"][0]["text"]) == ([cable.pk], "works", "Charges at 65 W.")
    assert answer["charging"] == [
        {
            "charger": charger.pk,
            "watts": 65.0,
            "verdict": "works",
            "reasons": [{"code": "charges", "text": "Charges at 65 W.", "figures": {"watts": 65.0}}],
            "devices": [{"product": laptop.pk, "port": "USB-C 1", "watts": 65.0, "alone_watts": 65.0}],
        }
    ]


def test_several_devices_share_the_charger(api: APIClient) -> None:
    laptop, phone, charger, cable = (
        wiring.make_laptop(),
        wiring.make_phone(),
        wiring.make_charger(),
        wiring.make_cable(),
    )

    (charging,) = check(api, item(laptop), item(phone), item(charger), item(cable, 2))["charging"]

    assert {row["product"]: (row["port"], row["watts"]) for row in charging["devices"]} == {
        laptop.pk: ("USB-C 1", 45.0),
        phone.pk: ("USB-C 2", 20.0),
    }
    assert charging["verdict"] == "limited"
    assert charging["reasons"][-1]["code"] == "shared_power"
    (charging,) = check(api, item(laptop), item(phone, 3), item(charger), item(cable))["charging"]
    assert [row["port"] for row in charging["devices"]].count(None) == 2
    assert "too_many_devices" in [reason["code"] for reason in charging["reasons"]]


def test_what_is_missing_is_named_with_what_would_mend_it(api: APIClient) -> None:
    phone, headphones = wiring.make_phone(), wiring.make_headphones()
    wiring.make_jack_adapter(price="1200.00")

    answer = check(api, item(phone), item(headphones))

    assert answer["verdict"] == "no"
    assert answer["pairs"] == []
    (missing,) = answer["missing"]
    assert {missing["product"], missing["for"]} == {phone.pk, headphones.pk}
    assert missing["carrying"] == "audio"
    assert [row["slug"] for row in missing["mend"]["products"]] == ["jack-adapter"]
    assert missing["mend"]["price"] == "1200.00"
    assert missing["reasons"][0]["code"] == "no_matching_port"


def test_what_has_no_ports_is_left_aside(api: APIClient) -> None:
    case, phone = factories.make_product(slug="case"), wiring.make_phone()

    answer = check(api, item(case), item(phone))

    assert answer["verdict"] is None
    assert [row["verdict"] for row in answer["items"]] == [None, None]
    assert answer["missing"] == answer["pairs"] == answer["charging"] == []


def test_a_variant_stands_for_its_product(api: APIClient) -> None:
    laptop, headphones = wiring.make_laptop(), wiring.make_headphones()

    answer = check(api, {"variant": laptop.variants.get().pk}, {"product": headphones.pk})

    assert (answer["verdict"], answer["pairs"][0]["reasons"][0]["code"]) == ("works", "plays_sound")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("items", "required")]),
        ({"items": []}, [("items", "empty")]),
        ({"items": [{}] * 5_000}, [("items", "max_length")]),
        ({"items": [{"product": 1}] * 21}, [("items", "max_length")]),
        ({"items": [{}]}, [("items.0.product", "required")]),
        ({"items": [{"product": 1, "variant": 1}]}, [("items.0.product", "required")]),
        ({"items": [{"product": "1"}]}, [("items.0.product", "invalid")]),
        ({"items": [{"product": 1, "quantity": 0}]}, [("items.0.quantity", "min_value")]),
        ({"items": [{"product": 10**20}]}, [("items.0.product", "max_value")]),
        ({"items": [{"product": 1, "price": 1}]}, [("items.0.price", "unknown_field")]),
        (
            {"items": [{"product": 999_999}, {"variant": 999_999}]},
            [("items.0.product", "does_not_exist"), ("items.1.variant", "does_not_exist")],
        ),
    ],
)
def test_a_basket_that_is_none_is_refused(api: APIClient, body: Any, errors: list[tuple[str, str]]) -> None:
    problem(api.post("/api/compatibility/check", body), *errors)
