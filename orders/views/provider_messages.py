"""Where payment providers tell what became of a payment: stored as it came, answered at once, acted upon afterwards."""

from __future__ import annotations

import logging
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from electroports.middleware import read_chunked_body
from electroports.private import keep_out_of_caches
from electroports.problems import not_found
from electroports.throttling import client_address
from orders.actions.receive_message import receive_message
from orders.gateways.cards.signatures import HEADER
from orders.gateways.facts import MessageKind, NotGenuine, NotReadable
from orders.gateways.registry import gateway
from orders.models import Payment, Refund
from orders.provider_links import is_deposit_token, is_token_of, may_send

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024
ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}  # as Daraja wants it; others look at the status alone
DEPOSITS_FROM = "mpesa"  # the one provider that takes money unasked
REFUSED = {"ResultCode": "C2B00016", "ResultDesc": "Rejected"}

SIGNATURES = {"stripe": HEADER}  # providers that sign their messages, and the header in which they do


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


@csrf_exempt
@require_POST
def event_message(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a signed event of a provider that tells everything at one address.

    One that is not the provider's is refused and not stored. One that is, and makes no sense, is stored, and a person
    has to read it.
    """
    if provider not in SIGNATURES:
        return not_found(request)
    try:
        signed = gateway(provider)
    except ImproperlyConfigured:
        return not_found(request)
    body = read_body(request)
    if body is None:
        return keep_out_of_caches(HttpResponse(status=413))
    at, header = timezone.now(), SIGNATURES[provider]
    headers = {header: request.headers.get(header, "")}
    try:
        event_id = next(iter(signed.read_message(MessageKind.EVENT, body, headers, at=at))).event_id
    except NotGenuine as error:
        facts = {"provider": provider, "error": str(error), "bytes": len(body)}
        logger.warning("forged message of a provider", extra={"facts": facts})
        return keep_out_of_caches(HttpResponse(status=400))
    except NotReadable:
        event_id = ""
    receive_message(provider=provider, kind=MessageKind.EVENT, event_id=event_id, body=body, headers=headers, at=at)
    return keep_out_of_caches(JsonResponse(ACCEPTED))


def provider_of_refund(reference: UUID) -> str | None:
    """Return through whom a refund goes back."""
    return Refund.objects.filter(reference=reference).values_list("payment__provider", flat=True).first()


def take(request: HttpRequest, kind: MessageKind, reference: UUID, token: str, provider: str | None) -> HttpResponse:
    """Store a message whose address holds the right secret; for any other there is no such address."""
    signed = MessageKind.REFUND if kind == MessageKind.REFUND_TIMEOUT else kind
    if provider is None or not is_token_of(token, signed, reference) or not may_send(provider, client_address(request)):
        return turn_away(request, kind, str(reference))
    body = read_body(request)
    if body is None:
        return keep_out_of_caches(HttpResponse(status=413))
    receive_message(provider=provider, kind=kind, reference=str(reference), body=body, at=timezone.now())
    return keep_out_of_caches(JsonResponse(ACCEPTED))


@csrf_exempt
@require_POST
def deposit_message(request: HttpRequest, token: str) -> HttpResponse:
    """Take the message that money was paid in."""
    if not is_deposit_token(token) or not may_send(DEPOSITS_FROM, client_address(request)):
        return turn_away(request, MessageKind.DEPOSIT)
    body = read_body(request)
    if body is None:
        return keep_out_of_caches(HttpResponse(status=413))
    receive_message(provider=DEPOSITS_FROM, kind=MessageKind.DEPOSIT, body=body, at=timezone.now())
    return keep_out_of_caches(JsonResponse(ACCEPTED))


@csrf_exempt
@require_POST
def deposit_check(request: HttpRequest, token: str) -> HttpResponse:
    """Say whether money may be paid in, before it is: any that is the shop's, whatever the payer typed."""
    if not is_deposit_token(token) or not may_send(DEPOSITS_FROM, client_address(request)):
        return turn_away(request, MessageKind.DEPOSIT_CHECK)
    body = read_body(request)
    if body is None:
        return keep_out_of_caches(HttpResponse(status=413))
    try:
        list(gateway(DEPOSITS_FROM).read_message(MessageKind.DEPOSIT_CHECK, body, {}, at=timezone.now()))
    except (NotGenuine, NotReadable) as error:
        logger.warning("deposit refused", extra={"facts": {"error": str(error)}})
        return keep_out_of_caches(JsonResponse(REFUSED))
    return keep_out_of_caches(JsonResponse(ACCEPTED))


def turn_away(request: HttpRequest, kind: MessageKind, reference: str = "") -> HttpResponse:
    """Answer a message that does not come from the provider as if there were no such address."""
    logger.warning("forged message of a provider", extra={"facts": {"kind": kind, "reference": reference}})
    return not_found(request)


def read_body(request: HttpRequest) -> bytes | None:
    """Return the body as it came, None if it is longer than any provider's message.

    Some send it in chunks, and do not say how long it is.
    """
    if not request.META.get("CONTENT_LENGTH"):
        read_chunked_body(request)
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    return request.body if length <= MAX_BYTES else None
