"""Register a customer."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions.start_session import SignedIn, start_session
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import AlreadyTaken
from accounts.models import User
from accounts.passwords import refuse_weak_password


def register_user(
    *, username: str, email: str, password: str, phone: str = "", device: Device = UNKNOWN_DEVICE, at: datetime
) -> SignedIn:
    """Create a customer and sign them in.

    Raises WeakPassword, or AlreadyTaken, which the database decides: of two registrations at once one goes through.
    """
    user = User(username=username, email=User.objects.normalize_email(email), phone=phone, date_joined=at)
    refuse_weak_password(password, user=user, field="password")
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            return SignedIn(user, *start_session(user=user, device=device, at=at))
    except IntegrityError as error:
        raise AlreadyTaken(User.objects.taken(username=user.username, email=user.email)) from error
