"""Orders and quotes that say how they are to be delivered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Variant
from orders.actions.load_delivery import load_delivery
from orders.models import DeliveryMethod, DeliveryRate, Holiday, Order, PickupStation
from orders.views import orders as views
from tests.factories import make_product
from tests.orders import CONTACT, assert_invariants, client_of, everything, field_codes, local, place, placed, refused

AT = local("2032-03-02 10:00")  # a Tuesday to come, so that no order is overdue
ADDRESS = {"recipient": "Wanjiku Kamau", "phone": "0712345678", "county": "Nairobi City", "town": "Westlands"}
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the time at which orders are placed."""
    return lambda at: monkeypatch.setattr(views, "timezone", SimpleNamespace(now=lambda: at))


@pytest.fixture
def client(customer: User, clock: Clock) -> APIClient:
    """A customer of a shop with the delivery of the files, on a Tuesday morning."""
    load_delivery(at=AT)
    client = client_of(customer)
    clock(AT)
    return client


@pytest.fixture
def item(db: None) -> dict[str, int]:
    """A charger for 1,000 KES that weighs 200 g."""
    product = make_product(typed_specs={"weight": 200})
    return {"variant": product.variants.get().pk, "quantity": 1}


def quote(client: APIClient, *items: dict[str, int], **more: Any) -> Any:
    return client.post("/api/orders/quote", {"items": list(items), **more})


def test_a_courier_brings_it_to_the_address(client: APIClient, item: dict[str, int]) -> None:
    body = placed(client, item, delivery={"method": "courier-nairobi"}, address=ADDRESS)

    assert body["delivery_method"] == {
        "code": "courier-nairobi",
        "name": "Nairobi and around next day",
        "kind": "courier",
        "station": None,
        "earliest_on": "2032-03-03",
        "latest_on": "2032-03-04",
    }
    assert body["address"]["county"] == "Nairobi"
    assert (body["subtotal"], body["delivery"], body["total"]) == ("1000.00", "250.00", "1250.00")
    assert body["vat"] == "172.41"  # 137.93 + 34.48
    assert client.get(f"/api/orders/{body['id']}").json() == body
    assert_invariants()


def test_a_station_is_kept_as_it_was(client: APIClient, item: dict[str, int]) -> None:
    body = placed(client, item, delivery={"method": "pickup-station", "station": "cbd-kencom"})
    PickupStation.objects.all().delete()
    DeliveryMethod.objects.all().delete()

    chosen = client.get(f"/api/orders/{body['id']}").json()["delivery_method"]

    assert chosen == body["delivery_method"]
    assert (chosen["earliest_on"], chosen["latest_on"]) == ("2032-03-03", "2032-03-05")
    assert chosen["station"] == {
        "code": "cbd-kencom",
        "name": "Kencom counter",
        "county": "Nairobi",
        "town": "Nairobi CBD",
        "address": "Moi Avenue",
        "landmark": "By the Kencom bus stage",
        "phone": "",
    }
    assert body["delivery"] == "150.00"


def test_the_only_shop_need_not_be_named(client: APIClient, item: dict[str, int]) -> None:
    body = placed(client, item, delivery={"method": "shop-nairobi"})

    assert body["delivery_method"]["station"]["code"] == "shop-nairobi-cbd"
    assert (body["delivery"], body["total"]) == ("0.00", "1000.00")
    assert body["delivery_method"]["earliest_on"] == "2032-03-02"


def test_of_two_shops_one_has_to_be_named(client: APIClient, item: dict[str, int]) -> None:
    shop = DeliveryMethod.objects.get(code="shop-nairobi")
    PickupStation.objects.create(method=shop, code="shop-mombasa", name="Mombasa shop", county="001", town="Mombasa")

    problem = refused(place(client, item, delivery={"method": "shop-nairobi"}), 400, "invalid")
    body = placed(client, item, delivery={"method": "shop-nairobi", "station": "shop-mombasa"})

    assert field_codes(problem) == {("delivery.station", "required")}
    assert body["delivery_method"]["station"]["code"] == "shop-mombasa"


@pytest.mark.parametrize("more", [{}, {"delivery": None}])
def test_without_a_delivery_nothing_is_charged(client: APIClient, item: dict[str, int], more: dict[str, Any]) -> None:
    with CaptureQueriesContext(connection) as queries:
        body = placed(client, item, **more)

    assert (body["delivery"], body["delivery_method"], body["total"]) == ("0.00", None, "1000.00")
    assert not any("orders_delivery" in query["sql"] or "holiday" in query["sql"] for query in queries)


def test_a_delivery_costs_four_queries_however_many_items(client: APIClient, item: dict[str, int]) -> None:
    many = [item, *({"variant": make_product().variants.get().pk, "quantity": 1} for _ in range(20))]
    delivery = {"method": "pickup-station", "station": "cbd-kencom"}

    counts = []
    for items in ([item], many):
        for more in ({}, {"delivery": delivery}):
            with CaptureQueriesContext(connection) as queries:
                assert quote(client, *items, **more).status_code == 200
            counts.append(len(queries))

    assert [counts[1] - counts[0], counts[3] - counts[2]] == [4, 4]
    assert counts[0] == counts[2]


def test_a_quote_says_what_the_order_will(client: APIClient, item: dict[str, int]) -> None:
    body = {"delivery": {"method": "courier-nairobi"}, "address": ADDRESS}

    quoted = quote(client, item, **body).json()
    ordered = placed(client, item, **body)

    names = ("delivery_method", "subtotal", "discount", "delivery", "rounding", "vat", "total")
    assert {name: quoted[name] for name in names} == {name: ordered[name] for name in names}


def test_a_quote_needs_only_a_county(client: APIClient, item: dict[str, int]) -> None:
    delivery = {"method": "courier-upcountry", "county": "muranga"}

    assert quote(client, item, delivery=delivery).json()["delivery"] == "400.00"
    problem = refused(place(client, item, delivery=delivery), 400, "invalid")
    assert field_codes(problem) == {("address", "required")}


def test_what_the_goods_cost_and_weigh_decides(client: APIClient, item: dict[str, int]) -> None:
    delivery = {"method": "pickup-station", "station": "cbd-kencom"}
    heavy = make_product(price="100.00").variants.get()
    Variant.objects.filter(pk=heavy.pk).update(shipping_grams=4801)

    def price(*items: dict[str, int]) -> str:
        return str(quote(client, *items, delivery=delivery).json()["delivery"])

    assert price({**item, "quantity": 4}) == "150.00"
    assert price({**item, "quantity": 5}) == "0.00"  # 5,000 KES
    assert price(item, {"variant": heavy.pk, "quantity": 1}) == "250.00"  # 5,001 g


def test_an_order_after_the_cut_off_and_before_holidays(client: APIClient, item: dict[str, int], clock: Clock) -> None:
    clock(local("2032-03-25 17:00"))  # the Thursday before Easter, as the hour strikes

    chosen = placed(client, item, delivery={"method": "courier-nairobi"}, address=ADDRESS)["delivery_method"]

    # Sent on Saturday; Sunday and Easter Monday are off.
    assert (chosen["earliest_on"], chosen["latest_on"]) == ("2032-03-30", "2032-03-31")


def test_a_guest_may_choose_too(client: APIClient, item: dict[str, int]) -> None:
    body = placed(APIClient(), item, contact=CONTACT, delivery={"method": "courier-nairobi"}, address=ADDRESS)

    assert body["delivery"] == "250.00"


KENCOM = {"method": "pickup-station", "station": "cbd-kencom"}
COURIER = {"method": "courier-nairobi"}
REFUSED: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "unknown method": ({"delivery": {"method": "drone"}}, ("delivery.method", "unknown_method")),
    "method that is not offered": ({"delivery": {"method": "retired"}}, ("delivery.method", "unknown_method")),
    "no method": ({"delivery": {}}, ("delivery.method", "required")),
    "no delivery": ({"delivery": "courier-nairobi"}, ("delivery", "invalid")),
    "price": ({"delivery": {**KENCOM, "price": "0.00"}}, ("delivery.price", "unknown_field")),
    "no address": ({"delivery": COURIER}, ("address", "required")),
    "address that is null": ({"delivery": COURIER, "address": None}, ("address", "required")),
    "station of a courier": (
        {"delivery": {**COURIER, "station": "cbd-kencom"}, "address": ADDRESS},
        ("delivery.station", "not_allowed"),
    ),
    "no station": ({"delivery": {"method": "pickup-station"}}, ("delivery.station", "required")),
    "unknown station": (
        {"delivery": {"method": "pickup-station", "station": "nowhere"}},
        ("delivery.station", "unknown_station"),
    ),
    "station of another method": (
        {"delivery": {"method": "pickup-station", "station": "shop-nairobi-cbd"}},
        ("delivery.station", "unknown_station"),
    ),
    "station that is not offered": (
        {"delivery": {"method": "pickup-station", "station": "cbd-koja"}},
        ("delivery.station", "unknown_station"),
    ),
    "county that is not served": (
        {"delivery": COURIER, "address": {**ADDRESS, "county": "Turkana"}},
        ("address.county", "not_served"),
    ),
    "unknown county": (
        {"delivery": COURIER, "address": {**ADDRESS, "county": "Nairobbi"}},
        ("address.county", "unknown_county"),
    ),
    "another county": (
        {"delivery": {**COURIER, "county": "Kiambu"}, "address": ADDRESS},
        ("delivery.county", "county_differs"),
    ),
    "another county than the station's": (
        {"delivery": {**KENCOM, "county": "Kiambu"}},
        ("delivery.county", "county_differs"),
    ),
    "too heavy for the method": (
        {"delivery": COURIER, "address": ADDRESS, "quantity": 9},
        ("delivery.method", "too_heavy"),
    ),
    "too heavy for the station": ({"delivery": KENCOM, "quantity": 9}, ("delivery.station", "too_heavy")),
    "too dear for the station": ({"delivery": KENCOM, "quantity": 2}, ("delivery.station", "too_valuable")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_delivered_is_refused_and_nothing_is_written(client: APIClient, case: str) -> None:
    DeliveryMethod.objects.create(code="retired", name="Retired", kind="courier", is_active=False)
    PickupStation.objects.filter(code="cbd-koja").update(is_active=False)
    product = make_product(price="76000.00", typed_specs={"weight": 5000})
    body, error = REFUSED[case]
    body = dict(body)
    item = {"variant": product.variants.get().pk, "quantity": body.pop("quantity", 1)}
    before = everything()

    for response in (place(client, item, **body), quote(client, item, **body)):
        code = "unknown_field" if error[1] == "unknown_field" else "invalid"
        assert field_codes(refused(response, 400, code)) == {error}

    assert everything() == before
    assert not Order.objects.exists()


def test_a_county_without_a_price_from_nothing_is_not_served_at_all(client: APIClient, item: dict[str, int]) -> None:
    DeliveryRate.objects.filter(method__code="courier-nairobi", value_from=0).update(value_from=Decimal(10))

    response = place(client, item, delivery=COURIER, address=ADDRESS)

    assert field_codes(refused(response, 400, "invalid")) == {("delivery.method", "too_heavy")}


def test_the_price_is_that_of_the_moment_of_the_order(client: APIClient, item: dict[str, int]) -> None:
    quoted = quote(client, item, delivery=COURIER, address=ADDRESS).json()
    DeliveryRate.objects.filter(method__code="courier-nairobi").update(price=Decimal("300.00"))
    Holiday.objects.create(date=local("2032-03-03 00:00").date(), name="Declared")

    ordered = placed(client, item, delivery=COURIER, address=ADDRESS)

    assert (quoted["delivery"], ordered["delivery"]) == ("250.00", "300.00")
    assert ordered["delivery_method"]["earliest_on"] == "2032-03-04"


def test_a_repeated_order_is_delivered_once(client: APIClient, item: dict[str, int]) -> None:
    body = {"items": [item], "delivery": COURIER, "address": ADDRESS}

    first = client.post("/api/orders/create", body, headers={"Idempotency-Key": "k"})
    DeliveryRate.objects.all().delete()
    again = client.post("/api/orders/create", body, headers={"Idempotency-Key": "k"})
    other = client.post("/api/orders/create", {**body, "delivery": KENCOM}, headers={"Idempotency-Key": "k"})

    assert (first.status_code, again.content, other.status_code) == (201, first.content, 422)
    assert Order.objects.count() == 1


def test_a_cart_is_delivered_too(client: APIClient, item: dict[str, int]) -> None:
    assert client.post("/api/cart/lines", item).status_code in (200, 201)

    quoted = client.post("/api/orders/quote", {"cart": True, "delivery": {**COURIER, "county": "Nairobi"}})
    ordered = client.post("/api/orders/create", {"cart": True, "delivery": COURIER, "address": ADDRESS})

    assert (quoted.status_code, ordered.status_code) == (200, 201), (quoted.content, ordered.content)
    assert quoted.json()["delivery"] == ordered.json()["delivery"] == "250.00"
    assert ordered.json()["delivery_method"]["code"] == "courier-nairobi"


def test_a_shop_may_insist_on_a_delivery(client: APIClient, settings: Any) -> None:
    settings.DELIVERY_REQUIRED = True
    item = {"product": make_product().pk, "quantity": 1}
    before = everything()

    problem = refused(place(client, item), 400, "invalid")

    assert field_codes(problem) == {("delivery", "required")}
    assert everything() == before
