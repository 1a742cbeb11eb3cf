"""Keys: a new SECRET_KEY beside the old one changes nothing for anybody, and without the old one all of its is dead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import InvalidToken
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.errors import LinkNotValid
from accounts.links import Purpose, link_token, make_link, read_link
from accounts.models import User
from accounts.secrets import seal, unseal
from catalog.notice_mail import customer_of, unsubscribe_token
from electroports.keys import DEVELOPMENT_KEY, refuse_weak_keys
from orders.gateways.facts import MessageKind
from orders.links import link_token as order_token
from orders.models import Order
from orders.provider_links import callback_url, is_token_of
from tests.accounts.calls import log_in, me, refresh, refused
from tests.factories import make_product, make_user
from tests.orders import CONTACT, placed
from tests.payments.test_mpesa_settings import start

NEW = "a-key-for-tests-that-comes-after-the-other-one-and-is-long"
REFERENCE = UUID(int=7)


class Signed:
    """Everything that SECRET_KEY signs or seals, as it is at one moment."""

    def __init__(self, user: User, order: Order, browser: Client) -> None:
        self.user, self.order, self.browser = user, order, browser
        self.pair = log_in(user)
        now = timezone.now()
        lifetime = timezone.timedelta(days=1)
        link = make_link(purpose=Purpose.VERIFY_EMAIL, user=user, email=user.email, lifetime=lifetime, at=now)
        self.link = link_token(link)
        self.order_token = order_token(order)
        self.callback = callback_url(MessageKind.PAYMENT, REFERENCE).rpartition("/")[2]
        self.unsubscribing = unsubscribe_token(user.pk)
        self.sealed = seal("JBSWY3DPEHPK3PXP")
        self.browser.force_login(user)

    def alive(self) -> dict[str, bool]:
        """Which of it still works."""
        opened = APIClient().get(f"/api/orders/{self.order.number}", {"token": self.order_token})
        return {
            "access token": me(self.pair["access"]).status_code == 200,
            "mailed link": self._reads_link(),
            "guest's order": opened.status_code == 200,
            "provider's address": is_token_of(self.callback, MessageKind.PAYMENT, REFERENCE),
            "link to unsubscribe": customer_of(self.unsubscribing) == self.user.pk,
            "sealed secret": self._unseals(),
            "back office": not isinstance(get_user(self.browser), AnonymousUser),  # type: ignore[arg-type]
            "refresh token": refresh(self.pair["refresh"]).status_code == 200,
        }

    def _reads_link(self) -> bool:
        try:
            return bool(read_link(token=self.link, purpose=Purpose.VERIFY_EMAIL, at=timezone.now()))
        except LinkNotValid:
            return False

    def _unseals(self) -> bool:
        try:
            return bool(unseal(self.sealed))
        except InvalidToken:
            return False


@pytest.fixture
def signed(db: None) -> Signed:
    product = make_product(stock=5)
    order = placed(APIClient(), {"product": product.pk, "quantity": 1}, contact=CONTACT)
    return Signed(make_user(), Order.objects.get(pk=order["id"]), Client())


def test_a_key_is_changed_without_anybody_noticing(signed: Signed, settings: Any) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, NEW
    settings.SECRET_KEY_FALLBACKS = [old]

    assert set(signed.alive().values()) == {True}

    renewed = refresh(signed.pair["refresh"]).json()
    later = Signed(signed.user, signed.order, Client())
    settings.SECRET_KEY_FALLBACKS = []
    assert set(signed.alive().values()) == {False}
    assert set(later.alive().values()) == {True}
    assert me(renewed["access"]).status_code == 200
    assert refresh(renewed["refresh"]).status_code == 200


def test_without_a_fallback_all_is_dead_at_once(signed: Signed, settings: Any) -> None:
    """The answer to a key that leaked."""
    settings.SECRET_KEY = NEW

    assert set(signed.alive().values()) == {False}
    refused(me(signed.pair["access"]), 401, "token_not_valid")


def test_processes_with_the_old_key_first_take_what_the_new_one_signs(signed: Signed, settings: Any) -> None:
    """While processes are replaced one by one, old ones are shown what new ones signed."""
    old, settings.SECRET_KEY = settings.SECRET_KEY, NEW
    settings.SECRET_KEY_FALLBACKS = [old]
    of_new_process = Signed(signed.user, signed.order, Client())

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, [NEW]

    assert set(of_new_process.alive().values()) == {True}
    assert set(signed.alive().values()) == {True}


@pytest.mark.django_db
def test_a_guests_idempotency_key_outlives_a_change_of_the_key(api: APIClient, settings: Any) -> None:
    product = make_product(stock=5)
    body = {"items": [{"product": product.pk, "quantity": 1}], "contact": CONTACT}
    first = api.post("/api/orders/create", body, headers={"Idempotency-Key": "once"})
    old, settings.SECRET_KEY = settings.SECRET_KEY, NEW
    settings.SECRET_KEY_FALLBACKS = [old]

    again = api.post("/api/orders/create", body, headers={"Idempotency-Key": "once"})
    another = api.post("/api/orders/create", body, headers={"Idempotency-Key": "twice"})

    assert (first.status_code, again.status_code, another.status_code) == (201, 201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert again["Idempotent-Replayed"] == "true"
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    "keys",
    [
        ["build"],
        ["a" * 60],
        [DEVELOPMENT_KEY],
        ["8a1c9c54b2a94f0e9c6d1f7be0a35d11b0a6a7f0c1"],
        [NEW, "short"],
        [NEW, ""],
    ],
)
def test_weak_keys_are_refused(keys: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        refuse_weak_keys(keys)


@pytest.mark.parametrize("variables", [{"SECRET_KEY": "build"}, {"SECRET_KEY_FALLBACKS": "build"}], ids=str)
def test_with_a_weak_key_nothing_starts(variables: dict[str, str]) -> None:
    started = start(**variables)

    assert started.returncode != 0
    assert "must be random and at least 43 characters long" in started.stderr


def test_strong_keys_are_not() -> None:
    refuse_weak_keys([NEW, "8a1c9c54b2a94f0e9c6d1f7be0a35d11b0a6a7f0c1e"])
