"""The page on which an invitation to the staff is accepted."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from rest_framework.settings import api_settings

from accounts.account_words import words_for
from accounts.actions.erase_user import erase_user
from accounts.actions.start_session import write_session
from accounts.models import AccountMessage, AuditEntry, ExternalIdentity, Invitation, Link, Session, User
from electroports.throttling import ScopedThrottle
from tests.accounts.inviting import (
    ME,
    NEW_PASSWORD,
    PAGE,
    accept,
    make_boss,
    make_invitation,
    make_manager,
    token_of,
)
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def make_customer(**fields: Any) -> User:
    return make_user(**{"email_verified_at": timezone.now(), **fields})


def rights_of(user: User) -> tuple[bool, bool, set[str]]:
    user.refresh_from_db()
    return user.is_staff, user.is_superuser, set(user.groups.values_list("name", flat=True))


def is_open(invitation: Invitation) -> bool:
    invitation.refresh_from_db()
    assert invitation.link is not None
    return invitation.accepted_at is None and invitation.link.used_at is None


def shown(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_page_is_kept_out_of_caches_indexes_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    token = token_of(make_invitation())
    caplog.set_level(logging.DEBUG)
    client = Client()

    responses = [client.get(PAGE), client.post(PAGE, {"token": token}), accept(token, client)]

    assert [response.status_code for response in responses] == [200, 200, 302]
    for response in responses:
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert token not in str(response.headers)
    assert token not in caplog.text
    assert NEW_PASSWORD not in caplog.text


def test_looking_changes_nothing() -> None:
    invitation = make_invitation()

    Client().get(PAGE)
    text = shown(Client().post(PAGE, {"token": token_of(invitation)}))

    assert invitation.email in text
    assert "catalogue" in text
    assert "User name" in text
    assert is_open(invitation)


def test_somebody_new_joins_and_is_led_to_the_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    invitation = make_invitation("catalogue", "support")
    client = Client()

    assert accept(token_of(invitation), client).headers["Location"] == "/admin/login/"

    user = User.objects.get(username="wanjiku.k")
    assert rights_of(user) == (True, False, {"catalogue", "support"})
    assert (user.email, user.email_verified, user.get_full_name()) == (invitation.email, True, "Wanjiku Kamau")
    assert user.check_password(NEW_PASSWORD)
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.accepted_at is not None) == (user, True)
    entry = AuditEntry.objects.get(user=user)
    assert (entry.action, entry.object_id) == ("added", str(user.pk))
    assert entry.changes["groups"] == [[], ["catalogue", "support"]]
    assert NEW_PASSWORD not in str(AuditEntry.objects.values())
    entered = {"username": "wanjiku.k", "password": NEW_PASSWORD}
    assert client.post("/admin/login/?next=/admin/", entered).status_code == 302
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/admin/second-factor/set-up/?next=%2Fadmin%2F"
    assert accept(token_of(invitation), **{**ME, "username": "other"}).status_code == 400
    assert not User.objects.filter(username="other").exists()


def test_administrator_is_made_by_an_administrators_invitation() -> None:
    accept(token_of(make_invitation(is_administrator=True)))

    assert rights_of(User.objects.get(username="wanjiku.k")) == (True, True, set())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "password1", "again": "password1"}, "too common"),
        ({"password": "wanjiku.k", "again": "wanjiku.k"}, "too similar"),
        ({"again": "other"}, "The two passwords differ"),
        ({"username": "TAKEN"}, "This user name is taken"),
        ({"username": "a@b"}, "user name"),
        ({"first_name": ""}, "This field is required"),
        ({"last_name": "a\u202eb"}, "control characters"),
    ],
)
def test_what_is_not_good_enough_is_said_at_its_field(changed: dict[str, str], told: str) -> None:
    make_user(username="taken")
    invitation, count = make_invitation(), User.objects.count()

    response = accept(token_of(invitation), **{**ME, **changed})

    assert (response.status_code, told in shown(response)) == (200, True), shown(response)[-3000:]
    assert (User.objects.count(), is_open(invitation)) == (count, True)
    assert NEW_PASSWORD not in shown(response)


def test_customer_joins_with_their_password_and_is_signed_out_everywhere() -> None:
    customer = make_customer()
    was_staff = Permission.objects.get(codename="change_user", content_type__app_label="accounts")
    customer.user_permissions.add(was_staff)
    customer.groups.add(Group.objects.get(name="manager"))
    write_session(user=customer, at=timezone.now())
    invitation = make_invitation("support", email=customer.email.upper())
    token = token_of(invitation)
    assert "Password of your account" in shown(Client().post(PAGE, {"token": token}))

    assert accept(token, password="wrong").status_code == 200
    assert rights_of(customer) == (False, False, {"manager"})
    assert is_open(invitation)
    assert accept(token, password=PASSWORD).headers["Location"] == "/admin/login/"

    assert rights_of(customer) == (True, False, {"support"})
    assert not customer.user_permissions.exists()
    assert not Session.objects.filter(ended_at=None).exists()
    assert AccountMessage.objects.filter(kind="rights_changed", user=customer).count() == 1
    entry = AuditEntry.objects.get(user=customer)
    assert entry.changes == {"is_staff": [False, True], "groups": [["manager"], ["support"]]}
    assert accept(token, password=PASSWORD).status_code == 400


def test_customer_who_joins_keeps_no_way_in_but_the_password() -> None:
    customer = make_customer(phone="+254712345678", phone_verified_at=timezone.now())
    at = timezone.now()
    ExternalIdentity.objects.create(provider="google", subject="114", user=customer, created_at=at, last_used_at=at)

    accept(token_of(make_invitation("support", email=customer.email)), password=PASSWORD)

    customer.refresh_from_db()
    assert (customer.is_staff, customer.phone, customer.phone_verified) == (True, "", False)
    assert not ExternalIdentity.objects.exists()
    words = words_for(AccountMessage.objects.get(kind="rights_changed"))
    assert "Your password alone signs in from now on" in " ".join(words.paragraphs)


def test_browser_in_which_somebody_else_is_signed_in_is_signed_out() -> None:
    client = Client()
    client.force_login(make_boss())

    accept(token_of(make_invitation()), client)

    assert "_auth_user_id" not in client.session


def test_wrong_passwords_count_as_at_the_log_in() -> None:
    customer = make_customer()
    token = token_of(make_invitation(email=customer.email))

    statuses = [accept(token, password="wrong").status_code for _ in range(6)]
    response = accept(token, password=PASSWORD)

    assert statuses == [200] * 5 + [429]
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert rights_of(customer)[0] is False


def test_page_is_throttled_with_the_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {**api_settings.DEFAULT_THROTTLE_RATES, "login": "2/hour"})
    Client().post("/admin/login/", {"username": "x", "password": "y"})

    assert [Client().post(PAGE, {"token": "x"}).status_code for _ in range(2)] == [400, 429]


@pytest.mark.parametrize("way_in", [{}, {"phone": "+254712345678", "phone_verified_at": timezone.now()}])
def test_account_whose_address_nobody_verified_is_not_promoted(way_in: dict[str, Any]) -> None:
    hijacker = make_customer(email_verified_at=None, **way_in)
    invitation = make_invitation(email=hijacker.email)

    response = accept(token_of(invitation), password=PASSWORD)

    assert (response.status_code, "Ask for a new password" in shown(response)) == (409, True)
    assert rights_of(hijacker)[0] is False
    assert is_open(invitation)


def test_account_that_somebody_registered_meanwhile_is_not_taken_for_new() -> None:
    invitation = make_invitation()
    customer = make_customer(email=invitation.email)

    accept(token_of(invitation))  # the form for somebody new

    assert rights_of(customer)[0] is False
    assert not User.objects.filter(username="wanjiku.k").exists()
    assert is_open(invitation)


@pytest.mark.parametrize("change", ["disabled", "demoted", "no role", "role grew", "gone", "no administrator"])
def test_invitation_dies_with_the_rights_of_whoever_sent_it(change: str) -> None:
    inviter = make_boss() if change == "no administrator" else make_manager()
    invitation = make_invitation("support", by=inviter, is_administrator=change == "no administrator")
    if change == "gone":
        User.objects.filter(pk=inviter.pk).delete()
    if change == "role grew":
        extra = Permission.objects.get(codename="change_user", content_type__app_label="accounts")
        Group.objects.get(name="support").permissions.add(extra)
    if change == "no role":
        inviter.groups.clear()
    changes = {
        "disabled": {"is_active": False},
        "demoted": {"is_staff": False},
        "no administrator": {"is_superuser": False},
    }
    User.objects.filter(pk=inviter.pk).update(**changes.get(change, {"first_name": "x"}))

    assert accept(token_of(invitation)).status_code == 400

    assert not User.objects.filter(username="wanjiku.k").exists()
    assert is_open(invitation)


def test_invitation_to_a_role_that_is_gone_is_void() -> None:
    invitation = make_invitation("support")
    Group.objects.get(name="support").delete()

    assert accept(token_of(invitation)).status_code == 400


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_active": False}])
def test_who_became_staff_or_was_disabled_meanwhile_accepts_nothing(fields: dict[str, bool]) -> None:
    customer = make_customer()
    invitation = make_invitation(email=customer.email)
    User.objects.filter(pk=customer.pk).update(**fields)

    assert accept(token_of(invitation), password=PASSWORD).status_code == 400

    assert rights_of(customer)[2] == set()


@pytest.mark.parametrize("forged", ["", "x", "\x00", "0" * 300, "of another purpose", "expired"])
def test_tokens_that_are_none(forged: str) -> None:
    invitation = make_invitation()
    token = token_of(invitation)
    if forged == "of another purpose":
        Link.objects.update(purpose="verify_email")
    if forged == "expired":
        Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    entered = token if " " in forged or forged == "expired" else forged

    assert accept(entered).status_code in (200, 400)

    assert not User.objects.filter(username="wanjiku.k").exists()


def test_forms_of_other_sites_are_refused() -> None:
    token = token_of(make_invitation())
    client = Client(enforce_csrf_checks=True)

    assert accept(token, client).status_code == 403
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown(client.get(PAGE)))
    assert found
    assert not User.objects.filter(username="wanjiku.k").exists()

    assert accept(token, client, **ME, csrfmiddlewaretoken=found[1]).status_code == 302


def test_erasing_a_customer_forgets_that_they_were_invited() -> None:
    customer = make_customer()
    make_invitation(email=customer.email)
    kept = make_invitation()

    erase_user(user=customer, at=timezone.now())

    assert Invitation.objects.get() == kept
    assert Link.objects.get() == kept.link
