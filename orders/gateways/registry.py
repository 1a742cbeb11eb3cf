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
    "stripe": "orders.gateways.cards.build",
    "cash_on_delivery": "orders.gateways.cash_on_delivery.build",
    "bank": "orders.gateways.bank.build",
    "simulator": "orders.gateways.simulator.build",
}

CHOSEN_BY_CUSTOMERS = [name for name in BUILDERS if name != "bank"]


def enabled_providers() -> list[str]:
    """Return the names of the providers that customers may choose, in the order of the setting."""
    allowed = BUILDERS if settings.DEBUG else BUILDERS.keys() - {"simulator"}
    return [name for name in settings.PAYMENT_PROVIDERS if name in allowed]


@cache
def gateway(name: str) -> Gateway:
    """Return the gateway of a provider, enabled or not, for what was begun is also ended; raises KeyError."""
    return cast("Gateway", import_string(BUILDERS[name])())
