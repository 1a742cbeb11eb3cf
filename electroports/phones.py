"""Phone numbers: read as people write them, kept as E.164 (ITU-T)."""

import re
from typing import Any, ClassVar

import phonenumbers
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

MAX_TYPED_LENGTH = 32

# The library itself also takes vanity letters, extensions and digits of other scripts; a shop that dials does not.
TYPED = re.compile(rf"[0-9+() .\-]{{1,{MAX_TYPED_LENGTH}}}")


HOW_TO = "Write it like 0712 345 678 or +254 712 345 678."
Possible = phonenumbers.ValidationResult
TOO_FEW, TOO_MANY = "It has too few digits.", "It has too many digits."
KENYA, MOBILE_DIGITS = 254, 9  # the length of what begins with 7 or 1; its other numbers have 7 to 10
REASONS = {
    Possible.TOO_SHORT: TOO_FEW,
    Possible.TOO_LONG: TOO_MANY,
    Possible.INVALID_COUNTRY_CODE: "There is no country with that code.",
    Possible.IS_POSSIBLE_LOCAL_ONLY: TOO_FEW,
}


class InvalidPhone(ValueError):
    """A text that is no phone number anybody could have; `reason` tells people why, and how to write one."""

    def __init__(self, text: str, reason: str = "This is not a phone number.") -> None:
        super().__init__(text)
        self.reason = f"{reason} {HOW_TO}"


def parse_phone(text: str, region: str = "KE") -> str:
    """Return `text` as E.164 (`+254712345678`); raises InvalidPhone.

    A number without a country code is one of `region`. Kenyans write `07…`, `01…`, `7…`, `1…`, `254…` and `+254…`, with
    or without spaces; numbers of other countries need their `+`.
    """
    if not TYPED.fullmatch(text):
        raise InvalidPhone(text, "A phone number has digits, blanks, hyphens, brackets and a + alone.")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone(text) from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone(text, reason_against(number))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def reason_against(number: phonenumbers.PhoneNumber) -> str:
    """Say what is wrong with a number that does not exist."""
    national = str(number.national_number)
    if number.country_code == KENYA and national[0] in "17" and len(national) != MOBILE_DIGITS:
        return TOO_FEW if len(national) < MOBILE_DIGITS else TOO_MANY
    return REASONS.get(phonenumbers.is_possible_number_with_reason(number), "There is no such number.")


class PhoneField(serializers.CharField):
    """A phone number in a request, as E.164 once validated; with `allow_blank`, an empty text stands for none."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_phone": "{reason}",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MAX_TYPED_LENGTH, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return E.164 or an empty text; raises ValidationError with code `invalid_phone`."""
        value = super().run_validation(data)
        if not value:
            return value
        try:
            return parse_phone(value)
        except InvalidPhone as error:
            self.fail("invalid_phone", reason=error.reason)


class PhoneFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """What the OpenAPI document allows: whatever may be a number. Which ones there are no pattern can say."""

    target_class = PhoneField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """Return the JSON schema of the field."""
        if direction == "response":
            return {"type": "string", "description": "E.164; empty where none is known.", "maxLength": 16}
        return {
            "type": "string",
            "description": "A phone number that exists, such as 0712 345 678; one of another country begins with `+`. "
            "It is kept as E.164.",
            "pattern": r"^[0-9+()\s.-]+$",  # with what the field trims
            "example": "0712 345 678",
            "maxLength": self.target.max_length,
        }
