"""What users send and what they get."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinLengthValidator
from rest_framework import serializers

from accounts.models import User
from electroports.phones import PhoneField
from electroports.serializers import EmailField, StrictSerializer

MAX_EMAIL_LENGTH = 254
MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 128  # hashing is dear: the length that anybody may make us hash is bounded
MAX_TOKEN_LENGTH = 2048


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


class UsernameField(serializers.RegexField):
    """A user name: as the model has it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Za-z0-9_.+-]+\Z", **{"max_length": 150, **kwargs})


class RegisterInput(StrictSerializer):
    """A new customer."""

    username = UsernameField()
    email = EmailField(max_length=MAX_EMAIL_LENGTH)
    password = NewPasswordField()
    phone = PhoneField(required=False, allow_blank=True)

    def validate_email(self, value: str) -> str:
        """Return the address as it is kept: in lower case, in which some letters become two."""
        address = User.objects.normalize_email(value)
        if len(address) > MAX_EMAIL_LENGTH:
            raise serializers.ValidationError("This address is too long.", code="max_length")
        return address


class LoginByUsernameInput(StrictSerializer):
    """Credentials with a user name, in any case."""

    username = serializers.CharField(max_length=254, trim_whitespace=False)
    password = PasswordField()


class LoginByEmailInput(StrictSerializer):
    """Credentials with an e-mail address, in any case."""

    email = serializers.CharField(max_length=254, trim_whitespace=False)
    password = PasswordField()


class RefreshInput(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=MAX_TOKEN_LENGTH, trim_whitespace=False)


class ProfileInput(StrictSerializer):
    """The part of a profile that its owner changes at will. The e-mail address is not: a new one must be confirmed."""

    username = UsernameField(required=False)
    first_name = serializers.CharField(max_length=150, allow_blank=True, required=False)
    last_name = serializers.CharField(max_length=150, allow_blank=True, required=False)
    phone = PhoneField(allow_blank=True, required=False)


class PasswordInput(StrictSerializer):
    """The password that is and the one that is to be."""

    current_password = PasswordField()
    new_password = NewPasswordField()


class UserSerializer(serializers.Serializer[User]):
    """A user, as the user sees themselves."""

    id = serializers.IntegerField(read_only=True)
    username = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True)
    email_verified = serializers.BooleanField(read_only=True)
    phone = serializers.CharField(read_only=True, help_text="E.164, such as +254712345678; empty if none is known.")
    role = serializers.ChoiceField(choices=["customer", "staff", "admin"], read_only=True)
    first_name = serializers.CharField(read_only=True)
    last_name = serializers.CharField(read_only=True)
    date_joined = serializers.DateTimeField(read_only=True)


class TokenPairSerializer(serializers.Serializer[Any]):
    """The tokens of a session: `access` for minutes, `refresh` for days, to be exchanged once."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)


class SignedInSerializer(TokenPairSerializer):
    """A user with the tokens of a new session."""

    user = UserSerializer(read_only=True)


# One instance each, to call `to_representation` of: making a serializer takes longer than what it is then used for.
user_shape = UserSerializer()
signed_in_shape = SignedInSerializer()
