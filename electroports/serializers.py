"""The base of input serializers: what they do not name, they refuse."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """A command from a client. An unknown or read-only field is an error, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Validate `data`; raises ValidationError with code `unknown_field` for every field not declared."""
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [name for name in data if name not in writable]
            if unknown:
                raise serializers.ValidationError(
                    {
                        str(name)[:100]: [
                            serializers.ErrorDetail("This field is not accepted here.", code="unknown_field")
                        ]
                        for name in unknown[:20]
                    }
                )
        return super().to_internal_value(data)


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """A model serializer with the same strictness, for single-row edits of the caller's own data."""
