"""The accounts' outbox in the back office: what people were told of their accounts, and what could not be sent."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from accounts.admin.administrators import sees_staff
from accounts.models import AccountMessage, User
from accounts.models.messages import MessageKind
from electroports.admin import OwnFiltersMixin
from electroports.admin_outbox import OutboxAdmin


def masked(recipient: str) -> str:
    """Return an address or phone of which its owner recognises the rest: `wa•••@example.com`, `+25471•••78`."""
    name, at_sign, domain = recipient.rpartition("@")
    return f"{name[:2]}•••@{domain}" if at_sign else f"{domain[:6]}•••{domain[-2:]}"


@admin.register(AccountMessage)
class AccountMessageAdmin(OwnFiltersMixin, OutboxAdmin):
    """Messages about accounts. There is nothing to send again: whoever needs a link asks for a new one."""

    list_display = ("kind_label", "user", "channel", "masked_recipient", "status_label", "created_at", "sent_at")
    list_select_related = ("user",)
    search_fields = ("=recipient", "user__username", "=user__email")
    fields = (
        ("kind", "user"),
        ("channel", "masked_recipient"),
        ("status", "attempts"),
        "kind_of_error",
        ("created_at", "sent_at"),
        ("next_attempt_at", "give_up_at"),
    )
    readonly_fields = ("masked_recipient", "kind_of_error")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountMessage]:
        """Read what customers were told; what members of staff and the invited were, for those who may look at them."""
        messages: QuerySet[AccountMessage] = super().get_queryset(request)
        if sees_staff(request):
            return messages
        return messages.exclude(user__in=User.objects.staff()).exclude(kind=MessageKind.INVITATION)

    @display(description="Recipient")
    def masked_recipient(self, message: AccountMessage) -> str:
        """To whom it goes, as far as it takes to answer somebody who asks for it."""
        return masked(message.recipient)

    @display(description="Last error")
    def kind_of_error(self, message: AccountMessage) -> str:
        """Why it was not sent; the server's own words, which repeat the address, are left out."""
        return message.error.partition(":")[0] or "–"
