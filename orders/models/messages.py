"""What customers are told of their orders: an outbox, written with the step that it tells of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from electroports.outbox import MessageChannel, OutboxMessage
from orders.models.orders import Order
from orders.querysets import OrderMessageQuerySet

__all__ = ["MessageChannel", "MessageKind", "OrderMessage"]


class MessageKind(models.TextChoices):
    """What it tells."""

    PLACED = "placed", "Order received"
    CONFIRMED = "confirmed", "Order confirmed"
    PART_PAID = "part_paid", "Paid in part"
    SHIPPED = "shipped", "On its way"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Not paid in time"
    REFUNDED = "refunded", "Money returned"
    LATE = "late", "Paid too late"


class OrderMessage(OutboxMessage):
    """One message to a customer. It is made of the order when it is sent; the amount is of what it tells."""

    Kind = MessageKind

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    event = models.CharField(
        max_length=40, blank=True, help_text="Which of several of its kind: the payment or the refund."
    )
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    objects = OrderMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message about an order"
        verbose_name_plural = "messages about orders"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["order", "kind", "channel", "event"], name="order_message_once"),
            models.CheckConstraint(
                condition=Q(status__in=("sent", "skipped", "dead")) | Q(next_attempt_at__isnull=False),
                name="order_message_has_an_end_or_a_next_attempt",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="order_message_due",
                condition=Q(status="waiting") | Q(status="failed"),
            ),
            models.Index(fields=["created_at"], name="order_message_by_creation"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_channel_display()})"
