"""Payments and the ledger in the back office."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from electroports.admin import DaysFilter
from electroports.phones import InvalidPhone, parse_phone
from orders.actions.write_off import SHOP
from orders.admin.money import (
    KIND_COLOURS,
    STATE_COLOURS,
    MoneyAdmin,
    MoneyInline,
    amount,
    kind_column,
    provider_choices,
    provider_column,
    refund_column,
    state_column,
)
from orders.admin.payment_actions import PaymentActions, order_cell, payment_link
from orders.dashboard import link
from orders.gateways.registry import BUILDERS
from orders.models import LedgerEntry, Order, Payment, Refund
from orders.providers import label_of


class ProviderFilter(DropdownFilter):
    """Through whom the money came."""

    title = "provider"
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the providers that there are."""
        return provider_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one provider's."""
        return queryset.filter(provider=self.value()) if self.value() else queryset


class QueueFilter(DropdownFilter):
    """What waits for a person."""

    title = "what waits"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the queues."""
        return [("unmatched", "Unmatched money"), ("attention", "To look at")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Read a queue by its index."""
        queues = {"unmatched": queryset.unmatched, "attention": queryset.to_look_at}
        queue: QuerySet[Any] = queues.get(self.value() or "", queryset.all)()
        return queue


class EntryInline(MoneyInline):
    """What of a payment is in the ledger."""

    model = LedgerEntry
    verbose_name_plural = "ledger"
    fields = readonly_fields = ("created_at", "kind_label", "sum", "reference", "note", "acting_user")
    sum = amount("amount", "Amount")
    kind_label = kind_column

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        """Read the entries with who made them."""
        entries: QuerySet[LedgerEntry] = super().get_queryset(request)
        return entries.select_related("acting_user")


class RefundInline(MoneyInline):
    """What of a payment goes back."""

    model = Refund
    verbose_name_plural = "refunds"
    permission = "view_refund"
    fields = readonly_fields = ("page", "created_at", "status_label", "sum", "reason", "proof", "attention")
    sum = amount("amount", "Amount")
    status_label = refund_column

    @display(description="Refund")
    def page(self, refund: Refund) -> str:
        """Link to the refund."""
        return link("orders_refund", refund.pk, f"№ {refund.pk}")

    @display(description="Receipt")
    def proof(self, refund: Refund) -> str:
        """What proves it."""
        return refund.receipt or refund.provider_reference or "–"


@admin.register(Payment)
class PaymentAdmin(PaymentActions, MoneyAdmin):
    """Attempts to pay, and money that came without being asked for."""

    inlines = (EntryInline, RefundInline)
    list_display = ("title", "order_link", "sum", "status_label", "payer_label", "day", "attention")
    list_display_links = ("title",)
    list_filter = (
        QueueFilter,
        ("status", ChoicesDropdownFilter),
        ProviderFilter,
        ("created_at", DaysFilter),
    )
    list_select_related = ("order",)
    search_fields = ("receipt",)  # so that there is a box; what is looked for, and how, is below
    search_help_text = "Receipt, provider's reference, order number or phone"
    fieldsets = (
        (None, {"fields": (("order_link", "provider_name"), ("status_badge", "attention"), ("sum", "currency"))}),
        (
            "What happened",
            {"fields": (("gone_in", "gone_out"), ("reason", "detail"), ("receipt", "provider_reference"))},
        ),
        ("Who paid", {"fields": (("payer", "phone"), ("account", "acting_user"))}),
        (
            "When",
            {"fields": (("created_at", "expires_at"), ("settled_at", "next_check_at"), ("checks", "is_live"), "own")},
        ),
    )
    readonly_fields = ("order_link", "provider_name", "status_badge", "sum", "gone_in", "gone_out", "own")
    actions_detail = (
        *("match", "settle", "refund"),
        {"title": "More", "icon": "more_horiz", "items": ["check_now", "fail", "dismiss", "document"]},
    )
    sum = amount("amount", "Amount")
    gone_in = amount("captured", "Received")
    provider_name = provider_column
    status_badge = state_column

    @display(description="Payment", header=True)
    def title(self, payment: Payment) -> list[str]:
        """Receipt, or the shop's own reference, and through whom it came."""
        return [payment.receipt or str(payment.reference)[:8], label_of(payment.provider)]

    @display(description="Order")
    def order_link(self, payment: Payment) -> str:
        """For which order it is."""
        return order_cell(payment.order)

    @display(description="Status", label=STATE_COLOURS, ordering="status")
    def status_label(self, payment: Payment) -> tuple[str, str]:
        """What is known of it."""
        return payment.status, payment.get_status_display()

    @display(description="Payer", header=True)
    def payer_label(self, payment: Payment) -> list[str]:
        """Name and phone."""
        return [payment.payer or payment.phone or "–", payment.phone if payment.payer else ""]

    @display(description="Began", ordering="created_at")
    def day(self, payment: Payment) -> datetime:
        """When it began, or came."""
        return payment.created_at

    @display(description="Given back")
    def gone_out(self, payment: Payment) -> str:
        """What was given back, and what is on its way."""
        under_way = payment.refunding - payment.refunded
        return f"{payment.refunded:,.2f}" + (f", and {under_way:,.2f} on its way" if under_way else "")

    @display(description="Reference for the provider")
    def own(self, payment: Payment) -> str:
        """What the provider knows it by."""
        return str(payment.reference)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the whole receipt, provider's reference, order number or phone, each through an index."""
        if not (term := search_term.strip()):
            return queryset, False
        names = list(BUILDERS)
        found = Q(provider__in=names, receipt__in={term, term.upper()}) & ~Q(receipt="")
        found |= Q(provider__in=names, provider_reference=term) & ~Q(provider_reference="")
        if orders := list(Order.objects.addressed_as(term).values_list("pk", flat=True)[:1]):
            found |= Q(order__in=orders)
        with suppress(InvalidPhone):
            found |= Q(phone=parse_phone(term)) & ~Q(phone="")
        return queryset.filter(found), False


@admin.register(LedgerEntry)
class LedgerEntryAdmin(MoneyAdmin):
    """All money that moved. Nothing here is ever changed."""

    list_display = ("day", "kind_label", "sum", "provider_name", "reference", "order_link", "payment_page", "who")
    list_display_links = ("day",)
    list_filter = (("kind", ChoicesDropdownFilter), ProviderFilter, ("created_at", DaysFilter))
    list_select_related = ("payment__order", "order", "acting_user")
    search_fields = ("reference",)
    search_help_text = "The whole reference"
    fields = (
        ("kind_badge", "sum"),
        ("provider_name", "reference"),
        ("order_link", "payment_page"),
        ("note", "acting_user"),
        "created_at",
    )
    readonly_fields = ("kind_badge", "sum", "provider_name", "order_link", "payment_page")
    sum = amount("amount", "Amount")
    provider_name = provider_column
    kind_badge = kind_column

    @display(description="When", ordering="created_at")
    def day(self, entry: LedgerEntry) -> datetime:
        """When it moved."""
        return entry.created_at

    @display(description="What", label=KIND_COLOURS)
    def kind_label(self, entry: LedgerEntry) -> tuple[str, str]:
        """Which way it moved."""
        return entry.kind, entry.get_kind_display()

    @display(description="Order")
    def order_link(self, entry: LedgerEntry) -> str:
        """For which order."""
        return order_cell(entry.order or (entry.payment.order if entry.payment else None))

    @display(description="Payment")
    def payment_page(self, entry: LedgerEntry) -> str:
        """Of which payment."""
        return payment_link(entry.payment) if entry.payment else "–"

    @display(description="By")
    def who(self, entry: LedgerEntry) -> str:
        """Who entered it; the shop itself when nobody did."""
        return str(entry.acting_user or "–")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the whole reference, through an index."""
        if not (term := search_term.strip()):
            return queryset, False
        return queryset.filter(provider__in=[*BUILDERS, SHOP], kind__in=LedgerEntry.Kind.values, reference=term), False
