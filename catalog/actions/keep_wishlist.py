"""A customer's wishlist: what is on it, and who may see it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from catalog.errors import CustomerGone, WishlistFull
from catalog.models import Wishlist, WishlistItem
from electroports.sql import insert_rows

TOKEN_BYTES = 24


def add_wish(*, owner_id: int, product_id: int, variant_id: int | None, at: datetime) -> WishlistItem:
    """Put a product, or a variant of it, on a customer's wishlist and return the item: the one that is there, if any.

    Raises WishlistFull or CustomerGone. The wishlist is locked, so that neither rule can be outrun.
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
    """Write the title, and the name that its owner chose to be shown by; raises CustomerGone."""
    _write(owner_id, changes, at)


def share_wishlist(*, owner_id: int, at: datetime) -> None:
    """Give the wishlist a new link; an earlier one leads nowhere from then on. Raises CustomerGone."""
    _write(owner_id, {"token": secrets.token_urlsafe(TOKEN_BYTES)}, at)


def stop_sharing(*, owner_id: int) -> None:
    """Take the link away."""
    Wishlist.objects.filter(owner=owner_id).update(token=None)


def _write(owner_id: int, changes: Mapping[str, str], at: datetime) -> None:
    with transaction.atomic():
        wishlist = _locked(owner_id, at)
        for name, value in changes.items():
            setattr(wishlist, name, value)
        if changes:
            wishlist.save(update_fields=changes.keys())


def _locked(owner_id: int, at: datetime) -> Wishlist:
    """Lock a customer's wishlist, a new one if there is none.

    Raises CustomerGone if it is no sooner there than gone: its owner is being erased.
    """
    owned = Wishlist.objects.select_for_update().filter(owner=owner_id)
    wishlist = owned.first()
    if wishlist is None:
        insert_rows([Wishlist(owner_id=owner_id, created_at=at)], unless_taken=("owner_id",))
        wishlist = owned.first()
    if wishlist is None:
        raise CustomerGone
    return wishlist
