"""From what a customer asks for to priced lines: the same for an order and for a quote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from accounts.models import User
from catalog.errors import InsufficientStock
from catalog.pricing import usual_tax
from catalog.stock import ShelfItem, Take, plan_takes, read_shelf
from electroports.errors import FieldError, InvalidInput
from orders.customers import CustomerKeys, customer_keys
from orders.delivery_choice import DeliveryChoice, WantedDelivery, choose_delivery
from orders.pricing import MAX_TOTAL, Goods, LinePrice, OrderPrice, Reason, normal_code, price_order
from orders.promotions import load_rules

REFUSALS = {
    Reason.UNKNOWN: "There is no such coupon.",
    Reason.NOT_STARTED: "It does not hold yet.",
    Reason.EXPIRED: "It holds no longer.",
    Reason.USED_UP: "It has been used as often as it can be.",
    Reason.USED_BY_YOU: "You have used it as often as you may.",
    Reason.FIRST_ORDER_ONLY: "It is for a first order.",
    Reason.MIN_SPEND: "The goods that it is for come to too little.",
    Reason.NOT_APPLICABLE: "There is nothing in the basket that it would make cheaper.",
    Reason.NEEDS_DELIVERY: "It is for a delivery that costs something: choose how the goods come to you.",
    Reason.NOT_COMBINABLE: "It does not combine with the others, which save you more.",
}


class WantedItem(NamedTuple):
    """What a customer asks for: a variant, or the product that has only one which can be bought."""

    product_id: int | None
    variant_id: int | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketRequest:
    """All that the price of an order depends on besides the shop: what is wanted, by whom, how delivered, and when.

    `customer` is None for a guest, whom `email` and `phone` (E.164) tell apart; a quote may not know these either.
    """

    wanted: Sequence[WantedItem]
    at: datetime
    customer: User | None = None
    email: str = ""
    phone: str = ""
    coupons: Sequence[str] = ()
    delivery: WantedDelivery | None = None

    @property
    def keys(self) -> CustomerKeys:
        """Who buys, as limits of promotions know them."""
        return customer_keys(self.customer, email=self.email, phone=self.phone)


@dataclass(slots=True)
class BasketLine:
    """One variant of a basket. `position` is that of the first item that asked for it."""

    item: ShelfItem
    position: int
    quantity: int
    price: LinePrice


@dataclass(slots=True)
class Basket:
    """Priced lines, what they cost together, and who buys them."""

    lines: list[BasketLine]
    price: OrderPrice
    keys: CustomerKeys
    delivery: DeliveryChoice | None = None


def fill_basket(request: BasketRequest) -> Basket:
    """Return the basket, one line a variant, at the prices that apply then.

    Raises InvalidInput that names every item of an unknown product or variant (an unpublished one is unknown too), of a
    product with several variants unless just one of them can be bought, or whose quantity, with those of the items
    before it, is over ORDER_MAX_QUANTITY. A coupon that does not apply is refused in the price and not raised.
    A delivery that cannot be is: see `choose_delivery` and `price_items`.
    """
    chosen, quantities = _choose_all(request)
    delivery = choose_delivery(request.delivery, at=request.at) if request.delivery else None
    price = price_items(request, [(item, quantities[item.variant_id]) for _position, item in chosen], delivery)
    if max(price.totals.subtotal, price.totals.total) > MAX_TOTAL:
        raise InvalidInput(
            "The order is larger than the shop can take.",
            errors=[FieldError("items", "order_too_large", f"An order comes to at most {MAX_TOTAL}.")],
        )
    lines = [
        BasketLine(item, position, line.quantity, line)
        for (position, item), line in zip(chosen, price.lines, strict=True)
    ]
    return Basket(lines, price, request.keys, delivery)


def price_items(
    request: BasketRequest, items: Sequence[tuple[ShelfItem, int]], delivery: DeliveryChoice | None = None
) -> OrderPrice:
    """Return the price of these variants in these quantities, whatever else the request wants.

    Raises InvalidInput for what is too heavy or too dear to be delivered so.
    """
    goods = [
        Goods(item.variant_id, item.product_id, item.brand_id, item.category_id, item.price, quantity, item.tax)
        for item, quantity in items
    ]
    codes = [normal_code(code) for code in request.coupons]
    grams = sum(item.shipping_grams * quantity for item, quantity in items)
    price = price_order(
        goods,
        rules=load_rules(codes=codes, keys=request.keys, at=request.at) if items or codes else (),
        coupons=codes,
        tariff=delivery.tariff(grams) if delivery else None,
        delivery_tax=items[0][0].usual_tax if items else usual_tax(),
        rounding=settings.TOTAL_ROUNDING,
        at=request.at,
    )
    if delivery:
        delivery.refuse_goods(price.totals.subtotal - price.totals.discount)
    return price


def _choose_all(request: BasketRequest) -> tuple[list[tuple[int, ShelfItem]], dict[int, int]]:
    """Return each variant once, with the position of its first item, and how many units of each are wanted."""
    variants, products = _shelf(request.wanted, request.at)
    errors: list[FieldError] = []
    chosen: dict[int, tuple[int, ShelfItem]] = {}
    quantities: dict[int, int] = defaultdict(int)
    for position, item in enumerate(request.wanted):
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
    return list(chosen.values()), quantities


def choose_item(wanted: WantedItem, *, at: datetime) -> ShelfItem:
    """Return the variant that is wanted, by one query; raises InvalidInput that names `product` or `variant`."""
    variants, products = _shelf([wanted], at)
    found = _choose(wanted, "", variants, products)
    if isinstance(found, FieldError):
        error = found._replace(field=(found.field or "").lstrip("."))
        raise InvalidInput(found.message, errors=[error])
    return found


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


def refuse_coupons(basket: Basket) -> None:
    """Refuse to sell without what a coupon promised: raises InvalidInput if one was not taken."""
    refused = [(answer.code, answer.reason) for answer in basket.price.refused if answer.reason is not None]
    if refused:
        raise InvalidInput(
            "The coupon does not apply.",
            errors=[FieldError("coupon", reason.value, f"{code}: {REFUSALS[reason]}") for code, reason in refused],
        )


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
