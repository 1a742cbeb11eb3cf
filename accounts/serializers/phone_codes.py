"""What codes to phones take."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import OtpField
from electroports.phones import PhoneField
from electroports.serializers import StrictSerializer


class CodeField(serializers.RegexField):
    """The six digits of an SMS."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[0-9]{6}\Z", **{"min_length": 6, "max_length": 6, "trim_whitespace": False, **kwargs})


class PhoneInput(StrictSerializer):
    """Where a code is to be sent."""

    phone = PhoneField()


class CodeInput(StrictSerializer):
    """A code."""

    code = CodeField()


class PhoneCodeInput(PhoneInput):
    """A phone with the code that was sent to it."""

    code = CodeField()
    otp = OtpField()
