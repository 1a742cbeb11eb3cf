"""What a provider says of a payment becomes what the shop knows of it."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from accounts.models import User
from orders.actions.capture_payment import capture_payment
from orders.actions.change_status import change_status
from orders.actions.enter_money import enter_money
from orders.actions.lock_payment import Locked, lock_payment
from orders.contradictions import contradiction
from orders.gateways.facts import Outcome, Reason, Report
from orders.models import Order, OrderEvent, Payment
from orders.providers import next_check, terms_of

logger = logging.getLogger(__name__)


def apply_report(*, payment_id: int, report: Report, at: datetime, acting_user: User | None = None) -> Payment:
    """Move a payment to where `report` says it is, and its order with it, in one transaction; return the payment.

    The same report twice changes nothing, a success is never taken back, and one that comes after a failure, after the
    order ran out or was cancelled is money all the same. A report that contradicts what was asked for (another amount,
    currency, phone or reference) changes nothing but marks the payment for a person to look at.
    """
    return enter_money(work=partial(_apply, payment_id, report, acting_user, at))


def _apply(payment_id: int, report: Report, acting_user: User | None, at: datetime, *, may_revive: bool) -> Payment:
    locked = lock_payment(payment_id=payment_id)
    payment = locked.payment
    if doubt := contradiction(payment, report):
        logger.warning("report contradicts payment", extra={"facts": {"payment": payment.pk, "doubt": doubt}})
        payment.attention = doubt[:200]
        payment.save(update_fields=["attention"])
        return payment
    if report.attention:
        payment.attention = report.attention[:200]
        payment.save(update_fields=["attention"])
    if report.outcome == Outcome.SUCCEEDED:
        _succeed(locked, report, acting_user, at, may_revive=may_revive)
    elif payment.is_open:
        _stay_or_fail(locked, report, at)
    return payment


def _succeed(locked: Locked, report: Report, acting_user: User | None, at: datetime, *, may_revive: bool) -> None:
    payment = locked.payment
    payment.provider_reference = payment.provider_reference or report.provider_reference
    payment.receipt = payment.receipt or report.receipt
    if payment.status == Payment.Status.SUCCEEDED:  # told again, perhaps with a receipt that was not known
        payment.save(update_fields=["provider_reference", "receipt"])
        return
    payment.detail = report.detail[:300]
    capture_payment(locked=locked, acting_user=acting_user, at=at, may_revive=may_revive)


def _stay_or_fail(locked: Locked, report: Report, at: datetime) -> None:
    """Note that an open payment is still open, or that it came to nothing."""
    payment = locked.payment
    statuses = Payment.Status
    payment.provider_reference = payment.provider_reference or report.provider_reference
    payment.detail = report.detail[:300] or payment.detail
    if report.outcome == Outcome.FAILED:
        is_withdrawn = report.reason == Reason.WITHDRAWN and payment.can_become(statuses.WITHDRAWN)
        payment.status = statuses.WITHDRAWN if is_withdrawn else statuses.FAILED
        payment.reason = report.reason or Reason.NOT_KNOWN
        payment.is_live, payment.next_check_at, payment.next_action = False, None, None
        payment.settled_at = at
    else:
        if report.outcome == Outcome.PENDING:
            payment.status = statuses.PENDING
            payment.next_action = dict(report.next_action) if report.next_action else payment.next_action
            payment.reason = report.reason or ""
        elif payment.status == statuses.STARTING:
            payment.status = statuses.UNKNOWN
            payment.reason = report.reason or Reason.NOT_KNOWN
        _plan_check(locked, at)
    payment.save()
    order, terms = locked.order, terms_of(payment.provider)
    if (
        report.outcome != Outcome.FAILED
        and terms
        and terms.confirms_unpaid
        and order
        and order.status == Order.Status.PENDING
    ):
        _confirm_unpaid(order, at)


def _plan_check(locked: Locked, at: datetime) -> None:
    """Decide when the provider is asked again, and whether another payment may begin meanwhile."""
    payment = locked.payment
    terms = terms_of(payment.provider)
    if terms and terms.confirms_unpaid:
        payment.is_live, payment.next_check_at = False, None
        return
    payment.is_live = payment.is_live and payment.expires_at > at
    payment.next_check_at = next_check(began_at=payment.created_at, checks=payment.checks, at=at)
    if payment.next_check_at and at < payment.expires_at and terms and terms.can_withdraw:
        payment.next_check_at = min(payment.next_check_at, payment.expires_at)  # then it is called off
    if payment.next_check_at is None:
        payment.is_live = False
        payment.attention = payment.attention or "The provider did not say within a day what became of it."


def _confirm_unpaid(order: Order, at: datetime) -> None:
    """Agree to an order that is paid on delivery."""
    change_status(
        order=order,
        status=Order.Status.CONFIRMED,
        actor=OrderEvent.Actor.SYSTEM,
        acting_user=None,
        reason="To be paid on delivery.",
        at=at,
    )
