"""Where payment providers tell what became of a payment: stored as it came, answered at once, acted upon afterwards."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from electroports.private import keep_out_of_caches
from electroports.problems import not_found
from orders.actions.receive_message import receive_message
from orders.gateways.facts import MessageKind
from orders.models import Payment, Refund
from orders.provider_links import is_token_of

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024
ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}  # as Daraja wants it; others look at the status alone


@csrf_exempt
@require_POST
def payment_message(request: HttpRequest, reference: UUID, token: str) -> HttpResponse:
    """Take a message about one payment."""
    provider = Payment.objects.filter(reference=reference).values_list("provider", flat=True).first()
    return take(request, MessageKind.PAYMENT, reference, token, provider)


@csrf_exempt
@require_POST
def refund_message(request: HttpRequest, reference: UUID, token: str) -> HttpResponse:
    """Take a message about one refund."""
    return take(request, MessageKind.REFUND, reference, token, provider_of_refund(reference))


@csrf_exempt
@require_POST
def refund_timeout(request: HttpRequest, reference: UUID, token: str) -> HttpResponse:
    """Take the message that a provider gave up waiting for a refund."""
    return take(request, MessageKind.REFUND_TIMEOUT, reference, token, provider_of_refund(reference))


def provider_of_refund(reference: UUID) -> str | None:
    """Return through whom a refund goes back."""
    return Refund.objects.filter(reference=reference).values_list("payment__provider", flat=True).first()


def take(request: HttpRequest, kind: MessageKind, reference: UUID, token: str, provider: str | None) -> HttpResponse:
    """Store a message whose address holds the right secret; for any other there is no such address."""
    signed = MessageKind.REFUND if kind == MessageKind.REFUND_TIMEOUT else kind
    if provider is None or not is_token_of(token, signed, reference):
        logger.warning("forged message of a provider", extra={"facts": {"kind": kind, "reference": str(reference)}})
        return not_found(request)
    body = read_body(request)
    if body is None:
        return keep_out_of_caches(HttpResponse(status=413))
    receive_message(provider=provider, kind=kind, reference=str(reference), body=body, at=timezone.now())
    return keep_out_of_caches(JsonResponse(ACCEPTED))


def read_body(request: HttpRequest) -> bytes | None:
    """Return the body as it came, None if it is longer than any provider's message."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    return request.body if length <= MAX_BYTES else None
