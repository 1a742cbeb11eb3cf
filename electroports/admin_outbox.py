"""What the outboxes of the apps have in common in the back office: how far each message is."""

from __future__ import annotations

from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from electroports.admin import DaysFilter, LookOnlyMixin, ShopModelAdmin
from electroports.outbox import OutboxMessage

COLOURS = {
    OutboxMessage.Status.WAITING: "info",
    OutboxMessage.Status.FAILED: "warning",
    OutboxMessage.Status.SENT: "success",
    OutboxMessage.Status.SKIPPED: "default",
    OutboxMessage.Status.DEAD: "danger",
}


class OutboxAdmin(LookOnlyMixin, ShopModelAdmin):
    """The messages of an outbox, to look at. Nobody needs their number, and there are many."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        ("created_at", DaysFilter),
    )
    list_filter_submit = True
    ordering = ("-id",)

    @display(description="Message", ordering="kind")
    def kind_label(self, message: OutboxMessage) -> str:
        """What it tells."""
        label: str = message.get_kind_display()  # type: ignore[attr-defined]  # each outbox has kinds of its own
        return label

    @display(description="Status", label=COLOURS, ordering="status")
    def status_label(self, message: OutboxMessage) -> tuple[str, str]:
        """How far it is."""
        return message.status, message.get_status_display()
