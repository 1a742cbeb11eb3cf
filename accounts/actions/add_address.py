"""Add an address to a customer's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.errors import TooManyAddresses
from accounts.models import Address, User


def add_address(*, user: User, values: Mapping[str, Any], at: datetime) -> Address:
    """Write an address with these fields. The first is the default, and whichever is added as one.

    Raises TooManyAddresses or AccountGone.
    """
    with transaction.atomic():
        lock_user(user=user)
        theirs = Address.objects.filter(user=user)
        known = theirs.count()
        if known >= Address.MOST:
            raise TooManyAddresses
        is_default = values.get("is_default", False) or not known
        if is_default:
            theirs.filter(is_default=True).update(is_default=False, updated_at=at)
        fields = {**values, "is_default": is_default}
        return Address.objects.create(user=user, created_at=at, updated_at=at, **fields)
