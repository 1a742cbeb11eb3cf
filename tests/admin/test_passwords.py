"""Passwords in the back office: one's own, and what its forms say when there is no room for one more hash."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.change_password import change_password
from accounts.actions.replace_password import replace_password
from accounts.models import AccountMessage, FailureCount, User
from accounts.office import own_password as page
from tests import factories
from tests.accounts.calls import everything
from tests.accounts.crowd import somebody_hashing

pytestmark = pytest.mark.django_db
NEW = "nyama-choma-12"
OWN = "/admin/password_change/"
BUSY = "Too many people are signing in at this moment."


def own(old: str = factories.PASSWORD, new: str = NEW) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new}


@pytest.fixture
def forms(boss: User, office: Client, settings: Any) -> dict[str, tuple[str, dict[str, str]]]:
    """The forms that hash: where they are, and what is sent."""
    settings.PASSWORD_HASHERS = ["accounts.hashers.ShopArgon2PasswordHasher"]
    boss.set_password(factories.PASSWORD)
    boss.save()
    office.force_login(boss)
    twice = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    return {
        "log-in": ("/admin/login/", {"username": boss.username, "password": factories.PASSWORD}),
        "own password": (OWN, own()),
        "new user": (reverse("admin:accounts_user_add"), {"username": "otieno", "email": "o@example.com", **twice}),
        "password of another": (
            reverse("admin:auth_user_password_change", args=[factories.make_user().pk]),
            twice,
        ),
    }


@pytest.fixture
def crowd(settings: Any) -> None:
    """Others hash, and nobody may wait."""
    settings.HASHES_AT_ONCE, settings.HASHES_WAITING, settings.HASH_WAIT = 1, 0, timedelta(0)


@pytest.mark.parametrize("page", ["log-in", "own password", "new user", "password of another"])
def test_forms_say_that_there_is_no_room_and_keep_everything(
    page: str, forms: dict[str, tuple[str, dict[str, str]]], crowd: None, office: Client
) -> None:
    address, body = forms[page]
    browser = Client() if page == "log-in" else office
    before = everything()

    with somebody_hashing():
        response = browser.post(address, body)

    assert response.status_code == (429 if page in ("log-in", "own password") else 200)
    assert BUSY in response.content.decode()
    assert everything() == before
    assert FailureCount.objects.count() == 0
    assert browser.post(address, body).status_code == 302


def test_wrong_old_passwords_count_with_those_at_the_front_door(office: Client, boss: User) -> None:
    before = everything()

    statuses = [office.post(OWN, own("wrong")).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]
    assert everything() == before
    page = office.post(OWN, own())
    assert (page.status_code, 0 < int(page["Retry-After"]) <= 60) == (429, True)
    assert "Too many attempts have failed" in page.content.decode()
    assert (
        Client().post("/admin/login/", {"username": boss.username, "password": factories.PASSWORD}).status_code == 429
    )


def test_a_wrong_old_password_is_said_at_its_field(office: Client, boss: User) -> None:
    response: Any = office.post(OWN, own("wrong"))

    assert response.context_data["form"].errors == {"old_password": ["This is not your password."]}


def test_ones_own_new_password_keeps_this_browser_and_ends_the_others(office: Client, boss: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(pk=boss.pk))

    assert office.post(OWN, own()).status_code == 302

    assert [browser.get(OWN).status_code for browser in (office, elsewhere)] == [200, 302]
    again = User.objects.get(pk=boss.pk)
    assert again.check_password(NEW)
    assert AccountMessage.objects.get().kind == "password_changed"


def test_another_new_password_a_moment_later_ends_this_browser_too(
    office: Client, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_and_lose(**change: Any) -> User:
        user = change_password(**change)
        now = User.objects.get(pk=user.pk)
        replace_password(user=now, hashed=make_password("muratina-choma-13"), at=timezone.now())
        return user

    monkeypatch.setattr(page, "change_password", change_and_lose)

    office.post(OWN, own())

    assert office.get(OWN).status_code == 302
    assert User.objects.get(pk=boss.pk).check_password("muratina-choma-13")


def test_a_weak_new_password_is_refused_before_the_old_one_is_judged(office: Client, boss: User) -> None:
    before = everything()

    assert office.post(OWN, own("wrong", "12345")).status_code == 200

    assert everything() == before
    assert FailureCount.objects.count() == 0
