"""How the rule of a promotion reads, for staff who check what they have entered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from catalog.pricing import shown_price
from orders.models import Promotion
from orders.promotion_rules import read_tiers

NAMED = 5  # names of a list; the rest is counted


def sentence(promotion: Promotion) -> str:
    """Return the rule of a stored promotion as a sentence, by three queries at most."""
    parts = [_gift(promotion, _goods(promotion)), *_conditions(promotion), *_limits(promotion), *_times(promotion)]
    return ", ".join(parts) + "."


def _gift(promotion: Promotion, goods: str) -> str:
    kind, percent = promotion.kind, promotion.percent
    if kind == Promotion.Kind.PERCENTAGE and percent is not None:
        return f"{percent.normalize():f} % off {goods}"
    if kind == Promotion.Kind.FIXED_AMOUNT and promotion.amount is not None:
        each = " each time" if promotion.scope == Promotion.Scope.BUNDLE else ""
        return f"{shown_price(promotion.amount)} off {goods}{each}"
    if kind == Promotion.Kind.BUY_X_GET_Y and percent is not None:
        off = "free" if percent == 100 else f"at {percent.normalize():f} % off"
        return f"Of {goods}: buy {promotion.buy_quantity}, get {promotion.get_quantity} more {off}, the cheapest ones"
    if kind == Promotion.Kind.TIERED_QUANTITY:
        steps = (f"{percent.normalize():f} % from {units} units on" for units, percent in read_tiers(promotion.tiers))
        return f"Off {goods}: {', '.join(steps)}"
    if kind == Promotion.Kind.BUNDLE_PRICE and promotion.amount is not None:
        return f"{shown_price(promotion.amount)} for {goods}"
    return "Free delivery" + ("" if promotion.scope == Promotion.Scope.EVERYTHING else f" with {goods}")


def _goods(promotion: Promotion) -> str:
    if promotion.scope == Promotion.Scope.EVERYTHING:
        return "everything"
    products = _names(promotion.products.order_by("name").values_list("name", flat=True))
    if promotion.scope == Promotion.Scope.BUNDLE:
        return f"{products or 'no products'} together"
    lists = (
        ("all in", _names(promotion.categories.order_by("name").values_list("name", flat=True))),
        ("all of", _names(promotion.brands.order_by("name").values_list("name", flat=True))),
        ("", products),
    )
    return " and ".join(f"{word} {names}".strip() for word, names in lists if names) or "no goods"


def _names(names: Iterable[str]) -> str:
    found = list(names)
    more = [f"{len(found) - NAMED} more"] if len(found) > NAMED else []
    return ", ".join([*found[:NAMED], *more])


def _conditions(promotion: Promotion) -> list[str]:
    parts = []
    if promotion.min_spend is not None:
        parts.append(f"when these come to {shown_price(promotion.min_spend)}")
    if promotion.first_order_only:
        parts.append("on a first order")
    if promotion.code:
        parts.append(f"with the code {promotion.code}")
    if promotion.is_exclusive:
        parts.append("with no other promotion")
    return parts


def _limits(promotion: Promotion) -> list[str]:
    parts = []
    if promotion.usage_limit is not None:
        parts.append(f"{promotion.usage_limit:,} orders in all")
    if promotion.per_customer_limit is not None and not promotion.first_order_only:
        parts.append(f"{promotion.per_customer_limit} a customer")
    return parts


def _times(promotion: Promotion) -> list[str]:
    times = (("from", promotion.starts_at), ("until", promotion.ends_at))
    return [f"{word} {_shown(moment)}" for word, moment in times if moment is not None]


def _shown(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"
