"""Change one of a customer's addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.errors import DefaultNeeded
from accounts.models import Address, User
from electroports.errors import NoSuchRow


def change_address(*, user: User, address_id: int, changes: Mapping[str, Any], at: datetime) -> Address:
    """Write the changed fields of an address. One that becomes the default takes the place of the one before.

    Raises NoSuchRow if `user` has no such address, DefaultNeeded if none would be the default any more,
    and AccountGone.
    """
    with transaction.atomic():
        lock_user(user=user)
        theirs = Address.objects.filter(user=user)
        address = theirs.filter(pk=address_id).first()
        if address is None:
            raise NoSuchRow
        is_default = changes.get("is_default", address.is_default)
        if address.is_default and not is_default:
            raise DefaultNeeded
        if is_default and not address.is_default:
            theirs.filter(is_default=True).update(is_default=False, updated_at=at)
        for name, value in changes.items():
            setattr(address, name, value)
        address.updated_at = at
        address.save()
        return address
