"""Payments of an order over HTTP: begin one, and see what became of them."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from electroports.idempotency import HEADER, REPLAYED, AlreadyAnswered, RequestKey, body_digest, read_key, user_caller
from electroports.query import refuse_unknown
from orders.actions.begin_payment import PaymentOnce, PaymentWish, begin_payment
from orders.models import Order, Payment, PaymentAnswer
from orders.payment_documents import payments_document, poll_after, render_payment
from orders.schema import payments as schema
from orders.serializers.payments import BeginPaymentInput
from orders.views.finding import caller, find_order

SHOWN = 50


class PaymentCalls:
    """What `OrderViewSet` has for payments."""

    @extend_schema(**schema.READ)
    @action(detail=True, methods=["get"], pagination_class=None)
    def payments(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """Return the payments of an order."""
        refuse_unknown(request.query_params, ("token",))
        order = find_order(request, id)
        at = timezone.now()
        payments = list(order.payments.all()[:SHOWN])
        headers = waiting_headers(payments)
        if payments and not headers:
            # A payment may have been decided since the order was read. Nobody asks again, so both must say the same.
            order.refresh_from_db()
        return Response(payments_document(order, payments, at=at), headers=headers)

    @extend_schema(**schema.BEGIN)
    @payments.mapping.post
    def begin_payment(self, request: Request, id: str) -> HttpResponse:  # noqa: A002  # as above
        """Begin a payment."""
        refuse_unknown(request.query_params, ("token",))
        order = find_order(request, id)
        command = BeginPaymentInput(data=request.data)
        command.is_valid(raise_exception=True)
        wish = to_wish(command.validated_data)
        try:
            payment = begin_payment(
                order=order,
                wish=wish,
                acting_user=caller(request),
                at=timezone.now(),
                once=to_once(request, order),
            )
        except AlreadyAnswered as earlier:
            return answer_again(earlier)
        return HttpResponse(render_payment(payment), "application/json", 201, headers=waiting_headers([payment]))


def to_wish(command: dict[str, Any]) -> PaymentWish:
    """Return what a validated body asks for."""
    simulated = {name: str(value) for name, value in command.get("simulate", {}).items()}
    return PaymentWish(command["provider"], command.get("amount"), command.get("phone", ""), simulated)


def to_once(request: Request, order: Order) -> PaymentOnce | None:
    """Return the identity of the request if it carries an Idempotency-Key; raises InvalidInput."""
    key = read_key(request.headers.get(HEADER))
    if key is None:
        return None
    user = caller(request)
    scope = user_caller(user.pk) if user is not None else f"guest-order:{order.pk}"
    route = f"orders.payments:{order.pk}"
    return PaymentOnce(RequestKey(scope, route, key, body_digest(request.data)), render_payment)


def answer_again(earlier: AlreadyAnswered) -> HttpResponse:
    """Answer as before; where the first answer was never given, with the payment as it stands now."""
    record = earlier.record
    if record.status:
        body = bytes(record.body)
    else:
        begun = PaymentAnswer.objects.values_list("payment", flat=True).get(pk=record.pk)  # written in one transaction
        body = render_payment(Payment.objects.get(pk=begun))
    return HttpResponse(body, "application/json", 201, headers={REPLAYED: "true"})


def waiting_headers(payments: list[Payment]) -> dict[str, str]:
    """Return when to ask again, as a header, while a payment is under way."""
    wait = poll_after(payments, at=timezone.now())
    return {"Retry-After": str(ceil(wait.total_seconds()))} if wait else {}
