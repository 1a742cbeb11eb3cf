"""Reading orders: the caller's own, and with its link token a guest's."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.load_delivery import load_delivery
from orders.links import link_token
from orders.models import Order, OrderEvent
from orders.serializers import OrderSerializer, PlacedOrderSerializer, QuoteSerializer
from tests.catalog.events import make_event
from tests.factories import make_product, make_user
from tests.orders import CONTACT, client_of, everything, field_codes, placed, refused
from tests.orders.promoting import make_promotion

pytestmark = pytest.mark.django_db

ONE_ORDER = [("get", ""), ("get", "/events"), ("post", "/cancel")]


def buy(client: APIClient, **more: Any) -> dict[str, Any]:
    return placed(client, {"product": make_product(stock=500).pk, "quantity": 1}, **more)


def call(client: APIClient, method: str, path: str) -> Any:
    return getattr(client, method)(path)


def without_identity(response: Any) -> dict[str, Any]:
    """A problem document but for what names the very request."""
    return {name: value for name, value in response.json().items() if name not in ("instance", "request_id")}


@pytest.mark.parametrize(("method", "tail"), ONE_ORDER)
@pytest.mark.parametrize("by", ["id", "number"])
def test_owner_may(client: APIClient, method: str, tail: str, by: str) -> None:
    order = buy(client)

    assert call(client, method, f"/api/orders/{order[by]}{tail}").status_code == 200


def test_number_in_any_case(client: APIClient) -> None:
    order = buy(client)

    assert client.get(f"/api/orders/{order['number'].lower()}").json() == order


@pytest.mark.parametrize(("method", "tail"), ONE_ORDER)
@pytest.mark.parametrize("by", ["id", "number"])
@pytest.mark.parametrize("who", ["anonymous", "another", "staff", "anonymous with a token", "another with a token"])
def test_nobody_else_may(client: APIClient, api: APIClient, method: str, tail: str, by: str, who: str) -> None:
    order = buy(client)
    stranger = api if "anonymous" in who else client_of(make_user(is_staff=who == "staff", is_superuser=who == "staff"))
    query = f"?token={link_token(Order.objects.get())}" if "token" in who else ""
    before = everything()

    response = call(stranger, method, f"/api/orders/{order[by]}{tail}{query}")

    missing = call(stranger, method, f"/api/orders/999999{tail}{query}")
    refused(response, 404, "not_found")
    assert without_identity(response) == without_identity(missing)
    assert everything() == before


@pytest.mark.parametrize(("method", "tail"), ONE_ORDER)
@pytest.mark.parametrize("by", ["id", "number"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_guest_may_with_the_token(api: APIClient, method: str, tail: str, by: str, signed_in: bool) -> None:
    order = buy(api, contact=CONTACT)
    caller = client_of(make_user()) if signed_in else APIClient()

    response = call(caller, method, f"/api/orders/{order[by]}{tail}?token={order['token']}")

    assert response.status_code == 200


@pytest.mark.parametrize(("method", "tail"), ONE_ORDER)
@pytest.mark.parametrize("wrong", ["none", "empty", "forged", "cut", "number", "another order's"])
def test_guest_order_needs_its_own_token(api: APIClient, method: str, tail: str, wrong: str) -> None:
    order, other = buy(api, contact=CONTACT), buy(api, contact=CONTACT)
    token = {
        "none": None,
        "empty": "",
        "forged": "x" * 43,
        "cut": order["token"][:-1],
        "number": f"{order['number']}:{order['token']}",
        "another order's": other["token"],
    }[wrong]
    query = "" if token is None else f"?token={token}"
    before = everything()

    response = call(api, method, f"/api/orders/{order['id']}{tail}{query}")

    refused(response, 404, "not_found")
    assert without_identity(response) == without_identity(call(api, method, f"/api/orders/999999{tail}{query}"))
    assert everything() == before


def test_guest_reads_the_order_as_it_was_answered(api: APIClient) -> None:
    order = buy(api, contact=CONTACT)
    token = order.pop("token")

    assert api.get(f"/api/orders/{order['number']}?token={token}").json() == order


@pytest.mark.parametrize("authorization", ["Bearer forged", "Bearer a.b.c"])
@pytest.mark.parametrize("path", ["/api/orders", "/api/orders/1", "/api/orders/1/events"])
def test_bad_bearer_token(api: APIClient, authorization: str, path: str) -> None:
    api.credentials(HTTP_AUTHORIZATION=authorization)

    assert api.get(path).status_code == 401


@pytest.mark.parametrize("wrong", ["0", str(2**63), "9" * 30, "EP-AAAAAA", "x", "-1", "1.5", "%00", "²"])
def test_no_such_order(client: APIClient, wrong: str) -> None:
    refused(client.get(f"/api/orders/{wrong}"), 404, "not_found")


@pytest.mark.parametrize("name", ["create", "quote"])
def test_names_that_are_no_orders(client: APIClient, name: str) -> None:
    response = client.get(f"/api/orders/{name}")

    refused(response, 405, "method_not_allowed")
    assert response["Allow"] == "POST, OPTIONS"


def test_list_is_for_accounts(api: APIClient) -> None:
    response = api.get("/api/orders")

    refused(response, 401, "not_authenticated")
    assert "WWW-Authenticate" in response


def test_list_has_the_callers_orders_newest_first(client: APIClient, api: APIClient) -> None:
    mine = [buy(client) for _ in range(3)]
    buy(api, contact=CONTACT)
    buy(client_of(make_user()))

    body = client.get("/api/orders").json()

    assert body == {"count": 3, "next": None, "previous": None, "results": mine[::-1]}


def test_empty_list(client: APIClient) -> None:
    assert client.get("/api/orders").json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_list_is_walked_by_its_links(client: APIClient) -> None:
    ids = [buy(client)["id"] for _ in range(5)][::-1]

    first = client.get("/api/orders?page_size=2").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()

    pages = [first, second, third]
    assert [[order["id"] for order in page["results"]] for page in pages] == [ids[:2], ids[2:4], ids[4:]]
    assert [page["count"] for page in pages] == [5, 5, 5]
    assert (first["previous"], third["next"]) == (None, None)
    assert client.get(third["previous"]).json()["results"] == second["results"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=2", 404),
        ("page=0", 400),
        ("page=x", 400),
        ("page_size=101", 400),
        ("page_size=0", 400),
        ("cursor=x", 400),
        ("cursor=%00", 400),
        ("status=pending", 400),
        ("token=x", 400),
    ],
)
def test_bad_list_queries(client: APIClient, query: str, status: int) -> None:
    assert client.get(f"/api/orders?{query}").status_code == status


def test_unknown_query_parameters_of_an_order(client: APIClient) -> None:
    order = buy(client)

    for tail in ("", "/events"):
        problem = refused(client.get(f"/api/orders/{order['id']}{tail}?expand=all"), 400, "invalid")
        assert field_codes(problem) == {("expand", "unknown_parameter")}


def test_events_oldest_first(client: APIClient) -> None:
    order = buy(client)
    client.post(f"/api/orders/{order['id']}/cancel", {"reason": "Wrong colour."})

    body = client.get(f"/api/orders/{order['id']}/events").json()

    timeline = client.get(f"/api/orders/{order['id']}").json()["events"]
    assert (body["count"], body["next"], body["results"]) == (2, None, timeline)
    assert [(event["type"], event["reason"]) for event in timeline] == [("placed", ""), ("cancelled", "Wrong colour.")]


def test_events_are_walked_by_their_links(client: APIClient) -> None:
    order = buy(client)
    buy(client)  # whose events are no part of it
    for before, after in pairwise(("pending", "confirmed", "processing")):
        OrderEvent.objects.create(
            order_id=order["id"], type=after, from_status=before, to_status=after, created_at=timezone.now()
        )
        Order.objects.filter(pk=order["id"]).update(status=after)
    client.post(f"/api/orders/{order['id']}/cancel")
    path = f"/api/orders/{order['id']}/events?page_size=2"

    first = client.get(path).json()
    second = client.get(first["next"]).json()

    assert [[event["type"] for event in page["results"]] for page in (first, second)] == [
        ["placed", "confirmed"],
        ["processing", "cancelled"],
    ]
    assert (first["count"], first["previous"], second["count"], second["next"]) == (4, None, 4, None)
    assert client.get(second["previous"]).json() == first
    assert client.get(f"{path}&page=2").json() == second


def test_number_of_queries_does_not_grow(client: APIClient) -> None:
    item = {"product": make_product(stock=500).pk, "quantity": 1}
    other = {"product": make_product(stock=500).pk, "quantity": 1}
    order = placed(client, item)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured.captured_queries)

    paths = ["/api/orders?page_size=100", f"/api/orders/{order['id']}", f"/api/orders/{order['id']}/events"]
    few = [queries(path) for path in paths]
    for _ in range(99):
        placed(client, item, other)
    many = [queries(path) for path in paths]

    assert few == many
    assert max(many) <= 4
    assert len(client.get("/api/orders?page_size=100").json()["results"]) == 100


def shape(document: Any) -> Any:
    """The names in a document, all the way down."""
    if isinstance(document, dict):
        return {name: shape(value) for name, value in document.items()}
    return [shape(document[0])] if isinstance(document, list) and document else None


def declared(serializer: Any) -> Any:
    """The names that a serializer declares, all the way down."""
    child = getattr(serializer, "child", None)
    if child is not None:
        return [declared(child)]
    fields = getattr(serializer, "fields", None)
    return {name: declared(field) for name, field in fields.items()} if fields is not None else None


def test_documents_have_the_shape_that_the_schema_declares(client: APIClient, api: APIClient) -> None:
    address = {"recipient": "Otieno", "phone": "0712345678", "county": "Kisumu", "town": "Kisumu"}
    product, now, day = make_product(), timezone.now(), timedelta(days=1)
    make_event(products=[product], percent=10, starts_at=now - day, ends_at=now + day, at=now)
    item = {"product": product.pk, "quantity": 1}
    make_promotion()
    load_delivery(at=now)
    fetched = {"method": "pickup-station", "station": "cbd-kencom"}
    guests = placed(api, item, contact=CONTACT, address=address, delivery=fetched)
    quote = client.post("/api/orders/quote", {"items": [item], "coupon": "karibu", "delivery": fetched}).json()
    read = api.get(f"/api/orders/{guests['id']}?token={guests['token']}").json()

    assert shape(guests) == declared(PlacedOrderSerializer())
    assert shape(read) == declared(OrderSerializer())
    assert shape(quote) == declared(QuoteSerializer())
