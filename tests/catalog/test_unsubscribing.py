"""One click in a mail ends all notices, of whom the mail went to and of nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions.mark_due_notices import mark_due_notices
from catalog.actions.send_notices import send_notices
from catalog.models import Notice, StockLevel
from catalog.notice_mail import unsubscribe_url
from tests.catalog.noticing import asked, everything
from tests.factories import make_product, make_user, refresh_now
from tests.staff import client_of

pytestmark = pytest.mark.django_db


def test_one_click_unsubscribes(client: APIClient, customer: User) -> None:
    product = make_product(stock=0)
    asked(client, product)
    asked(client, product, "price_drop")
    asked(client_of(make_user()), product)
    StockLevel.objects.update(on_hand=1)
    refresh_now([product.pk])
    mark_due_notices(product_ids=None, at=timezone.now())
    send_notices(at=timezone.now(), limit=1)

    headers = mail.outbox[0].message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address == unsubscribe_url(customer.pk)
    assert address in mail.outbox[0].body
    path = address.removeprefix("http://127.0.0.1:8000").removeprefix("https://testserver")
    browser = Client(enforce_csrf_checks=True)

    assert b"Stop all notices?" in browser.get(path).content
    assert Notice.objects.open().filter(customer=customer).count() == 1
    response = browser.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert (response.status_code, b"Done" in response.content) == (200, True)
    assert not Notice.objects.open().filter(customer=customer).exists()
    assert Notice.objects.open().count() == 1
    assert browser.post(path).status_code == 200


@pytest.mark.parametrize("forge", ["x", "1", "1:", "1:abc", "None:abc", "%00", "²:x"])
def test_a_forged_link_unsubscribes_nobody(client: APIClient, forge: str) -> None:
    asked(client, make_product(stock=0))
    before = everything()

    assert Client().post(f"/notices/unsubscribe/{forge}").status_code == 404
    assert Client().get(f"/notices/unsubscribe/{forge}").status_code == 404

    assert everything() == before


def test_a_link_outlives_a_new_secret_key(client: APIClient, customer: User, settings: Any) -> None:
    asked(client, make_product(stock=0))
    path = unsubscribe_url(customer.pk).partition("/notices")[2]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-tests-that-is-long-enough-for-it"

    assert Client().post(f"/notices{path}").status_code == 200

    assert not Notice.objects.exists()
