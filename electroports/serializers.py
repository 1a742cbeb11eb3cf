"""The base of input serializers: what they do not name, they refuse."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import ProhibitNullCharactersValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from electroports.mailboxes import mailbox
from electroports.texts import refuse_unseen

MAX_ID = 2**63 - 1  # what the databases' keys hold
UNKNOWN_FIELD = ErrorDetail("This field is not accepted here.", code="unknown_field")


class WholeNumberField(serializers.IntegerField):
    """A whole number as JSON has it: `2.0` is 2 (JSON Schema, section 6.1.1), `true`, `"2"` and `2.5` are none."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError with code `invalid`."""
        if type(data) is float and data.is_integer():
            return int(data)
        if type(data) is not int:
            self.fail("invalid")
        return data


@extend_schema_field({"type": "boolean", "enum": [True]})
class TrueField(serializers.Field[bool, bool, bool, bool]):
    """The word `true`: what is named is meant. Whoever does not mean it leaves the field out."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "Send true, or leave it out."}

    def to_internal_value(self, data: Any) -> bool:
        """Return True; raises ValidationError with code `invalid` for all else."""
        if data is not True:
            self.fail("invalid")
        return True

    def to_representation(self, value: bool) -> bool:  # DRF calls it by position
        """Return it as it is."""
        return value


class StrictBooleanField(serializers.BooleanField):
    """True or false, and nothing that stands for them."""

    def to_internal_value(self, data: Any) -> bool:
        """Return it; raises ValidationError for "yes", 1, "true" …"""
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return bool(data)


class LineField(serializers.CharField):
    """A text of one line, without what nobody sees (electroports.texts)."""

    is_line = True  # for the OpenAPI document

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        told = [rule for rule in self.validators if not isinstance(rule, ProhibitNullCharactersValidator)]
        self.validators = [*told, refuse_unseen]  # which knows of U+0000, too


class EmailField(serializers.EmailField):
    """An e-mail address as mails are addressed to it, without control characters, which Django lets pass in quotes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})
        self.validators.append(refuse_unseen)

    def to_internal_value(self, data: Any) -> str:
        """Return the address in that form, which is judged then; raises ValidationError with code `invalid`."""
        try:
            return mailbox(super().to_internal_value(data))
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.message, code=error.code) from error


def name_choices(field: Any) -> None:
    """Have a field of choices, or a list of such, name them when it refuses."""
    if isinstance(field, serializers.ChoiceField):
        words = ", ".join(map(str, field.choices))
        field.error_messages["invalid_choice"] = f'"{{input}}" is not one of {words}.'
    elif isinstance(field, serializers.ListField):
        name_choices(field.child)


class StrictSerializer(serializers.Serializer[Any]):
    """A command from a client. An unknown or read-only field is an error, never ignored, and text is text.

    DRF's text fields would take a number for the text of its digits.
    """

    # Names of fields of which a command has exactly one; the OpenAPI document says so, too.
    exactly_one_of: ClassVar[tuple[str, ...]] = ()
    exactly_one_message: ClassVar[str] = ""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; those that take one of several words say which, to whom sends another."""
        fields: dict[str, Any] = super().get_fields()
        for field in fields.values():
            name_choices(field)
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """Validate `data`; raises ValidationError, with code `unknown_field` for every field not declared."""
        if isinstance(data, Mapping):
            writable = {name: field for name, field in self.fields.items() if not field.read_only}
            unknown = [name for name in data if name not in writable]
            errors = {str(name)[:100]: [UNKNOWN_FIELD] for name in unknown[:20]}
            for name, field in writable.items():
                if isinstance(field, serializers.CharField) and not isinstance(data.get(name, ""), str | None):
                    errors[name] = [ErrorDetail(str(field.error_messages["invalid"]), code="invalid")]
            if errors:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

    def validate(self, attrs: Any) -> Any:
        """Want one of `exactly_one_of`; raises ValidationError at the first of them, with code `required`."""
        if self.exactly_one_of and sum(name in attrs for name in self.exactly_one_of) != 1:
            message = self.exactly_one_message or (
                f"Name either {' or '.join(f'a {name}' for name in self.exactly_one_of)}."
            )
            raise serializers.ValidationError({self.exactly_one_of[0]: [ErrorDetail(message, code="required")]})
        return attrs
