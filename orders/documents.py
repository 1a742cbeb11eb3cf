"""Orders as the API shows them: plain dictionaries, made without serializers because every order placed pays for it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from catalog.pricing import money
from electroports.rendering import written_time
from orders.basket import Basket, BasketLine
from orders.delivery_documents import delivery_document
from orders.models import Order, OrderEvent, OrderLine
from orders.pricing import Applied, CouponAnswer

# How an order is delivered.
CHOSEN = tuple(f"delivery_{part}" for part in ("code", "name", "kind", "station", "earliest_on", "latest_on"))
AMOUNTS = ("subtotal", "discount", "delivery", "rounding", "vat", "total")


def order_document(order: Order, lines: Iterable[OrderLine], events: Iterable[OrderEvent]) -> dict[str, Any]:
    """Return an order with its lines and its timeline, oldest first. `OrderSerializer` declares the same shape."""
    return {
        "id": order.pk,
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "items": [line_document(line) for line in lines],
        **{name: money(getattr(order, name)) for name in AMOUNTS},
        "paid": money(order.paid),
        "refunded": money(order.repaid),
        "due": money(order.to_pay),
        "promotions": [{name: taken[name] for name in ("code", "name", "amount")} for taken in order.promotions],
        "currency": order.currency,
        "contact": order.contact,
        "address": order.address,
        "delivery_method": delivery_document({name: getattr(order, name) for name in CHOSEN}),
        "note": order.note,
        "events": [event_document(event) for event in events],
        "created_at": written_time(order.created_at),
        "expires_at": written_time(order.expires_at),
    }


def line_document(line: OrderLine) -> dict[str, Any]:
    """Return one line of an order."""
    return {
        "id": line.pk,
        "product": line.product_id,
        "variant": line.variant_id,
        "sku": line.sku,
        "name": line.name,
        "unit_price": money(line.unit_price),
        **event_price_document(line.regular_price, line.event_id, line.event_name),
        "quantity": line.quantity,
        "discount": money(line.discount),
        "total": money(line.total),
        "vat": money(line.vat),
        "tax_rate": rate(line.tax_rate),
    }


def event_document(event: OrderEvent) -> dict[str, Any]:
    """Return one entry of a timeline; `actor` says who it was without naming a member of staff."""
    return {
        "type": event.type,
        "from_status": event.from_status or None,
        "to_status": event.to_status,
        "actor": event.actor,
        "reason": event.reason,
        "created_at": written_time(event.created_at),
    }


def quote_document(basket: Basket, currency: str) -> dict[str, Any]:
    """Return what a basket would cost, in the words of an order."""
    return {
        "items": [_quoted_line(line) for line in basket.lines],
        **{name: money(getattr(basket.price.totals, name)) for name in AMOUNTS},
        "promotions": [promotion_document(applied) for applied in basket.price.applied],
        "coupons": [coupon_document(answer) for answer in basket.price.coupons],
        "currency": currency,
        "delivery_method": delivery_document(basket.delivery.snapshot()) if basket.delivery else None,
    }


def promotion_document(applied: Applied) -> dict[str, Any]:
    """Return a promotion that was taken, and what it took off; one without a code is automatic."""
    return {"code": applied.rule.code or None, "name": applied.rule.name, "amount": money(applied.amount)}


def taken_document(applied: Applied) -> dict[str, Any]:
    """Return a promotion as an order keeps it."""
    return {"id": applied.rule.id, **promotion_document(applied)}


def coupon_document(answer: CouponAnswer) -> dict[str, Any]:
    """Return what became of a coupon."""
    return {"code": answer.code, "applied": answer.reason is None, "reason": answer.reason and answer.reason.value}


def rate(percent: Decimal | None) -> str | None:
    """Return a rate of VAT in percent; None where none is charged."""
    return None if percent is None else money(percent)


def event_price_document(regular: Decimal | None, event_id: int | None, name: str) -> dict[str, Any]:
    """Return what a unit costs without a sale event, and the event that gave its price."""
    return {
        "regular_price": money(regular) if regular is not None else None,
        "event": {"id": event_id, "name": name} if event_id is not None else None,
    }


def _quoted_line(line: BasketLine) -> dict[str, Any]:
    price, item = line.price, line.item
    return {
        "product": item.product_id,
        "variant": item.variant_id,
        "sku": item.sku,
        "name": item.name,
        "unit_price": money(price.unit_price),
        **event_price_document(item.regular_price, *(item.event or (None, ""))),
        "quantity": price.quantity,
        "discount": money(price.discount),
        "total": money(price.total),
        "vat": money(price.vat),
        "tax_rate": rate(price.tax_rate),
    }
