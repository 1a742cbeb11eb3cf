"""What `GET /api/delivery/options` says of the ways of delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from orders.actions.load_delivery import load_delivery
from orders.delivery import Rate, ValueBand, free_at, price_at, rate_gaps, value_bands
from orders.models import DeliveryMethod, DeliveryRate, Holiday, PickupStation
from orders.views import delivery as views
from tests.contract.document import openapi
from tests.contract.strict import errors_in
from tests.orders import local
from tests.toolkit.problem import problem_in

AT = local("2026-03-03 10:00")  # a Tuesday


@pytest.fixture
def shop(db: None, clock: Callable[[datetime], None]) -> None:
    """A shop with the delivery of the files, on a Tuesday morning."""
    clock(AT)
    load_delivery(at=AT)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time at which options are computed."""
    return lambda at: monkeypatch.setattr(views, "timezone", SimpleNamespace(now=lambda: at))


def options(api: APIClient, **query: Any) -> dict[str, Any]:
    response = api.get("/api/delivery/options", query)
    assert response.status_code == 200, response.content
    schema = openapi()["paths"]["/api/delivery/options"]["get"]["responses"]["200"]["content"]["application/json"]
    assert errors_in(response.json(), schema["schema"]) == []
    body: dict[str, Any] = response.json()
    return body


def by_code(api: APIClient, **query: Any) -> dict[str, dict[str, Any]]:
    return {method["code"]: method for method in options(api, **query)["methods"]}


def test_a_county_has_its_methods_with_prices_and_days(shop: None, api: APIClient) -> None:
    body = options(api, county="Nairobi City")
    methods = {method["code"]: method for method in body["methods"]}

    assert body["county"] == {"code": "047", "name": "Nairobi", "slug": "nairobi"}
    assert body["currency"] == "KES"
    assert list(methods) == ["shop-nairobi", "nairobi-same-day", "courier-nairobi", "pickup-station"]
    courier = methods["courier-nairobi"]
    assert (courier["price"], courier["price_from"], courier["free_from"]) == ("250.00", "250.00", "15000.00")
    assert (courier["earliest_on"], courier["latest_on"]) == ("2026-03-04", "2026-03-05")
    assert courier["order_before"] == "2026-03-03T17:00:00+03:00"
    assert courier["bands"] == [
        {"up_to_grams": 5000, "value_from": "0.00", "price": "250.00"},
        {"up_to_grams": 15000, "value_from": "0.00", "price": "400.00"},
        {"up_to_grams": 40000, "value_from": "0.00", "price": "700.00"},
    ]
    assert methods["nairobi-same-day"]["earliest_on"] == "2026-03-03"


def test_a_county_has_its_stations_with_their_hours(shop: None, api: APIClient) -> None:
    stations = by_code(api, county="mombasa")["pickup-station"]["stations"]

    assert [station["code"] for station in stations] == ["mombasa-bamburi", "mombasa-moi-avenue", "mombasa-nyali"]
    moi = stations[1]
    assert moi["hours"]["mon"] == [["08:00", "18:00"]]
    assert moi["hours"]["sun"] == moi["hours"]["holiday"] == []
    assert (moi["is_open"], moi["closes_at"], moi["opens_at"]) == (True, "2026-03-03T18:00:00+03:00", None)


def test_a_station_is_closed_on_a_public_holiday(shop: None, api: APIClient, clock: Callable[[datetime], None]) -> None:
    clock(local("2026-04-03 10:00"))  # Good Friday

    methods = by_code(api, county="Mombasa")

    moi = methods["pickup-station"]["stations"][1]
    assert (moi["is_open"], moi["opens_at"]) == (False, "2026-04-04T09:00:00+03:00")
    assert methods["pickup-station"]["earliest_on"] == "2026-04-07"  # sent on Saturday, there after Easter Monday


def test_without_a_county_there_are_prices_to_begin_with(shop: None, api: APIClient) -> None:
    body = options(api)

    assert body["county"] is None
    assert [(method["code"], method["price"], method["price_from"]) for method in body["methods"]] == [
        ("shop-nairobi", "0.00", "0.00"),
        ("nairobi-same-day", None, "450.00"),
        ("courier-nairobi", None, "250.00"),
        ("pickup-station", None, "150.00"),
        ("courier-upcountry", None, "400.00"),
    ]
    assert [station["code"] for method in body["methods"] for station in method["stations"]] == ["shop-nairobi-cbd"]


@pytest.mark.parametrize(
    ("query", "price"),
    [
        ({"grams": "5000"}, "150.00"),
        ({"grams": "5001"}, "250.00"),
        ({"value": "4999.99"}, "150.00"),
        ({"value": "5000"}, "0.00"),
        ({"value": "5000", "grams": "5001"}, "250.00"),
        ({"grams": "20001"}, None),
        ({"value": "150000.01"}, None),  # more than any station takes
    ],
)
def test_weight_and_value_decide(shop: None, api: APIClient, query: dict[str, str], price: str | None) -> None:
    found = by_code(api, county="Nairobi", **query)

    assert (found["pickup-station"]["price"] if "pickup-station" in found else None) == price


def test_a_county_without_stations_has_no_method_of_stations(shop: None, api: APIClient) -> None:
    assert list(by_code(api, county="Lamu")) == ["shop-nairobi", "courier-upcountry"]


def test_what_is_not_offered_is_not_there(shop: None, api: APIClient) -> None:
    DeliveryMethod.objects.filter(code="nairobi-same-day").update(is_active=False)
    DeliveryRate.objects.filter(method__code="courier-nairobi").delete()
    PickupStation.objects.filter(county="047").exclude(code="cbd-koja").update(is_active=False)

    found = by_code(api, county="Nairobi")

    assert list(found) == ["pickup-station"]  # the shop's only station is not offered either
    assert [station["code"] for station in found["pickup-station"]["stations"]] == ["cbd-koja"]


def test_the_counties_by_name(api: APIClient) -> None:
    response = api.get("/api/delivery/counties")

    body = response.json()
    assert (response.status_code, body["count"], body["next"], body["previous"]) == (200, 47, None, None)
    names = [row["name"] for row in body["results"]]
    assert names == sorted(names)
    assert body["results"][0] == {"code": "030", "name": "Baringo", "slug": "baringo"}


@pytest.mark.parametrize(("path", "seconds"), [("options", 60), ("counties", 86400)])
def test_answers_are_kept_and_asked_for_again(shop: None, api: APIClient, path: str, seconds: int) -> None:
    first = api.get(f"/api/delivery/{path}")

    assert first.headers["Cache-Control"] == f"public, max-age={seconds}"
    again = api.get(f"/api/delivery/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Type" not in again.headers


def test_a_change_has_another_etag(shop: None, api: APIClient) -> None:
    first = api.get("/api/delivery/options?county=Nairobi")
    DeliveryRate.objects.filter(method__code="courier-nairobi").update(price=Decimal("1.00"))

    again = api.get("/api/delivery/options?county=Nairobi", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert {method["price"] for method in again.json()["methods"]} >= {"1.00"}


@pytest.mark.parametrize(
    ("query", "field", "code", "message"),
    [
        ("county=Nairobbi", "county", "unknown_county", "Did you mean Nairobi?"),
        ("county=", "county", "unknown_county", "no such county"),
        ("value=-1", "value", "invalid", "amount in KES"),
        ("value=1.001", "value", "invalid", "amount in KES"),
        ("grams=1.5", "grams", "invalid", "in grams"),
        ("grams=1000001", "grams", "max_value", "At most"),
        ("items=1", "items", "unknown_parameter", "no such parameter"),
    ],
)
def test_what_cannot_be_read_is_named(
    shop: None, api: APIClient, query: str, field: str, code: str, message: str
) -> None:
    body = problem_in(api.get(f"/api/delivery/options?{query}"), 400, "invalid")

    (error,) = body["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert message in error["message"]


def test_every_wrong_parameter_is_named(shop: None, api: APIClient) -> None:
    body = problem_in(api.get("/api/delivery/options?county=x&value=x&grams=x"), 400, "invalid")

    assert [error["field"] for error in body["errors"]] == ["county", "value", "grams"]


def test_the_number_of_queries_is_the_same_whatever_there_is(db: None, api: APIClient) -> None:
    def make(number: int) -> None:
        method = DeliveryMethod.objects.create(code=f"m{number}", name=f"Method {number}", kind="pickup_station")
        DeliveryRate.objects.create(method=method, price=Decimal("100.00"))
        PickupStation.objects.create(method=method, code=f"s{number}", name="A", county="047", town="Nairobi")
        Holiday.objects.create(date=date(2030, 1 + number % 12, 1 + number // 12), name="Off")

    counts = []
    for number in range(50):
        make(number)
        if number in (0, 49):
            with CaptureQueriesContext(connection) as queries:
                assert len(by_code(api, county="Nairobi")) == number + 1
            counts.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        api.get("/api/delivery/counties")
    counts.append(len(queries))

    assert counts == [4, 4, 0]


amounts = st.decimals(0, 100_000, places=2)
bands = st.builds(
    Rate,
    st.sampled_from(["", "001", "047"]),
    st.sampled_from([None, 1000, 5000]),
    st.one_of(st.just(Decimal(0)), amounts),
    amounts,
)
tables = st.lists(bands, max_size=12, unique_by=lambda rate: rate[:3])


@given(tables, st.sampled_from(["001", "047", "002"]), st.integers(0, 6000), st.one_of(st.none(), amounts), amounts)
def test_exactly_one_rate_applies(
    table: list[Rate], county: str, grams: int, free_from: Decimal | None, value: Decimal
) -> None:
    own = [rate for rate in table if rate.county == county] or [rate for rate in table if rate.county == ""]
    holding = [rate for rate in own if rate.up_to_grams is None or grams <= rate.up_to_grams]
    narrowest = min((rate.up_to_grams or 10**9 for rate in holding), default=None)
    of_band = [rate for rate in holding if (rate.up_to_grams or 10**9) == narrowest]
    reached = sorted((rate.value_from, rate.price) for rate in of_band if rate.value_from <= value)

    found = value_bands(table, county=county, grams=grams, free_from=free_from)

    if not any(rate.value_from == 0 for rate in of_band):
        assert found == ()
    elif free_from is not None and value >= free_from:
        assert price_at(found, value) == 0
    else:
        assert price_at(found, value) == reached[-1][1]
    threshold = free_at(found)
    if threshold is not None and value >= threshold:
        assert price_at(found, value) == 0


def test_a_band_that_no_small_order_has_a_price_in_is_a_gap() -> None:
    table = [Rate("", None, Decimal(0), Decimal(1)), Rate("047", 5000, Decimal(10), Decimal(1))]

    assert rate_gaps(table) == [("047", 5000)]
    assert value_bands(table, county="047", grams=1) == ()
    assert value_bands(table, county="001", grams=1) == (ValueBand(Decimal(0), Decimal(1)),)
