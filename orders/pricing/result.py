"""What computing the price of an order gives."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from orders.pricing.amounts import LinePrice, Totals
from orders.pricing.facts import Reason, Rule


class Applied(NamedTuple):
    """A promotion that was taken, and what it took off the goods or, if it gives free delivery, off that."""

    rule: Rule
    amount: Decimal


class CouponAnswer(NamedTuple):
    """What became of a coupon: `reason` is None if it was taken."""

    code: str
    reason: Reason | None


class OrderPrice(NamedTuple):
    """The price of an order: a line for each of the goods, in their order, and what came of promotions."""

    lines: list[LinePrice]
    totals: Totals
    applied: list[Applied]
    coupons: list[CouponAnswer]

    @property
    def refused(self) -> list[CouponAnswer]:
        """The coupons that were not taken."""
        return [answer for answer in self.coupons if answer.reason is not None]
