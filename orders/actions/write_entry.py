"""Write into the ledger that money moved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from accounts.models import User
from electroports.sql import insert_rows
from orders.models import LedgerEntry, Payment


def write_entry(
    *,
    payment: Payment,
    kind: LedgerEntry.Kind,
    reference: str,
    amount: Decimal,
    acting_user: User | None,
    at: datetime,
    note: str = "",
) -> bool:
    """Write a ledger entry of a payment; return False, and write nothing, if the same one is there already."""
    entry = LedgerEntry(
        kind=kind,
        payment=payment,
        provider=payment.provider,
        reference=reference,
        amount=amount,
        currency=payment.currency,
        note=note[:200],
        acting_user=acting_user,
        created_at=at,
    )
    return insert_rows([entry], unless_taken=("provider", "kind", "reference"))
