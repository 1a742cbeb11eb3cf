"""Place an order: prices, snapshots, stock and timeline in one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.conf import settings

from accounts.actions.hold_account import hold_account
from accounts.models import User
from catalog.actions.take_stock import take_stock
from catalog.errors import InsufficientStock, StockMoved
from catalog.stock import Take
from electroports.errors import FieldError, InvalidInput
from electroports.idempotency import RequestKey, claim_key
from electroports.preconditions import ANY_VERSION, Precondition
from electroports.sql import insert_rows, insert_statement, send_together
from electroports.transactions import Deadlock, in_transaction
from orders.actions.open_for_order import open_for_order
from orders.actions.take_promotions import take_promotions
from orders.actions.tell_customer import messages_about
from orders.basket import Basket, BasketRequest, WantedItem, fill_basket, plan_basket, refuse_coupons
from orders.carts import CartOwner
from orders.customer_limits import customer_of, limited_variants, lock_customer, refuse_over_limit, wanted_of
from orders.delivery_choice import WantedDelivery
from orders.documents import taken_document
from orders.errors import PromotionMoved
from orders.models import Allocation, IdempotencyRecord, Order, OrderEvent, OrderLine, OrderMessage, random_order_number


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a customer sends when they buy. `acting_user` is None for a guest."""

    wanted: Sequence[WantedItem]
    contact: dict[str, str]
    address: dict[str, str] | None
    note: str
    acting_user: User | None
    coupons: Sequence[str] = ()
    delivery: WantedDelivery | None = None
    cart: CartOwner | None = None  # whose cart is bought, in place of what is wanted
    expected_cart: Precondition = ANY_VERSION

    def basket_request(self, *, at: datetime) -> BasketRequest:
        """Return what the price of the purchase depends on."""
        return BasketRequest(
            wanted=self.wanted,
            at=at,
            customer=self.acting_user,
            email=self.contact.get("email", ""),
            phone=self.contact.get("phone", ""),
            coupons=self.coupons,
            delivery=self.delivery,
        )


class PlacedOrder(NamedTuple):
    """An order as it was just written."""

    order: Order
    lines: list[OrderLine]
    events: list[OrderEvent]


class Once(NamedTuple):
    """A request that is to be answered once, and how its answer is written."""

    request_key: RequestKey
    render: Callable[[PlacedOrder], bytes]


def place_order(*, purchase: Purchase, at: datetime, once: Once | None = None) -> PlacedOrder:
    """Write the order, hold its stock until `at` + ORDER_HOLD, and return it.

    What to take from where is planned from a plain read, and taken at the very end of the transaction, so that the
    rows that everybody wants are locked for as short as can be. If somebody was quicker, everything is rolled back and
    planned again. Raises InvalidInput, InsufficientStock, OverCustomerLimit, PreconditionFailed, AccountGone and
    what `claim_key` raises; then nothing is written.
    """
    try:
        return in_transaction(partial(_place, purchase, at, once), again_after=(StockMoved, PromotionMoved))
    except (StockMoved, Deadlock) as error:
        raise InsufficientStock(
            "Others were quicker. Try again.",
            errors=[
                FieldError(field, InsufficientStock.code, "Others were quicker.")
                for field in [f"items.{position}.quantity" for position in range(len(purchase.wanted))] or ["cart"]
            ],
        ) from error


def _place(purchase: Purchase, at: datetime, once: Once | None) -> PlacedOrder:
    record = claim_key(IdempotencyRecord, request_key=once.request_key, at=at) if once else None
    if purchase.acting_user is not None:
        hold_account(user_id=purchase.acting_user.pk)
    if settings.DELIVERY_REQUIRED and purchase.delivery is None:
        message = "Say how the order is delivered."
        raise InvalidInput("The delivery is missing.", errors=[FieldError("delivery", "required", message)])
    bought = None
    if purchase.cart is not None:
        bought = open_for_order(owner=purchase.cart, expected=purchase.expected_cart, at=at)
        purchase = replace(purchase, wanted=bought.wanted, coupons=purchase.coupons or bought.coupons)
    basket = fill_basket(purchase.basket_request(at=at))
    refuse_coupons(basket)
    customer = customer_of(purchase.acting_user, purchase.contact)
    lock_customer(customer, limited_variants(basket))
    refuse_over_limit(wanted_of(basket), customer=customer)
    plans = plan_basket(basket)
    placed = _write(purchase, basket, plans, at)
    if bought is not None:
        bought.leave(at=at)
    if once and record:
        record.status, record.body, record.order = 201, once.render(placed), placed.order
        record.save(update_fields=["status", "body", "order"])
    take_promotions(order=placed.order, applied=basket.price.applied, keys=basket.keys, at=at)
    take_stock(
        takes=[take for takes in plans for take in takes],
        reference=placed.order.number,
        acting_user=purchase.acting_user,
        at=at,
    )
    return placed


def _write(purchase: Purchase, basket: Basket, plans: Sequence[Sequence[Take]], at: datetime) -> PlacedOrder:
    order = _new_order(purchase, basket, at)
    while not insert_rows([order], unless_taken=("number",)):
        order.number = random_order_number()
    lines = [
        OrderLine(
            order=order,
            product_id=line.item.product_id,
            variant_id=line.item.variant_id,
            sku=line.item.sku,
            name=line.item.name[:250],
            regular_price=line.item.regular_price,
            event_id=line.item.event.id if line.item.event else None,
            event_name=line.item.event.name if line.item.event else "",
            **line.price._asdict(),
        )
        for line in basket.lines
    ]
    insert_rows(lines)
    allocations = [
        Allocation(line=line, level_id=take.level_id, quantity=take.quantity)
        for line, takes in zip(lines, plans, strict=True)
        for take in takes
    ]
    events = _first_events(order, purchase.acting_user, at)
    is_pending = order.status == Order.Status.PENDING
    kind = OrderMessage.Kind.PLACED if is_pending else OrderMessage.Kind.CONFIRMED
    messages = messages_about(order, kind=kind, at=at)  # the sweep sends them: most customers pay before it comes
    statements = [insert_statement(events), insert_statement(allocations)]
    send_together(*statements, *([insert_statement(messages)] if messages else []))
    return PlacedOrder(order, lines, events)


def _new_order(purchase: Purchase, basket: Basket, at: datetime) -> Order:
    is_free = basket.price.totals.total == 0
    return Order(
        number=random_order_number(),
        user=purchase.acting_user,
        status=Order.Status.CONFIRMED if is_free else Order.Status.PENDING,
        payment_status=Order.PaymentStatus.PAID if is_free else Order.PaymentStatus.UNPAID,
        **basket.price.totals._asdict(),
        promotions=[taken_document(applied) for applied in basket.price.applied],
        currency=settings.CURRENCY,
        guest_key="" if purchase.acting_user else basket.keys.email_key,
        contact=purchase.contact,
        address=purchase.address,
        note=purchase.note,
        **(basket.delivery.snapshot() if basket.delivery else {}),
        created_at=at,
        expires_at=at + settings.ORDER_HOLD,
    )


def _first_events(order: Order, acting_user: User | None, at: datetime) -> list[OrderEvent]:
    """Return how a timeline begins; an order with nothing to pay is confirmed as it is placed."""
    statuses = Order.Status
    placed = OrderEvent(
        order=order,
        type="placed",
        to_status=statuses.PENDING,
        actor=OrderEvent.Actor.CUSTOMER,
        acting_user=acting_user,
        created_at=at,
    )
    if order.status == statuses.PENDING:
        return [placed]
    confirmed = OrderEvent(
        order=order,
        type=statuses.CONFIRMED,
        from_status=statuses.PENDING,
        to_status=statuses.CONFIRMED,
        reason="There is nothing to pay.",
        actor=OrderEvent.Actor.SYSTEM,
        created_at=at,
    )
    return [placed, confirmed]
