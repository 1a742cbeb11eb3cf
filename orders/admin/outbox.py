"""The outbox in the back office: what customers were told, and what could not be."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action

from electroports.admin_history import Told
from electroports.admin_outbox import OutboxAdmin
from orders.actions.resend_messages import resend_messages
from orders.models import OrderMessage


@admin.register(OrderMessage)
class OrderMessageAdmin(OutboxAdmin):
    """Messages to customers, written by the steps of orders."""

    list_display = ("order", "kind_label", "channel", "recipient", "status_label", "created_at", "sent_at")
    list_select_related = ("order",)
    search_fields = ("order__number", "recipient")
    fields = (
        ("order", "kind"),
        ("channel", "recipient"),
        ("status", "attempts"),
        "error",
        ("created_at", "sent_at"),
        ("next_attempt_at", "give_up_at"),
    )
    actions = ("resend",)

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
