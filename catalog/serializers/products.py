"""The shapes of products in lists and on pages. The bytes are made in `catalog.documents`."""

from typing import Any

from rest_framework import serializers

from catalog.documents import Basis
from catalog.models import Accessory, Product, SoundDevice, Variant
from catalog.related import RELATED, RelatedBy
from catalog.serializers.fields import CountField, DecimalTextField, IdField, MoneyField, NamedSerializer, UrlField
from catalog.serializers.ports import PortSerializer, PowerBudgetSerializer
from catalog.serializers.specs import TypedSpecSerializer
from catalog.stock import Availability


class RatingSerializer(serializers.Serializer[Any]):
    """What customers gave: 1 to 5 on average, null without reviews."""

    average = serializers.RegexField(r"^[1-5]\.[0-9]$", allow_null=True)
    count = CountField()


class ImageSerializer(serializers.Serializer[Any]):
    """A picture."""

    url = UrlField()
    thumbnail = UrlField()
    alt = serializers.CharField(allow_blank=True)


class NamedValueSerializer(serializers.Serializer[Any]):
    """A specification or an option."""

    name = serializers.CharField()
    value = serializers.CharField()


class PricingEventSerializer(NamedSerializer):
    """The sale event that lowers a price now."""

    ends_at = serializers.DateTimeField()


class ProductCardSerializer(serializers.Serializer[Any]):
    """A product in a list. `price` is that of its cheapest purchasable variant."""

    id = IdField()
    slug = serializers.SlugField(max_length=80)
    kind = serializers.ChoiceField(Product.Kind.choices)
    name = serializers.CharField()
    brand = NamedSerializer()
    category = NamedSerializer()
    price = MoneyField()
    compare_at_price = MoneyField(allow_null=True)
    compare_at_basis = serializers.ChoiceField(Basis.choices, allow_null=True)
    event = PricingEventSerializer(allow_null=True)
    currency = serializers.RegexField("^[A-Z]{3}$")
    on_sale = serializers.BooleanField()
    availability = serializers.ChoiceField(Availability.choices)
    conditions = serializers.ListField(child=serializers.ChoiceField(Variant.Condition.choices), min_length=1)
    rating = RatingSerializer()
    image = ImageSerializer(allow_null=True)


class RelatedProductSerializer(ProductCardSerializer):
    """A product beside another: what is bought with it, what takes the same accessories, what costs about the same."""

    reason = serializers.ChoiceField(RelatedBy.choices)


class VariantSerializer(serializers.Serializer[Any]):
    """What is bought. Prices include VAT."""

    id = IdField()
    sku = serializers.CharField(max_length=40)
    name = serializers.CharField(allow_blank=True)
    options = NamedValueSerializer(many=True)
    condition = serializers.ChoiceField(Variant.Condition.choices)
    price = MoneyField()
    compare_at_price = MoneyField(allow_null=True)
    compare_at_basis = serializers.ChoiceField(Basis.choices, allow_null=True)
    event = PricingEventSerializer(allow_null=True)
    price_excl_vat = MoneyField()
    vat_amount = MoneyField()
    availability = serializers.ChoiceField(Availability.choices)
    images = ImageSerializer(many=True)


class ProductSerializer(ProductCardSerializer):
    """A product, whole."""

    description = serializers.CharField(allow_blank=True)
    specs = NamedValueSerializer(many=True)
    typed_specs = TypedSpecSerializer(many=True)
    ports = PortSerializer(many=True)
    power_budget = PowerBudgetSerializer(allow_null=True)
    variants = VariantSerializer(many=True)
    images = ImageSerializer(many=True)
    in_the_box = serializers.ListField(child=serializers.CharField())
    warranty_months = CountField()
    related = serializers.ListField(child=RelatedProductSerializer(), max_length=RELATED)


class AccessoryTraits(serializers.Serializer[Any]):
    """The typed fields of an accessory: metres and watts as decimal text."""

    accessory_type = serializers.ChoiceField(Accessory.Type.choices)
    length_m = DecimalTextField(allow_null=True)
    watts = DecimalTextField(allow_null=True)


class SoundDeviceTraits(serializers.Serializer[Any]):
    """The typed fields of a sound device."""

    form_factor = serializers.ChoiceField(SoundDevice.FormFactor.choices)
    connectivity = serializers.ListField(child=serializers.ChoiceField(SoundDevice.CONNECTIVITY))
    impedance_ohms = CountField(allow_null=True)
    driver_mm = DecimalTextField(allow_null=True)
    battery_hours = DecimalTextField(allow_null=True)
    noise_cancelling = serializers.BooleanField()
    microphone = serializers.BooleanField()


class AccessoryCardSerializer(AccessoryTraits, ProductCardSerializer):
    """An accessory in a list."""


class AccessorySerializer(AccessoryTraits, ProductSerializer):
    """An accessory, whole."""


class SoundDeviceCardSerializer(SoundDeviceTraits, ProductCardSerializer):
    """A sound device in a list."""


class SoundDeviceSerializer(SoundDeviceTraits, ProductSerializer):
    """A sound device, whole."""
