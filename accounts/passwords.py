"""Who knows which password, and which new ones are good enough."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.errors import WeakPassword
from accounts.models import User
from accounts.password_text import normal_form, readings
from electroports.errors import FieldError


def may_sign_in(user: User | None, password: str) -> bool:
    """Tell whether `user` is there, is active and has this password.

    Takes the time of one verification in every case, so that the time does not tell which of these is not so: where
    there is no password to verify, another one is. A password hashed with outdated parameters is hashed anew.
    """
    if user is None or not user.has_usable_password():
        for reading in readings(password):
            check_password(reading, _nobodys_password(tuple(settings.PASSWORD_HASHERS)))
        return False
    return user.check_password(password) and user.is_active


def refuse_weak_password(password: str, *, user: User, field: str) -> None:
    """Raise WeakPassword, naming `field`, if a validator refuses `password` for `user` (the user's names count)."""
    try:
        validate_password(normal_form(password), user)
    except ValidationError as error:
        errors = [FieldError(field, row.code or "invalid", " ".join(row.messages)) for row in error.error_list]
        raise WeakPassword(f"The request is not valid: {field}.", errors=errors) from error


@cache
def _nobodys_password(hashers: tuple[str, ...]) -> str:
    """Return the hash of no password that anybody could type, by the first of these hashers; made once a process."""
    return make_password("\0")
