"""Put what a customer is to be told of an order into the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from electroports.jobs import enqueue
from electroports.sql import insert_rows
from orders.life import Status
from orders.models import Order, OrderMessage
from orders.models.messages import MessageChannel, MessageKind

BOTH = (MessageChannel.EMAIL, MessageChannel.SMS)
CHANNELS: dict[MessageKind, tuple[MessageChannel, ...]] = dict.fromkeys(MessageKind, BOTH) | {
    MessageKind.DELIVERED: (MessageChannel.EMAIL,)
}
AT_STATUS: dict[str, MessageKind] = {
    Status.CONFIRMED: MessageKind.CONFIRMED,
    Status.SHIPPED: MessageKind.SHIPPED,
    Status.DELIVERED: MessageKind.DELIVERED,
    Status.CANCELLED: MessageKind.CANCELLED,
    Status.EXPIRED: MessageKind.EXPIRED,
}
# Most pay at once, and need not be asked to.
PATIENCE = timedelta(minutes=1)


def tell_customer(
    *, order: Order, kind: MessageKind, at: datetime, event: str = "", amount: Decimal | None = None
) -> None:
    """Write what is to be sent into the outbox, in the caller's transaction, and have it sent after that.

    The same is told once: a second message of this kind, about the same event, is not written.
    """
    messages = messages_about(order, kind=kind, at=at, event=event, amount=amount)
    if messages and insert_rows(messages, unless_taken=("order_id", "kind", "channel", "event")):
        enqueue("orders.tasks.send_messages")


def messages_about(
    order: Order, *, kind: MessageKind, at: datetime, event: str = "", amount: Decimal | None = None
) -> list[OrderMessage]:
    """Return the messages that tell of something, one a channel on which the customer can be reached."""
    reached = {MessageChannel.EMAIL: order.contact.get("email"), MessageChannel.SMS: order.contact.get("phone")}
    return [
        OrderMessage(
            order=order,
            kind=kind,
            channel=channel,
            event=event,
            amount=amount,
            recipient=reached[channel],
            created_at=at,
            next_attempt_at=at + PATIENCE if kind == MessageKind.PLACED else at,
            give_up_at=at + OrderMessage.TRIED_FOR,
        )
        for channel in CHANNELS[kind]
        if reached[channel]
    ]
