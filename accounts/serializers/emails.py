"""What proving and changing e-mail addresses, and choosing a new password by mail, take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import MAX_TOKEN_LENGTH, AddressField, NewPasswordField, PasswordField
from electroports.serializers import StrictSerializer


class MailedTokenInput(StrictSerializer):
    """The token of a mailed link."""

    token = serializers.CharField(max_length=MAX_TOKEN_LENGTH, trim_whitespace=True)


class PasswordResetInput(StrictSerializer):
    """The address of the account whose password is not known any more."""

    email = AddressField()


class NewPasswordInput(MailedTokenInput):
    """The token of a mailed link, and the password that is to be."""

    new_password = NewPasswordField()


class EmailChangeInput(StrictSerializer):
    """The address that is to be, and the password of whoever has one."""

    email = AddressField()
    current_password = PasswordField(required=False, default="")


class PendingEmailSerializer(serializers.Serializer[Any]):
    """A change of address that is under way."""

    email = serializers.EmailField(read_only=True, source="new_email")
    needs_approval = serializers.BooleanField(read_only=True, help_text="Whether the old address has to agree still.")
    needs_confirmation = serializers.BooleanField(read_only=True, help_text="Whether the new address has to, still.")
    expires_at = serializers.DateTimeField(read_only=True)


class EmailStateSerializer(serializers.Serializer[Any]):
    """The caller's e-mail address, and the one that is to be."""

    email = serializers.EmailField(read_only=True)
    email_verified = serializers.BooleanField(read_only=True)
    pending = PendingEmailSerializer(read_only=True, allow_null=True)


class EmailStepSerializer(serializers.Serializer[Any]):
    """What using one of the two links of a change came to."""

    changed = serializers.BooleanField(read_only=True, help_text="False while the other link has not been used yet.")
