"""The landing page of the back office: today's orders and revenue, the last fortnight, what runs low."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import StockMovement, Variant
from catalog.pricing import shown_price
from orders.dashboard_money import money_received, what_waits
from orders.models import Order
from orders.queues import QUEUES

DAYS = 14
SHOWN = 10
# Only what moved can have become low: so many movements are looked through, from the newest, whatever the shop's size.
RECENT_MOVEMENTS = 2_000
NOT_SOLD = Order.OVER | {Order.Status.RETURNED}
STATUS_COLOURS = {
    Order.Status.PENDING: "warning",
    Order.Status.CONFIRMED: "info",
    Order.Status.PROCESSING: "info",
    Order.Status.SHIPPED: "primary",
    Order.Status.DELIVERED: "success",
    Order.Status.RETURNED: "danger",
    Order.Status.CANCELLED: "danger",
    Order.Status.EXPIRED: "default",
}
CHART_OPTIONS = {
    "animation": False,
    "responsive": True,
    "maintainAspectRatio": False,
    "plugins": {"legend": {"display": False}},
    "datasets": {"bar": {"borderRadius": 4, "maxBarThickness": 28}},
    "scales": {
        "x": {"grid": {"display": False}, "ticks": {"color": "#9ca3af"}},
        "y": {
            "beginAtZero": True,
            "suggestedMax": 1000,
            "border": {"display": False},
            "ticks": {"color": "#9ca3af", "maxTicksLimit": 6},
        },
    },
}


class Tally(NamedTuple):
    """The orders of one day that share a status and a payment status."""

    day: date
    status: str
    payment_status: str
    orders: int
    total: Decimal


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the landing page what this member of staff may see; the number of queries does not grow."""
    user: Any = request.user
    at = timezone.now()
    if user.has_perm("orders.view_order"):
        context["newest"] = newest_orders()
    if user.has_perm("catalog.view_stocklevel"):
        context["low_stock"] = low_stock()
    if user.has_perm("orders.view_ledgerentry"):  # what the shop takes in
        context.update(sales(at=at))
        context.update(money_received(at=at, days=DAYS, options=CHART_OPTIONS))
    if any(queue.is_seen_by(user) for queue in QUEUES):
        context["waits"] = what_waits(user)
    return context


def sales(*, at: datetime) -> dict[str, Any]:
    """Return the figures of today and of the last DAYS days, as the shop's own clock counts days.

    Revenue is what was ordered, VAT included, without what was cancelled, expired or returned.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    tallies = tally(since=days[0])
    sold = [row for row in tallies if row.status not in NOT_SOLD]
    revenue = {day: Decimal(0) for day in days}
    for row in sold:
        if row.day in revenue:
            revenue[row.day] += row.total
    unpaid = sum((row.total for row in sold if row.day == today and row.payment_status == "unpaid"), Decimal(0))
    count = sum(row.orders for row in tallies if row.day == today)
    return {
        "cards": [
            ("Orders today", f"{count:,}", f"{sum(row.orders for row in tallies):,} in {DAYS} days"),
            ("Revenue today", shown_price(revenue[today]), f"{shown_price(unpaid)} not paid yet"),
            (
                f"Revenue of {DAYS} days",
                shown_price(sum(revenue.values(), Decimal(0))),
                f"{shown_price(revenue[days[-2]])} yesterday",
            ),
            ("To be shipped", f"{Order.objects.to_ship().count():,}", "confirmed or processing"),
        ],
        "chart_title": f"Revenue of the last {DAYS} days",
        "statuses_title": f"Orders of the last {DAYS} days",
        "chart": json.dumps(
            {
                "labels": [f"{day:%a} {day.day}" for day in days],
                "datasets": [
                    {
                        "label": settings.CURRENCY,
                        "data": [float(amount) for amount in revenue.values()],
                        "backgroundColor": "var(--color-primary-600)",
                    }
                ],
            }
        ),
        "chart_options": json.dumps(CHART_OPTIONS),
        "statuses": status_bars(tallies),
    }


def tally(*, since: date) -> list[Tally]:
    """Return the orders since the beginning of a day, counted by day, status and payment; reads them by the index."""
    zone = timezone.get_default_timezone()
    rows = (
        Order.objects.filter(created_at__gte=datetime.combine(since, time(), tzinfo=zone))
        .order_by()
        .annotate(day=TruncDate("created_at", tzinfo=zone))
        .values_list("day", "status", "payment_status")
        .annotate(orders=Count("pk"), total_=Sum("total"))
    )
    return [Tally(*row) for row in rows]


def status_bars(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Return how many of the orders are in each status, in the order of an order's life, with a link to them."""
    counts: Counter[str] = Counter()
    for row in tallies:
        counts[row.status] += row.orders
    return [
        {
            "title": status.label,
            "count": counts[status],
            "percent": round(100 * counts[status] / counts.total()),
            "link": f"{reverse('admin:orders_order_changelist')}?status__exact={status}",
        }
        for status in Order.Status
        if counts[status]
    ]


def newest_orders() -> dict[str, Any]:
    """Return a table of the orders placed last."""
    orders = Order.objects.select_related("user").order_by("-id")[:SHOWN]
    return {
        "headers": ["Order", "Customer", "Placed", "Total", "Status"],
        "rows": [
            [
                in_one_line(link("orders_order", order.pk, order.number)),
                order.contact.get("name") or order.user or "Guest",
                date_format(timezone.localtime(order.created_at), "DATETIME_FORMAT"),
                in_one_line(shown_price(order.total)),
                badge(STATUS_COLOURS[Order.Status(order.status)], order.get_status_display()),
            ]
            for order in orders
        ],
    }


def low_stock() -> dict[str, Any]:
    """Return a table of the variants in the shop window with least left, among those whose stock moved lately."""
    return {
        "headers": ["Variant", "Left"],
        "rows": [
            [
                format_html(
                    '<div class="text-right lg:text-left">{}<br>{}</div>',
                    variant.product.name,
                    link("catalog_variant", variant.pk, variant.sku),
                ),
                variant.left,
            ]
            for variant in running_low()
        ],
    }


def running_low() -> QuerySet[Any]:
    """Read the variants that have LOW_STOCK_THRESHOLD or fewer left over the active locations, the fewest first."""
    moved = StockMovement.objects.order_by("-pk").values_list("level__variant_id", flat=True)[:RECENT_MOVEMENTS]
    left = Sum(
        F("stock_levels__on_hand") - F("stock_levels__allocated"), filter=Q(stock_levels__location__is_active=True)
    )
    return (
        # Read apart: of a subquery, PostgreSQL makes a scan of all stock.
        Variant.objects.filter(pk__in=set(moved), is_active=True, product__is_published=True)
        .select_related("product")
        .annotate(left=Coalesce(left, 0))
        .filter(left__lte=settings.LOW_STOCK_THRESHOLD)
        .order_by("left", "sku")[:SHOWN]
    )


def link(page: str, pk: int, text: str) -> SafeString:
    """Return a link to a row's page in the back office."""
    return format_html('<a class="text-link" href="{}">{}</a>', reverse(f"admin:{page}_change", args=[pk]), text)


def in_one_line(text: str) -> SafeString:
    """Return what a column may not break."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def badge(colour: str, text: str) -> SafeString:
    """Return a label in one of unfold's colours (`success`, `warning` …)."""
    return render_to_string("unfold/helpers/label.html", {"type": colour, "text": text})
