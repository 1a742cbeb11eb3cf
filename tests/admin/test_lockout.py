"""Failed sign-ins in the back office: its own log-in, the list of locks, and lifting one."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import FailureCount, User
from tests.factories import PASSWORD, make_user
from tests.staff import member_with


@pytest.fixture
def wanjiku(db: None) -> User:
    return make_user(username="Wanjiku")


def fail(client: Client) -> None:
    for _ in range(5):
        assert client.post("/admin/login/", {"username": "wanjiku", "password": "wrong"}).status_code == 200


def test_the_back_office_says_so_with_429(client: Client, wanjiku: User) -> None:
    fail(client)

    page = client.post("/admin/login/", {"username": "wanjiku", "password": PASSWORD})

    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 60
    assert b"Too many attempts have failed. Try again in 1 minute." in page.content
    assert b"Please correct the error" not in page.content
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_one_message_that_is_true(client: Client, wanjiku: User) -> None:
    page = client.post("/admin/login/", {"username": "wanjiku", "password": "wrong"}).content.decode()

    assert "This is not the user name or e-mail address and the password of a member of staff." in page
    assert "case-sensitive" not in page
    assert "Please correct the error" not in page


def test_staff_with_the_right_lift_a_lock(client: Client, wanjiku: User) -> None:
    fail(client)
    row = FailureCount.objects.get(scope="account")
    page = f"/admin/accounts/failurecount/{row.pk}/lift/"

    client.force_login(member_with("accounts.view_failurecount"))
    assert client.post(page).status_code == 403
    assert FailureCount.objects.filter(scope="account").count() == 1

    client.force_login(member_with("accounts.view_failurecount", "accounts.delete_failurecount", "accounts.view_user"))
    assert client.get(page).status_code == 200
    assert b"Locked" in client.get("/admin/accounts/failurecount/?q=wanjiku").content
    assert client.post(page).status_code == 302
    assert FailureCount.objects.filter(scope="account").count() == 0


def test_locks_of_staff_are_shown_to_those_who_may_look_at_staff(client: Client, wanjiku: User) -> None:
    fail(client)
    User.objects.update(is_staff=True)
    page = f"/admin/accounts/failurecount/{FailureCount.objects.get(scope='account').pk}/change/"

    client.force_login(member_with("accounts.view_failurecount", "accounts.view_user"))
    assert b"Wanjiku" not in client.get("/admin/accounts/failurecount/").content
    assert client.get(page).status_code == 302  # as of a row that is not there

    client.force_login(member_with("accounts.view_failurecount", "accounts.view_user", "accounts.view_staff_user"))
    assert b"Wanjiku" in client.get("/admin/accounts/failurecount/").content
    assert client.get(page).status_code == 200


def test_an_address_is_found_by_the_whole_of_it(office: Client, client: Client, wanjiku: User) -> None:
    fail(client)

    found = [office.get(f"/admin/accounts/failurecount/?q={text}").content for text in ("127.0.0.1", "127.0.0.2")]

    assert [b"An address, at any account" in content for content in found] == [True, False]


def test_a_row_of_an_address_has_no_lock_to_lift(office: Client, client: Client, wanjiku: User) -> None:
    fail(client)
    row = FailureCount.objects.get(scope="address")

    assert office.get(f"/admin/accounts/failurecount/{row.pk}/lift/").status_code == 404


def test_strangers_do_not_lock_staff_out_where_they_have_signed_in(client: Client, db: None) -> None:
    make_user(username="Wanjiku", is_staff=True, is_superuser=True)
    entered = {"username": "wanjiku", "password": PASSWORD}
    assert client.post("/admin/login/", entered).status_code == 302
    client.logout()
    for _ in range(5):
        client.post("/admin/login/", {**entered, "password": "wrong"}, REMOTE_ADDR="198.51.100.4")

    assert client.post("/admin/login/", entered, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert client.post("/admin/login/", entered).status_code == 302
