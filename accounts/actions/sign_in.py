"""Sign in with a password."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.check_credentials import check_credentials
from accounts.actions.start_session import SignedIn, start_session
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.hashers import room_to_hash


def sign_in(
    *, identifier: str, password: str, otp: str = "", device: Device = UNKNOWN_DEVICE, at: datetime
) -> SignedIn:
    """Start a session for the user with that user name or e-mail address.

    Raises InvalidCredentials, TooManyAttempts after too many failures, or TooBusy. Of staff it wants a second factor,
    too (start_session).
    """
    with room_to_hash():
        user = check_credentials(identifier=identifier, password=password, device=device, at=at)
        return SignedIn(user, *start_session(user=user, device=device, otp=otp, at=at))
