"""Reusable reads of orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from electroports.addresses import parse_address
from electroports.outbox import OutboxQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


# Not `IN`, which SQLite does not recognise as the condition of an index.
TO_SHIP = Q(status="confirmed") | Q(status="processing")
# Money that came, is for no order yet, and has not gone back.
UNMATCHED = Q(order__isnull=True) & ~Q(captured__gt=0, refunded__gte=F("captured"))
MEANT_WITHIN = timedelta(days=30)  # longer after an order nobody pays it


class OrderQuerySet(models.QuerySet[Any]):
    """Reads of orders."""

    def visible_to(self, user: User | AnonymousUser) -> OrderQuerySet:
        """Orders that this customer placed; nobody else's exist for them."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def of_guests(self) -> OrderQuerySet:
        """Orders that were placed without an account, claimed since or not: whoever holds the link may see them."""
        return self.filter(Q(user=None) | ~Q(guest_key=""))

    def addressed_as(self, id_or_number: str) -> OrderQuerySet:
        """The order with this id or this public number (in any case), if any."""
        name = parse_address(id_or_number)
        if name is None:
            return self.none()
        return self.filter(pk=name) if isinstance(name, int) else self.filter(number=name.upper())

    def with_lines(self) -> OrderQuerySet:
        """Orders with their lines and timeline, in two more queries whatever their number."""
        return self.prefetch_related("lines", "events")

    def expired(self, *, at: datetime) -> OrderQuerySet:
        """Pending orders whose hold on stock is over at `at`."""
        return self.filter(status="pending", expires_at__lte=at)

    def may_be_meant(self, *, amount: Decimal, phone: str, paid_at: datetime) -> OrderQuerySet:
        """Orders of the weeks before a payment of which as much is due, or whose customer has its phone."""
        due = F("total") - F("written_off") - F("paid") + F("repaid")
        alike = Q(due_now=amount) | Q(contact__phone=phone) if phone else Q(due_now=amount)
        lately = self.filter(created_at__gte=paid_at - MEANT_WITHIN, created_at__lte=paid_at + timedelta(days=1))
        meant: OrderQuerySet = lately.annotate(due_now=Round(due, 2)).filter(alike, due_now__gt=0)
        return meant

    def owing(self) -> OrderQuerySet:
        """Orders of which more came in than is due: it is to go back."""
        return self.filter(owed__gt=0)

    def to_ship(self) -> OrderQuerySet:
        """Orders that are to leave the house, however old; read by an index of their own."""
        return self.filter(TO_SHIP)


class PaymentQuerySet(models.QuerySet[Any]):
    """Reads of payments."""

    def to_check(self, *, at: datetime) -> PaymentQuerySet:
        """Payments of which the provider is to be asked at `at`."""
        return self.filter(next_check_at__lte=at)

    def unmatched(self) -> PaymentQuerySet:
        """Money that came, is for no order yet, and has not gone back."""
        return self.filter(UNMATCHED)

    def to_look_at(self) -> PaymentQuerySet:
        """Payments that a person has to decide about."""
        return self.exclude(attention="")


class RefundQuerySet(models.QuerySet[Any]):
    """Reads of refunds."""

    def to_check(self, *, at: datetime) -> RefundQuerySet:
        """Refunds that are to be sent, or of which the provider is to be asked, at `at`."""
        return self.filter(next_check_at__lte=at)

    def to_look_at(self) -> RefundQuerySet:
        """Refunds that a person has to decide about."""
        return self.exclude(attention="")


class ProviderMessageQuerySet(models.QuerySet[Any]):
    """Reads of what providers sent."""

    def due(self, *, at: datetime) -> ProviderMessageQuerySet:
        """Messages that are to be acted upon at `at`."""
        return self.filter(next_attempt_at__lte=at)

    def failed(self) -> ProviderMessageQuerySet:
        """Messages that could not be acted upon, however often it was tried."""
        return self.filter(status="failed")


class PromotionQuerySet(models.QuerySet[Any]):
    """Reads of promotions."""

    def with_uses_left(self) -> PromotionQuerySet:
        """Promotions that have not been used as often as they may be."""
        return self.filter(Q(usage_limit=None) | Q(uses__lt=F("usage_limit")))

    def in_state(self, state: str, *, at: datetime) -> PromotionQuerySet:
        """Promotions of which `Promotion.state` says this at `at`; all for what is no state."""
        over = Q(ends_at__isnull=False, ends_at__lte=at)
        used_up = Q(usage_limit__isnull=False, uses__gte=F("usage_limit"))
        coming = Q(starts_at__isnull=False, starts_at__gt=at)
        on = Q(is_active=True)
        conditions = {
            "off": Q(is_active=False),
            "over": on & over,
            "used_up": on & ~over & used_up,
            "coming": on & ~over & ~used_up & coming,
            "running": on & ~over & ~used_up & ~coming,
        }
        return self.filter(conditions.get(state, Q()))


class CartQuerySet(models.QuerySet[Any]):
    """Reads of carts."""

    def of(self, *, user_id: int | None, token_digest: str | None) -> CartQuerySet:
        """The cart of this customer and the guest's cart of this token, the older one first."""
        guests = Q(token_digest=token_digest)
        if user_id is None:
            return self.filter(guests) if token_digest is not None else self.none()
        owned = Q(user=user_id)
        return self.filter(owned | guests if token_digest is not None else owned).order_by("pk")

    def idle_guests(self, *, before: datetime) -> CartQuerySet:
        """Carts of guests that nobody has changed since `before`; read by an index of their own."""
        return self.filter(user=None, updated_at__lt=before)


class OrderMessageQuerySet(OutboxQuerySet):
    """Reads of messages to customers."""
