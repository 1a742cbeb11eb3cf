"""Nothing of the back office opens before the second factor, and no visit lasts for ever."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AccountMessage, AuditEntry, RecoveryCode, SecondFactor, User
from accounts.office.gate import BEGAN, SEEN, SHOWN
from accounts.secrets import unseal
from tests.accounts.otp import SECRET, code_at, give_recovery_code, give_second_factor, make_member
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
CODE, SET_UP, CODES = "/admin/second-factor/", "/admin/second-factor/set-up/", "/admin/second-factor/recovery-codes/"


@pytest.fixture(autouse=True)
def second_factor(password_alone: None, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


def signed_in(user: User) -> Client:
    """A browser in which the password was given."""
    client = Client()
    response = client.post("/admin/login/?next=/admin/orders/order/", {"username": user.username, "password": PASSWORD})
    assert response.status_code == 302, response.content
    return client


def inside(user: User) -> Client:
    """A browser in which the second factor was shown, too."""
    client = signed_in(user)
    assert client.post(CODE, {"otp": code_at()}).status_code == 302
    return client


def is_open(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def pages() -> list[str]:
    """Every page of the site that needs no argument, and one of each model that does."""
    found = []
    for pattern in admin.site.urls[0]:
        for inner in getattr(pattern, "url_patterns", [pattern]):
            route = str(pattern.pattern) + (str(inner.pattern) if inner is not pattern else "")
            route = re.sub(r"<[^>]*>", "1", route)
            if re.fullmatch(r"[\w/-]*", route) and route not in ("login/", "logout/"):
                found.append(f"/admin/{route}")
    return sorted(set(found))


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_opens_to_a_password_alone(method: str) -> None:
    client = signed_in(make_member(is_superuser=True))
    assert len(pages()) > 150

    opened = [
        path for path in pages() if getattr(client, method)(path).headers.get("Location", "")[:13] != "/admin/login/"
    ]

    assert opened == []


def test_log_in_leads_by_the_code_to_the_page_that_was_wanted() -> None:
    client = signed_in(make_member(is_superuser=True))

    response = client.get("/admin/orders/order/", follow=True)

    assert response.redirect_chain[-1][0] == f"{CODE}?next=%2Fadmin%2Forders%2Forder%2F"
    assert not is_open(client)
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["password_ok"]
    key = client.session.session_key
    response = client.post(response.redirect_chain[-1][0], {"otp": code_at()})
    assert response.headers["Location"] == "/admin/orders/order/"
    assert is_open(client)
    assert client.session.session_key != key
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["password_ok", "signed_in"]
    assert client.get(CODE).headers["Location"] == "/admin/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(elsewhere: str) -> None:
    client = signed_in(make_member())

    assert client.post(f"{CODE}?next={elsewhere}", {"otp": code_at()}).headers["Location"] == "/admin/"


def test_wrong_code_opens_nothing_and_counts() -> None:
    client = signed_in(make_member())

    answers = [client.post(CODE, {"otp": "wrong"}).content.decode() for _ in range(30)]

    assert "This code is not right" in answers[0]
    assert "This code is not right" not in answers[-1]
    assert client.post(CODE, {"otp": code_at()}).status_code == 200
    assert not is_open(client)
    assert SecondFactor.objects.get().last_step == 0


def test_recovery_code_opens_and_its_owner_is_told() -> None:
    member = make_member()
    code = give_recovery_code(member)
    client = signed_in(member)

    assert client.post(CODE, {"otp": code}).status_code == 302

    assert is_open(client)
    assert AccountMessage.objects.get().kind == "recovery_code_used"


def test_who_has_no_app_sets_one_up_first() -> None:
    member = make_user(is_staff=True)
    client = signed_in(member)

    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == f"{SET_UP}?next=%2Fadmin%2F"
    text = page.content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", text)[1].replace(" ", "")  # type: ignore[index]
    assert "<svg" in text
    assert not is_open(client)
    assert client.post(SET_UP, {"code": "wrong"}).status_code == 200
    assert not SecondFactor.objects.exists()

    response = client.post(SET_UP, {"code": code_at(secret=secret)})

    codes = re.findall(r"<li>([a-z2-7-]+)</li>", response.content.decode())
    assert len(codes) == RecoveryCode.objects.count() == 10
    assert response.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert (
        "unsafe-inline" not in response.headers["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]
    )
    assert unseal(SecondFactor.objects.get().secret) == secret
    assert is_open(client)
    assert AccountMessage.objects.get().kind == "second_factor_changed"
    other = signed_in(member)
    assert other.post(CODE, {"otp": codes[3]}).status_code == 302
    assert is_open(other)


def test_app_is_replaced_with_a_code_of_the_old_one() -> None:
    member = make_member()
    client = inside(member)
    SecondFactor.objects.update(last_step=0)
    client.get(SET_UP)
    secret = unseal(client.session["second_factor_pending"])
    new = code_at(secret=secret)

    assert client.post(SET_UP, {"code": new, "otp": "wrong"}).status_code == 200
    assert client.post(SET_UP, {"code": "000000", "otp": code_at()}).status_code == 200
    assert unseal(SecondFactor.objects.get().secret) == SECRET

    assert "<li>" in client.post(SET_UP, {"code": new, "otp": code_at()}).content.decode()
    assert unseal(SecondFactor.objects.get().secret) == secret


def test_app_is_not_replaced_by_a_password_alone_or_long_after() -> None:
    member = make_member()
    assert signed_in(member).get(SET_UP).headers["Location"] == CODE
    SecondFactor.objects.update(last_step=0)
    client = inside(member)
    turn_back(client, SHOWN, minutes=16)

    assert client.get(SET_UP).headers["Location"] == f"{CODE}?next={SET_UP}"
    assert not is_open(client)


def test_new_recovery_codes_cost_a_code() -> None:
    member = make_member()
    old = give_recovery_code(member)
    client = inside(member)
    SecondFactor.objects.update(last_step=0)

    assert client.post(CODES, {"otp": "wrong"}).status_code == 200
    assert RecoveryCode.objects.count() == 1
    assert "1 recovery code left" in client.get(CODES).content.decode()
    assert "<li>" in client.post(CODES, {"otp": code_at()}).content.decode()

    assert RecoveryCode.objects.count() == 10
    assert AccountMessage.objects.get().kind == "recovery_codes_made"
    assert signed_in(member).post(CODE, {"otp": old}).status_code == 200
    assert signed_in(member).get(CODES).headers["Location"] == CODE


@pytest.mark.parametrize("path", [CODE, SET_UP, CODES])
def test_pages_of_the_second_factor_are_for_staff(path: str) -> None:
    customer = Client()
    customer.force_login(make_user())

    assert [client.get(path).headers["Location"] for client in (Client(), customer)] == ["/admin/login/"] * 2


def test_leaving_half_way() -> None:
    client = signed_in(make_member())

    assert client.post("/admin/second-factor/leave/").headers["Location"] == "/admin/login/"

    assert "_auth_user_id" not in client.session


def turn_back(client: Client, key: str, **ago: int) -> None:
    session = client.session
    session[key] -= timedelta(**ago).total_seconds()
    session.save()


@pytest.mark.parametrize(
    ("key", "ago", "stays"),
    [
        (SEEN, {"minutes": 29}, True),
        (SEEN, {"minutes": 30}, False),
        (BEGAN, {"minutes": 719}, True),
        (BEGAN, {"hours": 12}, False),
    ],
)
def test_visit_ends_when_it_is_idle_or_long(key: str, ago: dict[str, int], stays: bool) -> None:
    client = inside(make_member())
    turn_back(client, key, **ago)

    assert is_open(client) is stays

    assert ("_auth_user_id" in client.session) is stays
    if not stays:
        assert "You were signed out" in client.get("/admin/login/").content.decode()


def test_clicking_keeps_a_visit_alive() -> None:
    client = inside(make_member())

    for _ in range(3):
        turn_back(client, SEEN, minutes=20)
        assert is_open(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_is_no_longer_of_the_staff_is_out_at_once(change: dict[str, bool]) -> None:
    member = make_member()
    client = inside(member)

    User.objects.filter(pk=member.pk).update(**change)

    assert not is_open(client)
    assert client.get(CODE).headers["Location"] == "/admin/login/"


def test_reset_by_command_sends_its_user_back_to_set_up() -> None:
    member = give_second_factor(make_user(is_staff=True, username="wanjiku"))
    give_recovery_code(member)
    client = inside(member)

    call_command("reset_second_factor", "Wanjiku", stdout=StringIO())

    assert not is_open(client)
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert AccountMessage.objects.get().kind == "second_factor_changed"
    assert signed_in(member).get(CODE).headers["Location"] == SET_UP
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")


def test_administrator_resets_anothers_with_a_reason() -> None:
    boss, member = make_member(is_superuser=True), make_member()
    office, theirs = inside(boss), inside(member)
    address = reverse("admin:accounts_user_reset_second_factor", args=[member.pk])

    assert office.post(address, {"reason": ""}).status_code == 200
    assert SecondFactor.objects.filter(user=member).exists()
    assert is_open(theirs)
    assert office.post(address, {"reason": "Called back on her own number."}).status_code == 302

    assert not SecondFactor.objects.filter(user=member).exists()
    assert not is_open(theirs)
    entry = LogEntry.objects.filter(object_id=str(member.pk), user=boss).earliest("pk")
    assert entry.change_message == "Second factor reset: Called back on her own number."
    own = reverse("admin:accounts_user_reset_second_factor", args=[boss.pk])
    assert office.post(own, {"reason": "x"}).status_code == 404


def test_cookie_of_a_session_is_kept_from_scripts_and_other_sites(settings: Any) -> None:
    client = signed_in(make_member())

    cookie = client.cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", True)
    assert reverse("second-factor") == CODE
