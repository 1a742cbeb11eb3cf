"""What a sale event may be, and what of it may still change when it has begun or is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Min
from django.utils.timezone import localtime

from catalog.clock import whole_second
from catalog.models import SaleEvent
from electroports.errors import FieldError

# An event over more products is written by a job, in batches; what it changes must lie further off than that takes.
MOST_AT_ONCE = 1_000
LEAD = timedelta(minutes=10)
LEAD_PER_PRODUCT = timedelta(milliseconds=10)


@dataclass(frozen=True, slots=True)
class EventTerms:
    """What of an event makes prices. `scope` is over what it is, `prices` those of single variants.

    `lowered_since` is when it first lowered a price, or will: the price history knows it whatever becomes of the event.
    """

    starts_at: datetime
    ends_at: datetime
    percent: int | None
    fixed_price: Decimal | None
    is_published: bool
    scope: frozenset[tuple[str, int]] = frozenset()
    prices: frozenset[tuple[int, Decimal]] = frozenset()
    lowered_since: datetime | None = field(default=None, compare=False)

    def begun(self, at: datetime) -> bool:
        """Tell whether shoppers have had prices of it, be it published now or not."""
        holds = self.is_published and self.starts_at <= at
        return holds or (self.lowered_since is not None and self.lowered_since < at)

    def over(self, at: datetime) -> bool:
        """Tell whether it is over, and with it a part of the price history."""
        return self.begun(at) and self.ends_at <= at


def outline_of(event: SaleEvent) -> EventTerms:
    """Return the terms of an event but for what it is over, by one query: enough to tell if it has begun."""
    return EventTerms(
        whole_second(event.starts_at),
        whole_second(event.ends_at),
        event.percent,
        event.fixed_price,
        event.is_published,
        lowered_since=event.sale_prices.aggregate(since=Min("since"))["since"],
    )


def terms_of(event: SaleEvent) -> EventTerms:
    """Return the terms of an event as the database has them, by five queries."""
    scope = {
        (name, pk)
        for name in ("products", "categories", "brands")
        for pk in getattr(event, name).order_by().values_list("pk", flat=True)
    }
    prices = frozenset(event.prices.values_list("variant_id", "price"))
    return replace(outline_of(event), scope=frozenset(scope), prices=prices)


def event_errors(before: EventTerms | None, after: EventTerms, *, at: datetime) -> list[FieldError]:
    """Return everything that speaks against making an event, or against making `before` into `after`, at `at`."""
    return [*_shape_errors(after), *_time_errors(before, after, at)]


def _shape_errors(after: EventTerms) -> Iterator[FieldError]:
    lowers = after.percent is not None or after.fixed_price is not None
    if after.ends_at <= after.starts_at:
        yield FieldError("ends_at", "not_after_beginning", "An event ends after it begins.")
    if after.percent is not None and after.fixed_price is not None:
        yield FieldError("fixed_price", "one_way_only", "Give either a percentage or a fixed price.")
    if after.percent is not None and not SaleEvent.MIN_PERCENT <= after.percent <= SaleEvent.MAX_PERCENT:
        message = f"Give a whole number from {SaleEvent.MIN_PERCENT} to {SaleEvent.MAX_PERCENT}."
        yield FieldError("percent", "out_of_range", message)
    if after.fixed_price is not None and after.fixed_price <= 0:
        yield FieldError("fixed_price", "not_positive", "A price is more than nothing.")
    if any(price <= 0 for _variant, price in after.prices):
        yield FieldError("prices", "not_positive", "A price is more than nothing.")
    if not after.scope and (lowers or not after.prices):
        yield FieldError("products", "empty_scope", "Name products, categories or brands that the event is over.")
    if after.scope and not lowers:
        yield FieldError("percent", "required", "Say what the event does: a percentage, or a fixed price.")


def _time_errors(before: EventTerms | None, after: EventTerms, at: datetime) -> Iterator[FieldError]:
    if before is not None and before.over(at):
        for name in ("starts_at", "ends_at", "percent", "fixed_price", "is_published", "scope", "prices"):
            if getattr(before, name) != getattr(after, name):
                field = "products" if name == "scope" else name
                yield FieldError(field, "is_over", "The event is over: what it did is history. Make a new one.")
        return
    if before is not None and before.begun(at) and after.starts_at != before.starts_at:
        message = "The event has begun: its beginning is history, even while it is unpublished. Make a new one."
        yield FieldError("starts_at", "has_begun", message)
    is_new = before is None or not before.is_published or before.ends_at != after.ends_at
    if after.is_published and is_new and after.ends_at <= at:
        yield FieldError("ends_at", "in_the_past", "The past is written already: an event ends later than now.")


def too_soon(before: EventTerms | None, after: EventTerms | None, *, count: int, at: datetime) -> FieldError | None:
    """Return the refusal of a change that could not be written for `count` products before it takes effect."""
    if count <= MOST_AT_ONCE or before == after:
        return None
    soonest = at + LEAD + count * LEAD_PER_PRODUCT
    live = [terms for terms in (before, after) if terms is not None and terms.is_published and not terms.over(at)]
    first = min((terms.starts_at for terms in live), default=soonest)
    field = "starts_at"
    if before and after and before.begun(at) and _without_end(before) == _without_end(after):
        first, field = min(before.ends_at, after.ends_at), "ends_at"
    if first >= soonest:
        return None
    when = f"{localtime(soonest):%d %B %Y %H:%M}"
    message = f"The event is over {count:,} products, which take a while to write: nothing may change before {when}."
    return FieldError(field, "too_soon", message)


def _without_end(terms: EventTerms) -> tuple[object, ...]:
    return (terms.starts_at, terms.percent, terms.fixed_price, terms.is_published, terms.scope, terms.prices)
