"""The bodies that orders take, and the shapes that they are shown in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from electroports.counties import CountyField
from electroports.phones import PhoneField
from electroports.serializers import MAX_ID, EmailField, LineField, StrictSerializer, TrueField, WholeNumberField
from orders.models import DeliveryMethod, Order, OrderEvent
from orders.models.promotions import CODE_LENGTH
from orders.pricing import Reason
from orders.serializers.amounts import MoneyField
from orders.serializers.delivery import StationSnapshotSerializer

CODE = r"^[-a-zA-Z0-9_]+$"


class ItemInput(StrictSerializer):
    """What is wanted, and how many of it."""

    exactly_one_of = ("product", "variant")

    product = WholeNumberField(
        required=False, min_value=1, max_value=MAX_ID, help_text="A product with a single variant that can be bought."
    )
    variant = WholeNumberField(required=False, min_value=1, max_value=MAX_ID)
    quantity = WholeNumberField(min_value=1, max_value=settings.ORDER_MAX_QUANTITY)


class ContactInput(StrictSerializer):
    """How to reach the customer. An account's own details stand in for what is left out; a guest has none."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=150)
    email = EmailField(required=False)
    phone = PhoneField(required=False)


class AddressInput(StrictSerializer):
    """Where the goods go."""

    recipient = serializers.CharField(max_length=150)
    phone = PhoneField()
    county = CountyField()
    town = serializers.CharField(max_length=80)
    street = serializers.CharField(required=False, allow_blank=True, max_length=200)
    landmark = serializers.CharField(required=False, allow_blank=True, max_length=200)


class DeliveryInput(StrictSerializer):
    """How the goods are to get to the customer. The price is the server's."""

    method = serializers.RegexField(CODE, max_length=40, help_text="A `code` of `/api/delivery/options`.")
    station = serializers.RegexField(
        CODE, max_length=40, required=False, help_text="The `code` of a station of the method, if it has any."
    )
    county = CountyField(
        required=False, help_text="For a quote by courier without an address. Otherwise it has to be where it goes."
    )


class PlaceOrderInput(StrictSerializer):
    """What a customer sends to buy, or to learn what it would cost. Prices and totals are the server's."""

    exactly_one_of = ("items", "cart")
    exactly_one_message = "Name either items, or the cart."

    items: Any = serializers.ListSerializer(
        child=ItemInput(), required=False, allow_empty=False, max_length=settings.ORDER_MAX_LINES
    )
    cart = TrueField(required=False, help_text="All that lies in the cart.")
    contact = ContactInput(required=False)
    address = AddressInput(required=False, allow_null=True)
    delivery = DeliveryInput(required=False, allow_null=True)
    coupon = LineField(required=False, max_length=CODE_LENGTH, help_text="A coupon's code, in capitals or not.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class ClaimedSerializer(serializers.Serializer[Any]):
    """What came into the account."""

    claimed = serializers.IntegerField(min_value=0)


class CancelInput(StrictSerializer):
    """Why an order is called off."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=OrderEvent.REASON_LENGTH)


class LineEventSerializer(serializers.Serializer[Any]):
    """A sale event, as it was called when it gave a price."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class QuotedItemSerializer(serializers.Serializer[Any]):
    """A priced line."""

    product = serializers.IntegerField()
    variant = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    unit_price = MoneyField()
    regular_price = MoneyField(
        allow_null=True, help_text="What a unit costs without a sale event; null on orders from before there were any."
    )
    event = LineEventSerializer(allow_null=True, help_text="The sale event that gave the unit price.")
    quantity = serializers.IntegerField(min_value=1)
    discount = MoneyField()
    total = MoneyField()
    vat = MoneyField(help_text="The part of the total that is VAT.")
    tax_rate = MoneyField(
        allow_null=True, help_text="The rate of VAT in percent; null where none is charged, and on orders of old."
    )


class PromotionTakenSerializer(serializers.Serializer[Any]):
    """A promotion that was taken."""

    code = serializers.CharField(allow_null=True, help_text="The coupon; null for what every customer gets.")
    name = serializers.CharField()
    amount = MoneyField(help_text="What it took off the goods, or off the delivery.")


class CouponAnswerSerializer(serializers.Serializer[Any]):
    """What became of a coupon."""

    code = serializers.CharField(help_text="In capitals.")
    applied = serializers.BooleanField()
    reason = serializers.ChoiceField(
        [reason.value for reason in Reason], allow_null=True, help_text="Why it was not taken."
    )


class OrderItemSerializer(QuotedItemSerializer):
    """A line of an order, as it was when it was bought."""

    id = serializers.IntegerField()


class PriceSerializer(serializers.Serializer[Any]):
    """What goods, their delivery and promotions come to."""

    subtotal = MoneyField()
    discount = MoneyField()
    delivery = MoneyField()
    rounding = MoneyField()
    vat = MoneyField(help_text="The part of the total that is VAT.")
    total = MoneyField()
    currency = serializers.CharField(min_length=3, max_length=3)
    promotions = PromotionTakenSerializer(many=True)


class ChosenDeliverySerializer(serializers.Serializer[Any]):
    """How an order is delivered, as it was when it was placed."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(DeliveryMethod.Kind.choices)
    station = StationSnapshotSerializer(allow_null=True)
    earliest_on = serializers.DateField(help_text="If it is paid at once.")
    latest_on = serializers.DateField(help_text="If it is paid at once.")


class QuoteSerializer(PriceSerializer):
    """What an order would cost."""

    items = QuotedItemSerializer(many=True)
    delivery_method = ChosenDeliverySerializer(allow_null=True, help_text="Null if none was chosen.")
    coupons = CouponAnswerSerializer(many=True, help_text="What became of each coupon that came with it.")


class OrderEventSerializer(serializers.Serializer[Any]):
    """An entry of an order's timeline."""

    type = serializers.CharField(
        help_text="`placed`, the status that the order came to, or `payment`, `refund`, `written_off`."
    )
    from_status = serializers.ChoiceField(Order.Status.choices, allow_null=True)
    to_status = serializers.ChoiceField(Order.Status.choices)
    actor = serializers.ChoiceField(OrderEvent.Actor.choices)
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class ContactSerializer(serializers.Serializer[Any]):
    """How to reach the customer."""

    name = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True, help_text="E.164.")


class OrderAddressSerializer(serializers.Serializer[Any]):
    """Where the goods go."""

    recipient = serializers.CharField()
    phone = serializers.CharField(help_text="E.164.")
    county = serializers.CharField()
    town = serializers.CharField()
    street = serializers.CharField(allow_blank=True)
    landmark = serializers.CharField(allow_blank=True)


class OrderSerializer(PriceSerializer):
    """An order. `orders.documents.order_document` writes this shape."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="Random; good for talking about the order.")
    status = serializers.ChoiceField(Order.Status.choices)
    payment_status = serializers.ChoiceField(Order.PaymentStatus.choices)
    paid = MoneyField(help_text="What came in.")
    refunded = MoneyField(help_text="What was given back of it.")
    due = MoneyField(help_text="What is still asked of the customer: nothing where the order is over.")
    items = OrderItemSerializer(many=True)
    contact = ContactSerializer()
    address = OrderAddressSerializer(allow_null=True)
    delivery_method = ChosenDeliverySerializer(allow_null=True, help_text="Null if none was chosen.")
    note = serializers.CharField(allow_blank=True)
    events = OrderEventSerializer(many=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Until when an unpaid order holds its stock.")


class PlacedOrderSerializer(OrderSerializer):
    """An order that was just placed."""

    token = serializers.CharField(
        required=False, help_text="For guests: opens this order, and no other, as `?token=`. Given once."
    )
