"""The bodies that carts take, and the shape that they are shown in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from catalog.serializers.compatibility import CheckSerializer
from catalog.serializers.fields import IdField
from catalog.serializers.products import ImageSerializer
from catalog.stock import Availability
from electroports.serializers import LineField, StrictSerializer, WholeNumberField
from orders.models.promotions import CODE_LENGTH
from orders.serializers.amounts import MoneyField
from orders.serializers.orders import DeliveryInput, LineEventSerializer, PriceSerializer


class CartLineInput(StrictSerializer):
    """How many are wanted."""

    quantity = WholeNumberField(min_value=1, max_value=settings.ORDER_MAX_QUANTITY)


class CartInput(StrictSerializer):
    """What a cart says of itself."""

    coupon = LineField(
        required=False,
        max_length=CODE_LENGTH,
        allow_blank=True,
        allow_null=True,
        help_text="A code; an empty text or null for none.",
    )
    delivery = DeliveryInput(required=False, allow_null=True)


class CartLineSerializer(serializers.Serializer[Any]):
    """A variant in a cart. What is not for sale has no price; what is not for sale or sold out is in no total."""

    id = IdField()
    product = IdField()
    variant = IdField()
    slug = serializers.SlugField(max_length=80, help_text="The product's.")
    sku = serializers.CharField()
    name = serializers.CharField()
    image = ImageSerializer(allow_null=True)
    quantity = serializers.IntegerField(min_value=1)
    unit_price = MoneyField(allow_null=True)
    regular_price = MoneyField(allow_null=True, help_text="What a unit costs without a sale event.")
    event = LineEventSerializer(allow_null=True, help_text="The sale event that gave the unit price.")
    added_price = MoneyField(help_text="What a unit cost when the line was last added to or changed.")
    availability = serializers.ChoiceField(Availability.choices, allow_null=True, help_text="Null: not for sale.")
    max_per_customer = serializers.IntegerField(min_value=1, allow_null=True)
    discount = MoneyField(allow_null=True)
    total = MoneyField(allow_null=True)
    vat = MoneyField(allow_null=True, help_text="The part of the total that is VAT.")
    tax_rate = MoneyField(allow_null=True, help_text="The rate of VAT in percent; null where none is charged.")
    added_at = serializers.DateTimeField(help_text="When it was last added to or changed.")


class CartProblemSerializer(serializers.Serializer[Any]):
    """What the customer should know of the cart or of one of its lines."""

    code = serializers.CharField(
        help_text="`price_changed`, `insufficient_stock`, `out_of_stock`, `unpublished`, `over_limit`, "
        "`too_many_lines`, `cart_full`, `no_delivery`; and why a coupon does not apply."
    )
    line = IdField(allow_null=True, help_text="The line's id; null where it is about the whole cart.")
    message = serializers.CharField()
    blocks_order = serializers.BooleanField(help_text="Whether the cart cannot be ordered as it is.")
    old_price = MoneyField(allow_null=True, help_text="With `price_changed`: what a unit cost.")
    new_price = MoneyField(allow_null=True, help_text="With `price_changed`: what a unit costs.")
    limit = serializers.IntegerField(
        allow_null=True, help_text="With `over_limit`, `too_many_lines` and `cart_full`: at most."
    )


class CartDeliverySerializer(serializers.Serializer[Any]):
    """What delivery is estimated for."""

    method = serializers.CharField()
    station = serializers.CharField(required=False)
    county = serializers.CharField(required=False)


class CartSerializer(PriceSerializer):
    """A cart. `orders.cart_documents.cart_document` writes this shape."""

    lines = CartLineSerializer(many=True)
    quantity = serializers.IntegerField(min_value=0, help_text="Units in all.")
    grams = serializers.IntegerField(
        min_value=0,
        help_text="What can be bought weighs so much as it is sent: for `grams` of `/api/delivery/options`.",
    )
    problems = CartProblemSerializer(many=True)
    can_be_ordered = serializers.BooleanField()
    coupon = serializers.CharField(allow_null=True)
    delivery_choice = CartDeliverySerializer(allow_null=True)
    delivery = MoneyField(allow_null=True, help_text="An estimate; null while it is not known where to.")
    total = MoneyField(help_text="Of what can be bought; without delivery where that is null.")
    updated_at = serializers.DateTimeField(allow_null=True, help_text="Null: nothing was ever put in.")
    token = serializers.CharField(
        allow_null=True, help_text="Of a guest's cart that was just made: send it as X-Cart-Token from now on."
    )
    compatibility = CheckSerializer(
        allow_null=True, help_text="With `compatibility=true`: what of it plugs into what; else null."
    )
