"""Check who somebody says they are by their password: the front doors of the API and of the back office."""

from __future__ import annotations

from datetime import datetime

from accounts.attempts import attempt_of, note_failure, note_success, refuse_locked_out
from accounts.devices import Device
from accounts.errors import InvalidCredentials
from accounts.hashers import room_to_hash
from accounts.models import User
from accounts.passwords import may_sign_in


def check_credentials(*, identifier: str, password: str, device: Device, at: datetime) -> User:
    """Return the active user with that user name or e-mail address and password.

    Raises InvalidCredentials, or TooManyAttempts: the same ones, after the same time, whether there is such a user or
    not. Raises TooBusy, before anything is looked up, if there is no room for one more hash.
    """
    with room_to_hash():
        user = User.objects.identified_by(identifier)
        attempt = attempt_of(user=user, identifier=identifier, device=device)
        refuse_locked_out(attempt=attempt, at=at)
        if not may_sign_in(user, password) or user is None:
            note_failure(attempt=attempt, at=at)
            raise InvalidCredentials
        note_success(attempt=attempt, at=at)
    return user
