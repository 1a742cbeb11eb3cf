"""Forget answers that are too old to be given again."""

from datetime import datetime

from electroports.idempotency import KeptAnswer
from electroports.retention import delete_in_batches
from orders.models import CartAnswer, IdempotencyRecord, PaymentAnswer


def forget_keys(*, at: datetime) -> int:
    """Delete the answers whose Idempotency-Key is free again, 24 hours after; return how many there were."""
    models: tuple[type[KeptAnswer], ...] = (CartAnswer, IdempotencyRecord, PaymentAnswer)
    return sum(
        delete_in_batches(model._default_manager.filter(created_at__lte=at - model.LIFETIME)) for model in models
    )
