"""The shapes of the catalogue's answers, for the OpenAPI document."""

from catalog.serializers.connectors import (
    ConnectorPinoutSerializer,
    ConnectorPinSerializer,
    ConnectorSerializer,
)
from catalog.serializers.fields import (
    CountField,
    DecimalTextField,
    IdField,
    MoneyField,
    NamedSerializer,
    UrlField,
)
from catalog.serializers.ports import (
    PortSerializer,
)
from catalog.serializers.products import (
    AccessoryCardSerializer,
    AccessorySerializer,
    AccessoryTraits,
    ImageSerializer,
    NamedValueSerializer,
    ProductCardSerializer,
    ProductSerializer,
    RatingSerializer,
    SoundDeviceCardSerializer,
    SoundDeviceSerializer,
    SoundDeviceTraits,
    VariantSerializer,
)
from catalog.serializers.search import FacetsSerializer, SuggestionsSerializer
from catalog.serializers.specs import SpecFieldSerializer, TypedSpecSerializer
from catalog.serializers.taxonomy import (
    BrandSerializer,
    CategoriesField,
    CategorySerializer,
)

__all__ = [
    "AccessoryCardSerializer",
    "AccessorySerializer",
    "AccessoryTraits",
    "BrandSerializer",
    "CategoriesField",
    "CategorySerializer",
    "ConnectorPinSerializer",
    "ConnectorPinoutSerializer",
    "ConnectorSerializer",
    "CountField",
    "DecimalTextField",
    "FacetsSerializer",
    "IdField",
    "ImageSerializer",
    "MoneyField",
    "NamedSerializer",
    "NamedValueSerializer",
    "PortSerializer",
    "ProductCardSerializer",
    "ProductSerializer",
    "RatingSerializer",
    "SoundDeviceCardSerializer",
    "SoundDeviceSerializer",
    "SoundDeviceTraits",
    "SpecFieldSerializer",
    "SuggestionsSerializer",
    "TypedSpecSerializer",
    "UrlField",
    "VariantSerializer",
]
