"""Users who change while staff have their forms open: what is saved is what was changed there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.actions.erase_user import erase_user
from accounts.actions.give_password import give_password
from accounts.actions.replace_password import replace_password
from accounts.admin import users as page
from accounts.admin.users import UserAdmin
from accounts.models import User
from tests import factories
from tests.admin.pages import change_page, save
from tests.admin.test_users import password_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


def take_new_password(user: User) -> None:
    replace_password(user=user, hashed=make_password("nyama-choma-12"), at=timezone.now())


def lose_phone(user: User) -> None:
    User.objects.filter(pk=user.pk).update(phone="", phone_verified_at=None)


def become_support(user: User) -> None:
    user.groups.add(Group.objects.get_or_create(name="support")[0])


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[User], object]]:
    """What somebody else does to a user between the moment that the form reads their row and that it is saved."""
    others: list[Callable[[User], object]] = []
    read = UserAdmin.save_form

    def read_and_wait(self: UserAdmin, request: HttpRequest, form: Any, change: bool) -> Any:
        for other in others:
            other(User.objects.get(pk=form.instance.pk))
        return read(self, request, form, change)

    monkeypatch.setattr(UserAdmin, "save_form", read_and_wait)
    return others


@pytest.mark.parametrize("other", [take_new_password, lose_phone, become_support])
def test_a_form_writes_nothing_that_was_not_changed_in_it(
    office: Client, meanwhile: list[Callable[[User], object]], other: Callable[[User], object]
) -> None:
    at = timezone.now()
    user = factories.make_user(phone="+254712345678", phone_verified_at=at, email_verified_at=at)
    meanwhile.append(other)
    facts = ("password", "password_version", "phone", "phone_verified_at", "email_verified_at", "groups")
    seen: list[Any] = []
    meanwhile.append(lambda user: seen.append(User.objects.filter(pk=user.pk).values(*facts).get()))

    assert save(office, user, first_name="Wanjiku").status_code == 302

    assert User.objects.filter(pk=user.pk).values(*facts).get() == seen[0]
    assert User.objects.get(pk=user.pk).first_name == "Wanjiku"


def test_a_phone_that_was_typed_in_another_way_does_not_come_back(
    office: Client, meanwhile: list[Callable[[User], object]]
) -> None:
    user = factories.make_user(phone="+254712345678", phone_verified_at=timezone.now())
    meanwhile.append(lose_phone)

    assert save(office, user, phone="0712 345 678").status_code == 302

    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == ("", False)


def erase(user: User) -> None:
    erase_user(user=user, at=timezone.now())


def test_an_account_that_was_erased_meanwhile_is_not_written_into(
    office: Client, meanwhile: list[Callable[[User], object]]
) -> None:
    user = factories.make_user(first_name="Zawadi")
    meanwhile.append(erase)

    assert save(office, user, first_name="Wanjiku").status_code == 404


def test_what_is_left_of_an_erased_account_is_looked_at_alone(office: Client) -> None:
    user = factories.make_user()
    erase(user)

    assert office.get(change_page(user)).status_code == 200
    assert office.post(change_page(user), {"first_name": "Wanjiku"}).status_code == 403
    assert office.post(password_page(user), {"password1": "nyama-choma-12"}).status_code == 403


@pytest.mark.parametrize("is_usable", ["true", "false"])
def test_a_password_by_staff_brings_nothing_back(
    office: Client, monkeypatch: pytest.MonkeyPatch, is_usable: str
) -> None:
    user = factories.make_user(first_name="Zawadi")

    def sign_out_and_give(*, user: User, at: datetime) -> User:
        User.objects.filter(pk=user.pk).update(password_version=7, first_name="Wanjiku", is_active=False)
        return give_password(user=user, at=at)

    monkeypatch.setattr(page, "give_password", sign_out_and_give)
    new = {"password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": is_usable}

    answer = office.post(password_page(user), {**new, ("set" if is_usable == "true" else "unset") + "-password": "1"})

    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.password_version, user.first_name, user.is_active) == (8, "Wanjiku", False)
    assert (user.has_usable_password(), user.check_password("nyama-choma-12")) == (is_usable == "true",) * 2


def test_an_account_that_was_erased_meanwhile_is_given_no_password(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = factories.make_user(first_name="Zawadi")

    def erase_and_give(*, user: User, at: datetime) -> User:
        erase(User.objects.get(pk=user.pk))
        return give_password(user=user, at=at)

    monkeypatch.setattr(page, "give_password", erase_and_give)
    new = {"password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": "true"}

    assert office.post(password_page(user), new).status_code == 404

    user.refresh_from_db()
    assert (user.first_name, user.is_active, user.has_usable_password()) == ("", False, False)
