"""Forget answers that are too old to be given again."""

from datetime import datetime

from electroports.idempotency import KeptAnswer
from orders.models import CartAnswer, IdempotencyRecord, PaymentAnswer


def forget_keys(*, at: datetime) -> int:
    """Delete the answers whose Idempotency-Key is free again, 24 hours after; return how many there were."""
    models: tuple[type[KeptAnswer], ...] = (CartAnswer, IdempotencyRecord, PaymentAnswer)
    return sum(model._default_manager.filter(created_at__lte=at - model.LIFETIME).delete()[0] for model in models)
