"""Begin a payment: write it down, ask the provider with no transaction open, and write down what it said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from django.db import IntegrityError
from django.db.models import Q

from accounts.models import User
from electroports.errors import FieldError, InvalidInput
from electroports.idempotency import AlreadyAnswered, RequestKey, claim_key, refuse_answered
from electroports.transactions import in_transaction
from orders.actions.apply_report import apply_report
from orders.actions.extend_hold import extend_hold
from orders.actions.lock_order import lock_order
from orders.actions.withdraw_payment import withdraw_payment
from orders.actions.withdraw_promises import withdraw_promises
from orders.errors import OrderNotPayable, PaymentInProgress, RequestInProgress, TooManyPayments
from orders.gateways.facts import Charge, Gateway, MessageKind, Outcome, Reason, Report
from orders.gateways.registry import enabled_providers, gateway
from orders.models import Order, Payment, PaymentAnswer
from orders.payment_amounts import amount_to_ask
from orders.provider_lines import ProviderBusy, in_line
from orders.provider_links import callback_url
from orders.providers import GRACE, PAUSES, can_withdraw, order_facts, promising_providers

logger = logging.getLogger(__name__)

MOST_PROMPTS, PROMPTS_PER = 10, timedelta(hours=1)  # on one phone, of whatever orders
MOST_PAYMENTS = 50  # of one order; who tries more often has another problem
ANSWER_WITHIN = timedelta(seconds=60)  # a provider's call is over by then, or the process that made it has died


@dataclass(frozen=True, slots=True)
class PaymentWish:
    """What a customer sends to pay: without an amount, as much as is due and the provider takes at once."""

    provider: str
    amount: Decimal | None = None
    phone: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


class PaymentOnce(NamedTuple):
    """A request to pay that is to be answered once, and how its answer is written."""

    request_key: RequestKey
    render: Callable[[Payment], bytes]


def begin_payment(
    *, order: Order, wish: PaymentWish, acting_user: User | None, at: datetime, once: PaymentOnce | None = None
) -> Payment:
    """Begin a payment of `order` and return it as it stands after the provider's first answer.

    It is committed before the provider is asked, so whatever happens to this process, nothing that the provider does is
    without a row here; and it is never asked twice. Raises InvalidInput, OrderNotPayable, PaymentInProgress,
    TooManyPayments; with `once` also IdempotencyKeyReused, AlreadyAnswered and RequestInProgress.
    """
    if wish.provider not in enabled_providers() or gateway(wish.provider).terms.is_for_staff:
        raise InvalidInput(
            "The order cannot be paid like this.",
            errors=[FieldError("provider", "provider_not_available", "This way of paying is not available.")],
        )
    provider = gateway(wish.provider)
    try:
        _make_way(order, provider, wish, at, once)
        payment, record = in_transaction(partial(_write_down, order.pk, provider, wish, acting_user, at, once))
    except AlreadyAnswered as earlier:
        _wait_for_answer(earlier, at)
        raise
    except IntegrityError as error:  # another prompt on that phone was quicker
        raise _in_progress(timedelta(seconds=30)) from error
    payment = apply_report(payment_id=payment.pk, report=_ask(provider, payment, wish, at), at=at)
    if once is not None and record is not None:
        PaymentAnswer.objects.filter(pk=record.pk).update(status=201, body=once.render(payment))
    return payment


def _ask(provider: Gateway, payment: Payment, wish: PaymentWish, at: datetime) -> Report:
    """Return the provider's first answer; whatever goes wrong, nobody can tell what it did."""
    charge = Charge(
        reference=str(payment.reference),
        order_number=payment.order.number if payment.order else "",
        amount=payment.amount,
        currency=payment.currency,
        callback_url=callback_url(MessageKind.PAYMENT, payment.reference),
        at=at,
        phone=payment.phone,
        options=wish.options,
    )
    try:
        with in_line(provider):
            return provider.start(charge)
    except ProviderBusy:
        return Report(Outcome.FAILED, reason=Reason.PROVIDER_UNAVAILABLE, detail="It keeps others waiting: not asked.")
    except Exception:
        logger.exception("payment not begun", extra={"facts": {"payment": payment.pk, "provider": payment.provider}})
        return Report(Outcome.UNKNOWN, reason=Reason.NOT_KNOWN)


def _in_progress(wait: timedelta) -> PaymentInProgress:
    message = "Another payment is waiting for the customer. See what becomes of it first."
    return PaymentInProgress(message, retry_after=max(wait, timedelta(seconds=1)))


def _wait_for_answer(earlier: AlreadyAnswered, at: datetime) -> None:
    """Raise RequestInProgress while the same request is being answered by another process."""
    record = earlier.record
    if record.status == 0 and at - record.created_at < ANSWER_WITHIN:
        raise RequestInProgress(
            "The same request is just being answered. Ask again.", retry_after=timedelta(seconds=2)
        ) from earlier


def _make_way(order: Order, provider: Gateway, wish: PaymentWish, at: datetime, once: PaymentOnce | None) -> None:
    """Call off the open payments of the order that can be called off: the customer has chosen another.

    A promise to pay on delivery stands until the money is there, or another promise is: without it nothing would have
    been agreed to, should the new payment fail. For a request that is refused, or was answered before, nothing is
    called off. The payments are read before the key is looked for, so that they hold none that the same request is
    just beginning.
    """
    statuses = (Payment.Status.PENDING, Payment.Status.UNKNOWN)
    others = list(order.payments.filter(status__in=statuses).exclude(provider__in=promising_providers()))
    if once is not None:
        refuse_answered(PaymentAnswer, request_key=once.request_key, at=at)
    _what_to_ask(Order.objects.get(pk=order.pk), provider, wish, at)
    for payment in others:
        if can_withdraw(payment.provider):
            withdraw_payment(payment_id=payment.pk, at=at)


def _what_to_ask(order: Order, provider: Gateway, wish: PaymentWish, at: datetime) -> tuple[Decimal, str]:
    """Return how much to ask for, and whose phone; raises OrderNotPayable, TooManyPayments and InvalidInput."""
    if not order.is_payable(at=at):
        state = Order.Status.EXPIRED if order.is_expired(at=at) else order.status
        raise OrderNotPayable(f"Nothing is to be paid of an order that is {state}.")
    if order.due <= 0:
        raise OrderNotPayable("The order is paid.")
    if order.payments.count() >= MOST_PAYMENTS:
        raise TooManyPayments("This order was tried to be paid too often. Talk to the shop.")
    phone = (wish.phone or order.contact.get("phone", "")) if provider.terms.needs_phone else ""
    if provider.terms.needs_phone and not phone:
        message = "This way of paying needs a phone number."
        raise InvalidInput("The phone is missing.", errors=[FieldError("phone", "required", message)])
    return amount_to_ask(order_facts(order), provider, wish.amount), phone


def _write_down(
    order_id: int,
    provider: Gateway,
    wish: PaymentWish,
    acting_user: User | None,
    at: datetime,
    once: PaymentOnce | None,
) -> tuple[Payment, PaymentAnswer | None]:
    record = claim_key(PaymentAnswer, request_key=once.request_key, at=at) if once else None
    order = lock_order(order_id=order_id)
    terms = provider.terms
    amount, phone = _what_to_ask(order, provider, wish, at)
    _refuse_second(order, phone, at)
    payment = Payment.objects.create(
        order=order,
        provider=provider.name,
        amount=amount,
        currency=order.currency,
        phone=phone,
        is_live=True,
        acting_user=acting_user,
        created_at=at,
        expires_at=at + terms.lifetime,
        next_check_at=at + PAUSES[0],
    )
    if order.status == Order.Status.PENDING:
        extend_hold(order=order, until=payment.expires_at + GRACE)
    if terms.confirms_unpaid:
        withdraw_promises(order=order, at=at, but=payment)
    if record is not None:
        record.payment = payment
        record.save(update_fields=["payment"])
    return payment, record


def _refuse_second(order: Order, phone: str, at: datetime) -> None:
    """Raise PaymentInProgress while another payment of the order, or another prompt on the phone, can be answered.

    Whoever knows a number can have its phone asked: raises TooManyPayments where that happens too often.
    """
    same = Q(order=order) | Q(phone=phone) if phone else Q(order=order)
    live = Payment.objects.filter(same, is_live=True)
    open_until = live.filter(expires_at__gt=at).order_by("-expires_at").values_list("expires_at", flat=True).first()
    if open_until is not None:
        raise _in_progress(open_until - at)
    if phone and Payment.objects.filter(phone=phone, created_at__gt=at - PROMPTS_PER).count() >= MOST_PROMPTS:
        raise TooManyPayments("This phone was asked too often. Try again later.", retry_after=PROMPTS_PER / 4)
    live.update(is_live=False)  # nobody can answer them any more; what becomes of them is still asked
