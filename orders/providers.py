"""What the shop knows of each way of paying, without asking the provider."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured

from orders.gateways.facts import Begun, OrderFacts, Terms
from orders.gateways.registry import BUILDERS, gateway
from orders.models import Order, Payment

# When the provider is asked what became of a payment that it has not told us about: after the beginning, and then on.
# The first few find a lost callback within two minutes.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 20, 30, 60, 120, 300, 600, 1800, 3600, 3 * 3600))
GIVE_UP_AFTER = timedelta(days=1)
GRACE = timedelta(minutes=2)  # after the customer can no longer act: for the provider to say so


def label_of(provider: str) -> str:
    """Return what people call a provider, also one that this shop has no account with any more."""
    terms = terms_of(provider)
    return terms.label if terms else provider.replace("_", " ").capitalize()


def next_check(*, began_at: datetime, checks: int, at: datetime) -> datetime | None:
    """Return when to ask a provider again that was asked so often; None when a person has to."""
    if at - began_at >= GIVE_UP_AFTER:
        return None
    return at + PAUSES[min(checks, len(PAUSES) - 1)]


def begun(payment: Payment) -> Begun:
    """Return what a gateway is told of a payment."""
    return Begun(
        reference=str(payment.reference),
        provider_reference=payment.provider_reference,
        amount=payment.amount,
        currency=payment.currency,
        began_at=payment.created_at,
        phone=payment.phone,
        receipt=payment.receipt,
        order_number=payment.order.number if payment.order else "",
    )


def order_facts(order: Order) -> OrderFacts:
    """Return what a gateway is told of an order."""
    return OrderFacts(
        number=order.number,
        total=order.total,
        due=order.due,
        currency=order.currency,
        county=(order.delivery_station or order.address or {}).get("county", ""),
    )


def terms_of(provider: str) -> Terms | None:
    """Return what a provider takes; None for one that this shop has no account with any more."""
    try:
        return gateway(provider).terms
    except (KeyError, ImproperlyConfigured):
        return None


def can_refund(provider: str) -> bool:
    """Tell whether a provider gives money back when it is asked; else staff do."""
    terms = terms_of(provider)
    return terms is not None and terms.can_refund


def can_withdraw(provider: str) -> bool:
    """Tell whether a provider calls a payment off when it is asked."""
    terms = terms_of(provider)
    return terms is not None and terms.can_withdraw


def promising_providers() -> list[str]:
    """Return the providers that confirm an order before any money moves."""
    known = {name: terms_of(name) for name in BUILDERS}
    return [name for name, terms in known.items() if terms is not None and terms.confirms_unpaid]
