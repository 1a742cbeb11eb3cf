"""What staff send to change the catalogue, and what they get back. Money and other decimals are texts, never floats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalog.files.cells import NAME_LENGTH
from catalog.models import Accessory, Product, SoundDevice, TaxClass, Variant
from catalog.models.product import MAX_SHIPPING_GRAMS, MOST_PER_CUSTOMER
from catalog.serializers.fields import CountField, IdField, MoneyField, NamedSerializer, UrlField
from catalog.serializers.products import AccessoryTraits, NamedValueSerializer, SoundDeviceTraits
from electroports.errors import DOES_NOT_EXIST
from electroports.serializers import MAX_ID, LineField, StrictBooleanField, StrictSerializer, WholeNumberField

MAX_POSITIVE = 2**31 - 1
MAX_SMALL = 2**15 - 1
MAX_ITEMS = 100
SKU = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"
SLUG = r"^([0-9]+-)*[0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$"  # with a letter, for numbers are ids


class KeyField(WholeNumberField):
    """The id of a row of another table."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class TextField(LineField):
    """A text within a list. A number is none (StrictSerializer sees to its own fields)."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raises ValidationError for what is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class WholeField(serializers.IntegerField):
    """A whole number from 0 to what its column holds. Text of digits is none; JSON's 7.0 is the number 7."""

    def __init__(self, *, most: int = MAX_POSITIVE, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=most, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError for text, true and false."""
        if type(data) is not int and not (type(data) is float and data.is_integer()):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class ExactField(serializers.RegexField):
    """A decimal as text. A JSON number would have been a float on its way here, and is refused."""

    def __init__(self, *, digits: int, places: int, pattern: str = "", what: str = "a decimal", **kwargs: Any) -> None:
        fraction = rf"(\.[0-9]{{1,{places}}})?"
        super().__init__(
            pattern or rf"^[0-9]{{1,{digits - places}}}{fraction}$",
            max_length=digits + 1,
            error_messages={"invalid": f"Give {what} as text, with at most {places} places: no number, no exponent."},
            **kwargs,
        )

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the Decimal that the text stands for; raises ValidationError."""
        text = super().run_validation(data)
        return Decimal(text) if isinstance(text, str) else text


class AmountField(ExactField):
    """An amount of money above nothing, in the shop's currency, VAT included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            digits=12,
            places=2,
            pattern=r"^([1-9][0-9]{0,9}(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$",
            what="an amount above 0",
            **kwargs,
        )


class TaxClassField(TextField):
    """A tax class, named by its code. Becomes the id."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the id; raises ValidationError for a class that the shop does not have."""
        code = super().run_validation(data)
        if not isinstance(code, str):
            return code
        found = TaxClass.objects.filter(code=code).values_list("pk", flat=True).first()
        if found is None:
            raise serializers.ValidationError("There is no such tax class.", code=DOES_NOT_EXIST)
        return found


class PairInput(StrictSerializer):
    """A specification or an option."""

    name = LineField(max_length=80)
    value = LineField(max_length=500)


class PairsField(serializers.ListSerializer[Any]):
    """Pairs in their order; a name comes once. Becomes [[name, value], …]."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=PairInput(), max_length=MAX_ITEMS, **kwargs)

    def to_internal_value(self, data: Any) -> list[list[str]]:
        """Return the pairs; raises ValidationError also for a name that comes twice."""
        pairs = [[row["name"], row["value"]] for row in super().to_internal_value(data)]
        seen: set[str] = set()
        for position, (name, _value) in enumerate(pairs):
            if name.casefold() in seen:
                repeated = ErrorDetail("This name comes twice.", code="repeated_name")
                raise serializers.ValidationError({str(position): {"name": [repeated]}})
            seen.add(name.casefold())
        return pairs


class SetField(serializers.ListField):
    """Words, each of them once."""

    is_set = True  # for the OpenAPI document

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the words; raises ValidationError also for one that comes twice."""
        words = super().to_internal_value(data)
        if len(set(words)) < len(words):
            raise serializers.ValidationError("Name each once.", code="duplicate")
        return words


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "string", "maxLength": 500},
        "description": "Typed specifications: texts by the code of their field.",
    }
)
class TypedSpecTexts(serializers.DictField):
    """Typed specifications by the code of their field."""


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": MAX_ITEMS,
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 500},
        "description": "Typed specifications: texts by the code of their field, with a unit if you like (`1.29 kg`), "
        "several values with semicolons between. They replace those that are there.",
    }
)
class TypedSpecsField(serializers.DictField):
    """Typed specifications as they are sent: the texts that a catalogue file would have."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=TextField(max_length=500), **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the texts by code; raises ValidationError, also for too many."""
        if isinstance(data, dict) and len(data) > MAX_ITEMS:
            raise serializers.ValidationError(f"Give at most {MAX_ITEMS}.", code="max_length")
        return dict(super().to_internal_value(data))


class TraitsInput(StrictSerializer):
    """The typed fields of all kinds; a product takes those of its own."""

    accessory_type = serializers.ChoiceField(Accessory.Type.choices, required=False)
    length_m = ExactField(digits=6, places=2, required=False, allow_null=True)
    watts = ExactField(digits=6, places=1, required=False, allow_null=True)
    form_factor = serializers.ChoiceField(SoundDevice.FormFactor.choices, required=False)
    connectivity = SetField(
        child=serializers.ChoiceField(SoundDevice.CONNECTIVITY), required=False, min_length=1, max_length=5
    )
    impedance_ohms = WholeField(required=False, allow_null=True)
    driver_mm = ExactField(digits=5, places=1, required=False, allow_null=True)
    battery_hours = ExactField(digits=5, places=1, required=False, allow_null=True)
    noise_cancelling = StrictBooleanField(required=False)
    microphone = StrictBooleanField(required=False)


class ProductChanges(TraitsInput):
    """What may be changed of a product. Its kind is settled when it is made."""

    name = LineField(max_length=120, required=False)
    slug = serializers.RegexField(SLUG, max_length=80, required=False)
    brand = KeyField(required=False)
    category = KeyField(required=False)
    description = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    specs = PairsField(required=False)
    typed_specs = TypedSpecsField(required=False)
    in_the_box = serializers.ListField(child=TextField(max_length=500), max_length=MAX_ITEMS, required=False)
    warranty_months = WholeField(most=MAX_SMALL, required=False)
    released_on = serializers.DateField(required=False, allow_null=True)
    popularity = WholeField(required=False)
    is_published = StrictBooleanField(required=False)
    tax_class = TaxClassField(
        required=False, allow_null=True, max_length=20, help_text="Its code; null for the default one."
    )


class VariantChanges(StrictSerializer):
    """What may be changed of a variant."""

    sku = serializers.RegexField(SKU, max_length=40, required=False)
    name = LineField(max_length=120, allow_blank=True, required=False)
    options = PairsField(required=False)
    condition = serializers.ChoiceField(Variant.Condition.choices, required=False)
    price = AmountField(required=False)
    compare_at_price = AmountField(required=False, allow_null=True)
    shipping_grams = WholeNumberField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MAX_SHIPPING_GRAMS,
        help_text="As it is sent, with its box; null: the weight among its specifications, or what is usual.",
    )
    max_per_customer = WholeNumberField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MOST_PER_CUSTOMER,
        help_text="How many one customer may buy, over all their orders; null: any number.",
    )
    is_active = StrictBooleanField(required=False)
    position = WholeField(most=MAX_SMALL, required=False)

    def validate_options(self, pairs: list[list[str]]) -> list[list[str]]:
        """Refuse options that together are longer than a name."""
        if len(" / ".join(value for _name, value in pairs)) > NAME_LENGTH:
            message = f"The values may have {NAME_LENGTH} characters together."
            raise serializers.ValidationError(message, code="max_length")
        return pairs


class NewVariantInput(VariantChanges):
    """A variant that is to be. Its name is that of its options, unless it has one of its own."""

    sku = serializers.RegexField(SKU, max_length=40)
    price = AmountField()


class NewProductInput(ProductChanges):
    """A product that is to be, with what of it is bought."""

    kind = serializers.ChoiceField(Product.Kind.choices)
    name = LineField(max_length=120)
    brand = KeyField()
    category = KeyField()
    variants: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=NewVariantInput(), allow_empty=False, max_length=MAX_ITEMS
    )


class StaffVariantSerializer(serializers.Serializer[Any]):
    """A variant as staff see it."""

    id = IdField()
    product = IdField()
    sku = serializers.CharField(max_length=40)
    name = serializers.CharField(allow_blank=True)
    options = NamedValueSerializer(many=True)
    condition = serializers.ChoiceField(Variant.Condition.choices)
    price = MoneyField()
    compare_at_price = MoneyField(allow_null=True)
    shipping_grams = CountField(allow_null=True)
    max_per_customer = CountField(allow_null=True)
    currency = serializers.RegexField("^[A-Z]{3}$")
    is_active = serializers.BooleanField()
    position = CountField()


class StaffImageSerializer(serializers.Serializer[Any]):
    """A picture as staff see it; until `is_rendered`, `url` and `thumbnail` are the original."""

    id = IdField()
    product = IdField()
    variant = IdField(allow_null=True)
    alt = serializers.CharField()
    position = CountField()
    width = CountField()
    height = CountField()
    url = UrlField()
    thumbnail = UrlField()
    is_rendered = serializers.BooleanField()


class EtagField(serializers.RegexField):
    """The ETag of a part, to change it without reading it on its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__('^"[0-9a-f]+"$', **kwargs)


class NestedVariantSerializer(StaffVariantSerializer):
    """A variant within its product."""

    etag = EtagField()


class NestedImageSerializer(StaffImageSerializer):
    """A picture within its product."""

    etag = EtagField()


def optional_fields(shape: type[serializers.Serializer[Any]]) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Return the fields of a shape, none of which has to be there."""
    fields = shape().get_fields()
    for field in fields.values():
        field.required = False
    return dict(fields)


class StaffProductSerializer(serializers.Serializer[Any]):
    """A product as staff see it: whole, published or not, with the typed fields of its kind."""

    id = IdField()
    slug = serializers.SlugField(max_length=80)
    kind = serializers.ChoiceField(Product.Kind.choices)
    name = serializers.CharField()
    brand = NamedSerializer()
    category = NamedSerializer()
    description = serializers.CharField(allow_blank=True)
    specs = NamedValueSerializer(many=True)
    typed_specs = TypedSpecTexts()
    in_the_box = serializers.ListField(child=serializers.CharField())
    warranty_months = CountField()
    released_on = serializers.DateField(allow_null=True)
    popularity = CountField()
    is_published = serializers.BooleanField()
    tax_class = serializers.CharField(max_length=20, allow_null=True, help_text="Its code; null for the default one.")
    variants = NestedVariantSerializer(many=True)
    images = NestedImageSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields of all products, and those of each kind, which others lack."""
        return {**super().get_fields(), **optional_fields(AccessoryTraits), **optional_fields(SoundDeviceTraits)}


class ListedVariantSerializer(serializers.Serializer[Any]):
    """A variant in the list of products."""

    id = IdField()
    sku = serializers.CharField(max_length=40)
    name = serializers.CharField(allow_blank=True)
    price = MoneyField()
    compare_at_price = MoneyField(allow_null=True)
    currency = serializers.RegexField("^[A-Z]{3}$")
    is_active = serializers.BooleanField()


class ListedProductSerializer(serializers.Serializer[Any]):
    """A product in the list that staff see."""

    id = IdField()
    slug = serializers.SlugField(max_length=80)
    kind = serializers.ChoiceField(Product.Kind.choices)
    name = serializers.CharField()
    brand = NamedSerializer()
    category = NamedSerializer()
    is_published = serializers.BooleanField()
    popularity = CountField()
    variants = ListedVariantSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
