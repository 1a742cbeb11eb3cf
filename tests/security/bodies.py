"""A body that is accepted, for every call that takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.schema.port_writes import CHARGER
from tests.accounts.mailing import mailed_token, undoing_token
from tests.factories import PASSWORD
from tests.security.world import ADDRESS, World, picture

Body = Callable[[World], Any]
NONE: Body = lambda world: None  # noqa: E731  # a call that takes no body
CONTACT = {"name": "Wanjiku Kamau", "email": "wanjiku@example.com", "phone": "0712345678"}


def order_of(world: World) -> dict[str, Any]:
    """Return an order with all that one may have."""
    items = [{"variant": world.variant.pk, "quantity": 1}]
    return {"items": items, "contact": CONTACT, "address": ADDRESS, "note": "Ring twice."}


def product_of(world: World) -> dict[str, Any]:
    return {
        "kind": "accessory",
        "name": "Anker 735",
        "brand": world.product.brand_id,
        "category": world.product.category_id,
        "accessory_type": "charger",
        "specs": [{"name": "Ports", "value": "2"}],
        "variants": [{"sku": "ANK-735", "options": [{"name": "Colour", "value": "Black"}], "price": "6499.00"}],
    }


def event_of(world: World) -> dict[str, Any]:
    times = {"starts_at": "2027-11-27T00:00:00+03:00", "ends_at": "2027-12-01T00:00:00+03:00"}
    price = {"variant": world.variant.pk, "price": "499.00"}
    return {
        "name": "Black Friday",
        "slug": "black-friday",
        **times,
        "percent": 20,
        "products": [world.product.pk],
        "prices": [price],
    }


def movement_of(world: World) -> dict[str, Any]:
    return {"type": "receipt", "sku": world.variant.sku, "location": "NBO", "quantity": 5, "reference": "4711"}


def row_of(world: World) -> list[dict[str, Any]]:
    row = {"product": "new", "kind": "accessory", "brand": "Anker", "category": "chargers", "name": "New"}
    return [{"sku": "NEW-1", **row, "accessory_type": "charger", "price": "12999.00"}]


def account_of(world: World) -> dict[str, Any]:
    return {"username": "newcomer", "email": "new@example.com", "password": PASSWORD, "phone": "0712345679"}


def mailed(world: World, purpose: str) -> dict[str, Any]:
    """Return the token of a link that was mailed to the owner."""
    return {"token": mailed_token(owner_of(world).user, purpose)}


def undo_of(world: World) -> dict[str, Any]:
    return {"token": undoing_token(owner_of(world).user)}


def owner_of(world: World) -> Any:
    return world.callers["owner"]


BODIES: dict[str, Body] = {
    "PATCH /api/cart": lambda world: {"coupon": None},
    "PATCH /api/cart/lines/{id}": lambda world: {"quantity": 2},
    "PATCH /api/events/{id_or_slug}": lambda world: {"name": "A better name"},
    "PATCH /api/images/{id}": lambda world: {"alt": "It, from above"},
    "PATCH /api/products/{id_or_slug}": lambda world: {"name": "A better name"},
    "PATCH /api/reviews/{id}": lambda world: {"rating": 3},
    "PATCH /api/users/me": lambda world: {"first_name": "Njeri"},
    "PATCH /api/users/me/addresses/{id}": lambda world: {"town": "Karen"},
    "PATCH /api/users/me/wishlist": lambda world: {"title": "Birthday"},
    "PATCH /api/variants/{id}": lambda world: {"price": "999.00"},
    "POST /api/cart/lines": lambda world: {"variant": world.variant.pk, "quantity": 1},
    "POST /api/cart/merge": NONE,
    "POST /api/compatibility/check": lambda world: {"items": [{"product": world.product.pk, "quantity": 1}]},
    "POST /api/users/me/consents": lambda world: {"email": True, "wording": "1"},
    "POST /api/events": event_of,
    "POST /api/orders": order_of,
    "POST /api/orders/claim": NONE,
    "POST /api/orders/create": order_of,
    "POST /api/orders/quote": order_of,
    "POST /api/orders/{id}/cancel": lambda world: {"reason": "The wrong colour."},
    "POST /api/orders/{id}/payments": lambda world: {"provider": "cash_on_delivery"},
    "POST /api/products": product_of,
    "POST /api/products/bulk": row_of,
    "POST /api/products/{id_or_slug}/images": lambda world: {"file": picture(), "alt": "It"},
    "POST /api/products/{id_or_slug}/notify": lambda world: {"kind": "price_drop", "target_price": "99.00"},
    "POST /api/products/{id_or_slug}/reviews": lambda world: {"rating": 5, "title": "Good", "text": "It charges."},
    "POST /api/products/{id_or_slug}/variants": lambda world: {
        "sku": "ANK-735",
        "options": [{"name": "Colour", "value": "Black"}],
        "price": "6499.00",
    },
    "POST /api/reviews/{id}/helpful": NONE,
    "POST /api/reviews/{id}/photos": lambda world: picture(),
    "POST /api/stock/movements": movement_of,
    "POST /api/users/email/approve": lambda world: mailed(world, "approve_email"),
    "POST /api/users/email/confirm": lambda world: mailed(world, "confirm_email"),
    "POST /api/users/email/refuse": lambda world: mailed(world, "approve_email"),
    "POST /api/users/email/undo": undo_of,
    "POST /api/users/email/verify": lambda world: mailed(world, "verify_email"),
    "POST /api/users/email/verify/resend": NONE,
    "POST /api/users/login": lambda world: {"email": owner_of(world).user.email, "password": PASSWORD},
    "POST /api/users/login/code": lambda world: {"phone": "0712345678"},
    "POST /api/users/login/code/confirm": lambda world: {"phone": "0712345678", "code": "123456"},
    "POST /api/users/me/phone": lambda world: {"phone": "0712345678"},
    "POST /api/users/me/phone/confirm": lambda world: {"code": "123456"},
    "POST /api/users/login/google": lambda world: {"id_token": "no provider is enabled"},
    "POST /api/users/login/apple": lambda world: {"id_token": "no provider is enabled"},
    "POST /api/users/me/identities": lambda world: {"provider": "google", "id_token": "none is enabled"},
    "POST /api/users/logout": lambda world: {"refresh": owner_of(world).refresh},
    "POST /api/users/me/addresses": lambda world: ADDRESS,
    "POST /api/users/me/email": lambda world: {"email": "elsewhere@example.com", "current_password": PASSWORD},
    "POST /api/users/me/password": lambda world: {
        "current_password": PASSWORD,
        "new_password": "staple 7 tree lantern",
    },
    "POST /api/users/me/wishlist/items": lambda world: {"variant": world.variant.pk},
    "POST /api/users/me/wishlist/link": NONE,
    "POST /api/users/password/reset": lambda world: {"email": owner_of(world).user.email},
    "POST /api/users/password/reset/confirm": lambda world: {
        **mailed(world, "reset_password"),
        "new_password": "staple 7 tree lantern",
    },
    "POST /api/users/register": account_of,
    "POST /api/users/token/refresh": lambda world: {"refresh": owner_of(world).refresh},
    "POST /api/variants/prices": lambda world: [
        {"sku": world.variant.sku, "price": "999.00", "expected_price": "1000.00"}
    ],
    "PUT /api/products/{id_or_slug}/images/order": lambda world: {"images": [world.image.pk]},
    "PUT /api/products/{id_or_slug}/ports": lambda world: CHARGER,
    "PUT /api/reviews/{id}/moderation": lambda world: {"status": "published"},
    "PUT /api/reviews/{id}/reply": lambda world: {"text": "Asante!"},
}


def body_of(world: World, method: str, path: str) -> Any:
    """Return a body that this call accepts, None if it takes none."""
    if method in ("GET", "HEAD", "DELETE") or not path.startswith("/api/") or path == "/api{path}":
        return None
    call = f"{method} {path}"
    assert call in BODIES, f"{call}: give a body that it accepts in BODIES of tests/security/bodies.py, or NONE"
    return BODIES[call](world)
