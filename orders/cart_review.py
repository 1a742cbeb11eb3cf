"""What of a cart can be bought now, at which price, and what has changed since it was put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings

from accounts.models import User
from catalog.documents import ImageFacts
from catalog.facts import load_images
from catalog.stock import ShelfItem, read_shelf
from electroports.errors import InvalidInput
from electroports.texts import how_many
from orders.basket import REFUSALS, BasketRequest, price_items
from orders.carts import CartItem, FilledCart
from orders.customer_limits import bought_by, customer_of, say_limit
from orders.delivery_choice import DeliveryChoice, WantedDelivery, choose_delivery
from orders.pricing import LinePrice, OrderPrice, Reason

# Problems that stand in the way of an order; what else there is, a customer may overlook.
IN_THE_WAY = frozenset(
    {
        *("unpublished", "out_of_stock", "insufficient_stock", "over_limit", "too_many_lines"),
        *(reason.value for reason in Reason if reason != Reason.NEEDS_DELIVERY),  # which an order can bring
    }
)


class Problem(NamedTuple):
    """What a customer should know of a cart, or of one of its lines."""

    code: str
    line_id: int | None
    message: str
    old_price: Decimal | None = None
    new_price: Decimal | None = None
    limit: int | None = None

    @property
    def is_in_the_way(self) -> bool:
        """Whether the cart cannot be ordered as it is."""
        return self.code in IN_THE_WAY


@dataclass(slots=True)
class ReviewedLine:
    """A line as it stands: what is on the shelf (None: it is not for sale), what it costs, and its picture.

    What is not for sale or sold out has no price: it is in no total.
    """

    item: CartItem
    shelf: ShelfItem | None
    image: ImageFacts | None
    price: LinePrice | None = None

    @property
    def counts(self) -> bool:
        """Whether it is in the totals."""
        return self.shelf is not None and self.shelf.available > 0


@dataclass(slots=True)
class CartReview:
    """A cart with the price of what of it can be bought, and its problems."""

    cart: FilledCart
    lines: list[ReviewedLine]
    price: OrderPrice
    problems: list[Problem]
    has_delivery: bool = False


def review_cart(cart: FilledCart, *, customer: User | None, at: datetime) -> CartReview:
    """Return what of a cart can be bought at `at`, and by this customer; None stands for a guest.

    A fixed number of queries, none for an empty cart. Nothing is held: what is there may be gone a moment later.
    """
    if not cart.items:
        return CartReview(cart, [], price_items(BasketRequest(wanted=(), at=at), ()), list(_problems_of_all(cart)))
    shelf = {item.variant_id: item for item in read_shelf(product_ids=(), variant_ids=cart.variants, at=at)}
    pictures = load_images({item.product_id for item in cart.items})
    lines = [ReviewedLine(item, shelf.get(item.variant_id), _picture(item, pictures)) for item in cart.items]
    request = BasketRequest(wanted=(), at=at, customer=customer, coupons=cart.coupons)
    price, undelivered = _price_delivered(cart, lines, request)
    limited = [line.item.variant_id for line in lines if line.shelf and line.shelf.max_per_customer is not None]
    bought = bought_by(customer_of(customer, {}), limited)
    problems = [problem for line in lines for problem in _problems(line, bought.get(line.item.variant_id, 0))]
    problems += [*undelivered, *_problems_of_coupons(price), *_problems_of_all(cart)]
    return CartReview(cart, lines, price, problems, has_delivery=cart.delivery is not None and not undelivered)


def _price_delivered(
    cart: FilledCart, lines: Sequence[ReviewedLine], request: BasketRequest
) -> tuple[OrderPrice, list[Problem]]:
    """Return the price with the delivery that is estimated, or without it and why it cannot be delivered so."""
    if cart.delivery is None:
        return _price(lines, request), []
    try:
        choice = choose_delivery(WantedDelivery(**cart.delivery, is_estimate=True), at=request.at)
        return _price(lines, request, choice), []
    except InvalidInput as refusal:
        reasons = [Problem("no_delivery", None, error.message) for error in refusal.errors]
        return _price(lines, request), reasons


def _price(lines: Sequence[ReviewedLine], request: BasketRequest, delivery: DeliveryChoice | None = None) -> OrderPrice:
    """Price the lines that count, set their prices, and return what they cost together."""
    counting = [line for line in lines if line.counts]
    price = price_items(request, [(line.shelf, line.item.quantity) for line in counting if line.shelf], delivery)
    for line, found in zip(counting, price.lines, strict=True):
        line.price = found
    return price


def _picture(item: CartItem, pictures: dict[int, list[ImageFacts]]) -> ImageFacts | None:
    """Return the variant's own first picture, or else the product's."""
    images = pictures.get(item.product_id, [])
    return next((image for image in images if image.variant_id == item.variant_id), next(iter(images), None))


def _problems_of_all(cart: FilledCart) -> Iterator[Problem]:
    most = settings.ORDER_MAX_LINES
    if len(cart.items) > most:
        yield Problem("too_many_lines", None, f"An order takes at most {most} lines.", limit=most)
    if cart.waiting:
        left = how_many(cart.waiting, "line")
        yield Problem(
            "cart_full", None, f"There is no room for {left} of the cart from before you signed in.", limit=most
        )


def _problems_of_coupons(price: OrderPrice) -> Iterator[Problem]:
    for answer in price.refused:
        if answer.reason is not None:
            yield Problem(answer.reason.value, None, f"{answer.code}: {REFUSALS[answer.reason]}")


def _problems(line: ReviewedLine, bought: int) -> Iterator[Problem]:
    item, shelf = line.item, line.shelf
    if shelf is None:
        yield Problem("unpublished", item.line_id, f"{item.name} is no longer for sale.")
        return
    if shelf.price != item.added_price:
        message = f"{item.name} {'costs more' if shelf.price > item.added_price else 'costs less'} than before."
        yield Problem("price_changed", item.line_id, message, item.added_price, shelf.price)
    if shelf.available <= 0:
        yield Problem("out_of_stock", item.line_id, f"{item.name} is sold out.")
    elif shelf.available < item.quantity:
        yield Problem("insufficient_stock", item.line_id, f"Fewer than {item.quantity} of {item.name} are left.")
    most = shelf.max_per_customer
    if most is not None and bought + item.quantity > most:
        yield Problem("over_limit", item.line_id, f"{item.name}: {say_limit(most, bought)}", limit=most)
    elif item.quantity > settings.ORDER_MAX_QUANTITY:
        message = f"An order takes at most {settings.ORDER_MAX_QUANTITY} of one variant."
        yield Problem("over_limit", item.line_id, message, limit=settings.ORDER_MAX_QUANTITY)
