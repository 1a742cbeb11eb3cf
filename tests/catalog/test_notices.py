"""Asking for notices: once, within bounds, each customer for themselves."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Notice, Product
from tests.catalog.noticing import MINE, ask, asked, everything
from tests.factories import listed_together, make_product, make_user, refresh_now
from tests.staff import client_of, manager
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def test_a_notice_is_asked_for_once(client: APIClient) -> None:
    product = make_product(stock=0)
    variant = product.variants.get()

    first = asked(client, product)
    assert (first["kind"], first["status"], first["variant"], first["target_price"]) == (
        "back_in_stock",
        "waiting",
        None,
        None,
    )
    assert asked(client, product) == first
    of_variant = asked(client, product, variant=variant.pk)
    assert of_variant["variant"]["sku"] == variant.sku
    drop = asked(client, product, "price_drop", target_price="900.00")
    assert asked(client, product, "price_drop", target_price="800.00") == {**drop, "target_price": "800.00"}

    assert [row["id"] for row in client.get(MINE).json()["results"]] == [drop["id"], of_variant["id"], first["id"]]


def test_notices_that_are_refused(client: APIClient, api: APIClient) -> None:
    product, sold_out = make_product(slug="charger"), make_product(stock=0)
    hidden = make_product(stock=0)
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    refresh_now([hidden.pk])
    before = everything()

    problem_in(ask(client, product), 409, "already_in_stock")
    problem_in(ask(client, product, variant=product.variants.get().pk), 409, "already_in_stock")
    problem_in(ask(client, hidden), 404, "not_found")
    problem_in(ask(api, sold_out), 401, "not_authenticated")
    for more, field, code in [
        ({"kind": "sold_out"}, "kind", "invalid_choice"),
        ({"variant": sold_out.variants.get().pk}, "variant", "does_not_exist"),
        ({"kind": "price_drop", "target_price": "1000.00"}, "target_price", "not_below_price"),
        ({"kind": "price_drop", "target_price": 900}, "target_price", "invalid"),
        ({"target_price": "900.00"}, "target_price", "unknown_field"),
        ({"email": "other@example.com"}, "email", "unknown_field"),
    ]:
        body = client.post("/api/products/charger/notify", {"kind": "back_in_stock", **more}).json()
        assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert everything() == before


def test_waiting_is_bounded(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Notice, "MAX_OPEN", 1)
    product = make_product(stock=0)
    asked(client, product)
    before = everything()

    problem_in(ask(client, product, "price_drop"), 409, "too_many_notices")
    asked(client, product)

    assert everything() == before


def test_whose_notice_it_is(client: APIClient, api: APIClient) -> None:
    notice = asked(client, make_product(stock=0))
    before = everything()

    for stranger in (client_of(make_user()), manager()):
        assert stranger.get(MINE).json()["results"] == []
        problem_in(stranger.delete(f"{MINE}/{notice['id']}"), 404, "not_found")
    problem_in(api.get(MINE), 401, "not_authenticated")
    problem_in(api.delete(f"{MINE}/{notice['id']}"), 401, "not_authenticated")
    assert everything() == before

    assert client.delete(f"{MINE}/{notice['id']}").status_code == 204
    assert client.get(MINE).json()["count"] == 0


def test_queries_do_not_grow_with_the_rows(customer: User, client: APIClient) -> None:
    asked(client, make_product(stock=0))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{MINE}?page_size=100").status_code == 200
        return len(seen)

    at_one = queries()
    with listed_together():
        variants = [make_product().variants.get() for _ in range(49)]
    for variant in variants:
        Notice.objects.create(
            kind="back_in_stock",
            customer=customer,
            product_id=variant.product_id,
            variant=variant,
            created_at=timezone.now(),
        )

    assert queries() == at_one
    assert at_one <= 4
