"""Fields that several inputs have."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MinLengthValidator
from rest_framework import serializers

from accounts.models import User
from electroports.serializers import EmailField

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 128  # hashing is dear: the length that anybody may make us hash is bounded
MAX_TOKEN_LENGTH = 2048
MAX_IDENTITY_TOKEN_LENGTH = 8192
MAX_NONCE_LENGTH = 256


class PasswordField(serializers.CharField):
    """A password as typed: spaces at its ends belong to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MAX_PASSWORD_LENGTH, "trim_whitespace": False, "write_only": True, **kwargs})


class LongEnough(MinLengthValidator):
    """The least that AUTH_PASSWORD_VALIDATORS ask for, under their code; stated here for the OpenAPI document."""

    code = "password_too_short"


class NewPasswordField(PasswordField):
    """A password to be. AUTH_PASSWORD_VALIDATORS judge it in the action, for they want to see the user."""

    default_validators = (LongEnough(MIN_PASSWORD_LENGTH),)


class AddressField(EmailField):
    """An account's e-mail address, as it is kept: as mails are addressed to it, in lower case."""

    def to_internal_value(self, data: Any) -> str:
        """Return the address in that form; raises ValidationError."""
        return User.objects.normalize_email(super().to_internal_value(data))


class UsernameField(serializers.RegexField):
    """A user name: as the model has it."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "A user name has letters without accents, digits, and the signs . _ + - alone."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Za-z0-9_.+-]+\Z", **{"max_length": 150, **kwargs})


class OtpField(serializers.CharField):
    """A code of an authenticator app, or a recovery code; customers need none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "max_length": 40,
                "required": False,
                "allow_blank": True,
                "write_only": True,
                "help_text": "Staff only: a code of the authenticator app, or a recovery code.",
                **kwargs,
            }
        )
