"""Sale events as staff make, change and delete them, large ones too."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.actions import save_event as saving
from catalog.models import CatalogRevision, Product, SaleEvent, SalePrice
from catalog.tasks import refresh_late_listings
from tests import factories
from tests.catalog.events import DAY, END, OPENING, SECOND, START, StoppedClock, change_event, make, make_event
from tests.orders import client_of

pytestmark = pytest.mark.django_db

RIGHTS = ("add_saleevent", "change_saleevent", "delete_saleevent")


@pytest.fixture
def staff(clock: StoppedClock, settings: Any) -> APIClient:
    """A member of staff who may do all that can be done with events, and stays signed in for days."""
    settings.STAFF_IDLE_MINUTES = settings.STAFF_SESSION_HOURS = 10**6
    user = factories.make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    return client_of(user)


def body(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Easter",
        "slug": "easter",
        "starts_at": START.isoformat(),
        "ends_at": END.isoformat(),
        "is_published": True,
        **changes,
    }


def errors_of(response: Any) -> set[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return {(error["field"], error["code"]) for error in response.json()["errors"]}


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values_list()) for model in (SaleEvent, SalePrice, CatalogRevision)]


# Writing.


def test_staff_make_an_event(api: APIClient, staff: APIClient, clock: StoppedClock) -> None:
    product = make()
    variant = product.variants.get()
    clock.shift(1)

    response = staff.post(
        "/api/events", body(percent=10, products=[product.pk], prices=[{"variant": variant.pk, "price": "750.00"}])
    )

    assert response.status_code == 201, response.content
    made = response.json()
    assert made["prices"] == [{"variant": variant.pk, "price": "750.00"}]
    assert staff.get(f"/api/staff/events/{made['id']}")["ETag"] == response["ETag"]
    clock.move_to(START)
    assert api.get(f"/api/products/{product.pk}").json()["price"] == "750.00"


def test_an_event_is_a_draft_unless_it_says_otherwise(api: APIClient, staff: APIClient) -> None:
    values = body(percent=10, products=[make().pk])
    del values["is_published"]

    made = staff.post("/api/events", values).json()

    assert made["is_published"] is False
    assert api.get("/api/events").json()["count"] == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ends_at": START.isoformat()}, ("ends_at", "not_after_beginning")),
        ({"name": "Easter\r\nBcc: a@example.com"}, ("name", "invalid")),
        ({"name": "Easter\u202e"}, ("name", "invalid")),
        ({"percent": 0}, ("percent", "min_value")),
        ({"percent": 91}, ("percent", "max_value")),
        ({"percent": None, "fixed_price": "0.00"}, ("fixed_price", "invalid")),
        ({"fixed_price": "500.00"}, ("fixed_price", "one_way_only")),
        ({"products": []}, ("products", "empty_scope")),
        ({"percent": None}, ("percent", "required")),
        ({"starts_at": "2027-02-01T00:00:00Z", "ends_at": "2027-02-02T00:00:00Z"}, ("ends_at", "in_the_past")),
        ({"starts_at": "1999-12-31T00:00:00Z"}, ("starts_at", "out_of_range")),
        ({"slug": "Easter Sale"}, ("slug", "invalid")),
        ({"products": [2**40]}, ("products", "does_not_exist")),
        ({"categories": [2**40]}, ("categories", "does_not_exist")),
        ({"prices": [{"variant": 2**40, "price": "5.00"}]}, ("prices", "does_not_exist")),
        ({"colour": "red"}, ("colour", "unknown_field")),
    ],
)
def test_an_event_that_cannot_be(staff: APIClient, changes: dict[str, Any], error: tuple[str, str]) -> None:
    values = body(**{"percent": 10, "products": [make().pk], **changes})
    before = everything()

    assert error in errors_of(staff.post("/api/events", values))
    assert everything() == before


def test_a_slug_that_is_taken(staff: APIClient) -> None:
    values = body(percent=10, products=[make().pk])
    assert staff.post("/api/events", values).status_code == 201
    before = everything()

    assert ("slug", "unique") in errors_of(staff.post("/api/events", values))
    assert everything() == before


def test_nobody_else_writes(api: APIClient, staff: APIClient, clock: StoppedClock) -> None:
    event = make_event(products=[make()], percent=10)
    before = everything()
    customer, colleague = client_of(factories.make_user()), client_of(factories.make_user(is_staff=True))
    etag = {"If-Match": "*"}

    for client, status in ((api, 401), (customer, 403), (colleague, 403)):
        assert client.post("/api/events", body(percent=10)).status_code == status
        assert client.patch(f"/api/events/{event.pk}", {"percent": 20}, headers=etag).status_code == status
        assert client.delete(f"/api/events/{event.pk}", headers=etag).status_code == status
        assert client.get(f"/api/staff/events/{event.pk}").status_code == status
    assert everything() == before


def test_staff_change_an_event_and_prices_follow_at_once(api: APIClient, staff: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + SECOND)
    tag = staff.get(f"/api/staff/events/{event.pk}")["ETag"]

    changed = staff.patch(f"/api/events/{event.slug}", {"percent": 25}, headers={"If-Match": tag})

    assert changed.status_code == 200
    assert changed["ETag"] != tag
    assert api.get(f"/api/products/{product.pk}").json()["price"] == "750.00"
    again = staff.patch(f"/api/events/{event.pk}", {"percent": 30}, headers={"If-Match": tag})
    assert (again.status_code, again.json()["code"]) == (412, "precondition_failed")
    assert staff.patch(f"/api/events/{event.pk}", {"percent": 30}).status_code == 428
    assert SaleEvent.objects.get().percent == 25


@pytest.mark.parametrize(
    ("moment", "changes", "error"),
    [
        (START, {"starts_at": (START + DAY).isoformat()}, ("starts_at", "has_begun")),
        (START + DAY, {"ends_at": (START + SECOND).isoformat()}, ("ends_at", "in_the_past")),
        (END, {"ends_at": (END + DAY).isoformat()}, ("ends_at", "is_over")),
        (END, {"percent": 20}, ("percent", "is_over")),
        (END, {"is_published": False}, ("is_published", "is_over")),
        (END, {"brands": []}, None),
        (END, {"products": []}, ("products", "is_over")),
    ],
)
def test_what_has_happened_is_not_changed(
    staff: APIClient, clock: StoppedClock, moment: Any, changes: dict[str, Any], error: tuple[str, str] | None
) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(moment)
    before = everything()

    response = staff.patch(f"/api/events/{event.pk}", changes, headers={"If-Match": "*"})

    if error is None:
        assert response.status_code == 200
    else:
        assert error in errors_of(response)
        assert everything() == before


def test_what_is_sent_as_it_stands_changes_nothing(staff: APIClient, clock: StoppedClock) -> None:
    product = make()
    price = {"variant": product.variants.get().pk, "price": "750.00"}
    values = body(percent=10, products=[product.pk], prices=[price], fixed_price=None)
    made = staff.post("/api/events", values)
    url, before = f"/api/events/{made.json()['id']}", everything()

    same = staff.patch(url, values, headers={"If-Match": made["ETag"]})

    assert (same.status_code, same["ETag"]) == (200, made["ETag"])
    assert everything() == before
    assert not LogEntry.objects.filter(action_flag=CHANGE).exists()
    changed = staff.patch(url, {**values, "percent": 20, "text": "Eggs."}, headers={"If-Match": made["ETag"]})
    assert changed.json()["percent"] == 20
    assert LogEntry.objects.get(action_flag=CHANGE).change_message == "Changed text, percent."


def test_an_event_that_has_not_begun_is_deleted(api: APIClient, staff: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    other = make_event(products=[product], percent=5, at=OPENING + SECOND)

    assert staff.delete(f"/api/events/{event.pk}", headers={"If-Match": "*"}).status_code == 204

    clock.move_to(START)
    assert api.get(f"/api/products/{product.pk}").json()["price"] == "950.00"
    before = everything()
    refused = staff.delete(f"/api/events/{other.pk}", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "event_has_begun")
    assert everything() == before


def test_an_event_that_is_unpublished_while_it_runs_keeps_its_beginning(
    api: APIClient, staff: APIClient, clock: StoppedClock
) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    change = partial(staff.patch, f"/api/events/{event.pk}", headers={"If-Match": "*"})
    clock.move_to(START + SECOND)
    assert change({"is_published": False}).status_code == 200
    clock.move_to(START + DAY)
    before, moved = everything(), (START + DAY + SECOND).isoformat()

    assert errors_of(change({"starts_at": moved})) == {("starts_at", "has_begun")}
    assert errors_of(change({"starts_at": moved, "is_published": True})) == {("starts_at", "has_begun")}
    refused = staff.delete(f"/api/events/{event.pk}", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "event_has_begun")
    assert everything() == before

    assert change({"is_published": True, "percent": 20}).status_code == 200
    assert api.get(f"/api/products/{product.pk}").json()["price"] == "800.00"
    assert api.get(f"/api/events/{event.pk}").json()["starts_at"] == START.isoformat()


def test_an_event_that_was_unpublished_is_over_at_its_end(staff: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    clock.move_to(START + DAY)
    change_event(event, is_published=False, at=START + DAY)
    clock.move_to(END)
    before = everything()
    moved = {"starts_at": (END + DAY).isoformat(), "ends_at": (END + 2 * DAY).isoformat(), "is_published": True}

    refused = staff.patch(f"/api/events/{event.pk}", moved, headers={"If-Match": "*"})

    assert errors_of(refused) == {(name, "is_over") for name in moved}
    assert everything() == before


def test_an_event_that_was_a_draft_at_its_beginning_is_free(staff: APIClient, clock: StoppedClock) -> None:
    product = make()
    clock.shift(1)
    event = make_event(products=[product], percent=10, at=OPENING + SECOND)
    change_event(event, is_published=False, at=START - SECOND)
    clock.move_to(START + DAY)
    moved = {"starts_at": (END + DAY).isoformat(), "ends_at": (END + 2 * DAY).isoformat(), "is_published": True}

    assert staff.patch(f"/api/events/{event.pk}", moved, headers={"If-Match": "*"}).status_code == 200

    assert list(SalePrice.objects.values_list("since", flat=True)) == [END + DAY]
    assert staff.delete(f"/api/events/{event.pk}", headers={"If-Match": "*"}).status_code == 204


# Large events.


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call an event large from three products on."""
    monkeypatch.setattr("catalog.event_rules.MOST_AT_ONCE", 2)
    monkeypatch.setattr(saving, "MOST_AT_ONCE", 2)


def test_a_large_event_is_written_by_a_job_before_it_begins(api: APIClient, clock: StoppedClock, large: None) -> None:
    products = [make() for _ in range(5)]
    clock.shift(1)
    event = make_event(products=products, percent=10, at=OPENING + SECOND)
    assert not SalePrice.objects.exists()

    refresh_late_listings()

    assert SalePrice.objects.count() == 5
    number = CatalogRevision.objects.get().number
    refresh_late_listings()
    assert CatalogRevision.objects.get().number == number, "nothing was left to do"
    clock.move_to(START)
    assert {row["price"] for row in api.get("/api/products").json()["results"]} == {"900.00"}
    assert api.get(f"/api/products?event={event.slug}").json()["count"] == 5


def test_many_events_are_looked_through_as_quickly(clock: StoppedClock) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            refresh_late_listings()
        return len(made)

    product = make()
    places = {"products": [product], "categories": [product.category], "brands": [product.brand]}
    make_event(**places, percent=10)
    one = queries()
    for _ in range(3):
        make_event(**places, percent=5)

    assert queries() == one


def test_a_large_event_that_changes_is_written_again(api: APIClient, clock: StoppedClock, large: None) -> None:
    products = [make() for _ in range(5)]
    clock.shift(1)
    event = make_event(products=products, percent=10, at=OPENING + SECOND)
    refresh_late_listings()

    change_event(event, percent=20, at=OPENING + 2 * SECOND)
    event.products.remove(products[0])
    refresh_late_listings()

    clock.move_to(START)
    prices = {row["id"]: row["price"] for row in api.get("/api/products").json()["results"]}
    assert prices == {product.pk: "800.00" for product in products} | {products[0].pk: "1000.00"}


def test_a_large_event_does_not_begin_before_it_is_written(staff: APIClient, clock: StoppedClock, large: None) -> None:
    products = [make().pk for _ in range(5)]
    before = everything()

    soon = body(percent=10, products=products, starts_at=(OPENING + timedelta(minutes=9)).isoformat())
    assert ("starts_at", "too_soon") in errors_of(staff.post("/api/events", soon))
    assert everything() == before
    later = {**soon, "starts_at": (OPENING + timedelta(minutes=11)).isoformat()}
    made = staff.post("/api/events", later).json()

    clock.move_to(OPENING + timedelta(minutes=5))
    url = f"/api/events/{made['id']}"
    before = everything()
    refused = [
        staff.patch(url, {"percent": 20}, headers={"If-Match": "*"}),
        staff.patch(url, {"is_published": False}, headers={"If-Match": "*"}),
        staff.delete(url, headers={"If-Match": "*"}),
    ]
    assert [errors_of(response) for response in refused] == [{("starts_at", "too_soon")}] * 3
    assert everything() == before
    clock.move_to(OPENING + timedelta(minutes=20))
    end = {"ends_at": (OPENING + timedelta(minutes=25)).isoformat()}
    assert ("ends_at", "too_soon") in errors_of(staff.patch(url, end, headers={"If-Match": "*"}))
    assert staff.patch(url, {"name": "Pasaka"}, headers={"If-Match": "*"}).status_code == 200
    end = {"ends_at": (OPENING + timedelta(minutes=40)).isoformat()}
    assert staff.patch(url, end, headers={"If-Match": "*"}).status_code == 200


def test_a_product_that_an_event_missed_is_found_by_the_job(api: APIClient, clock: StoppedClock) -> None:
    category = factories.make_category("audio")
    make_event(categories=[category], percent=10)
    product = make()
    Product.objects.filter(pk=product.pk).update(category=category)  # as if in the very moment of the event's saving

    refresh_late_listings()

    clock.move_to(START)
    assert api.get(f"/api/products/{product.pk}").json()["price"] == "900.00"
