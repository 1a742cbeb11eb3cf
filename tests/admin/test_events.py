"""Sale events in the back office."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import CatalogRevision, Product, SaleEvent, SalePrice
from tests import factories
from tests.admin.pages import change_page, errors_on, messages_after, read_form, save, sign_in_with
from tests.catalog.events import change_event, make_event

ADD = "/admin/catalog/saleevent/add/"


@pytest.fixture
def product(db: None) -> Product:
    product: Product = factories.make_product(price="1000.00")
    return product


def split(name: str, moment: Any) -> dict[str, str]:
    """The two fields of a form in which a moment is entered."""
    local = timezone.localtime(moment)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}


def entered(office: Client, product: Product, **changes: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        **read_form(office, ADD),
        "name": "Easter",
        "slug": "easter",
        **split("starts_at", now - timedelta(hours=1)),
        **split("ends_at", now + timedelta(hours=1)),
        "percent": "10",
        "products": [str(product.pk)],
        "is_published": "on",
        **changes,
    }


def banner() -> SimpleUploadedFile:
    data = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    Image.new("RGB", (2000, 500), "teal").save(data, "JPEG", exif=exif)
    return SimpleUploadedFile("easter.jpg", data.getvalue(), "image/jpeg")


def test_an_event_that_is_made_lowers_prices_at_once(office: Client, product: Product, api: APIClient) -> None:
    response = office.post(ADD, entered(office, product))

    assert response.status_code == 302, errors_on(response)
    assert api.get(f"/api/products/{product.pk}").json()["price"] == "900.00"
    assert api.get("/api/events").json()["results"][0]["slug"] == "easter"


def test_a_number_is_no_slug(office: Client, product: Product) -> None:
    response = office.post(ADD, entered(office, product, slug="2026"))

    assert "A number is no slug" in str(errors_on(response))
    assert not SaleEvent.objects.exists()


def test_a_new_event_begins_as_a_draft(office: Client) -> None:
    assert "is_published" not in read_form(office, ADD)


def test_a_banner_is_kept_without_metadata_and_shown_smaller(office: Client, product: Product, api: APIClient) -> None:
    response = office.post(ADD, entered(office, product, banner=banner(), banner_alt="Eggs"))

    assert response.status_code == 302, errors_on(response)
    event = SaleEvent.objects.get()
    with event.banner.open() as kept, event.banner_display.open() as shown:
        assert b"Secret Camera" not in kept.read()
        assert Image.open(shown).size == (1600, 400)
    assert api.get("/api/events/easter").json()["banner"] == {"url": event.banner_display.url, "alt": "Eggs"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"percent": "0"}, "from 1 to 90"),
        ({"percent": "91"}, "from 1 to 90"),
        ({"percent": "", "fixed_price": "0"}, "more than nothing"),
        ({"fixed_price": "500"}, "either a percentage or a fixed price"),
        ({"products": []}, "Name products, categories or brands"),
        ({"percent": ""}, "Say what the event does"),
        ({"ends_at_0": "2020-01-01"}, "ends after it begins"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_saved(
    office: Client, product: Product, changes: dict[str, Any], complaint: str
) -> None:
    number = CatalogRevision.objects.get().number

    assert complaint in errors_on(office.post(ADD, entered(office, product, **changes)))
    assert not SaleEvent.objects.exists()
    assert CatalogRevision.objects.get().number == number


def test_a_deep_reduction_is_asked_about(office: Client, product: Product) -> None:
    response = office.post(ADD, entered(office, product, percent="60"))

    assert any("60 %" in message for message in messages_after(office, response))
    quiet = office.post(ADD, entered(office, product, percent="40", slug="other", name="Other"))
    assert not any("Is that meant" in message for message in messages_after(office, quiet))


def test_the_page_shows_what_the_event_does(office: Client, product: Product) -> None:
    event = make_event(products=[product], percent=15, is_published=False, at=timezone.now())

    page = office.get(change_page(event)).content.decode()

    assert "850.00" in page
    assert re.search("<td class=[^>]*whitespace-nowrap[^>]*>−15 %</td>", page)
    assert "1 product; 1 variant is lowered" in page


def test_prices_of_single_variants_are_entered_below(office: Client, product: Product, api: APIClient) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    event = make_event(products=[product], percent=10, starts_at=now - hour, ends_at=now + hour, at=now)
    form = read_form(office, change_page(event))
    added = {
        **split("ends_at", now + hour),
        "prices-TOTAL_FORMS": "1",
        "prices-0-variant": str(product.variants.get().pk),
        "prices-0-price": "777",
    }

    response = office.post(change_page(event), {**form, **added})

    assert response.status_code == 302, errors_on(response)
    assert api.get(f"/api/products/{product.pk}").json()["price"] == "777.00"


def test_an_event_that_has_begun_keeps_its_beginning_and_may_end_sooner(office: Client, product: Product) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    event = make_event(products=[product], percent=10, starts_at=now - hour, ends_at=now + hour, at=now)
    form = read_form(office, change_page(event))
    assert "starts_at_0" not in form

    assert save(office, event, **split("ends_at", now + 2 * hour)).status_code == 302

    event.refresh_from_db()
    assert event.ends_at == (now + 2 * hour).replace(microsecond=0)
    assert office.post(reverse("admin:catalog_saleevent_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
    assert SaleEvent.objects.exists()


@pytest.mark.parametrize("is_over", [False, True])
def test_an_event_that_was_unpublished_while_it_ran_is_history(office: Client, product: Product, is_over: bool) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    start, end = now - 3 * hour, now + hour * (-1 if is_over else 1)
    event = make_event(products=[product], percent=10, starts_at=start, ends_at=end, at=start - hour)
    change_event(event, is_published=False, at=start + hour)
    fixed = {"starts_at_0", "ends_at_0", "percent", "is_published", "products"} if is_over else {"starts_at_0"}
    assert not fixed & read_form(office, change_page(event)).keys()

    changes = {
        **split("starts_at", now + hour),
        **split("ends_at", now + 2 * hour),
        "is_published": "on",
        "percent": "20",
    }
    assert save(office, event, **changes).status_code == 302

    event.refresh_from_db()
    assert event.starts_at == start.replace(microsecond=0)
    assert (event.is_published, event.percent) == ((False, 10) if is_over else (True, 20))
    assert office.post(reverse("admin:catalog_saleevent_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
    assert SaleEvent.objects.exists()


def test_an_event_that_is_over_keeps_its_terms(office: Client, product: Product) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    start, end = now - 3 * hour, now - 2 * hour
    event = make_event(products=[product], percent=10, starts_at=start, ends_at=end, at=start - hour)

    assert save(office, event, name="Was Easter", percent="50", prices=[]).status_code == 302

    event.refresh_from_db()
    assert (event.name, event.percent) == ("Was Easter", 10)
    assert list(SalePrice.objects.values_list("price", flat=True)) == [Decimal(900)]


def test_an_event_to_come_is_deleted(office: Client, product: Product) -> None:
    now, day = timezone.now(), timedelta(days=1)
    event = make_event(products=[product], percent=10, starts_at=now + day, ends_at=now + 2 * day, at=now)
    assert SalePrice.objects.exists()

    response = office.post(reverse("admin:catalog_saleevent_delete", args=[event.pk]), {"post": "yes"})

    assert response.status_code == 302
    assert not SaleEvent.objects.exists()
    assert not SalePrice.objects.exists()


def test_a_large_event_that_would_begin_too_soon_becomes_a_message(
    office: Client, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.event_rules.MOST_AT_ONCE", 0)
    form = entered(office, product)

    response = office.post(ADD, form)

    assert any("take a while to write" in message for message in messages_after(office, response))
    assert not SaleEvent.objects.exists()


def test_only_those_with_the_right_change_events(product: Product) -> None:
    event = make_event(products=[product], percent=10, at=timezone.now())
    looker = sign_in_with("catalog.view_saleevent")

    assert looker.get(change_page(event)).status_code == 200
    assert looker.post(change_page(event), {"percent": "90"}).status_code == 403
    assert sign_in_with("catalog.view_product").get(change_page(event)).status_code == 403
    event.refresh_from_db()
    assert event.percent == 10
