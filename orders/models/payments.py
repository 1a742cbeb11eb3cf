"""What was paid: payments, the ledger of the money that moved, refunds, and what providers told us."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from electroports.idempotency import KeptAnswer
from electroports.records import AppendOnlyModel
from orders.models.orders import Order
from orders.querysets import PaymentQuerySet, ProviderMessageQuerySet, RefundQuerySet


def _amount(text: str = "", **more: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=12, decimal_places=2, help_text=text, **more)


class Payment(models.Model):
    """One attempt to pay, or money that came without being asked for (then `order` may be nobody's yet)."""

    class Status(models.TextChoices):
        """What is known of it."""

        STARTING = "starting", "Starting"  # written down, and the provider is just being asked
        PENDING = "pending", "Pending"
        UNKNOWN = "unknown", "Unknown"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # What became of it is not known yet.
    OPEN: ClassVar[frozenset[str]] = frozenset({Status.STARTING, Status.PENDING, Status.UNKNOWN})

    # A success is final. Everything else can still turn out to be one: callbacks come late.
    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        Status.STARTING: frozenset({Status.PENDING, Status.UNKNOWN, Status.SUCCEEDED, Status.FAILED}),
        Status.PENDING: frozenset({Status.UNKNOWN, Status.SUCCEEDED, Status.FAILED, Status.WITHDRAWN}),
        Status.UNKNOWN: frozenset({Status.PENDING, Status.SUCCEEDED, Status.FAILED, Status.WITHDRAWN}),
        Status.FAILED: frozenset({Status.SUCCEEDED}),
        Status.WITHDRAWN: frozenset({Status.SUCCEEDED}),
        Status.SUCCEEDED: frozenset(),
    }

    reference = models.UUIDField(default=uuid.uuid4, editable=False, help_text="What the provider knows it by.")
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STARTING)
    amount = _amount("What was asked for, or what came.")
    currency = models.CharField(max_length=3)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164.")
    payer = models.CharField(max_length=150, blank=True, help_text="The payer's name, where the provider tells it.")
    account = models.CharField(max_length=40, blank=True, help_text="What the payer typed as the account.")
    provider_reference = models.CharField(max_length=100, blank=True)
    receipt = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="Why it did not succeed.")
    detail = models.CharField(max_length=300, blank=True, help_text="The same in the provider's words.")
    next_action = models.JSONField(null=True, blank=True, help_text="What the customer's browser needs to go on.")
    attention = models.CharField(max_length=200, blank=True, help_text="Why a person has to look at it.")
    is_live = models.BooleanField(default=False, help_text="While it is, no other payment of the order may begin.")
    captured = _amount(default=0)
    refunded = _amount(default=0)
    refunding = _amount("What has been or is being given back.", default=0)
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    document = models.FileField(upload_to="payments/", blank=True, help_text="Proof, such as a bank's slip.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Until when the customer can act.")
    settled_at = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveSmallIntegerField(default=0, help_text="How often the provider was asked.")
    next_check_at = models.DateTimeField(null=True, blank=True, help_text="When the provider is asked next.")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reference"], name="payment_reference_unique"),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                name="payment_provider_reference_unique",
                condition=~Q(provider_reference=""),
            ),
            models.UniqueConstraint(
                fields=["provider", "receipt"], name="payment_receipt_unique", condition=~Q(receipt="")
            ),
            models.UniqueConstraint(fields=["order"], name="payment_one_live_per_order", condition=Q(is_live=True)),
            models.UniqueConstraint(
                fields=["phone"], name="payment_one_live_per_phone", condition=Q(is_live=True) & ~Q(phone="")
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("refunding")) & Q(refunding__lte=F("captured")),
                name="payment_gives_back_no_more_than_came",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_check_at"], name="payment_to_check", condition=Q(next_check_at__isnull=False)),
            models.Index(fields=["-id"], name="payment_unmatched", condition=Q(order__isnull=True)),
            models.Index(fields=["-id"], name="payment_to_look_at", condition=~Q(attention="")),
            models.Index(fields=["phone", "created_at"], name="payment_by_phone", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.receipt or self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is not known yet what became of it."""
        return self.status in self.OPEN

    def can_become(self, status: str) -> bool:
        """Tell whether the payment may go from where it is to `status`."""
        return status in self.TRANSITIONS[self.status]


class LedgerEntry(AppendOnlyModel):
    """Money that moved, or that nobody will ask for any more. Append-only; amounts are above zero."""

    class Kind(models.TextChoices):
        """Which way it moved."""

        AUTHORIZED = "authorized", "Authorized"
        CAPTURED = "captured", "Captured"
        REFUNDED = "refunded", "Refunded"
        WRITTEN_OFF = "written_off", "Written off"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="write_offs")
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=100, help_text="The provider's receipt, or the shop's own.")
    amount = _amount()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True)
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        verbose_name_plural = "ledger entries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["provider", "kind", "reference"], name="ledger_reference_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_amount_positive"),
            # Of money that moved the order is its payment's; what is written off is the order's own.
            models.CheckConstraint(
                condition=Q(kind="written_off", payment__isnull=True, order__isnull=False)
                | (~Q(kind="written_off") & Q(payment__isnull=False, order__isnull=True)),
                name="ledger_entry_is_of_one",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created_at"], name="ledger_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.reference}"


class Refund(models.Model):
    """Money that goes back to whoever paid."""

    class Status(models.TextChoices):
        """What is known of it."""

        REQUESTED = "requested", "Requested"
        SENT = "sent", "Sent"  # the provider is being asked, or has not said what became of it
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"

    # What became of it is not known yet.
    OPEN: ClassVar[frozenset[str]] = frozenset({Status.REQUESTED, Status.SENT})

    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    is_by_hand = models.BooleanField(default=False, help_text="Given back by a person, not through the provider.")
    amount = _amount()
    reason = models.CharField(max_length=200)
    provider_reference = models.CharField(max_length=100, blank=True)
    receipt = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    attention = models.CharField(max_length=200, blank=True, help_text="Why a person has to look at it.")
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reference"], name="refund_reference_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_check_at"], name="refund_to_check", condition=Q(next_check_at__isnull=False)),
            models.Index(fields=["-id"], name="refund_to_look_at", condition=~Q(attention="")),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.payment_id}"

    @property
    def is_open(self) -> bool:
        """Whether it is not known yet what became of it."""
        return self.status in self.OPEN


class ProviderMessage(models.Model):
    """What a provider sent us, as it came: stored first, answered, and acted upon afterwards."""

    class Status(models.TextChoices):
        """What became of it."""

        RECEIVED = "received", "Received"
        PROCESSED = "processed", "Processed"
        IGNORED = "ignored", "Ignored"
        FAILED = "failed", "Failed"

    provider = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    reference = models.CharField(max_length=40, blank=True, help_text="The payment or refund that its address names.")
    event_id = models.CharField(max_length=120, blank=True, help_text="The provider's own id of it.")
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    note = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = ProviderMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "provider's message"
        verbose_name_plural = "providers' messages"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["provider", "event_id"], name="provider_message_once", condition=~Q(event_id="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_attempt_at"], name="provider_message_due", condition=Q(next_attempt_at__isnull=False)
            ),
            models.Index(fields=["received_at"], name="provider_message_by_time"),
            models.Index(fields=["-id"], name="provider_message_failed", condition=Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.pk}"


class PaymentAnswer(KeptAnswer):
    """The stored answer to a payment that carried an Idempotency-Key.

    Written with the payment, and filled when the provider has answered: whoever repeats the request in between gets the
    same payment, and no second one is begun.
    """

    payment = models.ForeignKey(Payment, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="payment_answer_key_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created_at"], name="payment_answer_by_creation")]
