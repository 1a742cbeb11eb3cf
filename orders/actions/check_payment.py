"""Ask a provider what became of one payment."""

from __future__ import annotations

from datetime import datetime

from orders.actions.apply_report import apply_report
from orders.actions.withdraw_payment import withdraw_payment
from orders.gateways.facts import Outcome, Report
from orders.gateways.registry import gateway
from orders.models import Payment
from orders.providers import begun, can_withdraw, terms_of


def check_payment(*, payment: Payment, at: datetime) -> Payment:
    """Ask the provider about one payment and write down what it says; not to be called in a transaction.

    One that the customer can act on no longer, or whose order is over, is called off where that can be done: else it
    could still be paid, beside another one.
    """
    if not payment.is_open:
        Payment.objects.filter(pk=payment.pk).exclude(status__in=Payment.OPEN).update(next_check_at=None)
        return payment
    is_over = payment.expires_at <= at or (payment.order is not None and payment.order.is_over)
    if is_over and can_withdraw(payment.provider) and payment.status != Payment.Status.STARTING:
        return withdraw_payment(payment_id=payment.pk, at=at)
    return apply_report(payment_id=payment.pk, report=ask_provider(payment, at=at), at=at)


def ask_provider(payment: Payment, *, at: datetime) -> Report:
    """Return what the provider says of a payment; of one that it gave no name, only if it knows the shop's."""
    terms = terms_of(payment.provider)
    if terms is None or not (payment.provider_reference or terms.can_repeat):
        return Report(Outcome.UNKNOWN)
    return gateway(payment.provider).query(begun(payment), at=at)
