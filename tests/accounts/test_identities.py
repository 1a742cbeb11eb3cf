"""/api/users/me/identities: seeing, linking and unlinking them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.actions.link_identity import link_identity
from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.errors import AccountGone
from accounts.identity_tokens import Provider, read_identity_token
from accounts.models import ExternalIdentity, User
from tests.accounts.calls import bearer, field_codes, refused
from tests.accounts.elsewhere import IDENTITIES, everything_elsewhere, google, sign_in
from tests.accounts.mailing import delivered
from tests.factories import make_user
from tests.fakes.openid import FakeOpenId
from tests.staff import client_of

__all__ = ["google"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def wanjiku() -> User:
    return make_user(email_verified_at=timezone.now())


@pytest.fixture
def caller(wanjiku: User) -> APIClient:
    return client_of(wanjiku)


def link(client: APIClient, token: str, provider: str = "google", **more: Any) -> Any:
    return client.post(IDENTITIES, {"provider": provider, "id_token": token, **more})


def test_link_and_sign_in(google: FakeOpenId, caller: APIClient, wanjiku: User) -> None:
    response = link(caller, google.token(sub="114", email="else@gmail.com", nonce="n"), nonce="n")

    assert response.status_code == 201, response.content
    body = response.json()
    assert set(body) == {"id", "provider", "email", "created_at", "last_used_at"}
    assert (body["provider"], body["email"]) == ("google", "else@gmail.com")
    wanjiku.refresh_from_db()
    assert wanjiku.email != "else@gmail.com"
    assert sign_in(google.token(sub="114")).json()["user"]["id"] == wanjiku.pk
    assert link(caller, google.token(sub="114")).status_code == 200
    assert ExternalIdentity.objects.count() == 1
    assert delivered(wanjiku.email) == ["A new way to sign in"]


def test_whoever_was_signed_out_meanwhile_links_nothing(google: FakeOpenId, wanjiku: User) -> None:
    at = timezone.now()
    identity = read_identity_token(provider=Provider.GOOGLE, token=google.token(sub="114"), nonce=None, at=at)
    sign_out_everywhere(user=User.objects.get(pk=wanjiku.pk), at=at)

    with pytest.raises(AccountGone):
        link_identity(user=wanjiku, identity=identity, at=at)

    assert ExternalIdentity.objects.count() == 0


def test_ways_in(google: FakeOpenId, caller: APIClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert caller.get(IDENTITIES).json() == {"has_password": True, "phone_verified": False, "identities": []}
    for n in range(1, 4):
        link(caller, google.token(), provider="google" if n % 2 else "apple")
        with django_assert_num_queries(2):
            response = caller.get(IDENTITIES)
        assert len(response.json()["identities"]) == n
    assert [row["provider"] for row in response.json()["identities"]] == ["google", "apple", "google"]


def test_identity_of_another(google: FakeOpenId, caller: APIClient) -> None:
    sign_in(google.token(sub="114"))
    before = everything_elsewhere()

    refused(link(caller, google.token(sub="114")), 409, "identity_taken")

    assert everything_elsewhere() == before


def test_token_that_is_not_valid(google: FakeOpenId, caller: APIClient) -> None:
    spent = google.token()
    sign_in(spent)
    before = everything_elsewhere()

    for token in ("words", google.token(aud="another.example"), google.token(nonce="n"), spent):
        problem = refused(link(caller, token), 400, "invalid")
        assert field_codes(problem) == {("id_token", "identity_token_not_valid")}
    assert everything_elsewhere() == before


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {("provider", "required"), ("id_token", "required")}),
        ({"provider": "facebook", "id_token": "x"}, {("provider", "invalid_choice")}),
        ({"provider": None, "id_token": None}, {("provider", "null"), ("id_token", "null")}),
    ],
)
def test_body_that_is_none(caller: APIClient, body: dict[str, Any], codes: set[tuple[str, str]]) -> None:
    assert field_codes(refused(caller.post(IDENTITIES, body), 400, "invalid")) == codes
    assert ExternalIdentity.objects.count() == 0


def test_unlink(google: FakeOpenId, caller: APIClient, wanjiku: User) -> None:
    linked = link(caller, google.token(sub="114")).json()

    response = caller.delete(f"{IDENTITIES}/{linked['id']}")

    assert (response.status_code, response.content) == (204, b"")
    assert caller.get(IDENTITIES).json()["identities"] == []
    assert sign_in(google.token(sub="114", email=None)).status_code == 201
    assert delivered(wanjiku.email)[-1] == "A way to sign in was removed"


def test_last_way_in_stays(google: FakeOpenId) -> None:
    signed_in = sign_in(google.token(sub="114")).json()
    client = APIClient(headers=bearer(signed_in["access"]))
    (only,) = client.get(IDENTITIES).json()["identities"]
    before = everything_elsewhere()

    refused(client.delete(f"{IDENTITIES}/{only['id']}"), 409, "last_way_to_sign_in")

    assert everything_elsewhere() == before
    other = link(client, google.token(), provider="apple").json()
    assert client.delete(f"{IDENTITIES}/{only['id']}").status_code == 204
    refused(client.delete(f"{IDENTITIES}/{other['id']}"), 409, "last_way_to_sign_in")


def test_another_customers_identity_does_not_exist(google: FakeOpenId, caller: APIClient) -> None:
    link(client_of(make_user()), google.token())
    identity = ExternalIdentity.objects.get()
    before = everything_elsewhere()

    refused(caller.delete(f"{IDENTITIES}/{identity.pk}"), 404, "not_found")
    refused(caller.delete(f"{IDENTITIES}/{identity.pk + 1}"), 404, "not_found")

    assert everything_elsewhere() == before
    assert caller.get(IDENTITIES).json()["identities"] == []


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", ""), ("delete", "/1")])
def test_nobody_is_refused(api: APIClient, method: str, path: str) -> None:
    refused(getattr(api, method)(f"{IDENTITIES}{path}"), 401, "not_authenticated")
