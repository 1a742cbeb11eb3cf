"""A customer's wishlist: what is on it, and who may see it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from catalog.errors import WishlistFull
from catalog.models import Wishlist, WishlistItem

TOKEN_BYTES = 24


def add_wish(*, owner_id: int, product_id: int, variant_id: int | None, at: datetime) -> WishlistItem:
    """Put a product, or a variant of it, on a customer's wishlist and return the item: the one that is there, if any.

    Raises WishlistFull. The wishlist is locked, so that neither rule can be outrun.
    """
    with transaction.atomic():
        wishlist = _locked(owner_id, at)
        item = wishlist.items.filter(product=product_id, variant=variant_id).first()
        if item is None:
            if wishlist.items.count() >= Wishlist.MAX_ITEMS:
                raise WishlistFull(f"A wishlist has at most {Wishlist.MAX_ITEMS} items.")
            item = wishlist.items.create(product_id=product_id, variant_id=variant_id, created_at=at)
        return item


def describe_wishlist(*, owner_id: int, changes: Mapping[str, str], at: datetime) -> None:
    """Write the title, and the name that its owner chose to be shown by."""
    Wishlist.objects.update_or_create(
        owner_id=owner_id, defaults=changes, create_defaults={**changes, "created_at": at}
    )


def share_wishlist(*, owner_id: int, at: datetime) -> None:
    """Give the wishlist a new link; an earlier one leads nowhere from then on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Wishlist.objects.update_or_create(
        owner_id=owner_id, defaults={"token": token}, create_defaults={"token": token, "created_at": at}
    )


def stop_sharing(*, owner_id: int) -> None:
    """Take the link away."""
    Wishlist.objects.filter(owner=owner_id).update(token=None)


def _locked(owner_id: int, at: datetime) -> Wishlist:
    Wishlist.objects.get_or_create(owner_id=owner_id, defaults={"created_at": at})
    locked: Wishlist = Wishlist.objects.select_for_update().get(owner=owner_id)
    return locked
