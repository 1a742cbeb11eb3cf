"""What was bought: orders, their lines as they were when bought, and what happened to them since."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from accounts.models import User
from catalog.models import Product, StockLevel, Variant
from electroports.records import AppendOnlyModel
from orders import life
from orders.models.delivery import DeliveryMethod
from orders.querysets import TO_SHIP, OrderQuerySet

NUMBER_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I, which look alike


def random_order_number() -> str:
    """Return a public order number such as `EP-7K3QXM`: one of a thousand million, telling nothing of the volume."""
    return "EP-" + "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(6))


class Order(models.Model):
    """One purchase. Amounts are KES, VAT included; lines, contact and address are snapshots."""

    Status = life.Status

    class PaymentStatus(models.TextChoices):
        """What the ledger says of the money."""

        UNPAID = "unpaid", "Unpaid"
        PARTIALLY_PAID = "partially_paid", "Partially paid"
        PAID = "paid", "Paid"
        PARTIALLY_REFUNDED = "partially_refunded", "Partially refunded"
        REFUNDED = "refunded", "Refunded"

    # Where an order may go from each status; who may take it there, and when, is in orders/life.py.
    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = life.TRANSITIONS

    # While an order is in one of these, its units are allocated; then they have been given back or have left the house.
    HOLDING: ClassVar[frozenset[str]] = frozenset({Status.PENDING, Status.CONFIRMED, Status.PROCESSING})

    # In these nothing is asked of the customer any more.
    OVER: ClassVar[frozenset[str]] = frozenset({Status.CANCELLED, Status.EXPIRED})

    # In these it counts as bought: the shop has agreed, and nothing came back. What is pending anybody can have placed.
    BOUGHT: ClassVar[frozenset[str]] = frozenset(
        {Status.CONFIRMED, Status.PROCESSING, Status.SHIPPED, Status.DELIVERED}
    )

    number = models.CharField(max_length=12, default=random_order_number, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # `order_by_user` begins with it
    )
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    payment_status = models.CharField(
        max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID, editable=False
    )
    subtotal = models.DecimalField(max_digits=12, decimal_places=2)
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    delivery = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    delivery_vat = models.DecimalField("VAT of delivery", max_digits=12, decimal_places=2, default=0, db_default=0)
    rounding = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    vat = models.DecimalField("VAT", max_digits=12, decimal_places=2, help_text="The part of the total that is VAT.")
    total = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DecimalField(max_digits=12, decimal_places=2, default=0, db_default=0, editable=False)
    repaid = models.DecimalField(max_digits=12, decimal_places=2, default=0, db_default=0, editable=False)
    written_off = models.DecimalField(max_digits=12, decimal_places=2, default=0, db_default=0, editable=False)
    owed = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        default=0,
        db_default=0,
        editable=False,
        help_text="What came in beyond what is due, and is to go back.",
    )
    currency = models.CharField(max_length=3)
    promotions = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="What was taken: id, code, name and amount of each promotion.",
    )
    guest_key = models.CharField(
        max_length=32, blank=True, db_default="", editable=False, help_text="A digest of a guest's e-mail address."
    )
    contact = models.JSONField(default=dict, help_text="Name, e-mail and phone at the time of the order.")
    address = models.JSONField(null=True, blank=True)
    delivery_code = models.CharField(max_length=40, blank=True, default="", db_default="")
    delivery_name = models.CharField("delivery by", max_length=80, blank=True, default="", db_default="")
    delivery_kind = models.CharField(
        max_length=16, choices=DeliveryMethod.Kind.choices, blank=True, default="", db_default=""
    )
    delivery_station = models.JSONField(null=True, blank=True, help_text="The pick-up station as it was then.")
    delivery_earliest_on = models.DateField("delivery from", null=True, blank=True)
    delivery_latest_on = models.DateField("delivery by the end of", null=True, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(null=True, help_text="Until when an unpaid order holds its stock.")

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        permissions = (("cancel_order", "Can cancel orders"),)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Not `unique=True`, which on PostgreSQL brings a second index, for LIKE, that nobody asks.
            models.UniqueConstraint(fields=["number"], name="order_number_unique"),
            models.CheckConstraint(
                condition=Q(total=Round(F("subtotal") - F("discount") + F("delivery") + F("rounding"), 2)),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0) & Q(discount__lte=F("subtotal")) & Q(delivery__gte=0),
                name="order_discount_within_goods",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-id"], name="order_by_user"),
            models.Index(fields=["created_at"], name="order_by_creation"),
            models.Index(fields=["guest_key"], name="order_by_guest", condition=~Q(guest_key="")),
            models.Index(fields=["expires_at"], name="order_pending_by_expiry", condition=Q(status="pending")),
            models.Index(fields=["status"], name="order_to_ship", condition=TO_SHIP),
            models.Index(fields=["-id"], name="order_owing", condition=Q(owed__gt=0)),
        ]

    def __str__(self) -> str:
        return self.number

    def can_become(self, status: str) -> bool:
        """Tell whether the order may go from where it is to `status`."""
        return status in self.TRANSITIONS[self.status]

    @property
    def is_guests(self) -> bool:
        """Whether it was placed without an account: its link opens it, also when an account has claimed it since."""
        return self.user_id is None or bool(self.guest_key)

    @property
    def due(self) -> Decimal:
        """What is still to be paid; below zero if more came in."""
        return self.total - self.written_off - (self.paid - self.repaid)

    @property
    def is_over(self) -> bool:
        """Whether nothing is asked of the customer any more: what comes in goes back."""
        return self.status in self.OVER

    @property
    def to_pay(self) -> Decimal:
        """What is asked of the customer: what is due, and nothing of an order that is over."""
        return Decimal("0.00") if self.is_over else max(self.due, Decimal("0.00"))

    def is_payable(self, *, at: datetime) -> bool:
        """Tell whether a payment of the order may begin at `at`, as far as its status says."""
        return not (self.is_over or self.status == self.Status.RETURNED or self.is_expired(at=at))

    def is_served_by(self, user: User | None) -> bool:
        """Tell whether a user acts as staff on the order: members of staff do, but not on orders of their own."""
        return user is not None and user.is_staff and user.pk != self.user_id

    def is_expired(self, *, at: datetime) -> bool:
        """Tell whether an unpaid order's hold on its stock is over at `at`."""
        return self.status == self.Status.PENDING and self.expires_at is not None and self.expires_at <= at


class OrderLine(models.Model):
    """One variant of an order: name, price and VAT as they were when it was bought."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    # What was sold stays known: a variant with orders is taken off the shelf (is_active), never deleted.
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField("SKU", max_length=40)
    name = models.CharField(max_length=250)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    regular_price = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, help_text="A unit's price without the sale event that lowered it."
    )
    # No foreign key: the event may go, and what it was stays on the line.
    event_id = models.BigIntegerField(null=True, help_text="The sale event that gave the unit price.")
    event_name = models.CharField(max_length=80, blank=True, db_default="")
    quantity = models.PositiveIntegerField()
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField("VAT", max_digits=12, decimal_places=2)
    tax_class = models.CharField(max_length=20, blank=True, db_default="")
    tax_rate = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="In percent; empty where no VAT was charged."
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(total=Round(F("unit_price") * F("quantity") - F("discount"), 2)),
                name="line_total_adds_up",
            ),
            models.CheckConstraint(condition=Q(discount__gte=0) & Q(total__gte=0), name="line_never_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class Allocation(models.Model):
    """Units that a line holds at a stock level, until they are released or leave the house."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="allocations")
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="allocations")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="allocation_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id} at {self.level_id}"


class OrderEvent(AppendOnlyModel):
    """One entry of an order's timeline. Append-only."""

    Actor = life.Actor

    class Note(models.TextChoices):
        """What happened without a step in the order's life."""

        PAYMENT = "payment", "Payment"
        REFUND = "refund", "Refund"
        WRITTEN_OFF = "written_off", "Written off"
        CLAIMED = "claimed", "Taken into an account"

    REASON_LENGTH = 200

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    type = models.CharField(
        max_length=20,
        help_text="`placed`, the status that the order came to, or `payment`, `refund`, `written_off`, `claimed`.",
    )
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12, choices=Order.Status.choices)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    actor = models.CharField(max_length=8, choices=Actor.choices, default=Actor.CUSTOMER)
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.type
