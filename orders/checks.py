"""What `manage.py check` says of the settings of payment providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004  # Django's name


@register()
def check_cards(*, app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Return what of the account with Stripe does not fit together."""
    secret, publishable = settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLISHABLE_KEY
    if not secret:
        return []
    found: list[CheckMessage] = []
    if not settings.STRIPE_WEBHOOK_SECRETS:
        hint = "Make an endpoint at Stripe for /payments/events/stripe and set its secret. Till then payments by card "
        hint += "are found by asking, which takes up to two minutes, and disputes are not heard of."
        found.append(Warning("STRIPE_SECRET_KEY without STRIPE_WEBHOOK_SECRETS.", hint=hint, id="orders.W001"))
    if not publishable:
        hint = "The browser cannot show the card form without it."
        found.append(Warning("STRIPE_SECRET_KEY without STRIPE_PUBLISHABLE_KEY.", hint=hint, id="orders.W002"))
    elif ("_live_" in secret) is not ("_live_" in publishable):
        hint = "One moves real money and the other does not: no card can be entered."
        found.append(Warning("Stripe's keys are one live and one for tests.", hint=hint, id="orders.W003"))
    return found


@register()
def check_public_url(*, app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Return a warning if providers would be told an address that does not lead here."""
    calls_back = {"mpesa", "stripe"} & set(settings.PAYMENT_PROVIDERS)
    host = urlsplit(settings.PUBLIC_URL)
    if not calls_back or (host.scheme == "https" and "." in host.netloc.strip(".") and host.netloc[0] not in ".*"):
        return []
    hint = "Set it to the https:// address under which providers reach this service: payments are told there."
    return [Warning(f"PUBLIC_URL is {settings.PUBLIC_URL!r}.", hint=hint, id="orders.W004")]
