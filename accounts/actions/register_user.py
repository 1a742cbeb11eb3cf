"""Register a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.ask_to_verify import ask_to_verify
from accounts.actions.record_consents import record_consents
from accounts.actions.start_session import SignedIn, start_session
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import AlreadyTaken, WeakPassword
from accounts.models import Consent, User
from accounts.passwords import refuse_weak_password


def register_user(
    *,
    username: str,
    email: str,
    password: str,
    phone: str = "",
    consents: Mapping[str, Any] | None = None,
    device: Device = UNKNOWN_DEVICE,
    at: datetime,
) -> SignedIn:
    """Create a customer, ask them to show that the e-mail address is theirs, and sign them in.

    `consents` is what they say about marketing, as in ConsentsInput.

    Raises WeakPassword, with what is taken beside it, AlreadyTaken, before the dear hash, or TooBusy. In the end the
    database decides what is taken: of two registrations at once one goes through.
    """
    user = User(username=username, email=User.objects.normalize_email(email), phone=phone, date_joined=at)
    taken = User.objects.taken(username=user.username, email=user.email)
    try:
        refuse_weak_password(password, user=user, field="password")
    except WeakPassword as weak:
        named = ", ".join([*taken, "password"])
        errors = [*AlreadyTaken(taken).errors, *weak.errors]
        raise WeakPassword(f"The request is not valid: {named}.", errors=errors) from weak
    if taken:
        raise AlreadyTaken(taken)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            if consents is not None:
                said = {name: value for name, value in consents.items() if name in Consent.Channel.values}
                wording, source = str(consents.get("wording", "")), Consent.Source.REGISTRATION
                record_consents(user=user, given=said, source=source, wording=wording, at=at)
            ask_to_verify(user=user, at=at)
            return SignedIn(user, *start_session(user=user, device=device, at=at))
    except IntegrityError as error:
        raise AlreadyTaken(User.objects.taken(username=user.username, email=user.email)) from error
