"""What a user is told of what staff do to their account, and what staff see of messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountMessage, User
from tests.accounts.inviting import make_invitation
from tests.admin.pages import errors_on, save
from tests.admin.people import make_account_message
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MESSAGES = "/admin/accounts/accountmessage/"


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


@pytest.fixture
def support() -> Client:
    """The back office of somebody who sees the messages, and no members of staff."""
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_accountmessage"))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "lookup", ["recipient__startswith", "recipient__regex", "recipient", "error__contains", "facts__device__startswith"]
)
def test_no_lookup_tells_what_the_list_of_messages_hides(support: Client, lookup: str) -> None:
    message = make_account_message()
    values = {"error__contains": message.recipient, "facts__device__startswith": "F"}

    for value in (values.get(lookup, message.recipient), "nobody"):
        assert support.get(MESSAGES, {lookup: value}).status_code == 400


def test_the_filters_of_the_list_of_messages_go_on(support: Client) -> None:
    make_account_message()
    days = {"created_at_from": "2026-01-01", "created_at_to": "2100-01-01"}

    for asked in ({"status__exact": "dead"}, {"kind__exact": "password_changed", "channel__exact": "email"}, days):
        found: Any = support.get(MESSAGES, asked)
        assert (found.status_code, len(found.context_data["cl"].result_list)) == (200, 1)
    nothing: Any = support.get(MESSAGES, {"status__exact": "sent"})
    assert len(nothing.context_data["cl"].result_list) == 0


def test_invitations_are_for_those_who_see_staff(support: Client, office: Client) -> None:
    make_invitation(email="newcomer@example.com")

    seen: list[Any] = [client.get(MESSAGES, {"kind__exact": "invitation"}) for client in (support, office)]

    assert [len(page.context_data["cl"].result_list) for page in seen] == [0, 1]
