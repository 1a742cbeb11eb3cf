"""See to it that the shop keeps an administrator."""

from __future__ import annotations

from collections.abc import Collection

from accounts.errors import LastAdministrator
from accounts.models import User


def keep_an_administrator(*, without: Collection[int]) -> None:
    """Raise LastAdministrator unless one can sign in who is not among `without`, keys of users.

    To be called within the transaction that takes the rights away, before it does. The administrators' rows stay locked
    until it ends: of two who demote each other at once, the second finds the first alone.
    """
    administrators = User.objects.administrators().select_for_update().order_by("pk")
    if not set(administrators.values_list("pk", flat=True)) - set(without):
        raise LastAdministrator
