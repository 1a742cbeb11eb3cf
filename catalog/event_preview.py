"""What a sale event does to prices: for staff to look at before it is published, and to be warned by."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from catalog.models import SaleEvent, Variant
from catalog.offers import covered_products
from catalog.sales import Offer

MOST_LOOKED_AT = 5_000  # products; of a larger event the first so many
DEEP = 50  # per cent; from here on staff are asked whether they mean it


class PreviewRow(NamedTuple):
    """What one variant costs in the event; `cut` is in per cent of the regular price, rounded to a whole one."""

    sku: str
    product: str
    regular_price: Decimal
    price: Decimal
    cut: int


class Preview(NamedTuple):
    """How many products an event is over, how many variants it lowers, and which it lowers most."""

    product_count: int
    lowered_count: int
    rows: list[PreviewRow]

    @property
    def deepest(self) -> int:
        """The largest reduction, in per cent."""
        return self.rows[0].cut if self.rows else 0


def preview_event(event: SaleEvent, *, limit: int) -> Preview:
    """Return what an event does to today's regular prices; `rows` are the `limit` largest reductions."""
    covered = sorted(covered_products([event.pk]))
    own: dict[int, Decimal] = dict(event.prices.values_list("variant_id", "price"))
    general = {
        *event.products.values_list("pk", flat=True),
        *(covered if event.percent is not None or event.fixed_price is not None else ()),
    }
    variants = Variant.objects.filter(
        product__in=covered[:MOST_LOOKED_AT], is_active=True, product__is_published=True
    ).order_by("product_id", "position", "pk")
    rows: list[PreviewRow] = []
    for pk, sku, name, product_id, regular in variants.values_list("pk", "sku", "product__name", "product_id", "price"):
        percent, fixed = (event.percent, event.fixed_price) if product_id in general else (None, None)
        if pk in own:
            percent, fixed = None, own[pk]
        price = Offer(event.pk, event.starts_at, event.ends_at, percent, fixed).price_of(regular)
        if price is not None:
            cut = ((regular - price) * 100 / regular).quantize(Decimal(1), rounding=ROUND_HALF_UP)
            rows.append(PreviewRow(sku, name, regular, price, int(cut)))
    rows.sort(key=lambda row: -row.cut)
    return Preview(len(covered), len(rows), rows[:limit])
