"""Wishlists and notices as the API shows them, and which product or variant a customer means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

import orjson

from catalog.listed import listing_rows
from catalog.models import ListingPhase, Notice, ProductListing, SalePrice, Variant, Wishlist, WishlistItem
from catalog.pricing import money
from electroports.errors import DOES_NOT_EXIST, FieldError, InvalidInput
from electroports.rendering import written_time


class Wanted(NamedTuple):
    """A product, or one of its variants."""

    product_id: int
    variant_id: int | None


def find_wanted(command: Mapping[str, Any], product_id: int | None = None) -> Wanted:
    """Return what the fields `product` or `variant` name, if shoppers see it; raises InvalidInput.

    With `product_id`, what is named is that product, or a variant of it.
    """
    variant_id = command.get("variant")
    if variant_id is not None:
        variants = Variant.objects.filter(pk=variant_id, is_active=True)
        found = variants.values_list("product_id", flat=True).first()
        if found is None or (product_id is not None and found != product_id) or not _is_listed(found):
            raise _unknown("variant")
        return Wanted(found, variant_id)
    wanted: int = command["product"] if product_id is None else product_id
    if not _is_listed(wanted):
        raise _unknown("product")
    return Wanted(wanted, None)


def _is_listed(product_id: int) -> bool:
    return ProductListing.objects.filter(pk=product_id, is_listed=True).exists()


def _unknown(field: str) -> InvalidInput:
    message = f"There is no such {field} here."
    return InvalidInput(f"The request is not valid: {field}.", errors=[FieldError(field, DOES_NOT_EXIST, message)])


def cards(product_ids: Iterable[int], *, at: datetime) -> dict[int, Any]:
    """Return the finished cards of those of these products that are in the shop window, at the prices of `at`."""
    ids = sorted(set(product_ids))
    if not ids:
        return {}
    condition = f"is_listed AND listing.product_id IN ({', '.join(['%s'] * len(ids))})"
    rows = chain.from_iterable(listing_rows(condition, ids, int(at.timestamp())))
    return {row[2]: orjson.Fragment(row[1]) for row in rows}


def price_of(wanted: Wanted, *, at: datetime) -> Decimal:
    """Return what a product (its cheapest offer), or a variant, costs at `at`, in a sale event too."""
    if wanted.variant_id is None:
        second = int(at.timestamp())
        phases = ListingPhase.objects.filter(product_id=wanted.product_id, since__lte=second, until__gt=second)
        regular = ProductListing.objects.values_list("price", flat=True).get(pk=wanted.product_id)
        prices: list[Decimal] = [regular, *phases.values_list("price", flat=True)]
        return min(prices)
    regular = Variant.objects.values_list("price", flat=True).get(pk=wanted.variant_id)
    sales = SalePrice.objects.filter(variant=wanted.variant_id).holding(at=at)
    prices = [regular, *sales.values_list("price", flat=True)]
    return min(prices)


def variant_document(variant: Variant | None) -> dict[str, Any] | None:
    """Return which variant it is."""
    return {"id": variant.pk, "sku": variant.sku, "name": variant.name} if variant is not None else None


def item_document(item: WishlistItem, card: Any) -> dict[str, Any]:
    """Return an item of a wishlist; `card` is None for a product that is no longer in the shop window."""
    return {
        "id": item.pk,
        "product_id": item.product_id,
        "product": card,
        "variant": variant_document(item.variant),
        "created_at": written_time(item.created_at),
    }


def shared_document(wishlist: Wishlist, *, at: datetime) -> dict[str, Any]:
    """Return a wishlist as whoever has its link sees it: what is in the shop, and what its owner chose to say."""
    items = list(wishlist.items.select_related("variant"))
    found = cards((item.product_id for item in items), at=at)
    on_sale = [item for item in items if item.variant is None or item.variant.is_active]
    shown = [item_document(item, found[item.product_id]) for item in on_sale if item.product_id in found]
    return {"title": wishlist.title, "owner_name": wishlist.owner_name, "count": len(shown), "items": shown}


def own_document(wishlist: Wishlist | None, *, at: datetime) -> dict[str, Any]:
    """Return a wishlist as its owner sees it, by two queries; none yet is an empty one."""
    items = list(wishlist.items.select_related("variant")) if wishlist is not None else []
    found = cards((item.product_id for item in items), at=at)
    return {
        "title": wishlist.title if wishlist is not None else "",
        "owner_name": wishlist.owner_name if wishlist is not None else "",
        "share_token": wishlist.token if wishlist is not None else None,
        "max_items": Wishlist.MAX_ITEMS,
        "count": len(items),
        "items": [item_document(item, found.get(item.product_id)) for item in items],
    }


def notice_document(notice: Notice, card: Any) -> dict[str, Any]:
    """Return a notice as its customer sees it."""
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "product_id": notice.product_id,
        "product": card,
        "variant": variant_document(notice.variant),
        "target_price": money(notice.target_price) if notice.target_price is not None else None,
        "status": notice.status,
        "created_at": written_time(notice.created_at),
        "sent_at": written_time(notice.sent_at),
    }
