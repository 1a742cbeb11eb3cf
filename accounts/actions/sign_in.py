"""Sign in with a password."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.start_session import SignedIn, start_session
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import InvalidCredentials
from accounts.passwords import user_with_password


def sign_in(*, identifier: str, password: str, device: Device = UNKNOWN_DEVICE, at: datetime) -> SignedIn:
    """Start a session for the user with that user name or e-mail address; raises InvalidCredentials."""
    user = user_with_password(identifier, password)
    if user is None:
        raise InvalidCredentials
    return SignedIn(user, *start_session(user=user, device=device, at=at))
