"""What else the form of a user does: owners are told, and names are taken while it is checked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.account_words import words_for
from accounts.admin import users
from accounts.models import AccountMessage, User
from tests import factories
from tests.admin.pages import change_page, messages_after, read_form, save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"email": "n@example.com"}, ["email_changed"]),
        ({"phone": ""}, ["phone_given_up"]),
        ({"email": "n@example.com", "phone": "0722 000 222"}, ["email_changed", "phone_given_up"]),
        ({"first_name": "Wanjiku", "phone": "0712 345 678"}, []),
    ],
)
@pytest.mark.parametrize("is_verified", [True, False])
def test_whose_address_or_phone_staff_change_is_told_where_they_were_known(
    office: Client, entered: dict[str, str], told: list[str], is_verified: bool
) -> None:
    at = timezone.now()
    user = factories.make_user(
        email="old@example.com",
        email_verified_at=at if is_verified else None,
        phone="+254712345678",
        phone_verified_at=at,
    )

    assert save(office, user, **entered).status_code == 302

    messages = AccountMessage.objects.order_by("pk")
    assert [(each.kind, each.recipient) for each in messages] == [
        (kind, "old@example.com") for kind in told if is_verified
    ]
    if "email_changed" in told and is_verified:
        assert "our staff gave your account another address" in words_for(messages[0]).paragraphs[0]


@pytest.mark.parametrize("typed", ["{}", " {} "])
@pytest.mark.parametrize("field", ["username", "email"])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_name_that_is_taken_while_the_form_is_checked(
    office: Client, monkeypatch: pytest.MonkeyPatch, field: str, is_new: bool, typed: str
) -> None:
    factories.make_user(username="otieno", email="otieno@example.com")
    user = factories.make_user(username="wanjiku", email="wanjiku@example.com")
    monkeypatch.setattr(users.PersonMixin, "_refuse_taken", lambda form, name: form.cleaned_data[name])
    monkeypatch.setattr(User, "validate_unique", lambda *_args, **_more: None)
    monkeypatch.setattr(User, "validate_constraints", lambda *_args, **_more: None)
    taken, before = {"username": "Otieno", "email": "Otieno@example.com"}[field], list(User.objects.values())
    address = reverse("admin:accounts_user_add") if is_new else change_page(user)
    password = "nyama-choma-12"
    new = {"username": "fresh", "password1": password, "password2": password, "usable_password": "true"}

    response = office.post(
        address, {**read_form(office, address), **(new if is_new else {}), field: typed.format(taken)}
    )

    assert messages_after(office, response) == [users.TAKEN_MEANWHILE]
    assert list(User.objects.values()) == before
