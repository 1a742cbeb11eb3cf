"""The shapes of stock levels and movements, for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalog.models import StockMovement
from catalog.serializers.fields import CountField, IdField
from electroports.serializers import StrictSerializer

MOST = 1_000_000
KINDS = ("receipt", "adjustment", "transfer")


class UnitsField(serializers.IntegerField):
    """Units; text of digits is none."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError."""
        if type(data) is not int and not (type(data) is float and data.is_integer()):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class MovementInput(StrictSerializer):
    """What is done with stock: units that came in, a correction, or units carried elsewhere."""

    NEEDED: ClassVar[dict[str, tuple[str, ...]]] = {
        "receipt": ("quantity",),
        "adjustment": ("change",),
        "transfer": ("quantity", "to"),
    }

    type = serializers.ChoiceField(KINDS)
    sku = serializers.CharField(max_length=40)
    location = serializers.CharField(max_length=10, help_text="Its code.")
    quantity = UnitsField(min_value=1, max_value=MOST, required=False, help_text="Of a receipt or a transfer.")
    change = UnitsField(min_value=-MOST, max_value=MOST, required=False, help_text="Of an adjustment; not 0.")
    to = serializers.CharField(max_length=10, required=False, help_text="The code of where a transfer goes.")
    reference = serializers.CharField(
        max_length=StockMovement.REFERENCE_LENGTH, help_text="The delivery note, or the reason."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what the type does not have, and miss what it needs."""
        needed = self.NEEDED[attrs["type"]]
        errors: dict[str, Any] = {}
        for name in ("quantity", "change", "to"):
            if name in needed and name not in attrs:
                errors[name] = [ErrorDetail(f"A movement of the type {attrs['type']} needs it.", code="required")]
            elif name in attrs and name not in needed:
                errors[name] = [ErrorDetail(f"A movement of the type {attrs['type']} has none.", code="not_allowed")]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class StockLevelSerializer(serializers.Serializer[Any]):
    """Units of a variant at a location."""

    id = IdField()
    product = IdField()
    variant = IdField()
    sku = serializers.CharField()
    location = serializers.CharField()
    on_hand = CountField()
    allocated = CountField()
    available = CountField()


class StockMovementSerializer(serializers.Serializer[Any]):
    """One change of a stock level."""

    id = IdField()
    type = serializers.ChoiceField(StockMovement.Type.choices)
    variant = IdField()
    sku = serializers.CharField()
    location = serializers.CharField()
    on_hand_change = serializers.IntegerField()
    allocated_change = serializers.IntegerField()
    reference = serializers.CharField(allow_blank=True)
    acting_user = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class MovedSerializer(serializers.Serializer[Any]):
    """The levels that a movement has changed, as they are now."""

    levels = StockLevelSerializer(many=True)
