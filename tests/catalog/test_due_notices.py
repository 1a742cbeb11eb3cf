"""When a notice comes due: by stock that is back, and by a price that falls, of itself too."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.mark_due_notices import mark_due_notices
from catalog.actions.send_notices import send_notices
from catalog.models import Notice, Product, StockLevel, Variant
from catalog.tasks import sweep_notices
from tests.catalog.events import make_event
from tests.catalog.noticing import MINE, ask, asked, run_jobs, set_price
from tests.factories import add_variant, make_product, refresh_now
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def restock(variant: Variant, units: int) -> None:
    """Add or take units as staff do it."""
    level = StockLevel.objects.get(variant=variant)
    adjust_stock(level=level, change=units, reason="counted", acting_user=None, at=timezone.now())


def test_back_in_stock_is_told_once(client: APIClient, customer: User) -> None:
    product = make_product(stock=0, name="Nano II")
    asked(client, product)

    restock(product.variants.get(), 3)
    assert OrmQ.objects.count() == 1
    run_jobs()

    (message,) = mail.outbox
    assert message.to == [customer.email]
    assert message.subject == "Back in stock: Nano II"
    assert "Hello Wanjiku," in message.body
    assert "KES 1,000" in message.body
    assert f"/products/{product.slug}" in message.body
    for units in (-3, 3):
        restock(product.variants.get(), units)
        run_jobs()
    sweep_notices()
    assert len(mail.outbox) == 1
    assert client.get(MINE).json()["results"][0]["status"] == "sent"
    restock(product.variants.get(), -3)
    assert asked(client, product)["status"] == "waiting"  # and may be asked for again


def test_changes_that_nobody_waits_for_make_no_job(client: APIClient) -> None:
    waited, other = make_product(stock=0), make_product(stock=0)
    asked(client, waited)

    restock(other.variants.get(), 3)

    assert not OrmQ.objects.exists()


def test_more_of_what_is_there_tells_nothing(client: APIClient) -> None:
    product = make_product(stock=0)
    here = product.variants.get()
    there = add_variant(product, stock=0)
    asked(client, product, variant=here.pk)

    restock(there, 5)
    run_jobs()

    assert mail.outbox == []
    restock(here, 1)
    run_jobs()
    assert len(mail.outbox) == 1
    assert there.name not in mail.outbox[0].subject


def test_a_location_that_opens_brings_it_back(client: APIClient) -> None:
    product = make_product(stock=2)
    location = StockLevel.objects.get().location
    location.is_active = False
    location.save()
    refresh_now([product.pk])
    asked(client, product)

    location.is_active = True
    location.save()
    refresh_now([product.pk])
    run_jobs()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("is_of_variant", [False, True])
@pytest.mark.parametrize(
    ("target", "price", "is_due"),
    [(None, "999.99", True), (None, "1000.00", False), ("900.00", "900.00", True), ("900.00", "900.01", False)],
)
def test_a_price_drop(client: APIClient, *, is_of_variant: bool, target: str | None, price: str, is_due: bool) -> None:
    product = make_product(price="1000.00")
    variant = product.variants.get()
    more: dict[str, Any] = {"variant": variant.pk} if is_of_variant else {}
    asked(client, product, "price_drop", **more, **({"target_price": target} if target else {}))
    set_price(variant, "1200.00")
    run_jobs()

    set_price(variant, price)
    run_jobs()

    assert len(mail.outbox) == int(is_due)
    if is_due:
        assert mail.outbox[0].subject.startswith(f"Now KES {Decimal(price):,.2f}".removesuffix(".00"))


@pytest.mark.parametrize("is_of_variant", [False, True])
def test_a_sale_that_begins_is_told_without_a_write(client: APIClient, *, is_of_variant: bool) -> None:
    product = make_product(price="1000.00")
    now = timezone.now()
    begin, end = now + timedelta(hours=1), now + timedelta(hours=2)
    make_event(products=[product], percent=Decimal(10), starts_at=begin, ends_at=end, at=now)
    more: dict[str, Any] = {"variant": product.variants.get().pk} if is_of_variant else {}
    notice = asked(client, product, "price_drop", **more)
    run_jobs()

    assert mark_due_notices(product_ids=None, at=begin - timedelta(seconds=1)) == 0
    assert mark_due_notices(product_ids=None, at=end) == 0
    assert mark_due_notices(product_ids=None, at=begin + timedelta(seconds=1)) == 1
    send_notices(at=begin + timedelta(seconds=1))

    assert mail.outbox[0].subject == f"Now KES 900: {product.name}"
    assert Notice.objects.get(pk=notice["id"]).status == "sent"


def test_a_price_drop_is_from_what_applies_when_it_is_asked_for(client: APIClient) -> None:
    product = make_product(price="1000.00")
    now = timezone.now()
    begin, end = now - timedelta(hours=1), now + timedelta(hours=2)
    make_event(products=[product], percent=Decimal(10), starts_at=begin, ends_at=end, at=now)
    asked(client, product, "price_drop")
    problem_in(ask(client, product, "price_drop", target_price="900.00"), 400, "invalid")
    run_jobs()

    assert mark_due_notices(product_ids=None, at=timezone.now()) == 0
    assert Notice.objects.get().below == Decimal("900.00")


def test_what_left_the_shop_is_not_told(client: APIClient) -> None:
    product = make_product(price="1000.00")
    variant = product.variants.get()
    asked(client, product, "price_drop")
    asked(client, product, "price_drop", variant=variant.pk)
    Product.objects.filter(pk=product.pk).update(is_published=False)

    set_price(variant, "500.00")
    run_jobs()

    assert mail.outbox == []


def test_a_sweep_finds_what_no_job_was_made_for(client: APIClient) -> None:
    product = make_product(stock=0)
    asked(client, product)
    restock(product.variants.get(), 3)
    OrmQ.objects.all().delete()

    assert sweep_notices() == 1
    assert len(mail.outbox) == 1
