"""Which payment providers there are, and which of them this shop takes (the PAYMENT_PROVIDERS setting)."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from orders.gateways.facts import Gateway

# Provider → what builds its gateway from the settings. Imported when it is first asked for: some libraries are dear.
BUILDERS: dict[str, str] = {
    "mpesa": "orders.provider_tokens.mpesa_gateway",
}


def enabled_providers() -> list[str]:
    """Return the names of the providers that customers may choose, in the order of the setting."""
    return [name for name in settings.PAYMENT_PROVIDERS if name in BUILDERS]


@cache
def gateway(name: str) -> Gateway:
    """Return the gateway of a provider, enabled or not, for what was begun is also ended; raises KeyError."""
    return cast("Gateway", import_string(BUILDERS[name])())
