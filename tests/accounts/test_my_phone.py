"""POST /api/users/me/phone and /confirm, and what PATCH /me does to a verified phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.actions.verify_phone import verify_phone
from accounts.errors import AccountGone
from accounts.models import AccountMessage, PhoneCode, Session, User
from tests.accounts.calls import field_codes, refused
from tests.accounts.phones import (
    MINE,
    MINE_CONFIRM,
    PHONE,
    ask,
    confirm,
    deliver,
    everything_of_phones,
    forget_pauses,
    sms,
    wrong,
)
from tests.factories import make_user
from tests.fakes.sms import KeepingBackend
from tests.staff import client_of

__all__ = ["sms"]
pytestmark = pytest.mark.django_db
LONG_AGO = "2025-01-01T00:00:00Z"
ME = "/api/users/me"
Sms = type[KeepingBackend]


@pytest.fixture
def wanjiku() -> User:
    return make_user(email_verified_at=LONG_AGO)


@pytest.fixture
def caller(wanjiku: User) -> APIClient:
    return client_of(wanjiku)


def test_verify_and_sign_in(sms: Sms, caller: APIClient, wanjiku: User) -> None:
    code = ask(client=caller, url=MINE)
    assert caller.get(ME).json()["phone"] == ""  # until it is confirmed

    response = caller.post(MINE_CONFIRM, {"code": code})

    assert response.status_code == 200, response.content
    assert (response.json()["phone"], response.json()["phone_verified"]) == (PHONE, True)
    assert response.json() == caller.get(ME).json()
    forget_pauses()
    assert confirm(ask()).json()["user"]["id"] == wanjiku.pk
    assert [sent.subject for sent in mail.outbox] == ["Your phone number was changed"]


def test_number_moves_to_whoever_has_it_now(sms: Sms, caller: APIClient, wanjiku: User) -> None:
    before = make_user(phone=PHONE, phone_verified_at=LONG_AGO, email_verified_at=LONG_AGO)

    response = caller.post(MINE_CONFIRM, {"code": ask(client=caller, url=MINE)})

    assert response.status_code == 200
    before.refresh_from_db()
    assert (before.phone, before.phone_verified) == ("", False)
    forget_pauses()
    assert confirm(ask()).json()["user"]["id"] == wanjiku.pk
    removed, changed = sorted(mail.outbox, key=lambda sent: sent.to[0] != before.email)
    assert (removed.to, removed.subject) == ([before.email], "Your phone number was removed")
    assert "You can no longer sign in with it." in removed.body
    assert "Codes to it sign in" not in removed.body
    assert (changed.to, changed.subject) == ([wanjiku.email], "Your phone number was changed")


def test_code_to_sign_in_verifies_nothing(sms: Sms, caller: APIClient) -> None:
    code = ask()
    before = everything_of_phones()

    refused(caller.post(MINE_CONFIRM, {"code": code}), 400, "code_not_valid")

    assert everything_of_phones() == before


def test_code_to_verify_signs_nobody_in(sms: Sms, caller: APIClient) -> None:
    code = ask(client=caller, url=MINE)
    before = everything_of_phones()

    refused(confirm(code), 400, "code_not_valid")

    assert everything_of_phones() == before


def test_code_of_another_user(sms: Sms, caller: APIClient) -> None:
    code = ask(client=client_of(make_user()), url=MINE)
    before = everything_of_phones()

    problem = refused(caller.post(MINE_CONFIRM, {"code": code}), 400, "code_not_valid")

    assert field_codes(problem) == {("code", "code_not_valid")}
    assert everything_of_phones() == before


def test_five_tries(sms: Sms, caller: APIClient, wanjiku: User, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 99
    code = ask(client=caller, url=MINE)
    for _ in range(5):
        refused(caller.post(MINE_CONFIRM, {"code": wrong(code)}), 400, "code_not_valid")

    refused(caller.post(MINE_CONFIRM, {"code": code}), 400, "code_not_valid")

    wanjiku.refresh_from_db()
    assert (wanjiku.phone, wanjiku.phone_verified) == ("", False)


def test_wrong_codes_count_whatever_phone_they_are_for(sms: Sms, caller: APIClient) -> None:
    code = ask(client=caller, url=MINE)
    for _ in range(5):
        refused(caller.post(MINE_CONFIRM, {"code": wrong(code)}), 400, "code_not_valid")

    code = ask("+254722000222", client=caller, url=MINE)

    refused(caller.post(MINE_CONFIRM, {"code": code}), 429, "too_many_attempts")


def test_whoever_was_signed_out_meanwhile_adds_no_phone(sms: Sms, caller: APIClient, wanjiku: User) -> None:
    code = ask(client=caller, url=MINE)
    sign_out_everywhere(user=User.objects.get(pk=wanjiku.pk), at=timezone.now())

    with pytest.raises(AccountGone):
        verify_phone(user=wanjiku, digits=code, at=timezone.now())

    wanjiku.refresh_from_db()
    assert (wanjiku.phone, wanjiku.phone_verified) == ("", False)


@pytest.mark.parametrize("path", [MINE, MINE_CONFIRM])
def test_recent_sign_in_is_needed(sms: Sms, caller: APIClient, path: str) -> None:
    Session.objects.update(created_at=Session.objects.get().created_at - timedelta(hours=1))

    refused(caller.post(path, {"phone": PHONE} if path == MINE else {"code": "123456"}), 403, "sign_in_again")

    assert PhoneCode.objects.count() == 0


@pytest.mark.parametrize("path", [MINE, MINE_CONFIRM])
def test_nobody_is_refused(api: APIClient, path: str) -> None:
    refused(api.post(path, {}), 401, "not_authenticated")


def test_other_phone_in_the_profile_is_not_verified(sms: Sms, caller: APIClient, wanjiku: User) -> None:
    User.objects.filter(pk=wanjiku.pk).update(phone=PHONE, phone_verified_at=LONG_AGO)

    same = caller.patch(ME, {"phone": "0712 345 678", "first_name": "Wanjiku"})
    assert same.json()["phone_verified"] is True
    response = caller.patch(ME, {"phone": "0712 345 679"})

    assert (response.json()["phone"], response.json()["phone_verified"]) == ("+254712345679", False)
    assert response.json() == caller.get(ME).json()
    assert confirm(ask("0712 345 679"), "0712 345 679").json()["user"]["id"] != wanjiku.pk


@pytest.mark.parametrize("phone", ["", "0712 345 679"])
def test_a_verified_phone_goes_with_a_recent_sign_in_and_a_mail(caller: APIClient, wanjiku: User, phone: str) -> None:
    User.objects.filter(pk=wanjiku.pk).update(phone=PHONE, phone_verified_at=LONG_AGO)
    began_at = Session.objects.get().created_at
    Session.objects.update(created_at=began_at - timedelta(hours=1))

    refused(caller.patch(ME, {"phone": phone, "first_name": "Njeri"}), 403, "sign_in_again")
    wanjiku.refresh_from_db()
    assert (wanjiku.phone, wanjiku.phone_verified, wanjiku.first_name) == (PHONE, True, "")
    assert caller.patch(ME, {"phone": "0712 345 678", "first_name": "Njeri"}).status_code == 200
    assert not AccountMessage.objects.exists()

    Session.objects.update(created_at=began_at)
    assert caller.patch(ME, {"phone": phone}).json()["phone_verified"] is False
    assert caller.patch(ME, {"phone": "0712 345 680"}).status_code == 200  # nobody had verified the one before
    message = AccountMessage.objects.get()
    assert (message.kind, message.recipient, message.user_id) == ("phone_given_up", wanjiku.email, wanjiku.pk)
    deliver()
    assert "a code to the number before" in str(mail.outbox[0].body).replace("\n", " ")


@pytest.mark.parametrize("phone", ["", "0712 345 679"])
def test_phone_that_is_the_last_way_in_stays(sms: Sms, phone: str) -> None:
    signed_in = confirm(ask()).json()
    client = APIClient(headers={"Authorization": f"Bearer {signed_in['access']}"})
    before = everything_of_phones()

    refused(client.patch(ME, {"phone": phone, "first_name": "Wanjiku"}), 409, "last_way_to_sign_in")

    assert everything_of_phones() == before


def test_two_may_write_down_one_phone(sms: Sms, caller: APIClient) -> None:
    make_user(phone=PHONE, phone_verified_at=LONG_AGO)

    assert caller.patch(ME, {"phone": PHONE}).json()["phone_verified"] is False
    deliver()
