"""What members of staff change of their own accounts is in the audit trail; what customers do is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import AuditEntry, ExternalIdentity, User
from tests.accounts.elsewhere import IDENTITIES, google
from tests.accounts.mailing import BETTER, NEW, begin_change, mailed_token, post, undoing_token
from tests.accounts.phones import MINE, MINE_CONFIRM, PHONE, ask, sms
from tests.factories import PASSWORD, make_user
from tests.fakes.openid import FakeOpenId
from tests.staff import client_of

__all__ = ["google", "sms"]
pytestmark = pytest.mark.django_db

OLD = "old@example.com"


def profile(user: User, _google: FakeOpenId) -> Any:
    names = {"first_name": "Wanjiku", "last_name": user.last_name}
    return client_of(user).patch("/api/users/me", names)


def password(user: User, _google: FakeOpenId) -> Any:
    return client_of(user).post("/api/users/me/password", {"current_password": PASSWORD, "new_password": BETTER})


def password_by_link(user: User, _google: FakeOpenId) -> Any:
    token = mailed_token(user, "reset_password")
    return post("password/reset/confirm", {"token": token, "new_password": BETTER})


def address(user: User, _google: FakeOpenId) -> Any:
    approving, confirming = begin_change(user)
    assert post("email/approve", {"token": approving}).status_code == 200
    return post("email/confirm", {"token": confirming})


def address_back(user: User, _google: FakeOpenId) -> Any:
    token = undoing_token(user)
    return post("email/undo", {"token": token})


def phone(user: User, _google: FakeOpenId) -> Any:
    client = client_of(user)
    return client.post(MINE_CONFIRM, {"code": ask(client=client, url=MINE)})


def link(user: User, google: FakeOpenId) -> Any:
    token = google.token(sub="114", email="else@gmail.com")
    return client_of(user).post(IDENTITIES, {"provider": "google", "id_token": token})


def unlink(user: User, _google: FakeOpenId) -> Any:
    at = timezone.now()
    there = ExternalIdentity.objects.create(
        user=user, provider="google", subject="114", email=OLD, created_at=at, last_used_at=at
    )
    return client_of(user).delete(f"{IDENTITIES}/{there.pk}")


EMAIL = {"email": [OLD, NEW]}
HIDDEN = {"password": ["(hidden)", "(hidden)"]}
DEEDS: dict[str, tuple[Callable[[User, FakeOpenId], Any], list[dict[str, Any]]]] = {
    "profile": (profile, [{"first_name": ["", "Wanjiku"]}]),
    "password": (password, [HIDDEN]),
    "password by a link": (password_by_link, [HIDDEN]),
    "address": (address, [EMAIL]),
    "address taken back": (address_back, [EMAIL, {"email": [NEW, OLD]}, HIDDEN]),
    "phone": (phone, [{"phone": ["", PHONE]}]),
    "account elsewhere": (link, [{"google": [None, "linked"]}]),
    "no account elsewhere": (unlink, [{"google": ["linked", None]}]),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("is_staff", [True, False], ids=["staff", "customer"])
def test_what_one_does_to_ones_own_account(google: FakeOpenId, sms: Any, deed: str, is_staff: bool) -> None:
    user = make_user(email=OLD, email_verified_at=timezone.now(), is_staff=is_staff, first_name="")
    do, changes = DEEDS[deed]

    response = do(user, google)

    assert response.status_code in (200, 201, 204), response.content
    entries = list(AuditEntry.objects.filter(action=AuditEntry.Action.CHANGED).order_by("pk"))
    assert [entry.changes for entry in entries] == (changes if is_staff else [])
    assert {(entry.user_id, entry.object_id) for entry in entries} <= {(user.pk, str(user.pk))}
    assert all(entry.message for entry in entries)


def test_a_profile_that_is_sent_as_it_was_is_no_deed(api: APIClient) -> None:
    user = make_user(is_staff=True, first_name="Wanjiku")

    assert client_of(user).patch("/api/users/me", {"first_name": "Wanjiku"}).status_code == 200

    assert not AuditEntry.objects.filter(action=AuditEntry.Action.CHANGED).exists()


def test_ways_in_that_a_reset_forgets_are_in_the_trail() -> None:
    user, at = make_user(email=OLD, is_staff=True, phone=PHONE, phone_verified_at=timezone.now()), timezone.now()
    ExternalIdentity.objects.create(
        user=user, provider="google", subject="114", email=OLD, created_at=at, last_used_at=at
    )
    token = mailed_token(user, "reset_password")

    assert post("password/reset/confirm", {"token": token, "new_password": BETTER}).status_code == 204

    entries = AuditEntry.objects.filter(action=AuditEntry.Action.CHANGED).order_by("pk")
    assert [entry.changes for entry in entries] == [HIDDEN, {"phone": [PHONE, ""], "google": ["linked", ""]}]


def test_a_member_who_loses_a_phone_to_somebody_else_has_an_entry(sms: Any) -> None:
    member, client = make_user(is_staff=True, phone=PHONE, phone_verified_at=timezone.now()), client_of(make_user())

    assert client.post(MINE_CONFIRM, {"code": ask(client=client, url=MINE)}).status_code == 200

    (entry,) = AuditEntry.objects.filter(action=AuditEntry.Action.CHANGED)
    assert (entry.object_id, entry.changes) == (str(member.pk), {"phone": [PHONE, ""]})
