"""What is really sent has the shape that the document says, and nothing besides.

The catalogue's and the orders' answers are bytes made by hand, without the serializers that describe them: here is
where the two are held together.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Accessory, Product, ProductImage, SoundDevice, Variant
from tests.catalog.events import make_event
from tests.contract.document import openapi, operations, resolve
from tests.contract.strict import errors_in
from tests.factories import PASSWORD, add_variant, make_category, make_product, make_user, refresh_now

pytestmark = pytest.mark.django_db

GUEST = {"email": "guest@example.com", "phone": "0712345678"}
ADDRESS = {"recipient": "Wanjiku", "phone": "0712345678", "county": "Nairobi", "town": "Westlands"}


class Caller:
    """Calls operations by name and holds every answer against the document."""

    def __init__(self) -> None:
        self.client = APIClient()
        self.operations = {operation.name: operation for operation in operations()}
        self.called: set[str] = set()

    def __call__(self, name: str, status: int, body: Any = None, *, query: str = "", **ids: Any) -> Any:
        operation = self.operations[name]
        path = operation.path.format(**ids) + query
        response = getattr(self.client, operation.method)(path, body)
        assert response.status_code == status, (name, response.status_code, response.content)
        self.called.add(name)
        declared = resolve(operation.schema["responses"][str(status)])
        for header in ("X-Request-ID", *declared.get("headers", {})):
            if resolve(declared["headers"][header]).get("required"):
                assert header in response, (name, header)
        if "content" not in declared:
            assert response.content == b""
            return None
        media = declared["content"][response["Content-Type"]]
        received = response.json()
        assert errors_in(received, media["schema"]) == [], name
        return received


@pytest.fixture
def call() -> Caller:
    return Caller()


def add_picture(product: Product, variant: Variant | None = None) -> None:
    name = f"{product.slug}.webp"
    picture = ProductImage(
        product=product,
        variant=variant,
        original=f"products/original/{name}",
        display=f"products/display/{name}",
        thumbnail=f"products/thumbnail/{name}",
        alt=product.name,
        width=800,
        height=800,
    )
    ProductImage.objects.bulk_create([picture])


@pytest.fixture
def catalogue() -> dict[str, Any]:
    """A product of each kind with everything that a product can have, one with nothing, one sold out."""
    leaf = make_category("earbuds", make_category("audio", make_category("sound")))
    full = {
        "description": "Plays.",
        "specs": [["Weight", "232 g"], ["Colour", ""]],
        "in_the_box": ["It", "A cable"],
        "warranty_months": 24,
        "released_on": date(2024, 5, 1),
        "popularity": 900,
        "rating_average": Decimal("4.25"),
        "rating_count": 12,
    }
    traits = {
        "impedance_ohms": 32,
        "driver_mm": Decimal("11.0"),
        "battery_hours": Decimal("7.5"),
        "noise_cancelling": True,
    }
    made = {
        "device": make_product(**full),
        "accessory": make_product(model=Accessory, length_m=Decimal("1.80"), watts=Decimal("65.5"), **full),
        "sound_device": make_product(model=SoundDevice, category=leaf, **traits, **full),
        "bare_accessory": make_product(model=Accessory),
        "bare_sound_device": make_product(model=SoundDevice, stock=0),
        "sold_out": make_product(stock=None),
    }
    for product in list(made.values())[:3]:
        used = add_variant(
            product,
            stock=3,
            condition=Variant.Condition.USED,
            price=Decimal("500.00"),
            compare_at_price=Decimal("800.00"),
            options=[["Colour", "Black"], ["Storage", "256 GB"]],
        )
        add_picture(product)
        add_picture(product, used)
    refresh_now([product.pk for product in made.values()])
    return made


@pytest.mark.parametrize("part", ["products", "accessories", "sound_devices"])
def test_lists(call: Caller, catalogue: dict[str, Any], part: str) -> None:
    whole = call(f"list_{part}", 200)
    assert whole["count"] == {"products": 6, "accessories": 2, "sound_devices": 2}[part]
    assert len(whole["results"]) == whole["count"]

    page = call(f"list_{part}", 200, query="?page_size=1")
    following = call(f"list_{part}", 200, query="?" + page["next"].partition("?")[2])
    assert following["previous"]
    call(f"list_{part}", 200, query="?max_price=1")
    call(f"list_{part}", 400, query="?max_price=x")
    call(f"list_{part}", 404, query="?page=1000")


def test_pages_of_products(call: Caller, catalogue: dict[str, Any]) -> None:
    for product in catalogue.values():
        assert call("read_products", 200, id_or_slug=product.slug)["id"] == product.pk
        assert call("read_products", 200, id_or_slug=product.pk)["slug"] == product.slug
    for name in ("accessory", "bare_accessory"):
        call("read_accessories", 200, id_or_slug=catalogue[name].slug)
    for name in ("sound_device", "bare_sound_device"):
        call("read_sound_devices", 200, id_or_slug=catalogue[name].slug)
    for part in ("products", "accessories", "sound_devices"):
        call(f"read_{part}", 404, id_or_slug="nothing")
        call(f"read_{part}", 400, id_or_slug="nothing", query="?x=1")


def test_a_page_with_everything(call: Caller, catalogue: dict[str, Any]) -> None:
    page = call("read_sound_devices", 200, id_or_slug=catalogue["sound_device"].pk)

    bare = {"ports", "power_budget", "related", "typed_specs", "event"}
    assert {part for part in page if page[part] in (None, [], "")} == bare
    assert [len(variant["images"]) for variant in page["variants"]] == [0, 1]


def test_the_tree_and_the_brands(call: Caller, catalogue: dict[str, Any]) -> None:
    tree = call("list_categories", 200)
    sound = next(row for row in tree["results"] if row["slug"] == "sound")
    assert sound["children"][0]["children"][0]["slug"] == "earbuds"
    assert sound["product_count"] == 1
    call("read_categories", 200, id_or_slug="audio")
    call("list_brands", 200)
    call("read_brands", 200, id_or_slug="anker")
    for part in ("brands", "categories"):
        call(f"read_{part}", 404, id_or_slug="nothing")


def test_users(call: Caller) -> None:
    new = {"username": "wanjiku", "email": "w@example.com", "password": PASSWORD}
    call("post_users_register", 201, {**new, "phone": "0712345678"})
    call("post_users_register", 400, new)
    signed_in = call("post_users_login", 200, {"username": "wanjiku", "password": PASSWORD})
    call("post_users_login", 200, {"email": "W@example.com", "password": PASSWORD})
    call("post_users_login", 401, {"email": "w@example.com", "password": "x"})
    pair = call("post_users_token_refresh", 200, {"refresh": signed_in["refresh"]})
    call("post_users_token_refresh", 401, {"refresh": "a.b.c"})
    call("read_users_me", 401)

    call.client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert call("read_users_me", 200) == signed_in["user"]
    call("change_users_me", 200, {"first_name": "Wanjiku", "phone": ""})
    call("change_users_me", 400, {"role": "admin"})
    call("post_users_logout", 204, {"refresh": pair["refresh"]})
    call("read_users_me", 401)


def test_a_password(call: Caller) -> None:
    user = make_user()
    tokens = call("post_users_login", 200, {"username": user.username, "password": PASSWORD})
    call.client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")

    call("post_users_me_password", 400, {"current_password": "x", "new_password": "staple 7 tree lantern"})
    call("post_users_me_password", 204, {"current_password": PASSWORD, "new_password": "staple 7 tree lantern"})


@pytest.mark.parametrize("place", ["post_orders", "post_orders_create"])
def test_orders(call: Caller, catalogue: dict[str, Any], place: str) -> None:
    user = make_user()
    tokens = call("post_users_login", 200, {"username": user.username, "password": PASSWORD})
    call.client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    variants = list(catalogue["device"].variants.all())
    items = [{"variant": variant.pk, "quantity": 1} for variant in variants]

    call("post_orders_quote", 200, {"items": items})
    call("post_orders_quote", 409, {"items": [{"variant": variants[0].pk, "quantity": 999}]})
    order = call(place, 201, {"items": items, "address": ADDRESS, "note": "Call."})
    again = call(place, 201, {"items": [{"product": catalogue["bare_accessory"].pk, "quantity": 2}]})
    call(place, 400, {"items": []})
    call(place, 409, {"items": [{"product": catalogue["sold_out"].pk, "quantity": 1}]})
    assert "token" not in order
    assert [row["id"] for row in call("list_orders", 200)["results"]] == [again["id"], order["id"]]
    call("list_orders", 200, query="?page_size=1")
    call("read_orders", 200, id=order["number"])
    call("read_orders", 404, id=0)
    call("post_orders_cancel", 200, {"reason": "Wrong colour."}, id=order["id"])
    call("post_orders_cancel", 409, {}, id=order["id"])
    assert call("list_orders_events", 200, id=order["id"])["count"] == 2


def test_carts(call: Caller, catalogue: dict[str, Any]) -> None:
    user = make_user()
    tokens = call("post_users_login", 200, {"username": user.username, "password": PASSWORD})
    call.client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    variants = list(catalogue["device"].variants.all())

    call("read_cart", 200)
    call("post_cart_lines", 400, {"variant": variants[0].pk})
    for variant in variants:
        body = call("post_cart_lines", 201, {"variant": variant.pk, "quantity": 1})
    call("post_cart_lines", 201, {"product": catalogue["bare_accessory"].pk, "quantity": 2})
    call("post_cart_lines", 201, {"product": catalogue["sold_out"].pk, "quantity": 1})
    Variant.objects.filter(pk=variants[0].pk).update(is_active=False)
    Variant.objects.filter(pk=variants[1].pk).update(price=Decimal(77), compare_at_price=None, max_per_customer=1)
    lines = call("change_cart", 200, {"coupon": "NOSUCH"})["lines"]
    call("read_cart", 200, query="?compatibility=true")
    call("post_cart_merge", 200)
    call("change_cart_lines", 200, {"quantity": 1}, id=lines[0]["id"])
    call("change_cart_lines", 409, {"quantity": 2}, id=lines[1]["id"])
    call("change_cart_lines", 404, {"quantity": 2}, id=999_999)
    call("delete_cart_lines", 200, id=lines[0]["id"])
    call("delete_cart", 200)
    assert body["quantity"] == len(variants)


def test_a_guests_order(call: Caller, catalogue: dict[str, Any]) -> None:
    item = {"product": catalogue["bare_accessory"].pk, "quantity": 1}
    call("post_orders_create", 400, {"items": [item]})
    order = call("post_orders_create", 201, {"items": [item], "contact": GUEST})

    query = f"?token={order.pop('token')}"
    assert call("read_orders", 200, id=order["id"], query=query) == order
    call("read_orders", 404, id=order["id"])
    call("list_orders_events", 200, id=order["id"], query=query)
    call("post_orders_cancel", 200, {}, id=order["id"], query=query)


def test_events_and_price_histories(call: Caller, catalogue: dict[str, Any]) -> None:
    product, now, day = catalogue["device"], timezone.now(), timedelta(days=1)
    running = make_event(products=[product], percent=10, starts_at=now - day, ends_at=now + day, at=now)
    category, brand = catalogue["sound_device"].category, catalogue["sound_device"].brand
    coming = {"starts_at": now + day, "ends_at": now + 2 * day, "fixed_price": Decimal(90)}
    other = make_event(categories=[category], brands=[brand], at=now, **coming)

    assert call("list_events", 200)["count"] == 2
    assert call("list_events", 200, query="?state=coming")["count"] == 1
    call("list_events", 400, query="?state=x")
    call("read_events", 200, id_or_slug=other.slug)
    shown = call("read_events", 200, id_or_slug=running.pk)["products"]
    assert [card["event"]["id"] for card in shown] == [running.pk]
    assert call("read_products", 200, id_or_slug=product.slug)["event"]["slug"] == running.slug
    call("read_products_price_history", 200, id_or_slug=product.slug)
    call("read_products_price_history", 404, id_or_slug="nothing")


def test_a_shape_that_drifts_is_caught() -> None:
    card = openapi()["components"]["schemas"]["Named"]
    reference = {"$ref": "#/components/schemas/Named"}

    assert errors_in({"id": 1, "name": "Anker", "slug": "anker"}, card) == []
    assert errors_in({"id": 1, "name": "Anker", "slug": "anker"}, reference) == []
    assert errors_in("2026-03-02", {"type": "string", "format": "date-time"})
    assert errors_in("/media/a b.webp", {"type": "string", "format": "uri-reference"})
    for wrong in (
        {"id": 1, "name": "Anker"},
        {"id": "1", "name": "Anker", "slug": "anker"},
        {"id": 1, "name": "Anker", "slug": "anker", "new": 1},
        {"id": 0, "name": "Anker", "slug": "anker"},
    ):
        assert errors_in(wrong, card)
        assert errors_in(wrong, reference)
        assert errors_in([wrong], {"type": "array", "items": reference})
