"""What the tests of M-Pesa share: a gateway that speaks with the fake, and what is asked of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any

import httpx

from orders.gateways.facts import Begun, Charge, Repayment
from orders.gateways.mpesa import Account, DarajaClient, MpesaGateway
from orders.gateways.mpesa.tokens import Token, TokenStore
from tests.fakes import daraja as fake

AT = datetime(2026, 11, 27, 21, 30, tzinfo=UTC)  # already the 28th in Nairobi
PHONE = "+254712345678"
CALLBACK = "https://shop.example.co.ke/payments/callbacks/0b7c/secret"
PATIENT = httpx.Timeout(5)


class MemoryTokens:
    """A TokenStore of one process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.kept: dict[str, Token] = {}
        self.claims: dict[str, tuple[str, datetime]] = {}

    def read(self, name: str) -> Token | None:
        return self.kept.get(name)

    def claim(self, name: str, *, stale: str, at: datetime, until: datetime) -> str | None:
        with self.lock:
            kept, claim = self.kept.get(name), self.claims.get(name)
            if (claim and claim[1] > at) or (kept.value if kept else "") != stale:
                return None
            self.claims[name] = (f"claim-{at}", until)
            return self.claims[name][0]

    def write(self, name: str, claim: str, token: Token) -> bool:
        with self.lock:
            self.kept[name] = token
            self.claims.pop(name, None)
        return True

    def drop(self, name: str, claim: str) -> None:
        self.claims.pop(name, None)


def account_of(daraja: fake.FakeDaraja, **changes: Any) -> Account:
    """The shop's account with the fake."""
    facts: dict[str, Any] = {
        "consumer_key": fake.KEY,
        "consumer_secret": fake.SECRET,
        "shortcode": fake.SHORTCODE,
        "passkey": fake.PASSKEY,
        "till": daraja.till,
        "base_url": daraja.base_url,
        "initiator": fake.INITIATOR,
        "security_credential": fake.CREDENTIAL,
    }
    return Account(**{**facts, **changes})


def gateway_of(
    daraja: fake.FakeDaraja,
    *,
    tokens: TokenStore | None = None,
    timeout: httpx.Timeout = PATIENT,
    deadline: float = 5.0,
    clock: Any = lambda: datetime.now(UTC),
    **changes: Any,
) -> MpesaGateway:
    """A gateway whose provider is the fake."""
    account = account_of(daraja, **changes)
    client = DarajaClient(account, tokens or MemoryTokens(), clock=clock, timeout=timeout, deadline=deadline)
    return MpesaGateway(account, client)


def charge(**changes: Any) -> Charge:
    """A payment of 1,500 KES for order EP-7K3QXM."""
    facts: dict[str, Any] = {
        "reference": "0b7c",
        "order_number": "EP-7K3QXM",
        "amount": Decimal("1500.00"),
        "currency": "KES",
        "callback_url": CALLBACK,
        "at": AT,
        "phone": PHONE,
    }
    return Charge(**{**facts, **changes})


def begun(provider_reference: str, **changes: Any) -> Begun:
    """The same payment as the shop remembers it."""
    facts: dict[str, Any] = {
        "reference": "0b7c",
        "provider_reference": provider_reference,
        "amount": Decimal("1500.00"),
        "currency": "KES",
        "began_at": AT - timedelta(minutes=1),
        "phone": PHONE,
    }
    return Begun(**{**facts, **changes})


def repayment(receipt: str, amount: str = "1500.00", **changes: Any) -> Repayment:
    """Money of that payment that goes back."""
    facts: dict[str, Any] = {
        "reference": "77aa",
        "payment": begun("ws_CO_1", receipt=receipt),
        "amount": Decimal(amount),
        "reason": "Out of stock",
        "callback_url": "https://shop.example.co.ke/payments/refunds/77aa/secret",
        "at": AT,
    }
    return Repayment(**{**facts, **changes})
