"""Sale events as the API shows them: to everybody, and to staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from catalog.models import SaleEvent
from catalog.pricing import money
from electroports.rendering import written_time


class EventState(models.TextChoices):
    """Whether an event holds."""

    NOW = "now", "Now"
    COMING = "coming", "Coming"
    PAST = "past", "Past"


def event_state(event: SaleEvent, *, at: datetime) -> EventState:
    """Return whether the event holds at `at`, is to come, or is over."""
    if event.is_over(at=at):
        return EventState.PAST
    return EventState.NOW if event.has_begun(at=at) else EventState.COMING


def place_of(event: SaleEvent, *, at: datetime) -> list[Any]:
    """Return where an event stands in the list: what ends next, what begins next, what was over last."""
    state = event_state(event, at=at)
    edge = event.starts_at if state == EventState.COMING else event.ends_at
    seconds = int(edge.timestamp())
    return [EventState.values.index(state), -seconds if state == EventState.PAST else seconds, event.pk]


def event_document(event: SaleEvent, *, at: datetime, product_count: int) -> dict[str, Any]:
    """Return an event as everybody sees it at `at`."""
    return {
        "id": event.pk,
        "slug": event.slug,
        "name": event.name,
        "text": event.text,
        "banner": banner_document(event),
        "state": event_state(event, at=at).value,
        "starts_at": written_time(event.starts_at),
        "ends_at": written_time(event.ends_at),
        "percent": event.percent,
        "fixed_price": money(event.fixed_price) if event.fixed_price is not None else None,
        "currency": settings.CURRENCY,
        "product_count": product_count,
    }


def banner_document(event: SaleEvent) -> dict[str, str] | None:
    """Return the event's picture, if it has one."""
    shown = event.banner_display or event.banner
    return {"url": shown.url, "alt": event.banner_alt or event.name} if shown else None


def scope_document(event: SaleEvent) -> dict[str, Any]:
    """Return the categories and brands that an event is over, by two queries."""
    return {
        name: [
            {"id": pk, "name": label, "slug": slug}
            for pk, label, slug in getattr(event, name).order_by("name", "pk").values_list("pk", "name", "slug")
        ]
        for name in ("categories", "brands")
    }


def staff_document(event: SaleEvent) -> dict[str, Any]:
    """Return an event as it is stored, draft or not; what stands in it does not depend on when it is read."""
    own = event.prices.order_by("variant_id").values_list("variant_id", "price")
    return {
        "id": event.pk,
        "slug": event.slug,
        "name": event.name,
        "text": event.text,
        "banner": banner_document(event),
        "banner_alt": event.banner_alt,
        "starts_at": written_time(event.starts_at),
        "ends_at": written_time(event.ends_at),
        "percent": event.percent,
        "fixed_price": money(event.fixed_price) if event.fixed_price is not None else None,
        "currency": settings.CURRENCY,
        "is_published": event.is_published,
        **{
            name: list(getattr(event, name).order_by("pk").values_list("pk", flat=True))
            for name in ("products", "categories", "brands")
        },
        "prices": [{"variant": variant_id, "price": money(price)} for variant_id, price in own],
    }
