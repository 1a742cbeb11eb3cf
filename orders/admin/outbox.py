"""The outbox in the back office: what customers were told, and what could not be."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator

from electroports.admin import DaysFilter, LookOnlyMixin, ShopModelAdmin
from electroports.admin_history import Told
from orders.actions.resend_messages import resend_messages
from orders.models import OrderMessage

COLOURS = {
    OrderMessage.Status.WAITING: "info",
    OrderMessage.Status.FAILED: "warning",
    OrderMessage.Status.SENT: "success",
    OrderMessage.Status.SKIPPED: "default",
    OrderMessage.Status.DEAD: "danger",
}


@admin.register(OrderMessage)
class OrderMessageAdmin(LookOnlyMixin, ShopModelAdmin):
    """Messages to customers, written by the steps of orders."""

    # Nobody needs their number, and there are many.
    paginator = InfinitePaginator
    show_full_result_count = False
    list_display = ("order", "kind_label", "channel", "recipient", "status_label", "created_at", "sent_at")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        ("created_at", DaysFilter),
    )
    list_filter_submit = True
    list_select_related = ("order",)
    search_fields = ("order__number", "recipient")
    ordering = ("-id",)
    fields = (
        ("order", "kind"),
        ("channel", "recipient"),
        ("status", "attempts"),
        "error",
        ("created_at", "sent_at"),
        ("next_attempt_at", "give_up_at"),
    )
    actions = ("resend",)

    @display(description="Message", ordering="kind")
    def kind_label(self, message: OrderMessage) -> str:
        """What it tells."""
        return message.get_kind_display()

    @display(description="Status", label=COLOURS, ordering="status")
    def status_label(self, message: OrderMessage) -> tuple[str, str]:
        """How far it is."""
        return message.status, message.get_status_display()

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Tell whether this user may send messages again."""
        user: Any = request.user
        return bool(user.has_perm("orders.change_ordermessage"))

    @action(description="Send again", permissions=["resend"])
    def resend(self, request: HttpRequest, chosen: QuerySet[OrderMessage]) -> None:
        """Send what was sent, given up or left out once more."""
        rows = list(chosen)
        count = resend_messages(ids=[row.pk for row in rows], at=timezone.now())
        statuses = dict(OrderMessage.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "status"))
        for row in rows:
            if statuses.get(row.pk) != row.status:
                changes = {"status": (row.status, statuses.get(row.pk))}
                self.log_change(request, row, Told("Sent again.", changes))
        messages.success(request, f"{count} message(s) are sent again.")
