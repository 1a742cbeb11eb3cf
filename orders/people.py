"""What orders do with a person whose data they hold: the port of electroports/people.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser


class OrdersKeeper:
    """Keeps what people bought and paid."""

    def export(self, *, user: AbstractUser) -> Mapping[str, Any]:
        """Return everything that orders hold about `user`."""
        return {}

    def refuse_erasure(self, *, user: AbstractUser, at: datetime) -> None:
        """Raise a DomainError while `user` cannot be erased."""

    def erase(self, *, user: AbstractUser, at: datetime) -> None:
        """Delete what orders hold about `user`, and make anonymous what the law says is kept."""

    def email_verified(self, *, user: AbstractUser, at: datetime) -> None:
        """Do what follows from `user` having shown that their e-mail address is theirs."""
