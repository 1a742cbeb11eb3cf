"""Payments as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from catalog.pricing import money
from electroports.errors import InvalidInput
from electroports.rendering import dump_json, written_time
from orders.gateways.facts import REASON_TEXTS, Reason
from orders.gateways.registry import enabled_providers, gateway
from orders.models import Order, Payment
from orders.payment_amounts import amount_to_ask
from orders.providers import order_facts

POLL_EVERY = timedelta(seconds=2)
POLL_LATER = timedelta(seconds=10)  # once the customer can no longer act


def payment_document(payment: Payment) -> dict[str, Any]:
    """Return a payment as whoever pays sees it."""
    is_starting = payment.status == Payment.Status.STARTING
    return {
        "id": payment.pk,
        "provider": payment.provider,
        "status": Payment.Status.PENDING if is_starting else payment.status,
        "amount": money(payment.amount),
        "refunded": money(payment.refunded),
        "currency": payment.currency,
        "phone": payment.phone,
        "receipt": payment.receipt,
        "reason": {"code": payment.reason, "message": REASON_TEXTS[Reason(payment.reason)]} if payment.reason else None,
        "next_action": payment.next_action,
        "created_at": written_time(payment.created_at),
        "expires_at": written_time(payment.expires_at),
        "settled_at": written_time(payment.settled_at),
    }


def render_payment(payment: Payment) -> bytes:
    """Return the answer to whoever began this payment."""
    return dump_json(payment_document(payment))


def payments_document(order: Order, payments: Iterable[Payment], *, at: datetime) -> dict[str, Any]:
    """Return what an order's ledger says, its payments, and how what is due can be paid."""
    return {
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "total": money(order.total),
        "paid": money(order.paid),
        "refunded": money(order.repaid),
        "due": money(order.to_pay),
        "currency": order.currency,
        "payments": [payment_document(payment) for payment in payments],
        "options": payment_options(order, at=at),
    }


def payment_options(order: Order, *, at: datetime) -> list[dict[str, Any]]:
    """Return the ways in which an order can be paid now, in the order of the PAYMENT_PROVIDERS setting."""
    if order.due <= 0 or not order.is_payable(at=at):
        return []
    facts = order_facts(order)
    options = []
    for name in enabled_providers():
        provider = gateway(name)
        if provider.terms.is_for_staff:
            continue
        try:
            amount = amount_to_ask(facts, provider, None)
        except InvalidInput:
            continue
        terms = provider.terms
        options.append(
            {"provider": name, "label": terms.label, "needs_phone": terms.needs_phone, "amount": money(amount)}
        )
    return options


def poll_after(payments: Iterable[Payment], *, at: datetime) -> timedelta | None:
    """Return when it is worth asking again; None when nothing is under way."""
    waiting = [payment for payment in payments if payment.next_check_at is not None]
    if not waiting:
        return None
    return POLL_EVERY if any(payment.expires_at > at for payment in waiting) else POLL_LATER
