"""Every page of the back office: it is there, it asks the database as often for many rows as for one, it is guarded."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ

from accounts.models import User
from catalog.models import Accessory, Product, Review, SoundDevice
from electroports.back_office import UNFOLD
from orders.models import Order, Payment
from tests import factories
from tests.admin.money import make_payment
from tests.admin.pages import change_page, sign_in_with
from tests.admin.rows import MAKERS, make_order, make_picture, make_review

pytestmark = pytest.mark.django_db
MODELS = sorted(MAKERS, key=lambda model: model._meta.label)
NAMES = [model._meta.label for model in MODELS]


def list_page(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_every_registered_model_has_a_row_here() -> None:
    assert set(MAKERS) == set(admin.site._registry)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_list_asks_as_often_for_thirty_rows_as_for_one(office: Client, model: Any) -> None:
    MAKERS[model]()
    office.get(list_page(model))  # what is read once per process
    at_one = queries(office, list_page(model))

    with factories.listed_together():
        for _ in range(29):
            MAKERS[model]()

    with CaptureQueriesContext(connection) as captured:
        response: Any = office.get(list_page(model))
    assert len(captured) == at_one
    assert len(response.context_data["cl"].result_list) >= 30


@pytest.mark.parametrize("model", [Product, Accessory, SoundDevice])
def test_product_page_asks_as_often_for_ten_variants_as_for_one(office: Client, model: type[Product]) -> None:
    product = factories.make_product(model=model)
    make_picture(product, product.variants.get())
    office.get(change_page(product))
    at_one = queries(office, change_page(product))

    for _ in range(9):
        make_picture(product, factories.add_variant(product))

    assert queries(office, change_page(product)) == at_one


def test_order_page_asks_as_often_for_ten_lines_as_for_one(office: Client) -> None:
    small, large = make_order(lines=1), make_order(lines=10)
    office.get(change_page(small))

    assert queries(office, change_page(large)) == queries(office, change_page(small))


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_pages_of_a_row_open(office: Client, boss: User, rf: RequestFactory, model: Any) -> None:
    row = MAKERS[model]()
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    request = rf.get("/")
    request.user = boss
    is_added_by_hand = admin.site._registry[model].has_add_permission(request)

    assert office.get(change_page(row), follow=True).status_code == 200
    assert office.get(reverse(f"admin:{name}_history", args=[row.pk])).status_code == 200
    assert office.get(reverse(f"admin:{name}_add")).status_code == (200 if is_added_by_hand else 403)


@pytest.mark.parametrize("model", [model for model in MODELS if model is not OrmQ], ids=lambda model: model._meta.label)
def test_search_finds_nothing_where_nothing_is(office: Client, model: Any) -> None:
    MAKERS[model]()

    response = office.get(list_page(model), {"q": "no such thing anywhere"})

    assert response.status_code == 200
    assert len(response.context_data["cl"].result_list) == 0


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_lists_send_strangers_away(client: Client, model: Any) -> None:
    customer = factories.make_user()

    anonymous = client.get(list_page(model))
    client.force_login(customer)
    signed_in = client.get(list_page(model))

    assert anonymous.status_code == signed_in.status_code == 302
    assert anonymous.headers["Location"].startswith("/admin/login/")


def test_staff_see_in_the_sidebar_what_they_may_open() -> None:
    content = sign_in_with("catalog.view_brand").get("/admin/").content.decode()

    assert list_page(MODELS[NAMES.index("catalog.Brand")]) in content
    assert list_page(MODELS[NAMES.index("orders.Order")]) not in content


def test_policy_is_relaxed_in_the_back_office_alone(office: Client) -> None:
    for address in ("/admin/", "/admin/login/", "/admin/jsi18n/", list_page(Product)):
        policy = office.get(address).headers["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-eval'" in policy
        assert "style-src 'self' 'unsafe-inline'" in policy
    assert "unsafe" not in office.get("/").headers["Content-Security-Policy"]


def test_suggestions_say_what_they_stand_for(office: Client) -> None:
    variant = factories.make_product(name="Nano II 65W").variants.get()
    source = {"app_label": "catalog", "model_name": "stocklevel", "field_name": "variant", "term": variant.sku}

    found = office.get("/admin/autocomplete/", source).json()["results"]

    assert found == [{"id": str(variant.pk), "text": f"{variant.sku} · Nano II 65W"}]


def test_sign_in_takes_an_address_too(client: Client) -> None:
    user = factories.make_user(is_staff=True)

    response = client.post("/admin/login/", {"username": user.email.upper(), "password": factories.PASSWORD})

    assert response.status_code == 302
    assert response.headers["Location"] == "/admin/"


def test_guessing_passwords_is_throttled(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("electroports.throttling.ScopedThrottle.THROTTLE_RATES", {"login": "2/min"})
    guess = {"username": "boss", "password": "wrong"}

    answers = [client.post("/admin/login/", guess, headers={"x-forwarded-for": f"10.0.0.{n}"}) for n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_lists_are_called_what_the_menu_calls_them() -> None:
    """Of a queue the list is another's, with a question; what the job queue calls its tables is its own."""
    links = {str(link["link"]): link["title"] for part in UNFOLD["SIDEBAR"]["navigation"] for link in part["items"]}
    for model in admin.site._registry:
        opts = model._meta
        title = links[reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")]
        if opts.app_label != "django_q":
            assert opts.verbose_name_plural.capitalize() == title  # type: ignore[union-attr]  # the stubs


def test_moments_are_written_in_one_way(office: Client) -> None:
    """By the shop's clock, in Nairobi three hours ahead of UTC."""
    at = datetime(2026, 3, 4, 21, 7, tzinfo=UTC)
    order, payment = make_order(at=at), make_payment(at=at)
    Review.objects.filter(pk=make_review().pk).update(created_at=at)
    row = '<td class="field-{}[^>]*>{}</td>'
    day, moment = (words.replace(" ", "\N{NO-BREAK SPACE}") for words in ("5 Mar 2026", "5 Mar 2026, 00:07"))

    def shows(model: Any, cell: str, words: str) -> bool:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        return re.search(row.format(cell, words), office.get(reverse(name)).content.decode()) is not None

    assert shows(Order, "created_at", moment)
    assert shows(Payment, "day", moment)
    assert shows(Review, "day", day)
    for page in (change_page(order), change_page(payment), "/admin/"):
        assert moment in office.get(page).content.decode(), page


@pytest.mark.parametrize(
    ("address", "words", "others"),
    [
        ("/admin/accounts/auditentry/?q=nothing-like-it", "Reset filters", ("Add entry", "yet")),
        ("/admin/orders/refund/", "There is nothing here yet", ("Add refund", "Reset filters")),
        ("/admin/orders/holiday/", "Add public holiday", ("Reset filters",)),
    ],
)
def test_an_empty_list_offers_what_can_be_done(
    office: Client, address: str, words: str, others: tuple[str, ...]
) -> None:
    page = office.get(address).content.decode()
    empty = page[page.index("inbox</span>") :].partition("</main>")[0][:3000]

    assert words in empty
    assert [other for other in others if other in empty] == []
