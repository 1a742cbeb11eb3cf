"""What of a provider's report does not fit the payment that it is about."""

from __future__ import annotations

from orders.deposits import deposit_like
from orders.gateways.facts import Outcome, Report
from orders.models import Payment


def contradiction(payment: Payment, report: Report) -> str:
    """Return what of a report does not fit the payment that it is about; nothing if all does."""
    known = payment.provider_reference
    if report.provider_reference and known and report.provider_reference != known:
        return f"The provider speaks of {report.provider_reference}, not of {known}."
    if report.outcome != Outcome.SUCCEEDED:
        return ""
    if report.order_number and (payment.order is None or payment.order.number != report.order_number):
        return f"It was paid for the order {report.order_number}."
    if report.amount is not None and report.amount != payment.amount:
        return f"{report.amount} was paid, and {payment.amount} was asked for."
    if report.currency and report.currency != payment.currency:
        return f"It was paid in {report.currency}, and {payment.currency} was asked for."
    if report.phone and payment.phone and report.phone != payment.phone:
        return f"Paid from the phone {report.phone}."
    if report.receipt and payment.receipt and report.receipt != payment.receipt:
        return f"Receipts {payment.receipt} and {report.receipt} for one payment."
    others = Payment.objects.filter(provider=payment.provider).exclude(pk=payment.pk)
    if report.receipt and others.filter(receipt=report.receipt).exists():
        return f"The receipt {report.receipt} is another payment's."
    if not report.receipt and (deposit := deposit_like(payment)):
        return f"It was paid, and no receipt is told: it may be the deposit {deposit.receipt}, which is counted."
    return ""
