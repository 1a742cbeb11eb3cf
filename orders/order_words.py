"""What customers are told of an order, in words: short, for a phone and for an e-mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from catalog.pricing import shown_price
from electroports.sms import gsm_text
from orders.gateways.registry import enabled_providers
from orders.life import Status
from orders.models import DeliveryMethod, Order, OrderMessage
from orders.models.messages import MessageKind
from orders.providers import label_of

DeliveryKind = DeliveryMethod.Kind
FETCHED = (DeliveryKind.PICKUP_STATION, DeliveryKind.SHOP_PICKUP)  # the customer comes for it


class Words(NamedTuple):
    """A message: the subject and the paragraphs of an e-mail, and what a phone shows."""

    subject: str
    paragraphs: list[str]
    sms: str


def words_for(message: OrderMessage) -> Words:
    """Return the words of a message about its order as it is now."""
    subject, paragraphs, sms = WORDS[MessageKind(message.kind)](message.order, message.amount or Decimal(0))
    return Words(f"{subject}: {message.order.number}", paragraphs, gsm_text(f"{settings.SHOP_NAME}: {sms}"))


def is_still_true(message: OrderMessage, *, at: datetime) -> bool:
    """Tell whether a message is worth sending: nobody is asked to pay for what is paid, or over."""
    asks, order = message.kind in (MessageKind.PLACED, MessageKind.PART_PAID), message.order
    return not asks or (order.status == Status.PENDING and order.due > 0 and not order.is_expired(at=at))


def shown_moment(moment: datetime | None) -> str:
    """Return a moment as people in the shop's time zone write it: `14:30 on 27 November`."""
    if moment is None:
        return "today"
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return f"{local:%H:%M} on {local.day} {local:%b}"


def ways_to_pay(order: Order) -> list[str]:
    """Return how an order can be paid, each way in a sentence."""
    providers = enabled_providers()
    names = [label_of(name) for name in providers]
    ways = [f"Choose how to pay on the page of your order: {', '.join(names)}."] if names else []
    if "mpesa" in providers and settings.MPESA_SHORTCODE and not settings.MPESA_TILL:
        ways.append(f"Or pay by M-Pesa: paybill {settings.MPESA_SHORTCODE}, account {order.number}.")
    return ways


def _placed(order: Order, _amount: Decimal) -> tuple[str, list[str], str]:
    due, until = shown_price(order.due), shown_moment(order.expires_at)
    paragraphs = [
        "thank you for your order. We hold everything for you.",
        f"Please pay {due} by {until}. After that we cannot hold it any longer.",
        *ways_to_pay(order),
    ]
    return "We have your order", paragraphs, f"we have your order {order.number}. Please pay {due} by {until}."


def _confirmed(order: Order, _amount: Decimal) -> tuple[str, list[str], str]:
    is_fetched = order.delivery_kind in FETCHED
    if order.due > 0:
        told = f"Please have {shown_price(order.due)} ready when {'you fetch it' if is_fetched else 'it comes'}."
    elif order.total == 0:
        told = "There is nothing to pay."
    else:
        told = "It is paid."
    paragraphs = [f"your order is confirmed. {told}"]
    if order.delivery_kind != DeliveryKind.SHOP_PICKUP:
        paragraphs.append("We tell you when it is on its way.")
    return "Order confirmed", paragraphs, f"your order {order.number} is confirmed. {told}"


def _part_paid(order: Order, amount: Decimal) -> tuple[str, list[str], str]:
    came, due, until = shown_price(amount), shown_price(order.due), shown_moment(order.expires_at)
    paragraphs = [f"we received {came}, thank you. Please pay the remaining {due} by {until}.", *ways_to_pay(order)]
    return (
        "Paid in part",
        paragraphs,
        f"we received {came} for order {order.number}. Please pay the remaining {due} by {until}.",
    )


def _shipped(order: Order, _amount: Decimal) -> tuple[str, list[str], str]:
    ready = f" Please have {shown_price(order.due)} ready." if order.due > 0 else ""
    return (
        "On its way",
        [f"your order has left our store and is on its way to you.{ready}"],
        f"your order {order.number} is on its way.{ready}",
    )


def _delivered(order: Order, _amount: Decimal) -> tuple[str, list[str], str]:
    return (
        "Delivered",
        ["your order has been delivered. If anything is missing or does not work, tell us.", "Thank you!"],
        f"your order {order.number} has been delivered. Thank you!",
    )


def _returned_words(order: Order) -> str:
    return f" The {shown_price(order.owed)} that you paid will be returned to you." if order.owed > 0 else ""


def _cancelled(order: Order, _amount: Decimal) -> tuple[str, list[str], str]:
    back = _returned_words(order)
    return "Order cancelled", [f"your order is cancelled.{back}"], f"your order {order.number} is cancelled.{back}"


def _expired(order: Order, _amount: Decimal) -> tuple[str, list[str], str]:
    back = _returned_words(order)
    return (
        "Order not paid in time",
        [f"your order was not paid in time, and we no longer hold it.{back}", "You can order again at any time."],
        f"order {order.number} was not paid in time and we no longer hold it.{back}",
    )


def _refunded(order: Order, amount: Decimal) -> tuple[str, list[str], str]:
    gone = shown_price(amount)
    return (
        "Money returned",
        [f"we have returned {gone} to you. It may take some days until you see it, depending on how you paid."],
        f"we have returned {gone} to you for order {order.number}.",
    )


def _late(order: Order, amount: Decimal) -> tuple[str, list[str], str]:
    came = shown_price(amount)
    what = "had been cancelled" if order.status == Status.CANCELLED else "had run out, and is no longer in stock"
    return (
        "Your payment came too late",
        [f"we received {came} for an order that {what}. We will return the money to you."],
        f"we received {came} for order {order.number}, which {what}. We will return the money.",
    )


WORDS: dict[MessageKind, Callable[[Order, Decimal], tuple[str, list[str], str]]] = {
    MessageKind.PLACED: _placed,
    MessageKind.CONFIRMED: _confirmed,
    MessageKind.PART_PAID: _part_paid,
    MessageKind.SHIPPED: _shipped,
    MessageKind.DELIVERED: _delivered,
    MessageKind.CANCELLED: _cancelled,
    MessageKind.EXPIRED: _expired,
    MessageKind.REFUNDED: _refunded,
    MessageKind.LATE: _late,
}
