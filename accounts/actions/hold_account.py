"""Keep an account from being erased while something is written that leads to it."""

from __future__ import annotations

from django.db import connection

from accounts.errors import AccountGone
from electroports.sql import first_row

THERE = "FROM accounts_user WHERE id = %s AND is_active AND erased_at IS NULL"
# The weakest lock there is: it waits for an erasure alone (FOR UPDATE), and nobody else waits for it. On SQLite one
# transaction writes at a time.
HELD = {"sqlite": THERE, "postgresql": f"{THERE} FOR KEY SHARE"}


def hold_account(*, user_id: int) -> None:
    """Have an erasure of the account wait for the caller's transaction; raises AccountGone if one went before."""
    if first_row(connection, f"SELECT 1 {HELD[connection.vendor]}", [user_id]) is None:
        raise AccountGone
