"""No call takes a field that gives rights, money or somebody else's things, wherever in its body it stands."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.security.bodies import BODIES, NONE, body_of
from tests.security.calls import send
from tests.security.objects import address_of
from tests.security.routes import read_table
from tests.security.tables import changed_since, everything
from tests.security.world import World
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
ROWS = read_table()
PRIVILEGED: dict[str, Any] = {
    # who somebody is, and what they may
    **dict.fromkeys(("is_staff", "is_superuser", "is_active", "is_admin", "email_verified", "phone_verified"), True),
    "role": "admin",
    "groups": [1],
    "user_permissions": [1],
    "permissions": ["*"],
    "scope": "admin",
    "user": 1,
    "user_id": 1,
    "owner": 1,
    "owner_id": 1,
    "author": 1,
    "customer": 1,
    "acting_user": 1,
    "sub": "1",
    **dict.fromkeys(("email_verified_at", "phone_verified_at", "second_factor_at", "date_joined"), "2026-01-01"),
    "password_version": 0,
    "method": "google",
    "session": "1",
    "sid": "1",
    "token_type": "access",
    # what something costs, and what of it is paid
    **dict.fromkeys(
        ("price", "unit_price", "total", "subtotal", "vat", "discount", "amount", "delivery_price"), "1.00"
    ),
    "paid": True,
    "captured": True,
    "refunded": "1.00",
    "balance": "1.00",
    "currency": "USD",
    "rounding": "1.00",
    "payment_status": "paid",
    "receipt": "TKR0000001",
    "provider_reference": "x",
    # where something stands, and how much of it there is
    "status": "paid",
    "stock": 99,
    "on_hand": 99,
    "allocated": 0,
    "available": 99,
    "number": "EP-AAAAAA",
    "id": 1,
    "pk": 1,
    "uuid": "1",
    "created_at": "2026-01-01",
    "updated_at": "2026-01-01",
    "expires_at": "2036-01-01",
    "is_verified_purchase": True,
    "helpful_count": 99,
    "rating_average": "5.0",
    "revision": 1,
    "version": 1,
    # how objects of Python and JavaScript are taken over
    "__class__": "User",
    "__proto__": {"is_staff": True},
    "constructor": {},
    "_state": {},
}
# Where a name of these is what the call is about; `*` stands for any place in a list.
MEANT = {
    ("PATCH /api/variants/{id}", ""): {"price", "is_active"},
    ("POST /api/events", "prices.*"): {"price"},
    ("POST /api/orders/{id}/payments", ""): {"amount"},  # of what is owed, and never more
    ("POST /api/products", "variants.*"): {"price", "is_active"},
    ("POST /api/products/bulk", "*"): {"price", "is_active", "stock"},
    ("POST /api/products/{id_or_slug}/variants", ""): {"price", "is_active"},
    ("POST /api/variants/prices", "*"): {"price", "id"},
    ("PUT /api/reviews/{id}/moderation", ""): {"status"},
}
WITH_JSON = [name for name, body in BODIES.items() if body is not NONE and not name.endswith(("/photos", "/images"))]
WITHOUT = [name for name, body in BODIES.items() if body is NONE]
BATCH = 20  # as many unknown fields as one answer names


def may(method: str, path: str) -> str:
    """Return somebody who may make this call: what is refused is refused for the field alone.

    The owner where nobody gets through without a code or a token that comes from elsewhere.
    """
    statuses = ROWS[method, path].statuses
    return next((caller for caller in ("owner", "other", "admin", "nobody") if statuses[caller] < 300), "owner")


def objects_in(value: Any, path: str = "") -> Iterator[str]:
    """Yield the place of every object in a body, dotted."""
    children: Any = ()
    if isinstance(value, dict):
        yield path
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for name, child in children:
        yield from objects_in(child, f"{path}.{name}".lstrip("."))


def object_at(body: Any, path: str) -> dict[str, Any]:
    for word in path.split(".") if path else ():
        body = body[int(word) if word.isdigit() else word]
    found: dict[str, Any] = body
    return found


def refused_at(name: str, body: Any, path: str) -> list[str]:
    """Return the privileged names that the object there has no business with."""
    place = ".".join("*" if word.isdigit() else word for word in path.split("."))
    return [
        field
        for field in PRIVILEGED
        if field not in MEANT.get((name, place), ()) and field not in object_at(body, path)
    ]


@pytest.mark.parametrize("name", WITH_JSON)
def test_privileged_fields_are_unknown_everywhere(world: World, name: str) -> None:
    method, path = name.split()
    client, body = world.callers[may(method, path)].api, body_of(world, method, path)
    before = everything()

    for place in objects_in(body):
        fields = refused_at(name, body, place)
        for start in range(0, len(fields), BATCH):
            batch = fields[start : start + BATCH]
            sent = deepcopy(body)
            object_at(sent, place).update({field: PRIVILEGED[field] for field in batch})
            response = getattr(client, method.lower())(address_of(world, path), sent, HTTP_IF_MATCH="*")

            assert response.status_code == 400, (place, batch, response.content)
            problem = problem_in(response, 400, response.json()["code"])
            named = {error["field"] for error in problem["errors"] if error["code"] == "unknown_field"}
            assert named == {f"{place}.{field}".lstrip(".") for field in batch}, (place, problem["errors"])

    assert changed_since(before) == set()


@pytest.mark.parametrize("name", WITH_JSON)
def test_the_same_body_without_them_is_taken(world: World, name: str) -> None:
    method, path = name.split()

    response = send(world.callers[may(method, path)].api, method, address_of(world, path), body_of(world, method, path))

    assert response.status_code == ROWS[method, path].statuses[may(method, path)], response.content
    assert response.status_code != 400 or response.json()["code"] != "unknown_field"


@pytest.mark.parametrize("name", WITHOUT)
def test_a_call_without_a_body_makes_nothing_of_one(world: World, name: str) -> None:
    method, path = name.split()
    client, address = world.callers[may(method, path)].api, address_of(world, path)
    plain, before = send(client, method, address), everything()

    sent = send(client, method, address, dict(PRIVILEGED))

    if sent.status_code != 400:
        assert (sent.status_code, len(sent.content)) == (plain.status_code, len(plain.content))
    assert changed_since(before) == set()


def test_a_form_with_a_picture_takes_none_either(world: World) -> None:
    before, path = everything(), "/api/products/{id_or_slug}/images"
    body = body_of(world, "POST", path)

    for field in ("is_staff", "user", "price", "product", "original", "id", "created_at"):
        response = send(world.callers["admin"].api, "POST", address_of(world, path), {**body, field: "1"})
        assert problem_in(response, 400, "unknown_field")["errors"][0]["field"] == field

    assert changed_since(before) == set()
