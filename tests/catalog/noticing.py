"""What the tests of notices ask for, and what makes it come true."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from catalog.models import Notice, Product, StockLevel, Variant
from catalog.tasks import look_at_notices, send_due_notices
from tests.factories import make_product, make_user, refresh_now

MINE = "/api/users/me/notices"


def ask(client: APIClient, product: Product, kind: str = "back_in_stock", **more: Any) -> Any:
    return client.post(f"/api/products/{product.pk}/notify", {"kind": kind, **more})


def asked(client: APIClient, product: Product, kind: str = "back_in_stock", **more: Any) -> dict[str, Any]:
    response = ask(client, product, kind, **more)
    assert response.status_code == 201, response.content
    return dict(response.json())


def set_price(variant: Variant, price: str) -> None:
    """Change a price as staff do it."""
    with transaction.atomic():
        Variant.objects.filter(pk=variant.pk).update(price=Decimal(price))
        refresh_now([variant.product_id])


def run_jobs() -> None:
    """Run what is in the queue, as a worker does."""
    for queued in list(OrmQ.objects.all()):
        task = queued.task
        queued.delete()
        name = task["func"].rpartition(".")[2]
        {"look_at_notices": look_at_notices, "send_due_notices": send_due_notices}[name](*task["args"])


def everything() -> list[tuple[Any, ...]]:
    return list(Notice.objects.order_by("pk").values_list())


def waiting(number: int, *, product: Product | None = None) -> list[Notice]:
    """So many customers who wait for one product, which is in stock again."""
    product = product or make_product(stock=0)
    rows = [
        Notice.objects.create(kind="back_in_stock", customer=make_user(), product=product, created_at=timezone.now())
        for _ in range(number)
    ]
    level = StockLevel.objects.filter(variant__product=product).get()
    StockLevel.objects.filter(pk=level.pk).update(on_hand=5)
    refresh_now([product.pk])
    OrmQ.objects.all().delete()
    return rows
