"""What payment providers sent, in the back office."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from electroports.admin import DaysFilter, OwnFiltersMixin, form_page
from orders.actions.process_again import process_again
from orders.admin.money import (
    MESSAGE_COLOURS,
    MoneyAdmin,
    MoneyRights,
    SureForm,
    find_row,
    provider_column,
)
from orders.admin.payments import ProviderFilter
from orders.dashboard import badge
from orders.gateways.registry import BUILDERS
from orders.models import ProviderMessage
from orders.providers import label_of

MOST_SHOWN = 20_000  # characters
SECRET = re.compile(r"secret|token|passw|passkey|credential|signature|authorization|api_?key", re.IGNORECASE)
# Kenyan numbers as providers write them. Other digits are amounts, receipts and times, by which staff search.
PHONE = re.compile(r"(?<![\w.])\+?(?:254|0)[17]\d{5}(\d{3})(?![\w.])")


def shortened(value: Any, name: str = "") -> Any:
    """Return what a provider sent without what is secret, and of phone numbers the last three digits."""
    if isinstance(value, dict):
        # Daraja lists its values as {"Name": "PhoneNumber", "Value": 254712345678}.
        named = str(value.get("Name", ""))
        return {key: shortened(each, named if key == "Value" else str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [shortened(each, name) for each in value]
    if SECRET.search(name) and isinstance(value, str | int):
        return f"{str(value)[:4]}…"
    if isinstance(value, bool) or value is None:
        return value
    hidden = PHONE.sub(r"…\1", str(value))
    return value if hidden == str(value) else hidden


def readable(body: bytes) -> str:
    """Return a message's body as people read it: JSON in lines, anything else as the text that it is."""
    text = body.decode("utf-8", "replace")
    try:
        text = json.dumps(shortened(json.loads(text)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = PHONE.sub(r"…\1", text)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


@admin.register(ProviderMessage)
class ProviderMessageAdmin(OwnFiltersMixin, MoneyRights, MoneyAdmin):
    """What providers told the shop: kept as it came, before anything was done about it."""

    list_display = ("title", "status_label", "reference", "note", "attempts", "day")
    list_display_links = ("title",)
    list_filter = (("status", ChoicesDropdownFilter), ProviderFilter, ("received_at", DaysFilter))
    search_fields = ("event_id",)
    search_help_text = "The reference in its address, or the provider's id of it"
    fieldsets = (
        (None, {"fields": (("provider_name", "kind"), ("status_badge", "attempts"), "note")}),
        ("References", {"fields": (("reference", "event_id"),)}),
        ("When", {"fields": (("received_at", "processed_at"), "next_attempt_at")}),
        ("What it says", {"fields": ("text", "shown_headers")}),
    )
    readonly_fields = ("provider_name", "status_badge", "text", "shown_headers")
    actions_detail = ("again",)
    provider_name = provider_column

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderMessage]:
        """Leave the bodies where they are until one is looked at."""
        messages: QuerySet[ProviderMessage] = super().get_queryset(request)
        return messages.defer("body", "headers")

    @display(description="Message", header=True)
    def title(self, message: ProviderMessage) -> list[str]:
        """Who sent it, and about what."""
        return [f"№ {message.pk}", f"{label_of(message.provider)}, {message.kind.replace('_', ' ')}"]

    @display(description="Status", label=MESSAGE_COLOURS, ordering="status")
    def status_label(self, message: ProviderMessage) -> tuple[str, str]:
        """What became of it."""
        return message.status, message.get_status_display()

    @display(description="Status")
    def status_badge(self, message: ProviderMessage) -> str:
        """What became of it."""
        return badge(MESSAGE_COLOURS[ProviderMessage.Status(message.status)], message.get_status_display())

    @display(description="Received", ordering="received_at")
    def day(self, message: ProviderMessage) -> datetime:
        """When it came."""
        return message.received_at

    @display(description="Body")
    def text(self, message: ProviderMessage) -> str:
        """What it says."""
        return preformatted(readable(bytes(message.body)))

    @display(description="Headers")
    def shown_headers(self, message: ProviderMessage) -> str:
        """What came with it."""
        return (
            preformatted(json.dumps(shortened(message.headers), indent=2, ensure_ascii=False))
            if message.headers
            else "–"
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the whole reference of a payment or refund, or by the provider's id, among those of the list."""
        if not (term := search_term.strip()):
            return queryset, False
        found = Q(provider__in=list(BUILDERS), event_id=term) & ~Q(event_id="")
        with suppress(ValueError):
            found |= Q(reference=str(UUID(term)))
        return queryset.filter(found), False

    @action(description="Process again", icon="replay", url_path="again", permissions=["process"])
    def again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Act upon it once more; what it says counts once."""
        message = find_row(self, request, object_id)

        def perform(_entered: dict[str, Any]) -> tuple[Model, str]:
            done = process_again(message=message, at=timezone.now())
            return done, f"The message is: {done.get_status_display()}. {done.note}".strip()

        return form_page(
            request=request,
            model_admin=self,
            instance=message,
            form_class=SureForm,
            title="Process the message again",
            submit="Process again",
            facts={
                "Provider": label_of(message.provider),
                "About": message.kind,
                "Status": message.get_status_display(),
                "Attempts": message.attempts,
                "Note": message.note or "–",
            },
            perform=perform,
        )


def preformatted(text: str) -> str:
    """Return text in lines of their own, as wide as there is room."""
    return format_html(
        '<pre class="font-mono max-h-96 overflow-auto text-xs whitespace-pre-wrap break-words">{}</pre>', text
    )
