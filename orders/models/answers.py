"""What requests with an Idempotency-Key were answered."""

from typing import ClassVar

from django.db import models

from electroports.idempotency import KeptAnswer
from orders.models.orders import Order


class IdempotencyRecord(KeptAnswer):
    """The stored answer to an order that carried an Idempotency-Key."""

    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="idempotency_key_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created_at"], name="idempotency_by_creation")]
