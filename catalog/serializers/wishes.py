"""What customers send about wishlists and notices, and the shapes of the answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import Notice
from catalog.serializers.fields import CountField, IdField, MoneyField
from catalog.serializers.products import ProductCardSerializer
from catalog.serializers.writes import AmountField, KeyField
from electroports.serializers import LineField, StrictSerializer


class WishInput(StrictSerializer):
    """What is wished for."""

    exactly_one_of = ("product", "variant")

    product = KeyField(required=False)
    variant = KeyField(required=False)


class WishlistInput(StrictSerializer):
    """What the owner chooses to say to whoever has the link."""

    title = LineField(max_length=80, allow_blank=True, required=False)
    owner_name = LineField(max_length=60, allow_blank=True, required=False)


class BackInStockInput(StrictSerializer):
    """A notice of what can be bought again."""

    kind = serializers.ChoiceField([Notice.Kind.BACK_IN_STOCK.value])
    variant = KeyField(required=False, help_text="Only this variant.")


class PriceDropInput(StrictSerializer):
    """A notice of a lower price: than it is now, or at most a target."""

    kind = serializers.ChoiceField([Notice.Kind.PRICE_DROP.value])
    variant = KeyField(required=False, help_text="Only this variant.")
    target_price = AmountField(required=False)


class WishedVariantSerializer(serializers.Serializer[Any]):
    """The variant that is meant."""

    id = IdField()
    sku = serializers.CharField()
    name = serializers.CharField(allow_blank=True)


class WishlistItemSerializer(serializers.Serializer[Any]):
    """A product, or one of its variants, that is wished for."""

    id = IdField()
    product_id = IdField()
    product = ProductCardSerializer(allow_null=True, help_text="As in a list; null when it is no longer in the shop.")
    variant = WishedVariantSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class SharedWishlistSerializer(serializers.Serializer[Any]):
    """A wishlist as whoever has its link sees it."""

    title = LineField(allow_blank=True)
    owner_name = serializers.CharField(allow_blank=True)
    count = CountField()
    items = WishlistItemSerializer(many=True)


class WishlistSerializer(SharedWishlistSerializer):
    """A wishlist as its owner sees it."""

    share_token = serializers.CharField(
        allow_null=True, help_text="What opens `/api/wishlists/{token}`; null: nothing."
    )
    max_items = CountField()


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice that a customer asked for."""

    id = IdField()
    kind = serializers.ChoiceField(Notice.Kind.choices)
    product_id = IdField()
    product = ProductCardSerializer(allow_null=True, help_text="As in a list; null when it is no longer in the shop.")
    variant = WishedVariantSerializer(allow_null=True)
    target_price = MoneyField(allow_null=True)
    status = serializers.ChoiceField(Notice.Status.choices)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
