"""The addresses under which providers tell what became of a payment: each with a secret that fits no other."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from orders.gateways.facts import MessageKind

ROUTES = {MessageKind.PAYMENT: "payment-callback", MessageKind.REFUND: "refund-callback"}


def callback_url(kind: MessageKind, reference: UUID) -> str:
    """Return the whole address for messages about one payment or refund.

    It names no provider, and its secret is of hexadecimal digits: Daraja refuses addresses in which it finds certain
    words, its own name, `cmd` or `exe` among them, and of letters at random one in some hundred would hold one.
    """
    token = _token(settings.SECRET_KEY, kind, reference)
    return settings.PUBLIC_URL + reverse(ROUTES[kind], args=[reference, token])


def deposit_urls() -> tuple[str, str]:
    """Return the whole addresses at which a provider asks whether money may be paid in, and tells that it was."""
    token = settings.MPESA_DEPOSIT_TOKEN
    check, told = (settings.PUBLIC_URL + reverse(route, args=[token]) for route in ("deposit-check", "deposit"))
    return check, told


def is_deposit_token(token: str) -> bool:
    """Tell whether `token` is the secret in the addresses for deposits; without one in the settings, nothing is."""
    return bool(settings.MPESA_DEPOSIT_TOKEN) and constant_time_compare(token, settings.MPESA_DEPOSIT_TOKEN)


def may_send(provider: str, address: IPv4Address | IPv6Address | None) -> bool:
    """Tell whether messages of a provider may come from an address: from any, if the settings name none for it."""
    allowed = settings.MPESA_ALLOWED_IPS if provider == "mpesa" else []
    return not allowed or (address is not None and any(address in network for network in allowed))


def is_token_of(token: str, kind: MessageKind, reference: UUID) -> bool:
    """Tell whether `token` is the secret in the address of this payment or refund; compares in constant time."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    fits = [constant_time_compare(token, _token(key, kind, reference)) for key in keys]
    return any(fits)


def _token(key: str, kind: MessageKind, reference: UUID) -> str:
    return salted_hmac("orders.provider", f"{kind}:{reference}", secret=key, algorithm="sha256").hexdigest()
