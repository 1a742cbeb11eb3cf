"""The price of an order: pure arithmetic in KES over facts, prices with VAT included. No database, no clock."""

from catalog.pricing import Tax
from orders.pricing.amounts import MAX_TOTAL, ZERO, LinePrice, Totals, half_up, price_line, round_total, spread
from orders.pricing.compute import price_order
from orders.pricing.facts import DeliveryTariff, Goods, Kind, Reason, Rule, Scope, normal_code
from orders.pricing.result import Applied, CouponAnswer, OrderPrice

__all__ = [
    "MAX_TOTAL",
    "ZERO",
    "Applied",
    "CouponAnswer",
    "DeliveryTariff",
    "Goods",
    "Kind",
    "LinePrice",
    "OrderPrice",
    "Reason",
    "Rule",
    "Scope",
    "Tax",
    "Totals",
    "half_up",
    "normal_code",
    "price_line",
    "price_order",
    "round_total",
    "spread",
]
