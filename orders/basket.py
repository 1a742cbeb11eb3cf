"""From what a customer asks for to priced lines: the same for an order and for a quote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from catalog.errors import InsufficientStock
from catalog.stock import ShelfItem, Take, plan_takes, read_shelf
from electroports.errors import FieldError, InvalidInput
from orders.pricing import MAX_TOTAL, LinePrice, OrderPrice, price_line, price_order


class WantedItem(NamedTuple):
    """What a customer asks for: a variant, or the product that has only one which can be bought."""

    product_id: int | None
    variant_id: int | None
    quantity: int


@dataclass(slots=True)
class BasketLine:
    """One variant of a basket. `position` is that of the first item that asked for it."""

    item: ShelfItem
    position: int
    quantity: int
    price: LinePrice


@dataclass(slots=True)
class Basket:
    """Priced lines and what they cost together."""

    lines: list[BasketLine]
    price: OrderPrice


def fill_basket(wanted: Sequence[WantedItem], *, at: datetime) -> Basket:
    """Return the basket, one line a variant, at the prices that apply at `at`, by one query.

    Raises InvalidInput that names every item of an unknown product or variant (an unpublished one is unknown too), of a
    product with several variants unless just one of them can be bought, or whose quantity, with those of the items
    before it, is over ORDER_MAX_QUANTITY.
    """
    variants, products = _shelf(wanted, at)
    errors: list[FieldError] = []
    chosen: dict[int, tuple[int, ShelfItem]] = {}
    quantities: dict[int, int] = defaultdict(int)
    for position, item in enumerate(wanted):
        found = _choose(item, f"items.{position}", variants, products)
        if isinstance(found, FieldError):
            errors.append(found)
            continue
        chosen.setdefault(found.variant_id, (position, found))
        quantities[found.variant_id] += item.quantity
        if quantities[found.variant_id] > settings.ORDER_MAX_QUANTITY:
            errors.append(_too_many(position))
    if errors:
        raise InvalidInput("Some items cannot be ordered.", errors=errors)
    lines = [
        BasketLine(
            item,
            position,
            quantities[item.variant_id],
            price_line(item.price, quantities[item.variant_id], vat_percent=settings.VAT_PERCENT),
        )
        for position, item in chosen.values()
    ]
    price = price_order(line.price for line in lines)
    if price.total > MAX_TOTAL:
        raise InvalidInput(
            "The order is larger than the shop can take.",
            errors=[FieldError("items", "order_too_large", f"An order comes to at most {MAX_TOTAL}.")],
        )
    return Basket(lines, price)


def _shelf(wanted: Iterable[WantedItem], at: datetime) -> tuple[dict[int, ShelfItem], dict[int, list[ShelfItem]]]:
    shelf = read_shelf(
        product_ids={item.product_id for item in wanted if item.product_id is not None},
        variant_ids={item.variant_id for item in wanted if item.variant_id is not None},
        at=at,
    )
    by_product: dict[int, list[ShelfItem]] = defaultdict(list)
    for item in shelf:
        by_product[item.product_id].append(item)
    return {item.variant_id: item for item in shelf}, by_product


def _choose(
    item: WantedItem, path: str, variants: dict[int, ShelfItem], products: dict[int, list[ShelfItem]]
) -> ShelfItem | FieldError:
    if item.variant_id is not None:
        found = variants.get(item.variant_id)
        return found or FieldError(f"{path}.variant", "unknown_variant", "There is no such variant.")
    candidates = products.get(item.product_id or 0, [])
    if not candidates:
        return FieldError(f"{path}.product", "unknown_product", "There is no such product.")
    purchasable = [candidate for candidate in candidates if candidate.available > 0]
    if len(candidates) > 1 and len(purchasable) != 1:
        message = "This product comes in several variants: name the variant."
        return FieldError(f"{path}.product", "ambiguous_variant", message)
    return (purchasable or candidates)[0]


def _too_many(position: int) -> FieldError:
    message = f"An order takes at most {settings.ORDER_MAX_QUANTITY} of one variant."
    return FieldError(f"items.{position}.quantity", "max_value", message)


def plan_basket(basket: Basket) -> list[list[Take]]:
    """Return for each line what to take from where; raises InsufficientStock that names every line with too few."""
    plans = [plan_takes(line.item, line.quantity) for line in basket.lines]
    short = [line for line, takes in zip(basket.lines, plans, strict=True) if not takes]
    if short:
        raise insufficient_stock(short)
    return plans


def insufficient_stock(lines: Sequence[BasketLine]) -> InsufficientStock:
    """Return the refusal of lines for which too few units are left; how many exactly is for staff to know."""
    return InsufficientStock(
        " ".join(f"{line.item.sku}: {_shortage(line)}" for line in lines[:3]),
        errors=[
            FieldError(f"items.{line.position}.quantity", InsufficientStock.code, _shortage(line)) for line in lines
        ],
    )


def _shortage(line: BasketLine) -> str:
    return f"Fewer than {line.quantity} are left." if line.item.available > 0 else "None is left."
