"""The back office in a real browser: every page, and the things that staff do there every day."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from catalog.models import ProductImage, StockLevel, Variant
from tests import factories
from tests.accounts.inviting import PAGE, make_invitation, token_of
from tests.admin.money import make_payment
from tests.admin.pages import change_page
from tests.admin.rows import MAKERS, make_level, make_order
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (64, 64), (15, 118, 110)).save(stream, "PNG")
    return stream.getvalue()


def hang_pictures() -> None:
    """Put a file behind every picture that the database names."""
    for image in ProductImage.objects.all():
        for file in (image.original, image.thumbnail):
            if not default_storage.exists(file.name):
                default_storage.save(file.name, ContentFile(picture()))


@pytest.fixture
def office(watched: Watched) -> Watched:
    """A browser in which an administrator has signed in by the form."""
    boss = factories.make_user(is_staff=True, is_superuser=True)
    watched.open("/admin/login/")
    watched.page.fill("#id_username", boss.email)
    watched.page.fill("#id_password", factories.PASSWORD)
    watched.page.click("#login-form button[type=submit]")
    watched.page.wait_for_url(watched.home + "/admin/")
    watched.check()
    return watched


def pages_of(model: Any, row: Any) -> list[str]:
    """Return the addresses of a model's list, of the form for a new row if there is one, and of a row."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    is_read_only = type(admin.site._registry[model]).has_add_permission is not admin.ModelAdmin.has_add_permission
    add = [] if is_read_only else [reverse(f"{name}_add")]
    return [reverse(f"{name}_changelist"), *add, change_page(row)]


def test_every_page_opens_without_an_error(office: Watched) -> None:
    rows = {model: make() for model, make in MAKERS.items()}
    hang_pictures()
    special = [
        "/admin/",
        "/admin/catalog/",
        "/admin/password_change/",
        reverse("admin:catalog_stocklevel_adjust", args=[StockLevel.objects.latest("pk").pk]),
        reverse("admin:catalog_stocklevel_receive"),
        reverse("admin:orders_order_cancel", args=[make_order().pk]),
        reverse("admin:accounts_user_sign_out", args=[factories.make_user().pk]),
        reverse("admin:auth_user_password_change", args=[factories.make_user().pk]),
    ]

    assert set(rows) == set(admin.site._registry)
    for address in special + [page for model, row in rows.items() for page in pages_of(model, row)]:
        office.open(address)


def test_price_changed_in_the_form_is_in_the_shop_window(office: Watched) -> None:
    product = factories.make_product(name="Nano II 65W", slug="nano-ii-65w", price="5499.00")
    page = office.page

    office.open(change_page(product))
    page.click("#tabs-items >> text=Variants")
    page.fill("[name=variants-0-price]", "4999.50")
    page.click("[name=_save]")
    page.wait_for_url(lambda url: "/change/" not in url)
    office.check()

    assert "was changed successfully" in page.inner_text("#main")
    assert "KES 4,999.50" in page.inner_text("#result_list")
    answer = page.request.get(office.home + "/api/products/nano-ii-65w")
    assert answer.json()["variants"][0]["price"] == "4999.50"
    assert str(Variant.objects.get().price) == "4999.50"


def test_variant_and_picture_are_added_in_the_form(office: Watched, tmp_path: Path) -> None:
    product = factories.make_product()
    upload = tmp_path / "front.png"
    upload.write_bytes(picture())
    page = office.page

    office.open(change_page(product))
    page.click("#tabs-items >> text=Variants")
    page.click("#variants-group .add-row")
    page.fill("[name=variants-1-sku]", "NANO-WHITE")
    page.fill("[name=variants-1-name]", "White")
    page.fill("[name=variants-1-options]", "Colour: White")
    page.fill("[name=variants-1-price]", "5200")
    page.click("#tabs-items >> text=Pictures")
    page.click("#images-group .add-row")
    page.set_input_files("[name=images-0-original]", upload)
    page.fill("[name=images-0-alt]", "The front.")
    page.click("[name=_continue]")
    page.wait_for_load_state()
    office.check()

    assert "was changed successfully" in page.inner_text("#main")
    assert Variant.objects.get(sku="NANO-WHITE").options == [["Colour", "White"]]
    assert ProductImage.objects.get().width == 64


def test_stock_is_adjusted_and_received(office: Watched) -> None:
    level = make_level()
    variant, page = level.variant, office.page

    office.open(reverse("admin:catalog_stocklevel_adjust", args=[level.pk]))
    page.fill("[name=change]", "-2")
    page.fill("[name=reason]", "Broken in transit")
    page.click("#form-page button[type=submit]")
    page.wait_for_url(f"**{change_page(level)}")
    assert "Broken in transit" in page.inner_text("#main")

    office.open(reverse("admin:catalog_stocklevel_receive"))
    page.click("#form-page .select2-selection")
    page.keyboard.type(variant.sku)
    page.click(f".select2-results__option >> text={variant.sku}")
    page.select_option("[name=location]", str(level.location_id))
    page.fill("[name=quantity]", "10")
    page.fill("[name=reference]", "DN 1204")
    page.click("#form-page button[type=submit]")
    page.wait_for_url(f"**{change_page(level)}")
    office.check()

    level.refresh_from_db()
    assert level.on_hand == 5 - 2 + 10
    assert [row.type for row in level.movements.order_by("pk")] == ["receipt", "adjustment", "receipt"]


def test_dashboard_draws_its_chart(office: Watched) -> None:
    make_order(status="confirmed")

    office.open("/admin/")

    drawn = office.page.evaluate("() => Chart.getChart(document.querySelector('canvas.chart')).data.datasets[0].data")
    assert len(drawn) == 14
    assert drawn[-1] == 1000


# What stands out of the window at the right, and what lies over the name of the page.
RUNS_OVER = "document.documentElement.scrollWidth - window.innerWidth"
LIES_OVER = """() => {
    const box = selector => document.querySelector(selector).getBoundingClientRect();
    return box('#header-inner h1').right > box('#header-inner ul').left;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_row_with_all_its_actions_fits_into_the_window(office: Watched, width: int) -> None:
    role = Group.objects.get_or_create(name="manager")[0]
    rows = [factories.make_user(), role, make_order(status="confirmed"), make_payment()]

    office.page.set_viewport_size({"width": width, "height": 800})
    for row in rows:
        office.open(change_page(row))
        for tab in office.page.get_by_text("Rights", exact=True).all():
            tab.click()
        assert office.page.evaluate(RUNS_OVER) <= 0, row
        if width == 1280:
            assert not office.page.evaluate(LIES_OVER), row


def test_cells_on_a_phone_are_as_high_as_their_text(office: Watched) -> None:
    product = factories.make_product(name="Amazon Fire HD 8 Plus of the twelfth generation, with a case", stock=None)
    factories.add_stock(product.variants.get(), 5, factories.make_location("shop"))

    office.page.set_viewport_size({"width": 390, "height": 800})
    office.open(reverse("admin:catalog_stocklevel_changelist"))

    cut = "cells => cells.filter(cell => cell.scrollHeight > cell.clientHeight + 1).length"
    assert office.page.locator("#result_list .data-row > *").evaluate_all(cut) == 0


def test_what_is_higher_than_a_phone_begins_below_the_way_back_to_the_shop(watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 390, "height": 300})
    watched.open("/admin/login/")

    back = watched.page.get_by_text("Return to site").bounding_box()
    heading = watched.page.get_by_role("heading").bounding_box()
    assert back
    assert heading
    assert back["y"] + back["height"] <= heading["y"]


def test_another_invitation_in_the_same_tab_is_read(watched: Watched) -> None:
    token, page = token_of(make_invitation(email="wangari@example.com")), watched.page

    page.goto(f"{watched.home}{PAGE}#token=of-yesterday")
    page.get_by_text("If you think that you should be on the staff").wait_for()
    watched.wrongs.clear()  # the answer was a refusal
    page.goto(f"{watched.home}{PAGE}#token={token}")
    page.get_by_text("wangari@example.com").wait_for()
    watched.check()

    assert page.url == f"{watched.home}{PAGE}"
