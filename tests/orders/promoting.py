"""Promotions for tests, and what quotes say of them."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from rest_framework.test import APIClient

from orders.models import Promotion

numbers = count(1)
LISTS = ("categories", "brands", "products")


def make_promotion(kind: str = "percentage", **fields: Any) -> Promotion:
    """A promotion as staff would save it: 10 % off everything for everybody, unless told otherwise."""
    lists = {name: fields.pop(name) for name in LISTS if name in fields}
    if lists and kind != "bundle_price":
        fields.setdefault("scope", "selection")
    usual: dict[str, dict[str, Any]] = {
        "percentage": {"percent": Decimal(10)},
        "fixed_amount": {"amount": Decimal(100)},
        "free_delivery": {},
        "buy_x_get_y": {"buy_quantity": 2, "get_quantity": 1, "percent": Decimal(100)},
        "tiered_quantity": {"tiers": [[2, "5"], [5, "20"]]},
        "bundle_price": {"amount": Decimal(1500), "scope": "bundle"},
    }
    promotion = Promotion(**{"name": f"Promotion {next(numbers)}", "kind": kind, **usual[kind], **fields})
    promotion.full_clean()
    promotion.save()
    for name, rows in lists.items():
        getattr(promotion, name).set(rows)
    return promotion


def coupon(code: str = "KARIBU", kind: str = "percentage", **fields: Any) -> Promotion:
    """A promotion for who names its code."""
    return make_promotion(kind, **{"code": code, "name": code.title(), **fields})


def quoted(client: APIClient, *items: dict[str, int], **more: Any) -> dict[str, Any]:
    """A quote for these items."""
    response = client.post("/api/orders/quote", {"items": list(items), **more})
    assert response.status_code == 200, response.content
    return dict(response.json())


def answer(quote: dict[str, Any]) -> str | None:
    """Why the one coupon of a quote was not taken; None if it was."""
    ((code, applied, reason),) = [(each["code"], each["applied"], each["reason"]) for each in quote["coupons"]]
    assert code == code.upper()
    assert applied == (reason is None)
    return None if reason is None else str(reason)


def discounts(quote: dict[str, Any]) -> list[str]:
    """What each line of a quote is lowered by."""
    return [line["discount"] for line in quote["items"]]
