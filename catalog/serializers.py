"""The shapes of the catalogue's answers, for the OpenAPI document. The bytes are made in `catalog.documents`."""

from typing import Any

from rest_framework import serializers

from catalog.models import Accessory, Product, SoundDevice, Variant
from catalog.stock import Availability

MONEY = r"^\d+\.\d{2}$"


class NamedSerializer(serializers.Serializer[Any]):
    """A brand or category in short."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()


class RatingSerializer(serializers.Serializer[Any]):
    """What customers gave: 1 to 5 on average, null without reviews."""

    average = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()


class ImageSerializer(serializers.Serializer[Any]):
    """A picture."""

    url = serializers.CharField()
    thumbnail = serializers.CharField()
    alt = serializers.CharField(allow_blank=True)


class NamedValueSerializer(serializers.Serializer[Any]):
    """A specification or an option."""

    name = serializers.CharField()
    value = serializers.CharField()


class ProductCardSerializer(serializers.Serializer[Any]):
    """A product in a list. `price` is that of its cheapest purchasable variant."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    kind = serializers.ChoiceField(Product.Kind.choices)
    name = serializers.CharField()
    brand = NamedSerializer()
    category = NamedSerializer()
    price = serializers.RegexField(MONEY)
    compare_at_price = serializers.RegexField(MONEY, allow_null=True)
    currency = serializers.CharField()
    on_sale = serializers.BooleanField()
    availability = serializers.ChoiceField(Availability.choices)
    conditions = serializers.ListField(child=serializers.ChoiceField(Variant.Condition.choices))
    rating = RatingSerializer()
    image = ImageSerializer(allow_null=True)


class VariantSerializer(serializers.Serializer[Any]):
    """What is bought. Prices include VAT."""

    id = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    options = NamedValueSerializer(many=True)
    condition = serializers.ChoiceField(Variant.Condition.choices)
    price = serializers.RegexField(MONEY)
    compare_at_price = serializers.RegexField(MONEY, allow_null=True)
    price_excl_vat = serializers.RegexField(MONEY)
    vat_amount = serializers.RegexField(MONEY)
    availability = serializers.ChoiceField(Availability.choices)
    images = ImageSerializer(many=True)


class ProductSerializer(ProductCardSerializer):
    """A product, whole."""

    description = serializers.CharField(allow_blank=True)
    specs = NamedValueSerializer(many=True)
    ports = serializers.ListField(child=serializers.DictField())
    variants = VariantSerializer(many=True)
    images = ImageSerializer(many=True)
    in_the_box = serializers.ListField(child=serializers.CharField())
    warranty_months = serializers.IntegerField()
    related = ProductCardSerializer(many=True)


class AccessoryTraits(serializers.Serializer[Any]):
    """The typed fields of an accessory: metres and watts as decimal text."""

    accessory_type = serializers.ChoiceField(Accessory.Type.choices)
    length_m = serializers.CharField(allow_null=True)
    watts = serializers.CharField(allow_null=True)


class SoundDeviceTraits(serializers.Serializer[Any]):
    """The typed fields of a sound device."""

    form_factor = serializers.ChoiceField(SoundDevice.FormFactor.choices)
    connectivity = serializers.ListField(child=serializers.ChoiceField(SoundDevice.CONNECTIVITY))
    impedance_ohms = serializers.IntegerField(allow_null=True)
    driver_mm = serializers.CharField(allow_null=True)
    battery_hours = serializers.CharField(allow_null=True)
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


class BrandSerializer(NamedSerializer):
    """A brand and how many of its products are in the shop window."""

    description = serializers.CharField(allow_blank=True)
    product_count = serializers.IntegerField()


class CategorySerializer(NamedSerializer):
    """A node of the category tree; `product_count` includes all below it."""

    description = serializers.CharField(allow_blank=True)
    product_count = serializers.IntegerField()
    children = serializers.ListField(child=serializers.DictField(), help_text="Categories of the same shape.")
