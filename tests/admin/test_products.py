"""Products in the back office: prices, typed fields, publishing, deleting, and the shop window that follows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Accessory, Brand, CatalogRevision, Product, SoundDevice, Variant
from tests import factories
from tests.admin.pages import change_page, errors_on, messages_after, read_form, save, shown
from tests.admin.rows import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


def is_shown(product: Any) -> bool:
    return Client().get(f"/api/products/{product.slug}").status_code == 200


def revision() -> int:
    return CatalogRevision.objects.get().number


def test_price_changed_in_the_inline_is_in_the_shop_window(office: Client, product: Product) -> None:
    before = revision()

    response = save(office, product, **{"variants-0-price": "4999.50"})

    assert response.status_code == 302
    assert Variant.objects.get().price == 4999.50
    assert shown(product)["variants"][0]["price"] == "4999.50"
    assert revision() > before


def test_page_sent_back_unchanged_changes_nothing(office: Client, product: Product) -> None:
    before, document = revision(), shown(product)

    response = save(office, product)

    assert response.status_code == 302
    assert shown(product) == document
    assert revision() == before


def test_new_product_is_on_sale(office: Client) -> None:
    category = factories.make_category("chargers")
    address = reverse("admin:catalog_accessory_add")
    values = read_form(office, address)

    response = office.post(
        address,
        {
            **values,
            "name": "Nano II 45W",
            "slug": "nano-ii-45w",
            "brand": factories.make_brand().pk,
            "category": category.pk,
            "accessory_type": "charger",
            "watts": "45",
            "specs": "Power: 45 W\n\n  Ports : 1 × USB-C  ",
            "in_the_box": "Charger\nManual",
            "variants-TOTAL_FORMS": "1",
            "variants-0-sku": "NANO-45",
            "variants-0-name": "Black",
            "variants-0-options": "Colour: Black",
            "variants-0-condition": "new",
            "variants-0-price": "3500",
            "variants-0-is_active": "on",
            "variants-0-position": "0",
        },
    )

    assert response.status_code == 302, errors_on(response)
    document = shown(Accessory.objects.get())
    assert document["kind"] == "accessory"
    assert document["specs"] == [{"name": "Power", "value": "45 W"}, {"name": "Ports", "value": "1 × USB-C"}]
    assert document["in_the_box"] == ["Charger", "Manual"]
    assert document["variants"][0]["sku"] == "NANO-45"
    assert Variant.objects.get().options == [["Colour", "Black"]]


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("specs", "Power 65 W", "Line 1 is not “Name: value”: Power 65 W"),
        ("specs", "Power: 65 W\nPorts:", "Line 2 is not “Name: value”: Ports:"),
        ("specs", "Power: 65 W\npower: 30 W", "“power” comes twice."),
        ("specs", "\n".join(f"n{n}: 1" for n in range(101)), "At most 100 lines; these are 101."),
        ("specs", f"Power: {'9' * 501}", "Line 1 is too long"),
        ("specs", "Power: \x00", "Line 1 holds the character U+0000"),
        ("in_the_box", "x" * 501, "Line 1 is longer than 500 characters."),
        ("variants-0-options", "Black", "Line 1 is not “Name: value”: Black"),
        ("variants-0-price", "0", "A price is more than nothing."),
        ("variants-0-price", "-5", "A price is more than nothing."),
        ("variants-0-price", "1e999999", "no more than 12 digits in total"),
        ("variants-0-price", "NaN", "Enter a number."),
        ("variants-0-price", "99999999999", "no more than 10 digits before the decimal point"),
        ("variants-0-compare_at_price", "1000", "What it cost before is more than the price."),
        ("category", "999999", "Select a valid choice."),
        ("slug", "no spaces", "Enter a valid “slug”"),
    ],
)
def test_wrong_entry_is_named_and_nothing_is_saved(
    office: Client, product: Product, field: str, value: str, complaint: str
) -> None:
    before, document = revision(), shown(product)

    response = save(office, product, **{"name": "Another name", field: value})

    assert complaint in errors_on(response)
    assert Product.objects.get().name == "Nano II 65W"
    assert shown(product) == document
    assert revision() == before


def test_connectivity_is_ticked(office: Client) -> None:
    device = factories.make_product(model=SoundDevice)

    response = save(office, device, connectivity=["wired", "2.4ghz"])

    assert response.status_code == 302
    assert SoundDevice.objects.get().connectivity == ["wired", "2.4ghz"]
    assert Client().get(f"/api/sound-devices/{device.pk}").json()["connectivity"] == ["wired", "2.4ghz"]


@pytest.mark.parametrize("ticked", [[], ["smoke signals"]])
def test_connectivity_knows_its_words(office: Client, ticked: list[str]) -> None:
    device = factories.make_product(model=SoundDevice)

    response = save(office, device, connectivity=ticked)

    assert "connectivity" in errors_on(response)
    assert SoundDevice.objects.get().connectivity == ["bluetooth"]


@pytest.mark.parametrize("words", ["nano ii", "ANKER", "nano-ii", "sku"])
def test_products_are_found_by_name_brand_and_sku(office: Client, product: Product, words: str) -> None:
    factories.add_variant(product, name="White")
    factories.make_product(brand=factories.make_brand("Ugreen"))
    asked = product.variants.first().sku.lower() if words == "sku" else words

    response: Any = office.get(reverse("admin:catalog_product_changelist"), {"q": asked})

    assert [row.pk for row in response.context_data["cl"].result_list] == [product.pk]


def test_typed_product_opens_on_the_page_of_its_kind(office: Client) -> None:
    device = factories.make_product(model=SoundDevice)

    response = office.get(reverse("admin:catalog_product_change", args=[device.pk]))

    assert response.status_code == 302
    assert response.headers["Location"] == change_page(device)


def test_variant_with_stock_is_not_deleted(office: Client, product: Product) -> None:
    variant = product.variants.get()

    response = save(office, product, **{"variants-0-DELETE": "on"})

    assert f"{variant.sku}: has stock or had some." in errors_on(response)
    assert Variant.objects.filter(pk=variant.pk).exists()


def test_variant_that_never_had_stock_is_deleted(office: Client, product: Product) -> None:
    factories.add_variant(product, stock=None, sku="MISTAKE", position=1)

    response = save(office, product, **{"variants-1-DELETE": "on"})

    assert response.status_code == 302, errors_on(response)
    assert [row["sku"] for row in shown(product)["variants"]] == [product.variants.get().sku]


@pytest.mark.parametrize("model", [Product, Accessory, SoundDevice])
def test_unpublishing_and_publishing_many(office: Client, model: type[Product]) -> None:
    product, other = factories.make_product(model=model), factories.make_product(model=model)
    address = reverse(f"admin:catalog_{model._meta.model_name}_changelist")
    chosen = {"_selected_action": [product.pk, other.pk]}

    hidden = office.post(address, {"action": "unpublish", **chosen})
    assert messages_after(office, hidden) == ["Unpublished: 2."]
    assert not is_shown(product)
    assert not is_shown(other)

    office.post(address, {"action": "publish", **chosen})
    assert is_shown(product)
    assert is_shown(other)


def test_deleted_product_leaves_the_shop_window(office: Client) -> None:
    product, other = factories.make_product(stock=None), factories.make_product(stock=None)

    office.post(reverse("admin:catalog_product_delete", args=[product.pk]), {"post": "yes"})
    office.post(
        reverse("admin:catalog_product_changelist"),
        {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"},
    )

    assert not Product.objects.exists()
    assert not is_shown(product)
    assert not is_shown(other)


def test_product_with_stock_or_orders_is_not_deleted(office: Client, product: Product) -> None:
    sold = factories.make_product(stock=None)
    make_order(variant=sold.variants.get())

    for row in (product, sold):
        response: Any = office.post(reverse("admin:catalog_product_delete", args=[row.pk]), {"post": "yes"})
        assert response.status_code == 200
        assert response.context_data["title"] == "Cannot delete product"
        assert len(response.context_data["protected"]) == 1
    chosen = {"action": "delete_selected", "_selected_action": [product.pk, sold.pk], "post": "yes"}
    several: Any = office.post(reverse("admin:catalog_product_changelist"), chosen)
    assert several.context_data["title"] == "Cannot delete products"

    assert Product.objects.count() == 2
    assert is_shown(product)


def test_variant_with_stock_says_what_keeps_it(office: Client, product: Product) -> None:
    variant = product.variants.get()

    response: Any = office.post(reverse("admin:catalog_variant_delete", args=[variant.pk]), {"post": "yes"})

    assert response.status_code == 200
    assert response.context_data["title"] == "Cannot delete variant"
    assert [str(variant) in text for text in response.context_data["protected"]] == [True]
    assert product.variants.get() == variant
    assert is_shown(product)


def test_variant_page_changes_the_shop_window(office: Client, product: Product) -> None:
    variant = product.variants.get()

    response = save(office, variant, price="777.00")

    assert response.status_code == 302, errors_on(response)
    assert shown(product)["price"] == "777.00"


def test_renamed_brand_is_on_all_of_its_products(office: Client, product: Product) -> None:
    other = factories.make_product()

    response = save(office, product.brand, name="Anker Innovations")

    assert response.status_code == 302, errors_on(response)
    assert shown(product)["brand"]["name"] == shown(other)["brand"]["name"] == "Anker Innovations"


def test_brand_without_products_is_shown_at_once(office: Client, product: Product) -> None:
    Client().get("/api/brands")
    address = reverse("admin:catalog_brand_add")

    office.post(address, {**read_form(office, address), "name": "Ugreen", "slug": "ugreen"})

    names = [row["name"] for row in Client().get("/api/brands").json()["results"]]
    assert names == ["Anker", "Ugreen"]


def test_brand_with_products_is_not_deleted(office: Client, product: Product) -> None:
    office.post(reverse("admin:catalog_brand_delete", args=[product.brand_id]), {"post": "yes"})

    assert Brand.objects.filter(pk=product.brand_id).exists()


@pytest.mark.parametrize("field", ["name", "variants-0-name", "specs", "variants-0-options"])
def test_names_are_one_line_of_what_people_can_see(office: Client, product: Product, field: str) -> None:
    before = shown(product)

    response = save(office, product, **{field: "Power: 65\u202e W"})

    assert "U+202E" in errors_on(response)
    assert shown(product) == before


@pytest.mark.parametrize(("model", "fields"), [("brand", {}), ("category", {}), ("saleevent", {"percent": "10"})])
def test_names_of_others_are_one_line_too(office: Client, model: str, fields: dict[str, str]) -> None:
    address = reverse(f"admin:catalog_{model}_add")

    response = office.post(address, {**read_form(office, address), "name": "An\nker", "slug": "anker", **fields})

    assert "U+000A" in errors_on(response)
