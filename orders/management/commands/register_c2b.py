"""Tell M-Pesa where payments to the shop's number are announced."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orders.gateways.mpesa import NoAnswer, NotTaken
from orders.provider_links import deposit_urls
from orders.provider_tokens import mpesa_gateway

LEAST_TOKEN = 16
# Daraja's firewall turns addresses away that hold one of these, wherever it stands.
NOT_IN_ADDRESSES = ("mpesa", "safaricom", "exe", "cmd", "sql", "query")


class Command(BaseCommand):
    """Registers the addresses for money that customers pay to the PayBill or till by themselves."""

    help = "Registers with M-Pesa the addresses at which payments to the shop's PayBill or till are announced."

    def handle(self, *args: Any, **options: Any) -> None:
        """Register them, or say what is missing."""
        if len(settings.MPESA_DEPOSIT_TOKEN) < LEAST_TOKEN:
            raise CommandError(f"Set MPESA_DEPOSIT_TOKEN to at least {LEAST_TOKEN} random letters and digits.")
        validation_url, confirmation_url = deposit_urls()
        if found := [word for word in NOT_IN_ADDRESSES if word in confirmation_url.lower()]:
            raise CommandError(f"M-Pesa takes no address that holds “{found[0]}”: change PUBLIC_URL or the token.")
        if urlsplit(confirmation_url).scheme != "https":
            raise CommandError("M-Pesa takes addresses with https:// only: set PUBLIC_URL.")
        try:
            answer = mpesa_gateway().register_deposits(validation_url=validation_url, confirmation_url=confirmation_url)
        except (NotTaken, NoAnswer) as error:
            raise CommandError(f"M-Pesa did not take the addresses: {error.detail}") from error
        secret = settings.MPESA_DEPOSIT_TOKEN
        self.stdout.write(f"M-Pesa says: {answer}")
        self.stdout.write(f"Confirmations go to {confirmation_url.replace(secret, '…')}")
