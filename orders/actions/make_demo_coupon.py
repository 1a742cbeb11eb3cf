"""Give a developer's shop a coupon to try."""

from __future__ import annotations

from decimal import Decimal

from electroports.transactions import in_transaction
from orders.models import Promotion

DEMO_CODE = "KARIBU"


def make_demo_coupon() -> Promotion:
    """Return the coupon KARIBU, which takes 10 % off goods of KES 3,000 or more; one that is there stays as it is."""
    return in_transaction(_make)


def _make() -> Promotion:
    there: Promotion | None = Promotion.objects.filter(code=DEMO_CODE).first()
    if there is not None:
        return there
    promotion = Promotion(
        name="Karibu",
        code=DEMO_CODE,
        kind=Promotion.Kind.PERCENTAGE,
        percent=Decimal(10),
        min_spend=Decimal(3000),
    )
    promotion.full_clean()
    promotion.save()
    return promotion
