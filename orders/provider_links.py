"""The addresses under which providers tell what became of a payment: each with a secret that fits no other."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from orders.gateways.facts import MessageKind

signer = Signer(salt="orders.provider")
ROUTES = {MessageKind.PAYMENT: "payment-callback", MessageKind.REFUND: "refund-callback"}


def callback_url(kind: MessageKind, reference: UUID) -> str:
    """Return the whole address for messages about one payment or refund.

    It names no provider: some refuse addresses that hold certain words, their own name among them.
    """
    token = signer.signature(f"{kind}:{reference}")
    return settings.PUBLIC_URL + reverse(ROUTES[kind], args=[reference, token])


def is_token_of(token: str, kind: MessageKind, reference: UUID) -> bool:
    """Tell whether `token` is the secret in the address of this payment or refund; compares in constant time."""
    try:
        signer.unsign(f"{kind}:{reference}{signer.sep}{token}")
    except BadSignature:
        return False
    return True
