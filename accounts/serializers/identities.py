"""What signing in with another provider takes, and the identities of a user."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import ExternalIdentity
from accounts.serializers.fields import MAX_IDENTITY_TOKEN_LENGTH, MAX_NONCE_LENGTH, OtpField
from electroports.serializers import LineField, StrictSerializer


class IdentityTokenInput(StrictSerializer):
    """An id token, and the nonce that the client made for it."""

    id_token = serializers.CharField(
        max_length=MAX_IDENTITY_TOKEN_LENGTH, trim_whitespace=False, help_text="As the provider gave it to the client."
    )
    nonce = serializers.CharField(
        max_length=MAX_NONCE_LENGTH,
        trim_whitespace=False,
        required=False,
        help_text="What the client made up for this sign-in, if it did; the token has it as it is or its SHA-256.",
    )


class GoogleInput(IdentityTokenInput):
    """What Google Identity Services gave to the client."""

    otp = OtpField()


class AppleInput(GoogleInput):
    """What Sign in with Apple gave to the client. The name comes beside the token, and the first time alone."""

    first_name = LineField(max_length=150, allow_blank=True, required=False)
    last_name = LineField(max_length=150, allow_blank=True, required=False)


class LinkIdentityInput(IdentityTokenInput):
    """An identity to be linked."""

    provider = serializers.ChoiceField(choices=ExternalIdentity.Provider.choices)


class ExternalIdentitySerializer(serializers.Serializer[ExternalIdentity]):
    """An account elsewhere that signs in to this one."""

    id = serializers.IntegerField(read_only=True)
    provider = serializers.ChoiceField(choices=ExternalIdentity.Provider.choices, read_only=True)
    email = serializers.CharField(read_only=True, help_text="As the provider said when it was linked; may be empty.")
    created_at = serializers.DateTimeField(read_only=True)
    last_used_at = serializers.DateTimeField(read_only=True)


class WaysInSerializer(serializers.Serializer[Any]):
    """How the caller's account can be signed in to."""

    has_password = serializers.BooleanField(read_only=True)
    phone_verified = serializers.BooleanField(read_only=True)
    identities = ExternalIdentitySerializer(many=True, read_only=True)
