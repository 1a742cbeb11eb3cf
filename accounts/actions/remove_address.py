"""Take away one of a customer's addresses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actions.lock_user import lock_user
from accounts.models import Address, User
from electroports.errors import NoSuchRow


def remove_address(*, user: User, address_id: int, at: datetime) -> None:
    """Delete an address; where it was the default, the newest of the others is, from then on.

    Raises NoSuchRow or AccountGone.
    """
    with transaction.atomic():
        lock_user(user=user)
        deleted, _ = Address.objects.filter(user=user, pk=address_id).delete()
        if not deleted:
            raise NoSuchRow
        first = Address.objects.of(user).first()
        if first is not None and not first.is_default:
            Address.objects.filter(pk=first.pk).update(is_default=True, updated_at=at)
