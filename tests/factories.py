"""Builders of test data, through the same actions as the shop itself where these exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from catalog.actions.refresh_listings import refresh_listings
from catalog.models import (
    Accessory,
    Brand,
    Category,
    Product,
    SoundDevice,
    SpecField,
    StockLevel,
    StockLocation,
    StockMovement,
    Variant,
)

PASSWORD = "correct horse 42 battery"
numbers = count(1)
waiting: ContextVar[list[int] | None] = ContextVar("waiting", default=None)  # products made inside `listed_together`


def make_user(**fields: Any) -> User:
    """A user whose password is PASSWORD."""
    n = next(numbers)
    return User.objects.create_user(
        **{"username": f"user{n}", "email": f"user{n}@example.com", "password": PASSWORD, **fields}
    )


def make_brand(name: str = "Anker") -> Brand:
    return Brand.objects.get_or_create(slug=name.lower(), defaults={"name": name})[0]


def make_category(slug: str = "chargers", parent: Category | None = None) -> Category:
    return Category.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "parent": parent})[0]


def make_spec_field(code: str, **fields: Any) -> SpecField:
    """A specification field, a number unless told otherwise; `categories` are those that it is for."""
    categories = fields.pop("categories", ())
    values = {"name": code.replace("_", " ").capitalize(), "group": "General", "type": "number", **fields}
    field = SpecField.objects.create(code=code, position=next(numbers), **values)
    field.categories.set(categories)
    return field


def make_location(code: str = "NBO", priority: int = 1) -> StockLocation:
    return StockLocation.objects.get_or_create(code=code, defaults={"name": code, "priority": priority})[0]


def add_stock(variant: Variant, on_hand: int, location: StockLocation | None = None) -> StockLevel:
    """Units on the shelf, with the receipt that explains them."""
    level = StockLevel.objects.create(variant=variant, location=location or make_location(), on_hand=on_hand)
    StockMovement.objects.create(
        level=level, type=StockMovement.Type.RECEIPT, on_hand_change=on_hand, created_at=timezone.now()
    )
    return level


def add_variant(product: Product, *, stock: int | None = 10, **fields: Any) -> Variant:
    n = next(numbers)
    variant = Variant.objects.create(
        product=product, **{"sku": f"SKU-{n}", "name": f"Option {n}", "price": Decimal("1000.00"), **fields}
    )
    if stock is not None:
        add_stock(variant, stock)
    return variant


@contextmanager
def listed_together() -> Iterator[None]:
    """Bring the shop window up to date once for all products that are made inside, and not once for each."""
    made: list[int] = []
    token = waiting.set(made)
    try:
        yield
    finally:
        waiting.reset(token)
    refresh_now(made)


def refresh_now(product_ids: Collection[int]) -> None:
    """Bring the shop window up to date with products that a test has changed behind its back."""
    refresh_listings(product_ids=product_ids, at=timezone.now())


def make_product(
    *, price: str = "1000.00", stock: int | None = 10, model: type[Product] = Product, **fields: Any
) -> Any:
    """A published product with one variant and `stock` units; `stock=None` makes no stock level."""
    n = next(numbers)
    typed: dict[str, Any] = {}
    if model is Accessory:
        typed = {"accessory_type": Accessory.Type.CHARGER}
    if model is SoundDevice:
        typed = {"form_factor": SoundDevice.FormFactor.OVER_EAR, "connectivity": ["bluetooth"]}
    values = {"slug": f"product-{n}", "name": f"Product {n}", **typed, **fields}
    values.setdefault("brand", None)
    values["brand"] = values["brand"] or make_brand()
    values["category"] = values.get("category") or make_category()
    product = model.objects.create(**values)
    add_variant(product, stock=stock, name="", price=Decimal(price))
    made = waiting.get()
    if made is None:
        refresh_now([product.pk])
    else:
        made.append(product.pk)
    return product
