"""What signing in takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import (
    MAX_TOKEN_LENGTH,
    AddressField,
    NewPasswordField,
    OtpField,
    PasswordField,
    UsernameField,
)
from accounts.serializers.privacy import ConsentsInput
from accounts.serializers.users import UserSerializer
from electroports.phones import PhoneField
from electroports.serializers import StrictSerializer


class RegisterInput(StrictSerializer):
    """A new customer."""

    username = UsernameField()
    email = AddressField()
    password = NewPasswordField()
    phone = PhoneField(required=False, allow_blank=True)
    consents = ConsentsInput(required=False)


class LoginByUsernameInput(StrictSerializer):
    """Credentials with a user name, in any case."""

    username = serializers.CharField(max_length=254, trim_whitespace=False)
    password = PasswordField()
    otp = OtpField()


class LoginByEmailInput(StrictSerializer):
    """Credentials with an e-mail address, in any case."""

    email = serializers.CharField(max_length=254, trim_whitespace=False)
    password = PasswordField()
    otp = OtpField()


class RefreshInput(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=MAX_TOKEN_LENGTH, trim_whitespace=False)


class RefreshByCookieInput(StrictSerializer):
    """Nothing: the refresh token is in the cookie."""


class TokenPairSerializer(serializers.Serializer[Any]):
    """The tokens of a session: `access` for minutes, `refresh` for days, to be exchanged once."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(required=False, help_text="Not there if it was put into the cookie.")


class SignedInSerializer(TokenPairSerializer):
    """A user with the tokens of a new session."""

    user = UserSerializer(read_only=True)


# One instance, to call `to_representation` of: making a serializer takes longer than what it is then used for.
signed_in_shape = SignedInSerializer()
