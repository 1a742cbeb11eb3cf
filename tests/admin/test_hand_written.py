"""What people write into addresses and forms of the back office by hand: it is refused, or shows a plain page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from unfold.admin import ModelAdmin

from catalog.admin import BrandAdmin
from catalog.models import Brand, StockMovement
from tests import factories
from tests.admin.rows import MAKERS
from tests.admin.test_pages import MODELS, NAMES, list_page

pytestmark = pytest.mark.django_db
HUGE = "9" * 30
RECEIVE = "/admin/catalog/stocklevel/receive/"
ADD_VARIANT = "/admin/catalog/variant/add/"
ADD_PRODUCT = "/admin/catalog/product/add/"


@pytest.mark.parametrize("lookup", [{"id__regex": "("}, {"id__range": "1"}], ids=str)
@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_list_without_parameters_comes_of_a_lookup_that_fails(
    office: Client, model: Any, lookup: dict[str, str]
) -> None:
    MAKERS[model]()
    office.get(reverse("admin:jsi18n"))  # writes down that this browser was here, which a broken transaction could not

    response = office.get(list_page(model), lookup)

    assert response.status_code == 302
    assert response.headers["Location"] == f"{list_page(model)}?e=1"


# Of these, one database makes nothing found and the other an error.
@pytest.mark.parametrize("lookup", [{"id__in": HUGE}, {"id__lt": str(2**63)}, {"id__contains": "\x00"}], ids=str)
@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_lists_bear_values_that_no_column_holds(
    office: Client, unrendered: None, model: Any, lookup: dict[str, str]
) -> None:
    MAKERS[model]()

    assert office.get(list_page(model), lookup).status_code in (200, 302)


def test_lists_bear_dates_that_no_calendar_has(office: Client) -> None:
    MAKERS[StockMovement]()

    for lookup in ({"created_at__gt": "99999-01-01"}, {"created_at__year": HUGE}, {"p": HUGE}, {"q": "\x00"}):
        response = office.get(list_page(StockMovement), lookup)
        assert response.status_code in (200, 302), lookup


def test_a_list_that_fails_by_itself_is_no_wrong_lookup(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(BrandAdmin, "get_queryset", fail)

    for query in ({}, {"e": "1"}):
        with pytest.raises(ZeroDivisionError):
            office.get(list_page(Brand), query)


@pytest.mark.parametrize("key", ["a", "", "1,2"])
def test_no_row_has_such_a_key(office: Client, key: str) -> None:
    brand = factories.make_brand()

    response = office.post(list_page(Brand), {"action": "delete_selected", "_selected_action": [str(brand.pk), key]})

    assert response.status_code == 400
    assert response.json()["code"] == "bad_request"
    assert Brand.objects.count() == 1


@pytest.mark.parametrize(("page", "status"), [("1", 200), ("x", 404), ("0", 404), ("2", 404), (HUGE, 404)])
def test_search_has_the_pages_that_it_has(office: Client, page: str, status: int) -> None:
    assert office.get("/admin/search/", {"s": "brand", "page": page}).status_code == status


def test_suggestions_refuse_what_is_no_text(office: Client) -> None:
    source = {"app_label": "catalog", "model_name": "stocklevel", "field_name": "variant", "term": "\x00"}

    assert office.get("/admin/autocomplete/", source).status_code == 400


@pytest.mark.parametrize("key", ["a", HUGE, "-1", "\x00", "²"])
@pytest.mark.parametrize(
    ("page", "name"), [(RECEIVE, "variant"), (ADD_VARIANT, "product"), (ADD_PRODUCT, "brand")], ids=lambda text: text
)
def test_a_form_opens_without_a_choice_that_is_none(office: Client, page: str, name: str, key: str) -> None:
    response: Any = office.get(page, {name: key})

    assert response.status_code == 200
    choice = re.search(rf'<select name="{name}".*?</select>', response.content.decode(), re.DOTALL)
    assert choice is not None
    assert " selected" not in choice.group().replace('value="" selected', "")


def test_a_form_opens_with_the_choice_that_was_asked_for(office: Client) -> None:
    variant = factories.make_product().variants.get()

    content = office.get(RECEIVE, {"variant": variant.pk}).content.decode()

    assert f'<option value="{variant.pk}" selected>' in content


def test_a_choice_that_is_none_receives_nothing(office: Client) -> None:
    location = factories.make_location()
    entered = {"variant": "a", "location": location.pk, "quantity": "1", "reference": "N-1"}

    response: Any = office.post(RECEIVE, entered)

    assert response.status_code == 200
    assert "variant" in response.context_data["form"].errors
    assert StockMovement.objects.count() == 0


@pytest.mark.parametrize(
    "key", ["9" * 24, "9" * 5_000, str(2**63), "-1", "_00", "²", "no such row"], ids=lambda key: key[:12]
)
@pytest.mark.parametrize("model_admin", admin.site._registry.values(), ids=lambda each: each.opts.label)
def test_a_row_that_no_key_names_is_not_there(
    office: Client, unrendered: None, model_admin: ModelAdmin, key: str
) -> None:
    takes_key = [pattern for pattern in model_admin.get_urls() if pattern.pattern.converters]

    assert {"change", "delete", "history"} <= {str(pattern.name).rpartition("_")[2] for pattern in takes_key}
    for pattern in takes_key:
        if pattern.name is None:
            continue  # the address that Django 1.8 had, which sends one on
        (name,) = pattern.pattern.converters
        address = reverse(f"admin:{pattern.name}", kwargs={name: key})
        asked = (office.get(address), office.get(address, {"_to_field": "id"}), office.post(address, {"post": "yes"}))
        for response in asked:
            assert response.status_code in (302, 403, 404), (address[:60], response.status_code)
