"""What the tests of this app say to the API."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db.models import Model
from rest_framework.test import APIClient

from catalog.models import CatalogRevision, Product, StockLevel, StockMovement, Variant
from orders.delivery import NAIROBI
from orders.delivery_choice import WantedDelivery
from orders.models import (
    Allocation,
    DeliveryMethod,
    IdempotencyRecord,
    Order,
    OrderEvent,
    OrderLine,
    Promotion,
    PromotionUse,
)
from tests.staff import client_of as client_of

CONTACT = {"name": "Wanjiku Kamau", "email": "wanjiku@example.com", "phone": "0712345678"}


def local(text: str) -> datetime:
    """A moment by the clock of Nairobi."""
    return datetime.fromisoformat(text).replace(tzinfo=NAIROBI)


def place(client: APIClient, *items: dict[str, int], **more: Any) -> Any:
    """The response to an order of these items."""
    return client.post("/api/orders/create", {"items": list(items), **more})


def placed(client: APIClient, *items: dict[str, int], **more: Any) -> dict[str, Any]:
    """The order that was placed."""
    response = place(client, *items, **more)
    assert response.status_code == 201, response.content
    return dict(response.json())


def by_rider(prices: dict[int, str]) -> WantedDelivery:
    """A courier to everywhere with these prices by the value of the goods, and what asks for it."""
    method = DeliveryMethod.objects.create(code="rider", name="Rider", kind="courier")
    for value_from, price in prices.items():
        method.rates.create(value_from=value_from, price=Decimal(price))
    return WantedDelivery("rider", county="Nairobi", is_estimate=True)


def variant_of(product: Product) -> Variant:
    return product.variants.get()


def level_of(product: Product) -> StockLevel:
    return StockLevel.objects.get(variant__product=product)


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = dict(response.json())
    assert (problem["status"], problem["code"]) == (status, code)
    return problem


def field_codes(problem: dict[str, Any]) -> set[tuple[str | None, str]]:
    return {(error["field"], error["code"]) for error in problem["errors"]}


def everything() -> list[list[tuple[Any, ...]]]:
    """All that orders and stock have written, to show that a refusal wrote nothing."""
    models: list[type[Model]] = [
        *(Order, OrderLine, OrderEvent, Allocation, IdempotencyRecord, Promotion, PromotionUse),
        *(StockLevel, StockMovement, CatalogRevision),
    ]
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


def assert_invariants() -> None:
    """All invariants hold: the command that checks them in production says so."""
    call_command("check_invariants", stdout=StringIO())
