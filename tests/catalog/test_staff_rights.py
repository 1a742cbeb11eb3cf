"""Every call of staff, as each sort of caller: nobody, a customer, staff without the permission, staff with it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Product, ProductImage
from tests.contract.document import Operation, media_types, operations
from tests.factories import add_variant, make_product, make_user
from tests.staff import client_of, member_with, staff, stored
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db

ELSEWHERE = ("reviews", "events", "notices")  # which have tests of their own
CALLS = [row for row in operations() if row.is_for_staff and not any(part in row.path for part in ELSEWHERE)]
EVERY = pytest.mark.parametrize("operation", CALLS, ids=lambda operation: operation.name)


def needed(operation: Operation) -> list[str]:
    """The permissions that the documentation of a call names."""
    sentence: str = operation.schema["description"].rpartition("Needs ")[2]
    return re.findall(r"`(catalog\.\w+)`", sentence)


def call(client: APIClient, operation: Operation, product: Product) -> Any:
    """Call it about what is there, with the first example of a body."""
    path = operation.path.format(id_or_slug=product.slug, id=product.pk)
    bodies = [media for where, media in media_types(operation) if " request application/json" in where]
    body = next(iter(bodies[0]["examples"].values()))["value"] if bodies else None
    return getattr(client, operation.method)(path, body, headers={"If-Match": "*"})


@pytest.fixture
def product() -> Product:
    """A product with the same number as its variant and its picture."""
    made: Product = make_product(pk=900_001, slug="charger", stock=None)
    made.variants.all().delete()
    add_variant(made, id=900_001, stock=None)
    ProductImage.objects.bulk_create(
        [ProductImage(pk=900_001, product=made, original="a.png", alt="It", width=1, height=1)]
    )
    return made


def test_there_are_calls_of_staff() -> None:
    assert {("post", "/api/products"), ("delete", "/api/variants/{id}")} <= {(row.method, row.path) for row in CALLS}


@EVERY
def test_nobody(product: Product, operation: Operation) -> None:
    before = stored()

    problem_in(call(APIClient(), operation, product), 401, "not_authenticated")

    assert stored() == before


@EVERY
def test_a_customer(product: Product, operation: Operation) -> None:
    user = make_user()
    user.user_permissions.set(member_with(*needed(operation)).user_permissions.all())  # rights without being staff
    client, before = client_of(user), stored()

    problem_in(call(client, operation, product), 403, "permission_denied")

    assert stored() == before


@EVERY
def test_staff_without_one_of_the_permissions(product: Product, operation: Operation) -> None:
    rights = needed(operation)
    assert rights

    for right in rights:
        client, before = staff(*[other for other in rights if other != right], "catalog.view_brand"), stored()
        problem_in(call(client, operation, product), 403, "permission_denied")
        assert stored() == before


@EVERY
def test_staff_with_the_permissions(product: Product, operation: Operation) -> None:
    response = call(staff(*needed(operation)), operation, product)

    assert response.status_code not in (401, 403, 404, 405, 428, 500), response.content


def test_who_may_change_may_read(product: Product) -> None:
    assert staff("catalog.change_product").get("/api/staff/products/charger").status_code == 200
    problem_in(staff("catalog.add_product").get("/api/staff/products/charger"), 403, "permission_denied")
