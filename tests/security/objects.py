"""What stands in the addresses of the tables: for each path the values of its names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from accounts.tokens import RefreshToken
from tests.security.world import World

NOBODYS = 987654321  # the id of nothing
UNKNOWN = UUID(int=7)

Values = dict[str, Any]
# The longest beginning of the path decides.
ADDRESSES: dict[str, Callable[[World], Values]] = {
    "/api/accessories/": lambda world: {"id_or_slug": world.product.slug},
    "/api/brands/": lambda world: {"id_or_slug": "anker"},
    "/api/cart/lines/": lambda world: {"id": world.cart_line},
    "/api/categories/": lambda world: {"id_or_slug": "chargers"},
    "/api/connectors/": lambda world: {"id_or_code": "usb-c"},
    "/api/events/": lambda world: {"id_or_slug": world.event.slug},
    "/api/images/": lambda world: {"id": world.image.pk},
    "/api/orders/": lambda world: {"id": world.order["number"]},
    "/api/products/": lambda world: {"id_or_slug": world.product.slug},
    "/api/review-photos/": lambda world: {"id": world.photo.pk},
    "/api/reviews/": lambda world: {"id": world.review.pk},
    "/api/sound-devices/": lambda world: {"id_or_slug": world.device.slug},
    "/api/staff/events/": lambda world: {"id_or_slug": world.event.slug},
    "/api/staff/products/": lambda world: {"id_or_slug": world.product.slug},
    "/api/users/me/addresses/": lambda world: {"id": world.address},
    "/api/users/me/identities/": lambda world: {"id": world.identity},
    "/api/users/me/notices/": lambda world: {"id": world.notice},
    "/api/users/me/sessions/": lambda world: {"id": RefreshToken(world.callers["owner"].refresh).session_id},  # type: ignore[arg-type]
    "/api/users/me/wishlist/items/": lambda world: {"id": world.wish},
    "/api/variants/": lambda world: {"id": world.variant.pk},
    "/api/wishlists/": lambda world: {"id": world.wishlist_token},
    "/api{path}": lambda world: {"path": "/nothing"},
    "/marketing/stop/": lambda world: {"token": world.stop_token},
    "/media/": lambda world: {"path": "nothing.webp"},
    "/notices/unsubscribe/": lambda world: {"token": world.unsubscribe_token},
    "/payments/": lambda world: {"reference": UNKNOWN, "token": "0" * 64, "provider": "mpesa"},
}
# Where the address of what an anonymous caller would read is another than the owner's (see the table of routes).
QUERIES: dict[str, Callable[[World], str]] = {
    "/api/products/suggest": lambda world: "?q=cha",
    "/api/products/compare": lambda world: f"?ids={world.product.pk},{world.device.pk}",
    "/api/compatibility/connect": lambda world: f"?from={world.product.slug}&to={world.device.slug}&carrying=power",
    "/api/delivery/options": lambda world: "?county=Nairobi",
}


def values_of(world: World, path: str) -> Values:
    """Return what stands for the names in `path`."""
    if "{" not in path:
        return {}
    beginnings = [beginning for beginning in ADDRESSES if path.startswith(beginning)]
    assert beginnings, f"{path}: say in ADDRESSES of tests/security/objects.py what stands for its names"
    return ADDRESSES[max(beginnings, key=len)](world)


def address_of(world: World, path: str, **others: Any) -> str:
    """Return the address of what is there; `others` are values instead of those of the table."""
    query = QUERIES[path](world) if path in QUERIES else ""
    return path.format(**{**values_of(world, path), **others}) + query
