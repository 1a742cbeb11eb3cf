"""Orders of guests that come into an account: when its e-mail address is verified, and with POST /api/orders/claim."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Review, VerifiedPurchase
from electroports.people import keepers
from orders.actions.advance_order import advance_order
from orders.actions.claim_orders import claim_orders
from orders.life import Status
from orders.models import Order, OrderEvent
from tests.concurrency import Meeting, at_once
from tests.factories import make_product, make_user
from tests.orders import CONTACT, assert_invariants, client_of, placed, refused

CLAIM = "/api/orders/claim"


def guests_order(email: str = "Wanjiku@Example.com", **fields: Any) -> dict[str, Any]:
    product = make_product(stock=5)
    return placed(APIClient(), {"product": product.pk, "quantity": 1}, contact={**CONTACT, "email": email}, **fields)


def owner(*, is_verified: bool = True) -> User:
    return make_user(email="wanjiku@example.com", email_verified_at=timezone.now() if is_verified else None)


def verify(user: User) -> None:
    """What happens in the transaction in which an address is verified."""
    User.objects.filter(pk=user.pk).update(email_verified_at=timezone.now())
    user.refresh_from_db()
    for _app, keeper in keepers():
        keeper.email_verified(user=user, at=timezone.now())


def rows() -> list[Any]:
    return [list(Order.objects.order_by("pk").values_list()), list(OrderEvent.objects.order_by("pk").values_list())]


def listed(client: APIClient) -> list[int]:
    return [row["id"] for row in client.get("/api/orders").json()["results"]]


@pytest.mark.django_db
def test_verified_address_brings_its_orders() -> None:
    first, second, others = guests_order(), guests_order(), guests_order("njeri@example.com")
    user = owner(is_verified=False)
    client = client_of(user)
    assert listed(client) == []

    verify(user)

    assert listed(client) == [second["id"], first["id"]]
    events = client.get(f"/api/orders/{first['number']}").json()["events"]
    assert [(event["type"], event["actor"]) for event in events] == [("placed", "customer"), ("claimed", "customer")]
    assert Order.objects.get(pk=others["id"]).user is None
    assert_invariants()


@pytest.mark.django_db
def test_what_comes_later_is_claimed_on_request() -> None:
    client = client_of(owner())
    order = guests_order()

    assert [client.post(CLAIM).json() for _ in range(2)] == [{"claimed": 1}, {"claimed": 0}]
    assert listed(client) == [order["id"]]


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["wanjiku@example.com", ""])
def test_address_that_is_not_shown_to_be_theirs_brings_nothing(email: str) -> None:
    guests_order()
    client = client_of(make_user(email=email, email_verified_at=None))
    before = rows()

    refused(client.post(CLAIM), 409, "email_not_verified")

    assert rows() == before


@pytest.mark.django_db
def test_guests_and_query_parameters_are_refused(api: APIClient) -> None:
    guests_order()
    before = rows()

    refused(api.post(CLAIM), 401, "not_authenticated")
    refused(client_of(owner()).post(f"{CLAIM}?all=1"), 400, "invalid")

    assert rows() == before


@pytest.mark.django_db
def test_link_goes_on_opening_a_claimed_order(api: APIClient) -> None:
    order = guests_order()
    claim_orders(user=owner(), at=timezone.now())
    url = f"/api/orders/{order['number']}"

    assert api.get(f"{url}?token={order['token']}").status_code == 200
    for client in (api, client_of(make_user())):
        refused(client.get(url), 404, "not_found")
        refused(client.get(f"{url}?token={guests_order()['token']}"), 404, "not_found")
    assert client_of(make_user()).get(f"{url}?token={order['token']}").status_code == 200
    assert api.post(f"{url}/cancel?token={order['token']}").json()["status"] == "cancelled"


@pytest.mark.django_db
def test_orders_of_accounts_have_no_link(api: APIClient) -> None:
    product = make_product()
    order = placed(client_of(make_user()), {"product": product.pk, "quantity": 1})

    refused(api.get(f"/api/orders/{order['number']}?token={guests_order()['token']}"), 404, "not_found")


@pytest.mark.django_db
def test_delivered_order_makes_reviews_those_of_a_buyer() -> None:
    order, waiting, user = guests_order(), guests_order(), owner()
    staff = make_user(is_staff=True)
    for status in (Status.CONFIRMED, Status.PROCESSING, Status.SHIPPED, Status.DELIVERED):
        advance_order(
            order=Order.objects.get(pk=order["id"]),
            status=status,
            acting_user=staff,
            reason="By hand.",
            at=timezone.now(),
        )
    client = client_of(user)
    products = [row["items"][0]["product"] for row in (order, waiting)]
    review = client.post(f"/api/products/{products[0]}/reviews", {"rating": 5, "title": "Good", "text": "It is good."})
    assert (review.status_code, Review.objects.get().is_verified_purchase) == (201, False), review.content

    client.post(CLAIM)

    assert list(VerifiedPurchase.objects.values_list("customer", "product")) == [(user.pk, products[0])]
    assert Review.objects.get().is_verified_purchase


@pytest.mark.django_db
def test_limit_per_customer_counts_what_was_claimed() -> None:
    order = guests_order()
    item = {"product": order["items"][0]["product"], "quantity": 1}
    Order.objects.get(pk=order["id"]).lines.get().product.variants.update(max_per_customer=1)
    claim_orders(user=owner(), at=timezone.now())
    before = rows()

    for contact in (CONTACT, {**CONTACT, "email": "njeri@example.com"}):  # the same address, the same phone
        response = APIClient().post("/api/orders/create", {"items": [item], "contact": contact})
        refused(response, 409, "over_customer_limit")

    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_claimed_once_however_often() -> None:
    guests_order()
    guests_order()
    client = client_of(owner())

    responses = at_once(*[partial(client.post, CLAIM)] * 6)

    assert sorted(response.json()["claimed"] for response in responses) == [0, 0, 0, 0, 0, 2]
    assert OrderEvent.objects.filter(type="claimed").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite no two transactions write at a time.")
def test_control_without_the_lock_it_is_written_down_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    guests_order()
    client, meeting, update = client_of(owner()), Meeting(3), QuerySet.update

    def update_together(rows: Any, **values: Any) -> int:
        if rows.model is Order:
            meeting.wait()
        return update(rows, **values)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    monkeypatch.setattr(QuerySet, "update", update_together)

    at_once(*[partial(client.post, CLAIM)] * 3)

    assert OrderEvent.objects.filter(type="claimed").count() == 3
