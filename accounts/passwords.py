"""Who knows which password, and which new ones are good enough."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.errors import WeakPassword
from accounts.models import User
from electroports.errors import FieldError


def user_with_password(identifier: str, password: str) -> User | None:
    """Return the active user with that user name or e-mail address and password.

    Takes one password hash's time in every case, so that the time does not tell whether such a user exists. A password
    hashed with outdated parameters is hashed anew.
    """
    user = User.objects.identified_by(identifier)
    if user is None:
        make_password(password)
        return None
    return user if user.check_password(password) and user.is_active else None


def refuse_weak_password(password: str, *, user: User, field: str) -> None:
    """Raise WeakPassword, naming `field`, if a validator refuses `password` for `user` (the user's names count)."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors = [FieldError(field, row.code or "invalid", " ".join(row.messages)) for row in error.error_list]
        raise WeakPassword(f"The request is not valid: {field}.", errors=errors) from error
