"""manage.py create_demo_staff."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from accounts.models import User
from tests.accounts.calls import everything
from tests.factories import make_user


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_demo_staff", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@override_settings(DEBUG=True)
def test_it_makes_an_administrator_and_says_how_to_log_in() -> None:
    printed = run()

    admin = User.objects.get()
    assert (admin.username, admin.email, admin.role) == ("admin", "admin@example.com", "admin")
    assert admin.check_password("electroports")
    assert "admin" in printed
    assert "electroports" in printed


@pytest.mark.django_db
@override_settings(DEBUG=True)
def test_again_it_changes_nothing() -> None:
    run()
    before = everything()

    run()

    assert everything() == before


@pytest.mark.django_db
@override_settings(DEBUG=True)
def test_it_mends_the_account() -> None:
    make_user(username="Admin", is_active=False)

    printed = run("--password", "something else")

    admin = User.objects.get()
    assert (admin.role, admin.is_active) == ("admin", True)
    assert admin.check_password("something else")
    assert "something else" in printed


@pytest.mark.django_db
def test_not_outside_debug() -> None:
    with pytest.raises(CommandError):
        run()

    assert User.objects.count() == 0
