"""The providers' tokens in the database, and the gateways that need them."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orders.gateways.mpesa import Account, DarajaClient, MpesaGateway
from orders.gateways.mpesa.tokens import Token
from orders.models import ProviderToken


class DatabaseTokens:
    """A TokenStore of one row per name. No transaction is open between its methods: none while a token is fetched."""

    def read(self, name: str) -> Token | None:
        """Return the token of that name, expired or not."""
        row = ProviderToken.objects.filter(name=name).exclude(value="").values_list("value", "expires_at").first()
        return Token(row[0], row[1]) if row and row[1] else None

    def claim(self, name: str, *, stale: str, at: datetime, until: datetime) -> str | None:
        """Return a claim to replace the token: of all who ask, the one whose UPDATE finds the row unclaimed gets it."""
        claim = secrets.token_hex(16)
        unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=at)
        with transaction.atomic(durable=True):
            if not stale:
                ProviderToken.objects.bulk_create([ProviderToken(name=name)], ignore_conflicts=True)
            taken = ProviderToken.objects.filter(unclaimed, name=name, value=stale).update(
                claim=claim, claimed_until=until
            )
        return claim if taken else None

    def write(self, name: str, claim: str, token: Token) -> bool:
        """Keep a token and end the claim, if it is still this one."""
        kept = ProviderToken.objects.filter(name=name, claim=claim).update(
            value=token.value, expires_at=token.expires_at, claim="", claimed_until=None
        )
        return bool(kept)

    def drop(self, name: str, claim: str) -> None:
        """End a claim without a token."""
        ProviderToken.objects.filter(name=name, claim=claim).update(claim="", claimed_until=None)


def mpesa_gateway() -> MpesaGateway:
    """Return the gateway of the account in the settings; raises ImproperlyConfigured without one."""
    needed = ("MPESA_CONSUMER_KEY", "MPESA_CONSUMER_SECRET", "MPESA_SHORTCODE", "MPESA_PASSKEY")
    if missing := [name for name in needed if not getattr(settings, name)]:
        raise ImproperlyConfigured(f"For M-Pesa, set {', '.join(missing)}.")
    account = Account(
        consumer_key=settings.MPESA_CONSUMER_KEY,
        consumer_secret=settings.MPESA_CONSUMER_SECRET,
        shortcode=settings.MPESA_SHORTCODE,
        passkey=settings.MPESA_PASSKEY,
        till=settings.MPESA_TILL,
        base_url=settings.MPESA_BASE_URL,
        initiator=settings.MPESA_INITIATOR,
        security_credential=settings.MPESA_SECURITY_CREDENTIAL,
        max_amount=settings.MPESA_MAX_AMOUNT,
    )
    return MpesaGateway(account, DarajaClient(account, DatabaseTokens(), clock=timezone.now))
