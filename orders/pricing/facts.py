"""What the price of an order is computed from: goods, a delivery's tariff, and the rules of promotions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import NamedTuple

from catalog.pricing import Tax
from orders.pricing.amounts import ZERO


class Kind(StrEnum):
    """What a promotion gives."""

    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"
    FREE_DELIVERY = "free_delivery"
    BUY_X_GET_Y = "buy_x_get_y"
    TIERED_QUANTITY = "tiered_quantity"
    BUNDLE_PRICE = "bundle_price"


class Scope(StrEnum):
    """Which goods a promotion is about."""

    EVERYTHING = "everything"
    SELECTION = "selection"  # what is in one of the categories, of one of the brands, or one of the products
    BUNDLE = "bundle"  # all of the products together


class Reason(StrEnum):
    """Why a coupon was not taken."""

    UNKNOWN = "coupon_unknown"
    NOT_STARTED = "coupon_not_started"
    EXPIRED = "coupon_expired"
    USED_UP = "coupon_used_up"
    USED_BY_YOU = "coupon_used_by_you"
    FIRST_ORDER_ONLY = "coupon_first_order_only"
    MIN_SPEND = "coupon_min_spend"
    NOT_APPLICABLE = "coupon_not_applicable"
    NEEDS_DELIVERY = "coupon_needs_delivery"
    NOT_COMBINABLE = "coupon_not_combinable"


class Goods(NamedTuple):
    """Units of one variant, at the price of a unit now; VAT is included."""

    variant_id: int
    product_id: int
    brand_id: int
    category_id: int
    unit_price: Decimal
    quantity: int
    tax: Tax


class DeliveryTariff(NamedTuple):
    """What a way of delivery costs: the price of the last band whose `goods_from` is not over the value of the goods.

    That value is what the goods cost after discounts. A band with the price 0 is free delivery from there on; below the
    first band the first one's price stands. `tax` is None where the shop's default tax class is meant.
    """

    code: str
    name: str
    bands: tuple[tuple[Decimal, Decimal], ...]
    tax: Tax | None = None

    def price(self, goods: Decimal) -> Decimal:
        """Return the price (KES, VAT included) for goods of this value."""
        bands = sorted(self.bands)
        reached = [price for goods_from, price in bands if goods_from <= goods]
        return reached[-1] if reached else bands[0][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A promotion as it stands for one customer at one moment. Without a code it is automatic.

    `used_slots` are those of the customer's own uses so far, and `has_ordered` tells whether they have bought before.
    """

    id: int
    name: str
    kind: Kind
    code: str = ""
    scope: Scope = Scope.EVERYTHING
    percent: Decimal = Decimal(100)  # of buy X get Y: off the units that one gets
    amount: Decimal = ZERO
    buy: int = 1
    get: int = 1
    tiers: tuple[tuple[int, Decimal], ...] = ()  # (from how many units, percent off)
    category_ids: frozenset[int] = field(default_factory=frozenset)  # with all below them
    brand_ids: frozenset[int] = field(default_factory=frozenset)
    product_ids: frozenset[int] = field(default_factory=frozenset)
    min_spend: Decimal = ZERO
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    usage_limit: int | None = None
    uses: int = 0
    per_customer_limit: int | None = None
    used_slots: frozenset[int] = field(default_factory=frozenset)
    first_order_only: bool = False
    has_ordered: bool = False
    is_exclusive: bool = False
    priority: int = 0

    @property
    def place(self) -> tuple[bool, int, int]:
        """Where the rule stands in the order of computation: automatic before coupons, then by priority and age."""
        return bool(self.code), -self.priority, self.id

    @property
    def own_limit(self) -> int | None:
        """How often one customer may use it; what is for a first order is used once."""
        return 1 if self.first_order_only else self.per_customer_limit

    @property
    def free_slot(self) -> int | None:
        """The number of this use among those of the customer, None where these are not limited."""
        if self.own_limit is None:
            return None
        return next(slot for slot in count(1) if slot not in self.used_slots)

    def covers(self, goods: Goods) -> bool:
        """Tell whether the rule is about these goods."""
        return (
            self.scope == Scope.EVERYTHING
            or goods.product_id in self.product_ids
            or (
                self.scope == Scope.SELECTION
                and (goods.brand_id in self.brand_ids or goods.category_id in self.category_ids)
            )
        )

    def barrier(self, at: datetime) -> Reason | None:
        """Return why the rule is not open to this customer at `at`, whatever is in the basket."""
        if self.starts_at is not None and at < self.starts_at:
            return Reason.NOT_STARTED
        if self.ends_at is not None and at >= self.ends_at:
            return Reason.EXPIRED
        if self.usage_limit is not None and self.uses >= self.usage_limit:
            return Reason.USED_UP
        if self.own_limit is not None and len(self.used_slots) >= self.own_limit:
            return Reason.USED_BY_YOU
        if self.first_order_only and self.has_ordered:
            return Reason.FIRST_ORDER_ONLY
        return None


def normal_code(code: str) -> str:
    """Return a coupon's code as it is kept: without spaces around it, in capitals."""
    return code.strip().upper()
