"""POST /api/users/login/google and /apple: whom an identity signs in, and what it may be linked with."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import AccountMessage, ExternalIdentity, Session, User
from tests.accounts.calls import everything, log_in, me, refresh, refused
from tests.accounts.elsewhere import APPLE, GOOGLE, everything_elsewhere, google, sign_in
from tests.accounts.mailing import delivered
from tests.factories import PASSWORD, make_user
from tests.fakes.openid import FakeOpenId

__all__ = ["google"]
pytestmark = pytest.mark.django_db
LONG_AGO = "2025-01-01T00:00:00Z"


@pytest.mark.parametrize(("url", "provider"), [(GOOGLE, "google"), (APPLE, "apple")])
def test_first_time_makes_an_account(google: FakeOpenId, url: str, provider: str) -> None:
    claims = {"sub": "114", "email": "Wanjiku@Gmail.com", "given_name": " Wanjiku\u202e ", "family_name": "K" * 200}

    response = sign_in(google.token(**claims), url)

    assert response.status_code == 201, response.content
    body = response.json()
    assert set(body) == {"access", "refresh", "user"}
    user = User.objects.get()
    assert body["user"] == me(body["access"]).json()
    assert (user.email, user.email_verified, user.first_name) == ("wanjiku@gmail.com", True, "Wanjiku")
    assert (user.last_name, user.has_usable_password(), user.role) == ("K" * 150, False, "customer")
    assert user.username.startswith("customer-")
    identity = ExternalIdentity.objects.get()
    assert (identity.provider, identity.subject, identity.user) == (provider, "114", user)
    assert identity.email == "wanjiku@gmail.com"
    assert Session.objects.get().method == provider
    assert response["Cache-Control"] == "no-store"


def test_known_subject_signs_in_whatever_its_address(
    google: FakeOpenId, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = sign_in(google.token(sub="114")).json()
    make_user(email="other@gmail.com", email_verified_at=LONG_AGO)

    tokens = google.token(sub="114", email="other@gmail.com"), google.token(sub="114", email=None)
    with django_assert_num_queries(
        7
    ):  # begin, spend, find, note, end (savepoints here); the session, and how many there are
        moved = sign_in(tokens[0])

    assert moved.status_code == 200
    assert moved.json()["user"]["id"] == first["user"]["id"]
    assert sign_in(tokens[1]).json()["user"]["id"] == first["user"]["id"]
    assert ExternalIdentity.objects.count() == 1
    identity = ExternalIdentity.objects.get()
    assert (identity.email, identity.last_used_at > identity.created_at) == ("wanjiku@gmail.com", True)


def test_subjects_of_two_providers_are_two(google: FakeOpenId) -> None:
    one = sign_in(google.token(sub="114", email="one@gmail.com"), GOOGLE).json()
    other = sign_in(google.token(sub="114", email="other@gmail.com"), APPLE).json()

    assert one["user"]["id"] != other["user"]["id"]


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "wanjiku@GMAIL.com"},
        {"email": "wanjiku@shop.example", "hd": "shop.example"},
    ],
    ids=str,
)
def test_verified_address_of_an_account_is_linked(google: FakeOpenId, claims: dict[str, Any]) -> None:
    wanjiku = make_user(email=claims["email"].lower(), email_verified_at=LONG_AGO, phone="+254712345678")
    before = log_in(wanjiku)

    response = sign_in(google.token(**claims))

    assert response.status_code == 200
    assert response.json()["user"]["id"] == wanjiku.pk
    wanjiku.refresh_from_db()
    assert wanjiku.check_password(PASSWORD)
    assert wanjiku.phone == "+254712345678"
    assert me(before["access"]).status_code == 200
    assert delivered(wanjiku.email) == ["A new way to sign in"]


def test_unverified_account_is_taken_over(google: FakeOpenId) -> None:
    wanjiku = make_user(email="wanjiku@gmail.com", phone="+254712345678")
    planted = log_in(wanjiku)

    response = sign_in(google.token(email="wanjiku@gmail.com"))

    assert response.status_code == 200
    body = response.json()
    assert (body["user"]["id"], body["user"]["email_verified"]) == (wanjiku.pk, True)
    assert me(body["access"]).status_code == 200
    refused(me(planted["access"]), 401, "token_not_valid")
    refused(refresh(planted["refresh"]), 401, "token_not_valid")
    credentials = {"username": wanjiku.username, "password": PASSWORD}
    refused(APIClient().post("/api/users/login", credentials), 401, "invalid_credentials")
    wanjiku.refresh_from_db()
    assert (wanjiku.has_usable_password(), wanjiku.phone) == (False, "")


NOT_LINKED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # The account, and what the token says of its address.
    ({"email": "wanjiku@shop.example", "email_verified_at": LONG_AGO}, {"email": "wanjiku@shop.example"}),
    ({"email": "wanjiku@shop.example"}, {"email": "wanjiku@shop.example"}),
    ({"email": "wanjiku@notgmail.com", "email_verified_at": LONG_AGO}, {"email": "wanjiku@notgmail.com"}),
    ({"is_staff": True, "email_verified_at": LONG_AGO}, {}),
    ({"is_staff": True}, {}),
    ({"is_superuser": True, "email_verified_at": LONG_AGO}, {}),
    ({"is_active": False, "email_verified_at": LONG_AGO}, {}),
    ({"phone": "+254712345678", "phone_verified_at": LONG_AGO}, {}),  # shown to be another's by other means
]


@pytest.mark.parametrize(("account", "claims"), NOT_LINKED, ids=str)
def test_address_that_proves_too_little(google: FakeOpenId, account: dict[str, Any], claims: dict[str, Any]) -> None:
    make_user(**{"email": "wanjiku@gmail.com", **account})
    before = everything_elsewhere()

    refused(sign_in(google.token(**claims)), 409, "sign_in_to_link")

    assert everything_elsewhere() == before


def test_unverified_account_with_another_identity_is_not_taken(google: FakeOpenId) -> None:
    achieng = sign_in(google.token(email=None)).json()
    User.objects.update(email="wanjiku@gmail.com")  # typed, and not theirs
    before = everything_elsewhere()

    refused(sign_in(google.token(email="wanjiku@gmail.com")), 409, "sign_in_to_link")

    assert everything_elsewhere() == before
    assert me(achieng["access"]).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"email": None},
        {"email_verified": None},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": 1},
        {"email": 5},
        {"email": "no address"},
        {"email": "a\u202eb@gmail.com"},
        {"email": "a@stra\u00dfe.de"},
        {"email": "a@\uff47mail.com"},
        {"email": f"{'x' * 250}@gmail.com"},
    ],
    ids=str,
)
def test_without_a_verified_address_the_account_has_none(google: FakeOpenId, claims: dict[str, Any]) -> None:
    make_user(email="wanjiku@gmail.com", email_verified_at=LONG_AGO)

    for _ in range(2):  # and any number of such accounts
        response = sign_in(google.token(**claims))

        assert response.status_code == 201, response.content
        assert (response.json()["user"]["email"], response.json()["user"]["email_verified"]) == ("", False)
    assert User.objects.count() == 3


def test_address_of_another_mailbox_has_yet_to_be_verified(google: FakeOpenId) -> None:
    response = sign_in(google.token(email="wanjiku@shop.example"))

    assert response.status_code == 201
    assert response.json()["user"]["email"] == "wanjiku@shop.example"
    assert response.json()["user"]["email_verified"] is False
    told = AccountMessage.objects.get()
    assert (told.kind, told.recipient) == ("verify_email", "wanjiku@shop.example")


def test_private_relay_of_apple(google: FakeOpenId, settings: Any) -> None:
    settings.IDENTITY_PROVIDERS = {"apple": google.settings(own_domains=("privaterelay.appleid.com",))}

    relay = "x7k3@privaterelay.appleid.com"
    token = google.token(email=relay, email_verified="true", is_private_email="true")
    response = sign_in(token, APPLE, first_name="Wanjiku", last_name="Kamau")

    assert response.status_code == 201
    user = response.json()["user"]
    assert (user["email"], user["email_verified"]) == (relay, True)
    assert (user["first_name"], user["last_name"]) == ("Wanjiku", "Kamau")


def test_name_that_is_sent_changes_no_account(google: FakeOpenId) -> None:
    sign_in(google.token(sub="114"), APPLE, first_name="Wanjiku")

    response = sign_in(google.token(sub="114"), APPLE, first_name="Somebody else")

    assert response.json()["user"]["first_name"] == "Wanjiku"


def test_disabled_account(google: FakeOpenId) -> None:
    sign_in(google.token(sub="114"))
    User.objects.update(is_active=False)
    before = everything()

    token = google.token(sub="114")
    refused(sign_in(token), 401, "invalid_credentials")

    assert everything() == before
    User.objects.update(is_active=True)
    assert sign_in(token).status_code == 200  # what is refused uses nothing up


def test_staff_need_their_second_factor_too(google: FakeOpenId, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    sign_in(google.token(sub="114"))
    User.objects.update(is_staff=True)
    Session.objects.all().delete()
    token = google.token(sub="114")

    response = sign_in(token)

    assert response.status_code in (401, 403)
    assert response.json()["code"] in ("second_factor_required", "second_factor_not_set_up")
    assert Session.objects.count() == 0
    settings.STAFF_SECOND_FACTOR = False
    assert sign_in(token).status_code == 200  # the same token goes with the second factor
