"""The shapes of the catalogue's answers, for the OpenAPI document. The bytes are made in `catalog.documents`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Accessory, Connector, Product, SoundDevice, Variant
from catalog.stock import Availability

MONEY = r"^[0-9]{1,10}\.[0-9]{2}$"
DECIMAL = r"^[0-9]+(\.[0-9]+)?$"


class IdField(serializers.IntegerField):
    """A primary key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)


class CountField(serializers.IntegerField):
    """How many there are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, **kwargs)


class MoneyField(serializers.RegexField):
    """An amount as text with two decimals, in the `currency` of the object that it stands in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(MONEY, **kwargs)


class DecimalTextField(serializers.RegexField):
    """A decimal number as text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(DECIMAL, **kwargs)


@extend_schema_field({"type": "string", "format": "uri-reference"})
class UrlField(serializers.CharField):
    """Where a file is: a whole URL, or a path on this host."""


@extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/Category"}})
class CategoriesField(serializers.ListField):
    """Categories of the same shape."""


@extend_schema_field({"type": "array", "items": {}, "maxItems": 0})
class PortsField(serializers.ListField):
    """Ports. Empty for now: what they look like is not settled yet."""


class NamedSerializer(serializers.Serializer[Any]):
    """A brand or category in short."""

    id = IdField()
    name = serializers.CharField()
    slug = serializers.SlugField(max_length=80)


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
    currency = serializers.RegexField("^[A-Z]{3}$")
    on_sale = serializers.BooleanField()
    availability = serializers.ChoiceField(Availability.choices)
    conditions = serializers.ListField(child=serializers.ChoiceField(Variant.Condition.choices), min_length=1)
    rating = RatingSerializer()
    image = ImageSerializer(allow_null=True)


class VariantSerializer(serializers.Serializer[Any]):
    """What is bought. Prices include VAT."""

    id = IdField()
    sku = serializers.CharField(max_length=40)
    name = serializers.CharField(allow_blank=True)
    options = NamedValueSerializer(many=True)
    condition = serializers.ChoiceField(Variant.Condition.choices)
    price = MoneyField()
    compare_at_price = MoneyField(allow_null=True)
    price_excl_vat = MoneyField()
    vat_amount = MoneyField()
    availability = serializers.ChoiceField(Availability.choices)
    images = ImageSerializer(many=True)


class ProductSerializer(ProductCardSerializer):
    """A product, whole."""

    description = serializers.CharField(allow_blank=True)
    specs = NamedValueSerializer(many=True)
    ports = PortsField()
    variants = VariantSerializer(many=True)
    images = ImageSerializer(many=True)
    in_the_box = serializers.ListField(child=serializers.CharField())
    warranty_months = CountField()
    related = ProductCardSerializer(many=True)


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


class BrandSerializer(NamedSerializer):
    """A brand and how many of its products are in the shop window."""

    description = serializers.CharField(allow_blank=True)
    product_count = CountField()


class ConnectorSerializer(serializers.Serializer[Any]):
    """A kind of connector."""

    id = IdField()
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField()
    family = serializers.ChoiceField(Connector.Family.choices)
    shape = serializers.ChoiceField(Connector.Shape.choices)
    is_wireless = serializers.BooleanField()
    pin_count = CountField()
    description = serializers.CharField(allow_blank=True)


class ConnectorPinSerializer(serializers.Serializer[Any]):
    """A contact, as the connector's standard names it."""

    pin = serializers.CharField()
    signal = serializers.CharField()
    description = serializers.CharField(allow_blank=True)


class ConnectorPinoutSerializer(ConnectorSerializer):
    """A kind of connector with what each of its contacts carries."""

    pins = ConnectorPinSerializer(many=True)


class CategorySerializer(NamedSerializer):
    """A node of the category tree; `product_count` includes all below it."""

    description = serializers.CharField(allow_blank=True)
    product_count = CountField()
    children = CategoriesField()
