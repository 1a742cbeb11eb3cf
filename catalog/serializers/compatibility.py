"""What is asked about what plugs into what, and the shapes of the answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.ports import Carrying, Verdict
from catalog.ports.reasons import SENTENCES
from catalog.serializers.fields import IdField, MoneyField
from catalog.serializers.products import ProductCardSerializer
from electroports.serializers import MAX_ID, StrictSerializer, WholeNumberField

MAX_ITEMS = 20
CARRYING = [carrying.value for carrying in Carrying]
VERDICTS = [verdict.value for verdict in Verdict]
FITTING = ["works", "limited"]
REASONS = sorted(SENTENCES)


class BasketItemInput(StrictSerializer):
    """A product of a basket, or one of its variants."""

    exactly_one_of = ("product", "variant")

    product = WholeNumberField(required=False, min_value=1, max_value=MAX_ID)
    variant = WholeNumberField(required=False, min_value=1, max_value=MAX_ID)
    quantity = WholeNumberField(required=False, min_value=1, max_value=1000, default=1)


class BasketInput(StrictSerializer):
    """What is looked at together."""

    items: Any = serializers.ListSerializer(child=BasketItemInput(), allow_empty=False, max_length=MAX_ITEMS)


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "oneOf": [
                {"type": "number"},
                {"type": "string"},
                {"type": "null"},
                {"type": "array", "items": {"type": "string"}},
            ]
        },
    }
)
class FiguresField(serializers.DictField):
    """The figures of a reason: watts and Gbit/s, names of protocols and connectors."""


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a verdict is what it is: a stable code and figures for programs, a sentence for people."""

    code = serializers.ChoiceField(REASONS)
    text = serializers.CharField()
    figures = FiguresField()


class FittingCardSerializer(ProductCardSerializer):
    """A product that fits, in a list."""

    verdict = serializers.ChoiceField(FITTING)
    reasons = ReasonSerializer(many=True)


class ProductNameSerializer(serializers.Serializer[Any]):
    """A product in short."""

    id = IdField()
    slug = serializers.SlugField(max_length=80)
    name = serializers.CharField()


class ChainSerializer(serializers.Serializer[Any]):
    """Cables and adapters in their order, from the one product to the other; none where they fit directly."""

    price = MoneyField()
    verdict = serializers.ChoiceField(FITTING)
    reasons = ReasonSerializer(many=True)
    products = ProductCardSerializer(many=True)


class ConnectSerializer(serializers.Serializer[Any]):
    """How two products are connected."""

    to = ProductNameSerializer()
    carrying = serializers.ChoiceField(CARRYING)
    verdict = serializers.ChoiceField(VERDICTS)
    chains = ChainSerializer(many=True)
    reasons = ReasonSerializer(many=True)
    out_of_stock = ChainSerializer(allow_null=True)

    def get_fields(self) -> Any:
        """Return the fields with `from`, which is no name in Python."""
        return {"from": ProductNameSerializer(), **super().get_fields()}


class CheckedItemSerializer(serializers.Serializer[Any]):
    """How well a product goes with any other of the basket; null where there is nothing to plug in."""

    product = ProductNameSerializer()
    verdict = serializers.ChoiceField(VERDICTS, allow_null=True)


class PairSerializer(serializers.Serializer[Any]):
    """Two products of the basket that fit, over those of its cables and adapters that `via` lists."""

    first = IdField()
    second = IdField()
    via = serializers.ListField(child=IdField())
    verdict = serializers.ChoiceField(FITTING)
    reasons = ReasonSerializer(many=True)


class ShareSerializer(serializers.Serializer[Any]):
    """What one device gets when all charge at once, in W, and what it would get alone."""

    product = IdField()
    port = serializers.CharField(allow_null=True)
    watts = serializers.FloatField(min_value=0)
    alone_watts = serializers.FloatField(min_value=0)


class ChargingSerializer(serializers.Serializer[Any]):
    """A charger of the basket with the devices that it reaches; `watts` is what it gives together."""

    charger = IdField()
    watts = serializers.FloatField(min_value=0, allow_null=True)
    verdict = serializers.ChoiceField(VERDICTS)
    reasons = ReasonSerializer(many=True)
    devices = ShareSerializer(many=True)


class MissingSerializer(serializers.Serializer[Any]):
    """A product that fits nothing in the basket, and the cheapest in stock that would connect it to one of it."""

    product = IdField()
    carrying = serializers.ChoiceField(CARRYING, allow_null=True)
    mend = ChainSerializer(allow_null=True)
    reasons = ReasonSerializer(many=True)

    def get_fields(self) -> Any:
        """Return the fields with `for`, which is no name in Python."""
        return {"for": IdField(allow_null=True), **super().get_fields()}


class CheckSerializer(serializers.Serializer[Any]):
    """What of a basket fits what. The verdict is that of its worst product; null where nothing is to be plugged."""

    verdict = serializers.ChoiceField(VERDICTS, allow_null=True)
    items = CheckedItemSerializer(many=True)
    pairs = PairSerializer(many=True)
    charging = ChargingSerializer(many=True)
    missing = MissingSerializer(many=True)
