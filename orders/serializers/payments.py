"""What is sent to pay, and how payments are shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.serializers.writes import AmountField
from electroports.phones import PhoneField
from electroports.serializers import StrictSerializer, WholeNumberField
from orders.gateways.facts import Reason
from orders.gateways.registry import CHOSEN_BY_CUSTOMERS
from orders.gateways.simulator import MAX_DELAY, STORIES
from orders.models import Order, Payment
from orders.serializers.amounts import MoneyField

SHOWN_STATUSES = [(status.value, status.label) for status in Payment.Status if status != Payment.Status.STARTING]


class SimulationInput(StrictSerializer):
    """What the simulator is to do. Only with the provider `simulator`, which there is in development only."""

    outcome = serializers.ChoiceField(list(STORIES), required=False)
    delay = WholeNumberField(
        required=False, min_value=0, max_value=MAX_DELAY, help_text="Seconds until the customer has acted."
    )


class BeginPaymentInput(StrictSerializer):
    """How a customer wants to pay. Without an amount: as much as is due and the provider takes at once."""

    provider = serializers.ChoiceField(CHOSEN_BY_CUSTOMERS)
    amount = AmountField(required=False, help_text="A part of what is due.")
    phone = PhoneField(
        required=False, help_text="Whose phone is asked, where the provider asks one; else that of the order's contact."
    )
    simulate = SimulationInput(required=False)


class PaymentReasonSerializer(serializers.Serializer[Any]):
    """Why a payment did not succeed."""

    code = serializers.ChoiceField([(reason.value, reason.value) for reason in Reason])
    message = serializers.CharField(help_text="To show to the customer.")


class PaymentSerializer(serializers.Serializer[Any]):
    """A payment. `orders.payment_documents.payment_document` writes this shape."""

    id = serializers.IntegerField()
    provider = serializers.CharField()
    status = serializers.ChoiceField(
        SHOWN_STATUSES,
        help_text="`pending`: the customer has yet to act. `unknown`: nobody can tell yet; do not pay twice.",
    )
    amount = MoneyField()
    refunded = MoneyField()
    currency = serializers.CharField(min_length=3, max_length=3)
    phone = serializers.CharField(allow_blank=True, help_text="E.164; empty where no phone is asked.")
    receipt = serializers.CharField(allow_blank=True, help_text="The provider's own, once there is one.")
    reason = PaymentReasonSerializer(allow_null=True)
    next_action = serializers.DictField(
        allow_null=True, help_text="What the customer's browser needs to go on, such as a card form's client secret."
    )
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="Until when the customer can act.")
    settled_at = serializers.DateTimeField(allow_null=True)


class PaymentOptionSerializer(serializers.Serializer[Any]):
    """A way in which the order can be paid now."""

    provider = serializers.ChoiceField(CHOSEN_BY_CUSTOMERS)
    label: Any = serializers.CharField()
    needs_phone = serializers.BooleanField()
    amount = MoneyField(help_text="What is asked for if no amount is sent.")


class PaymentsSerializer(serializers.Serializer[Any]):
    """What an order's ledger says, its payments, the newest first, and how what is due can be paid."""

    number = serializers.CharField()
    status = serializers.ChoiceField(Order.Status.choices)
    payment_status = serializers.ChoiceField(Order.PaymentStatus.choices)
    total = MoneyField()
    paid = MoneyField()
    refunded = MoneyField()
    due = MoneyField()
    currency = serializers.CharField(min_length=3, max_length=3)
    payments = PaymentSerializer(many=True)
    options = PaymentOptionSerializer(many=True)
