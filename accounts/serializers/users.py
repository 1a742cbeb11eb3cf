"""Users, as they see themselves, and what they change of that."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.fields import NewPasswordField, PasswordField, UsernameField
from electroports.phones import PhoneField
from electroports.serializers import LineField, StrictSerializer


class ProfileInput(StrictSerializer):
    """The part of a profile that its owner changes at will. The e-mail address is not: a new one must be confirmed."""

    username = UsernameField(required=False)
    first_name = LineField(max_length=150, allow_blank=True, required=False)
    last_name = LineField(max_length=150, allow_blank=True, required=False)
    phone = PhoneField(allow_blank=True, required=False)


class PasswordInput(StrictSerializer):
    """The password that is and the one that is to be."""

    current_password = PasswordField()
    new_password = NewPasswordField()


class UserSerializer(serializers.Serializer[User]):
    """A user, as the user sees themselves."""

    id = serializers.IntegerField(read_only=True)
    username = serializers.CharField(read_only=True)
    email = serializers.CharField(read_only=True, help_text="Empty for somebody who has given none.")
    email_verified = serializers.BooleanField(read_only=True)
    phone = serializers.CharField(read_only=True, help_text="E.164, such as +254712345678; empty if none is known.")
    phone_verified = serializers.BooleanField(read_only=True, help_text="Whether codes to it sign in.")
    role = serializers.ChoiceField(choices=["customer", "staff", "admin"], read_only=True)
    first_name = serializers.CharField(read_only=True)
    last_name = serializers.CharField(read_only=True)
    date_joined = serializers.DateTimeField(read_only=True)


# One instance, to call `to_representation` of: making a serializer takes longer than what it is then used for.
user_shape = UserSerializer()
