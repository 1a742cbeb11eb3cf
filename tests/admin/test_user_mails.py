"""What a user is told of what staff do to their account, and what staff see of messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountMessage, User
from tests.admin.pages import errors_on, save
from tests.admin.people import make_account_message
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_a_password_by_staff_is_told_to_the_user(office: Client) -> None:
    user = make_user()
    password = "staple 7 tree lantern"
    url = reverse("admin:auth_user_password_change", args=[user.pk])

    response = office.post(url, {"password1": password, "password2": password, "usable_password": "true"})

    assert response.status_code == 302
    assert User.objects.get(pk=user.pk).check_password(password)
    told = AccountMessage.objects.get()
    assert (told.kind, told.recipient, told.user) == ("password_changed", user.email, user)


@pytest.mark.parametrize("email", ["elsewhere@example.com", None])
def test_an_address_by_staff_is_not_verified(office: Client, email: str | None) -> None:
    user = make_user(email_verified_at=timezone.now())

    response = save(office, user, email=email or user.email)

    assert response.status_code == 302, errors_on(response)
    again = User.objects.get(pk=user.pk)
    assert (again.email, again.email_verified) == (email or user.email, email is None)


def test_messages_show_no_address_whole(office: Client) -> None:
    message = make_account_message()
    User.objects.filter(pk=message.user_id).update(email="")

    for page in ("changelist", "change"):
        args = [message.pk] if page == "change" else []
        text = office.get(reverse(f"admin:accounts_accountmessage_{page}", args=args)).content.decode()
        assert message.recipient not in text
        assert "us•••@example.com" in text
    found: Any = office.get(reverse("admin:accounts_accountmessage_changelist"), {"q": message.recipient})
    assert len(found.context_data["cl"].result_list) == 1
