"""The money on the landing page of the back office: what came in, day by day, and what waits for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.html import format_html

from orders.models import LedgerEntry
from orders.providers import label_of
from orders.queues import QUEUES

# Of each provider the same colour every day; those that read well on white and on black.
COLOURS = {
    "mpesa": "#16a34a",
    "stripe": "#6366f1",
    "cash_on_delivery": "#d97706",
    "bank": "#0891b2",
    "simulator": "#9ca3af",
}
OTHER_COLOUR = "#db2777"


def money_received(*, at: datetime, days: int, options: dict[str, Any]) -> dict[str, Any]:
    """Return the chart of what came in on each of the last days, by provider, as the shop's own clock counts days.

    Where nothing did there is none: its axis would be one of fractions.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    dates = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    sums = received(since=dates[0])
    title = f"Money received in the last {days} days"
    if not sums:
        return {"received_title": title, "received": ""}
    providers = sorted({provider for _day, provider in sums})
    scales = {axis: {**settings, "stacked": True} for axis, settings in options["scales"].items()}
    legend = {"display": True, "position": "bottom", "labels": {"color": "#9ca3af", "boxWidth": 12}}
    return {
        "received_title": title,
        "received": json.dumps({"labels": labels(dates), "datasets": [bars(name, dates, sums) for name in providers]}),
        "received_options": json.dumps({**options, "scales": scales, "plugins": {"legend": legend}}),
    }


def received(*, since: date) -> dict[tuple[date, str], Decimal]:
    """Return what was captured since the beginning of a day, by day and provider; reads the ledger by its index."""
    zone = timezone.get_default_timezone()
    rows = (
        LedgerEntry.objects.filter(
            created_at__gte=datetime.combine(since, time(), tzinfo=zone), kind=LedgerEntry.Kind.CAPTURED
        )
        .order_by()
        .annotate(day=TruncDate("created_at", tzinfo=zone))
        .values_list("day", "provider")
        .annotate(sum=Sum("amount"))
    )
    return {(day, provider): amount for day, provider, amount in rows}


def labels(dates: Sequence[date]) -> list[str]:
    """Return what stands below the bars."""
    return [f"{day:%a} {day.day}" for day in dates]


def bars(provider: str, dates: Sequence[date], sums: dict[tuple[date, str], Decimal]) -> dict[str, Any]:
    """Return one provider's bars."""
    return {
        "label": label_of(provider),
        "data": [float(sums.get((day, provider), 0)) for day in dates],
        "backgroundColor": COLOURS.get(provider, OTHER_COLOUR),
    }


def what_waits(user: Any) -> dict[str, Any]:
    """Return a table of the queues that this member of staff may see and that are not empty."""
    rows = []
    for queue in QUEUES:
        if queue.is_seen_by(user) and (waiting := queue.waiting()):
            link = format_html('<a class="text-link" href="{}">{}</a>', queue.link, queue.title)
            rows.append([link, waiting, queue.what_to_do])
    return {"headers": ["What", "Waiting", "What to do"], "rows": rows}
