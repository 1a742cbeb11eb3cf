"""Money that goes back, in the back office."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from catalog.pricing import shown_price
from electroports.admin import DaysFilter, Perform, form_page
from orders.actions.ask_refund_again import ask_refund_again
from orders.actions.dismiss_attention import dismiss_attention
from orders.admin.money import (
    REFUND_COLOURS,
    MoneyAdmin,
    OpenActionsMixin,
    SureForm,
    amount,
    find_row,
    refund_column,
)
from orders.admin.payment_actions import SeenForm, order_cell, payment_link
from orders.models import Order, Refund
from orders.providers import label_of

CHANGE = ["handle_refund"]


class RefundQueueFilter(DropdownFilter):
    """What waits for a person."""

    title = "what waits"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the queue."""
        return [("attention", "To look at")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Read the queue by its index."""
        queue: QuerySet[Any] = queryset.to_look_at() if self.value() == "attention" else queryset
        return queue


@admin.register(Refund)
class RefundAdmin(OpenActionsMixin, MoneyAdmin):
    """Money that goes back to whoever paid."""

    list_display = ("title", "order_link", "payment_page", "sum", "status_label", "reason", "day", "attention")
    list_display_links = ("title",)
    list_filter = (
        RefundQueueFilter,
        ("status", ChoicesDropdownFilter),
        ("is_by_hand", BooleanRadioFilter),
        ("created_at", DaysFilter),
    )
    list_select_related = ("payment__order",)
    search_fields = ("payment__order__number",)
    search_help_text = "Order number, or our reference"
    fieldsets = (
        (None, {"fields": (("order_link", "payment_page"), ("status_badge", "attention"), ("sum", "is_by_hand"))}),
        ("What happened", {"fields": ("reason", ("receipt", "provider_reference"), "detail")}),
        (
            "When",
            {"fields": (("created_at", "settled_at"), ("next_check_at", "checks"), ("acting_user", "own"))},
        ),
    )
    readonly_fields = ("order_link", "payment_page", "status_badge", "sum", "own")
    actions_detail = ("ask_again", "dismiss")
    sum = amount("amount", "Amount")
    status_badge = refund_column

    def closed_actions(self, row: Refund) -> Iterable[str]:
        """Return the names of what makes no sense for this refund."""
        offered = {"ask_again": row.is_open and not row.is_by_hand, "dismiss": bool(row.attention)}
        return [name for name, is_offered in offered.items() if not is_offered]

    @display(description="Refund", header=True)
    def title(self, refund: Refund) -> list[str]:
        """Its number, and through whom it goes."""
        way = "By hand" if refund.is_by_hand else label_of(refund.payment.provider)
        return [f"№ {refund.pk}", way]

    @display(description="Order")
    def order_link(self, refund: Refund) -> str:
        """Of which order."""
        return order_cell(refund.payment.order)

    @display(description="Payment")
    def payment_page(self, refund: Refund) -> str:
        """Of which payment."""
        return payment_link(refund.payment)

    @display(description="Status", label=REFUND_COLOURS, ordering="status")
    def status_label(self, refund: Refund) -> tuple[str, str]:
        """How far it is."""
        return refund.status, refund.get_status_display()

    @display(description="Asked for", ordering="created_at")
    def day(self, refund: Refund) -> datetime:
        """When it was asked for."""
        return refund.created_at

    @display(description="Reference for the provider")
    def own(self, refund: Refund) -> str:
        """What the provider knows it by."""
        return str(refund.reference)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the whole order number or our reference, each through an index."""
        if not (term := search_term.strip()):
            return queryset, False
        orders = list(Order.objects.addressed_as(term).values_list("pk", flat=True)[:1])
        found = Q(payment__order__in=orders)
        with suppress(ValueError):
            found |= Q(reference=UUID(term))
        return queryset.filter(found), False

    @action(description="Ask again", icon="sync", url_path="ask", permissions=CHANGE)
    def ask_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask the provider now what became of it, or for it if nobody did yet."""
        refund = find_row(self, request, object_id)

        def perform(_entered: dict[str, Any]) -> tuple[Model, str]:
            asked = ask_refund_again(refund=refund, at=timezone.now())
            return asked, f"The provider was asked. The refund is: {asked.get_status_display()}."

        return self._page(request, refund, SureForm, "Ask the provider again", "Ask", perform)

    @action(description="Nothing more to look at", icon="done_all", url_path="dismiss", permissions=CHANGE)
    def dismiss(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take it off the list of those to look at."""
        refund = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            dismiss_attention(row=refund, seen=entered["seen"])
            return refund, f"Looked at: {entered['reason']}."

        return self._page(request, refund, SeenForm, "Nothing more to look at", "Done", perform)

    def _page(
        self, request: HttpRequest, refund: Refund, form: type[forms.Form], title: str, submit: str, perform: Perform
    ) -> HttpResponse:
        order = refund.payment.order
        facts = {
            "Order": order.number if order else "None",
            "Amount": shown_price(refund.amount),
            "Provider": label_of(refund.payment.provider),
            "Status": refund.get_status_display(),
            "Reason": refund.reason,
            "To look at": refund.attention,
        }
        return form_page(
            request=request,
            model_admin=self,
            instance=refund,
            form_class=form,
            initial={"seen": refund.attention},
            title=title,
            submit=submit,
            facts={name: value for name, value in facts.items() if value},
            perform=perform,
        )
