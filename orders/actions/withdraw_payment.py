"""Call an open payment off."""

from __future__ import annotations

import logging
from datetime import datetime

from orders.actions.apply_report import apply_report
from orders.gateways.facts import Outcome, Report
from orders.gateways.registry import gateway
from orders.models import Payment
from orders.provider_lines import ProviderBusy, in_line
from orders.providers import begun

logger = logging.getLogger(__name__)


def withdraw_payment(*, payment_id: int, at: datetime) -> Payment:
    """Ask the provider to call a payment off and write down what became of it; not to be called in a transaction.

    It may have been paid meanwhile; then it is paid. If the provider cannot be reached, it stays what it was.
    """
    payment: Payment = Payment.objects.select_related("order").get(pk=payment_id)
    try:
        provider = gateway(payment.provider)
        with in_line(provider):
            report = provider.withdraw(begun(payment), at=at)
    except ProviderBusy:
        report = Report(Outcome.UNKNOWN)
    except Exception:
        logger.exception("payment not withdrawn", extra={"facts": {"payment": payment_id}})
        report = Report(Outcome.UNKNOWN)
    return apply_report(payment_id=payment_id, report=report, at=at)
