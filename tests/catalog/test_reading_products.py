"""The page of a product, and the shapes of what is read of products, exactly as the contract has them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from catalog.documents import ShopTerms, VariantFacts, variant_document
from catalog.models import Accessory, Product, ProductImage, SoundDevice
from tests import factories
from tests.factories import refresh_now

CARD = {
    "id",
    "slug",
    "kind",
    "name",
    "brand",
    "category",
    "price",
    "compare_at_price",
    "compare_at_basis",
    "event",
    "currency",
    "on_sale",
    "availability",
    "conditions",
    "rating",
    "image",
}
PAGE = {
    "description", "specs", "typed_specs", "ports", "power_budget", "variants", "images", "in_the_box",
    "warranty_months", "related",
}  # fmt: skip
VARIANT = {
    "id",
    "sku",
    "name",
    "options",
    "condition",
    "price",
    "compare_at_price",
    "compare_at_basis",
    "event",
    "price_excl_vat",
    "vat_amount",
    "availability",
    "images",
}
ACCESSORY = {"accessory_type", "length_m", "watts"}
SOUND_DEVICE = {
    "form_factor",
    "connectivity",
    "impedance_ohms",
    "driver_mm",
    "battery_hours",
    "noise_cancelling",
    "microphone",
}


def add_image(product: Product, name: str, **fields: Any) -> ProductImage:
    return ProductImage.objects.create(
        product=product, original=f"products/original/{name}.png", width=8, height=8, **fields
    )


def status_and_code(api: APIClient, url: str) -> tuple[int, str]:
    response = api.get(url)
    return response.status_code, response.json().get("code", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "path", "typed"),
    [
        (Product, "/api/products", set()),
        (Accessory, "/api/products", set()),
        (SoundDevice, "/api/products", set()),
        (Accessory, "/api/accessories", ACCESSORY),
        (SoundDevice, "/api/sound-devices", SOUND_DEVICE),
    ],
)
def test_shapes_are_those_of_the_contract(api: APIClient, model: type[Product], path: str, typed: set[str]) -> None:
    factories.make_product(model=model)
    product = factories.make_product(model=model)
    add_image(product, "front")
    refresh_now([product.pk])

    document = api.get(path).json()
    card, plain_card = document["results"]
    page = api.get(f"{path}/{product.pk}").json()

    assert set(document) == {"count", "next", "previous", "results"}
    assert set(card) == CARD | typed
    assert set(page) == CARD | PAGE | typed
    assert {name: page[name] for name in card} == card
    [variant] = page["variants"]
    assert set(variant) == VARIANT
    [related] = page["related"]
    assert set(related) == CARD | {"reason"}
    assert {name: related[name] for name in CARD} == {name: plain_card[name] for name in CARD}
    for row in (card, page, related):
        assert set(row["brand"]) == set(row["category"]) == {"id", "name", "slug"}
        assert set(row["rating"]) == {"average", "count"}
    assert set(card["image"]) == {"url", "thumbnail", "alt"}
    assert plain_card["image"] is None


@pytest.mark.django_db
def test_a_page_says_everything_of_a_product(api: APIClient) -> None:
    product = factories.make_product(
        name="Case “Ω”",
        slug="case-omega",
        model=Accessory,
        accessory_type="case",
        length_m=Decimal("0.16"),
        watts=None,
        price="116.00",
        stock=3,
        description="Fits.\nProtects.",
        specs=[["Material", "TPU"], ["Weight", "30 g"]],
        in_the_box=["Case", "Cloth"],
        warranty_months=6,
        released_on=date(2024, 1, 31),
        rating_average=Decimal("4.25"),
        rating_count=8,
    )
    first = product.variants.get()
    second = factories.add_variant(
        product,
        sku="CASE-RED",
        name="Red",
        options=[["Colour", "Red"]],
        condition="open_box",
        price=Decimal("99.95"),
        compare_at_price=Decimal("120.00"),
        position=1,
        stock=0,
    )
    front = add_image(product, "front", alt="Front", position=1)
    red = add_image(product, "red", variant=second, position=2, display="products/display/red.webp", alt="")
    refresh_now([product.pk])

    front_document = {"url": front.original.url, "thumbnail": front.original.url, "alt": "Front"}
    red_document = {"url": red.display.url, "thumbnail": red.display.url, "alt": ""}
    assert api.get("/api/accessories/case-omega").json() == {
        "id": product.pk,
        "slug": "case-omega",
        "kind": "accessory",
        "name": "Case “Ω”",
        "brand": {"id": product.brand_id, "name": "Anker", "slug": "anker"},
        "category": {"id": product.category_id, "name": "Chargers", "slug": "chargers"},
        "price": "116.00",
        "compare_at_price": None,
        "compare_at_basis": None,
        "event": None,
        "currency": "KES",
        "on_sale": False,
        "availability": "low_stock",
        "conditions": ["new", "open_box"],
        "rating": {"average": "4.2", "count": 8},
        "image": front_document,
        "accessory_type": "case",
        "length_m": "0.16",
        "watts": None,
        "description": "Fits.\nProtects.",
        "specs": [{"name": "Material", "value": "TPU"}, {"name": "Weight", "value": "30 g"}],
        "typed_specs": [],
        "ports": [],
        "power_budget": None,
        "variants": [
            {
                "id": first.pk,
                "sku": first.sku,
                "name": "",
                "options": [],
                "condition": "new",
                "price": "116.00",
                "compare_at_price": None,
                "compare_at_basis": None,
                "event": None,
                "price_excl_vat": "100.00",
                "vat_amount": "16.00",
                "availability": "low_stock",
                "images": [],
            },
            {
                "id": second.pk,
                "sku": "CASE-RED",
                "name": "Red",
                "options": [{"name": "Colour", "value": "Red"}],
                "condition": "open_box",
                "price": "99.95",
                "compare_at_price": "120.00",
                "compare_at_basis": "list_price",
                "event": None,
                "price_excl_vat": "86.16",
                "vat_amount": "13.79",
                "availability": "out_of_stock",
                "images": [red_document],
            },
        ],
        "images": [front_document, red_document],
        "in_the_box": ["Case", "Cloth"],
        "warranty_months": 6,
        "related": [],
    }


@pytest.mark.django_db
def test_typed_fields_are_shown_as_decimal_text(api: APIClient) -> None:
    fields: dict[str, Any] = {
        "impedance_ohms": 32,
        "driver_mm": "40",
        "battery_hours": "30.5",
        "noise_cancelling": True,
    }
    factories.make_product(model=SoundDevice, form_factor="over_ear", connectivity=["bluetooth", "2.4ghz"], **fields)
    factories.make_product(model=Accessory, accessory_type="cable", length_m="2", watts="240")

    [device] = api.get("/api/sound-devices").json()["results"]
    [cable] = api.get("/api/accessories").json()["results"]

    assert {name: device[name] for name in SOUND_DEVICE} == {
        "form_factor": "over_ear",
        "connectivity": ["bluetooth", "2.4ghz"],
        "impedance_ohms": 32,
        "driver_mm": "40.0",
        "battery_hours": "30.5",
        "noise_cancelling": True,
        "microphone": False,
    }
    assert {name: cable[name] for name in ACCESSORY} == {
        "accessory_type": "cable",
        "length_m": "2.00",
        "watts": "240.0",
    }


@pytest.mark.django_db
def test_a_product_is_found_by_id_and_slug_under_its_kind_only(api: APIClient) -> None:
    made = {
        "/api/products": factories.make_product(),
        "/api/accessories": factories.make_product(model=Accessory, slug="_odd-Slug_"),
        "/api/sound-devices": factories.make_product(model=SoundDevice),
    }

    for path, product in made.items():
        for key in (product.pk, product.slug):
            assert api.get(f"/api/products/{key}").json()["id"] == product.pk
            assert api.get(f"{path}/{key}").json()["id"] == product.pk
            for other in {"/api/accessories", "/api/sound-devices"} - {path}:
                assert status_and_code(api, f"{other}/{key}") == (404, "not_found")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    ["0", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 400, "nothing", "-1", "a" * 500, "no-such"],
)
def test_what_does_not_exist_is_not_found(api: APIClient, key: str) -> None:
    factories.make_product(slug="such")

    for path in ("/api/products", "/api/accessories", "/api/sound-devices", "/api/brands", "/api/categories"):
        assert status_and_code(api, f"{path}/{key}") == (404, "not_found")


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["%00", "a%00", "%ED%A0%80", "%D9%A1", "a.b", "a%20b"])
def test_what_can_be_no_slug_is_not_found(api: APIClient, key: str) -> None:
    assert status_and_code(api, f"/api/products/{key}") == (404, "not_found")


@pytest.mark.django_db
def test_a_page_takes_no_parameters(api: APIClient) -> None:
    product = factories.make_product()

    response = api.get(f"/api/products/{product.pk}?expand=variants")

    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [("expand", "unknown_parameter")]


@pytest.mark.django_db
def test_a_product_that_may_not_be_seen_is_gone_at_once(api: APIClient) -> None:
    hidden = {name: factories.make_product(name=name, stock=None) for name in ("unpublished", "inactive", "deleted")}
    staying = factories.make_product(name="staying")
    keys = {name: (product.pk, product.slug) for name, product in hidden.items()}
    shop = ("/api/products", "/api/products?ordering=name", f"/api/products/{staying.pk}", "/api/brands/anker")
    before = [api.get(url).json() for url in (*shop, *(f"/api/products/{pk}" for pk, _ in keys.values()))]
    assert before[0]["count"] == before[1]["count"] == before[3]["product_count"] == 4
    assert len(before[2]["related"]) == 3

    Product.objects.filter(pk=hidden["unpublished"].pk).update(is_published=False)
    hidden["inactive"].variants.update(is_active=False)
    hidden["deleted"].delete()
    refresh_now([pk for pk, _ in keys.values()])

    whole, named, page, brand = (api.get(url).json() for url in shop)
    assert [row["name"] for row in whole["results"]] == [row["name"] for row in named["results"]] == ["staying"]
    assert (whole["count"], page["related"], brand["product_count"]) == (1, [], 1)
    for key in [key for both in keys.values() for key in both]:
        assert status_and_code(api, f"/api/products/{key}") == (404, "not_found")

    Product.objects.filter(pk=hidden["unpublished"].pk).update(is_published=True)
    refresh_now([hidden["unpublished"].pk])

    assert api.get(f"/api/products/{keys['unpublished'][1]}").json()["name"] == "unpublished"
    assert api.get("/api/products").json()["count"] == 2


@pytest.mark.django_db
def test_a_freed_slug_leads_to_the_product_that_has_it_now(api: APIClient) -> None:
    old = factories.make_product(slug="pixel-9")
    assert api.get("/api/products/pixel-9").json()["id"] == old.pk
    Product.objects.filter(pk=old.pk).update(slug="pixel-9-old", is_published=False)
    refresh_now([old.pk])

    new = factories.make_product(slug="pixel-9")

    assert api.get("/api/products/pixel-9").json()["id"] == new.pk


@pytest.mark.django_db
def test_related_are_near_in_price(api: APIClient) -> None:
    prices = range(1000, 41_000, 1000)
    made = {price: factories.make_product(name=f"p{price}", price=f"{price}.00", popularity=price) for price in prices}

    def related(price: int) -> list[str]:
        return [row["name"] for row in api.get(f"/api/products/{made[price].pk}").json()["related"]]

    assert related(1000) == ["p13000", "p12000", "p11000", "p10000", "p9000", "p8000"]
    assert related(40_000) == ["p39000", "p38000", "p37000", "p36000", "p35000", "p34000"]


@pytest.mark.django_db
def test_related_are_the_most_popular_of_its_category_and_kind(api: APIClient) -> None:
    shelf = factories.make_category("cables")
    product = factories.make_product(category=shelf, popularity=50)
    others = [factories.make_product(category=shelf, popularity=n, name=f"p{n}") for n in (3, 80, 10, 5, 7, 9, 60, 1)]
    factories.make_product(category=factories.make_category("below", shelf), popularity=99)
    factories.make_product(category=shelf, popularity=99, model=Accessory)

    def related(of: Product) -> list[str]:
        return [row["name"] for row in api.get(f"/api/products/{of.pk}").json()["related"]]

    assert related(product) == ["p80", "p60", "p10", "p9", "p7", "p5"]
    assert related(others[-1])[:2] == ["p80", "p60"]
    assert "p80" not in related(others[1])
    assert len(related(others[1])) == 6


@hypothesis_settings(max_examples=300, deadline=None, derandomize=True)
@given(cents=st.integers(1, 10**12 - 1), percent=st.sampled_from(["0", "8", "16", "16.5", "100"]))
def test_the_parts_of_a_price_add_up_to_it(cents: int, percent: str) -> None:
    price = Decimal(cents) / 100
    variant = VariantFacts(1, "SKU", "", [], "new", price, None, 1)

    document = variant_document(variant, [], ShopTerms("KES", Decimal(percent)))

    vat, net = Decimal(document["vat_amount"]), Decimal(document["price_excl_vat"])
    assert vat + net == price
    assert vat == (price * Decimal(percent) / (100 + Decimal(percent))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert all(text == f"{Decimal(text):.2f}" for text in (document["price"], str(vat), str(net)))


@pytest.mark.django_db
def test_a_shop_that_is_not_registered_for_vat_shows_none(api: APIClient) -> None:
    with override_settings(VAT_PERCENT=Decimal(0), CURRENCY="UGX"):
        product = factories.make_product(price="116.00")

    page = api.get(f"/api/products/{product.pk}").json()

    assert (page["currency"], page["variants"][0]["vat_amount"]) == ("UGX", "0.00")
    assert page["variants"][0]["price_excl_vat"] == page["price"] == "116.00"


@pytest.mark.django_db
@pytest.mark.parametrize("price", ["0.01", "5.00", "1499.90", "9999999999.99"])
def test_money_is_text_with_two_decimals(api: APIClient, price: str) -> None:
    product = factories.make_product(price=price)

    page = api.get(f"/api/products/{product.pk}").json()

    assert api.get("/api/products").json()["results"][0]["price"] == page["price"] == price
    assert page["variants"][0]["price"] == price
    for bound in ("min_price", "max_price"):
        assert api.get(f"/api/products?{bound}={price}").json()["count"] == 1
