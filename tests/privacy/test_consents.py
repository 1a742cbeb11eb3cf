"""Who may be sent advertising: what is said, where it is said, and who is on the list that follows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.actions.erase_user import erase_user
from accounts.consents import recipients, unsubscribe_headers, unsubscribe_url
from accounts.models import AuditEntry, Consent, User
from electroports.records import AppendOnlyError
from tests.factories import PASSWORD, make_user
from tests.staff import client_of
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
URL = "/api/users/me/consents"
NOTHING = {"given": False, "changed_at": None, "wording": ""}
YES = {"email": True, "wording": "2026-11"}


@pytest.fixture
def wanjiku() -> User:
    at = timezone.now()
    return make_user(email="wanjiku@example.com", phone="+254719876543", email_verified_at=at, phone_verified_at=at)


@pytest.fixture
def caller(wanjiku: User) -> APIClient:
    return client_of(wanjiku)


def listed(channel: str = "email") -> list[int]:
    return sorted(recipients(channel).values_list("pk", flat=True))


def words_of(user: User) -> list[tuple[str, bool, str, str, str]]:
    rows = user.consents.order_by("pk")
    return list(rows.values_list("channel", "is_given", "source", "wording", "address"))


def test_nobody_has_agreed_who_has_said_nothing(caller: APIClient) -> None:
    assert caller.get(URL).json() == {"email": NOTHING, "sms": NOTHING}
    assert listed() == listed("sms") == []


def test_what_is_said_is_added(caller: APIClient, wanjiku: User) -> None:
    said = caller.post(URL, YES)
    assert said.status_code == 200
    assert said.json() == caller.get(URL).json()
    assert (said.json()["email"]["given"], said.json()["email"]["wording"]) == (True, "2026-11")
    assert said.json()["sms"] == NOTHING

    caller.post(URL, {**YES, "wording": "2027-01"})
    assert caller.post(URL, {"email": False}).json()["email"]["given"] is False

    assert words_of(wanjiku) == [
        ("email", True, "account", "2026-11", "wanjiku@example.com"),
        ("email", True, "account", "2027-01", "wanjiku@example.com"),
        ("email", False, "account", "", "wanjiku@example.com"),
    ]


@pytest.mark.parametrize("said", [[YES, YES], [{"email": False, "sms": False}] * 2, [{}]])
def test_what_is_no_news_adds_nothing(caller: APIClient, wanjiku: User, said: list[dict[str, Any]]) -> None:
    for body in said:
        assert caller.post(URL, body).status_code == 200

    assert wanjiku.consents.count() == (1 if said[0] == YES else 0)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"email": True}, "wording", "required"),
        ({"sms": True, "wording": ""}, "wording", "blank"),
        ({"email": "yes", "wording": "1"}, "email", "invalid"),
        ({"post": True, "wording": "1"}, "post", "unknown_field"),
        ({"email": True, "wording": "x" * 41}, "wording", "max_length"),
    ],
)
def test_what_is_no_word_is_refused(
    caller: APIClient, wanjiku: User, body: dict[str, Any], field: str, code: str
) -> None:
    problem = problem_in(caller.post(URL, body), 400, code if code == "unknown_field" else "invalid")

    assert [(row["field"], row["code"]) for row in problem["errors"]] == [(field, code)]
    assert not wanjiku.consents.exists()


def test_it_is_said_when_registering() -> None:
    person = {"username": "chebet", "email": "chebet@example.com", "password": PASSWORD}

    problem_in(APIClient().post("/api/users/register", {**person, "consents": {"email": True}}), 400, "invalid")
    assert not User.objects.exists()
    response = APIClient().post("/api/users/register", {**person, "consents": {**YES, "sms": False}})

    assert response.status_code == 201
    user = User.objects.get()
    assert words_of(user) == [("email", True, "registration", "2026-11", "chebet@example.com")]
    assert listed() == [], "the address has not been shown to be theirs"
    User.objects.update(email_verified_at=timezone.now())
    assert listed() == [user.pk]


def unverified(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email_verified_at=None)


def moved(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email="other@example.com")


def disabled(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def erased(user: User) -> None:
    erase_user(user=user, at=timezone.now())


def withdrawn(user: User) -> None:
    assert Client().post(path_of(user)).status_code == 200


@pytest.mark.parametrize("change", [unverified, moved, disabled, erased, withdrawn])
def test_who_is_no_longer_on_the_list(caller: APIClient, wanjiku: User, change: Callable[[User], None]) -> None:
    other = make_user(email_verified_at=timezone.now())
    for client in (caller, client_of(other)):
        client.post(URL, YES)
    assert listed() == sorted([wanjiku.pk, other.pk])

    change(wanjiku)

    assert listed() == [other.pk]


def test_another_address_is_asked_anew(caller: APIClient, wanjiku: User) -> None:
    caller.post(URL, YES)
    moved(wanjiku)
    assert caller.get(URL).json()["email"]["given"] is False

    assert caller.post(URL, YES).json()["email"]["given"] is True

    assert [address for *_, address in words_of(wanjiku)] == ["wanjiku@example.com", "other@example.com"]
    assert listed() == [wanjiku.pk]


def test_each_channel_by_itself(caller: APIClient, wanjiku: User) -> None:
    caller.post(URL, {"sms": True, "wording": "2026-11"})

    assert (listed(), listed("sms")) == ([], [wanjiku.pk])


def test_the_list_is_one_query(
    caller: APIClient, wanjiku: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    others = [make_user(email_verified_at=timezone.now()) for _ in range(5)]
    for client in (caller, *map(client_of, others)):
        client.post(URL, YES)

    with django_assert_num_queries(1):
        assert len(recipients("email")) == 6


def print_recipients(channel: str) -> list[dict[str, str]]:
    out = StringIO()
    call_command("marketing_recipients", "--channel", channel, stdout=out)
    return list(csv.DictReader(StringIO(out.getvalue())))


def test_a_spreadsheet_runs_no_name(caller: APIClient, wanjiku: User) -> None:
    User.objects.filter(pk=wanjiku.pk).update(first_name="=HYPERLINK(1)", last_name="Kamau")
    caller.post(URL, {"email": True, "wording": "2026-11"})

    (mailed,) = print_recipients("email")

    assert mailed["name"] == "'=HYPERLINK(1) Kamau"


def test_the_list_of_an_operator(caller: APIClient, wanjiku: User) -> None:
    User.objects.filter(pk=wanjiku.pk).update(first_name='Wanjiku "Ciku"', last_name="Kamau, of Thika")
    silent = make_user(email_verified_at=timezone.now())
    caller.post(URL, {"email": True, "sms": True, "wording": "2026-11"})

    (mailed,), (texted,) = print_recipients("email"), print_recipients("sms")

    url = unsubscribe_url(user_id=wanjiku.pk, channel="email")
    assert mailed == {
        "address": "wanjiku@example.com",
        "name": 'Wanjiku "Ciku" Kamau, of Thika',
        "user": str(wanjiku.pk),
        "unsubscribe_url": url,
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert (texted.pop("address"), set(texted)) == ("+254719876543", {"name", "user", "unsubscribe_url"})
    assert silent.pk not in listed()
    entries = AuditEntry.objects.order_by("pk").values_list("action", "model", "how", "message", "person_id")
    assert list(entries) == [
        ("exported", "accounts.consent", "command", f"1 recipient of marketing by {label}.", None)
        for label in ("E-mail", "SMS")
    ]


def test_whoever_stops_it_by_the_printed_link_is_off_the_list(caller: APIClient, wanjiku: User) -> None:
    caller.post(URL, YES)
    (mailed,) = print_recipients("email")

    assert Client().post(urlsplit(mailed["unsubscribe_url"]).path).status_code == 200

    assert print_recipients("email") == []


@pytest.mark.parametrize("arguments", [[], ["--channel", "post"]])
def test_a_list_of_no_channel_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="--channel"):
        call_command("marketing_recipients", *arguments)

    assert not AuditEntry.objects.exists()


def path_of(user: User, channel: str = "email") -> str:
    return urlsplit(unsubscribe_url(user_id=user.pk, channel=channel)).path


def test_the_page_of_the_link_asks_and_its_button_stops_it(caller: APIClient, wanjiku: User) -> None:
    caller.post(URL, {"email": True, "sms": True, "wording": "2026-11"})
    for ask in (Client().get, Client().head):
        page = ask(path_of(wanjiku))
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
    assert b'<form method="post">' in Client().get(path_of(wanjiku)).content
    assert listed() == [wanjiku.pk], "scanners of mail follow links"

    assert b"<h1>Done</h1>" in Client(enforce_csrf_checks=True).post(path_of(wanjiku)).content

    assert (listed(), listed("sms")) == ([], [wanjiku.pk])
    assert words_of(wanjiku)[-1] == ("email", False, "link", "", "wanjiku@example.com")


def test_a_mail_program_stops_it_with_one_click(caller: APIClient, wanjiku: User) -> None:
    """RFC 8058, section 3.1: a POST of that body, without cookies, that is not sent elsewhere."""
    caller.post(URL, YES)
    headers = unsubscribe_headers(user_id=wanjiku.pk)
    assert headers["List-Unsubscribe"] == f"<{unsubscribe_url(user_id=wanjiku.pk, channel='email')}>"
    key, _, value = headers["List-Unsubscribe-Post"].partition("=")

    response = Client(enforce_csrf_checks=True).post(path_of(wanjiku), {key: value})

    assert response.status_code == 200
    assert listed() == []


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_link_that_the_shop_did_not_sign_does_nothing(caller: APIClient, wanjiku: User, way: str) -> None:
    caller.post(URL, YES)
    other, true = make_user(), path_of(wanjiku)
    forged = true.replace(f"{wanjiku.pk}.", f"{other.pk}.", 1)
    assert forged != true

    for path in (forged, true[:-1] + ("A" if true[-1] != "A" else "B"), true.replace("email", "sms")):
        assert getattr(Client(), way)(path).status_code == 404, path

    assert listed() == [wanjiku.pk]


def test_the_link_of_whoever_was_erased_says_no_more_than_any(caller: APIClient, wanjiku: User) -> None:
    caller.post(URL, YES)
    pages = [getattr(Client(), way)(path_of(wanjiku)).content for way in ("get", "post")]
    erase_user(user=wanjiku, at=timezone.now())

    assert [getattr(Client(), way)(path_of(wanjiku)).content for way in ("get", "post")] == pages

    assert not Consent.objects.exists()


def test_what_was_said_is_not_changed(caller: APIClient, wanjiku: User) -> None:
    caller.post(URL, YES)
    row = wanjiku.consents.get()
    row.is_given = False

    for change in (row.save, row.delete, wanjiku.consents.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        wanjiku.consents.update(is_given=False)

    assert listed() == [wanjiku.pk]
