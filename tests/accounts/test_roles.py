"""The roles of staff: made by a migration, repaired by a command."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.actions.sync_roles import sync_roles
from accounts.roles import ROLES, permitted
from electroports.environment import BASE_DIR

pytestmark = pytest.mark.django_db


def names_of(role: str) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def every_name() -> set[str]:
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("role", ROLES)
def test_role_has_what_the_table_says(role: str) -> None:
    sync_roles(is_exact=True)

    assert names_of(role) == permitted(role, every_name()) != set()


def test_every_line_of_the_table_gives_something() -> None:
    for role, patterns in ROLES.items():
        for pattern in patterns:
            assert any(re.fullmatch(pattern.replace("*", ".*"), name) for name in every_name()), (role, pattern)


def test_no_role_gives_rights_or_shows_secrets() -> None:
    forbidden = re.compile(r"(auth|sessions|admin|contenttypes)\.|.*(secondfactor|recoverycode|_link|_session)$")

    for role in ROLES:
        found = {name for name in permitted(role, every_name()) if forbidden.match(name)}
        assert found == set(), role
        assert not permitted(role, {f"accounts.{verb}_user" for verb in ("add", "change", "delete")})


def test_command_repairs_and_leaves_what_was_given_by_hand() -> None:
    sync_roles(is_exact=True)
    role = Group.objects.get(name="support")
    by_hand = Permission.objects.get(codename="change_order", content_type__app_label="orders")
    role.permissions.remove(Permission.objects.get(codename="view_order", content_type__app_label="orders"))
    role.permissions.add(by_hand)
    out = StringIO()

    call_command("sync_roles", stdout=out)

    assert out.getvalue() == "Permissions added to roles: 1.\n"
    assert names_of("support") == permitted("support", every_name()) | {"orders.change_order"}
    call_command("sync_roles", "--exact", stdout=out)
    assert names_of("support") == permitted("support", every_name())


def test_documentation_has_the_table() -> None:
    text = (BASE_DIR / "docs" / "staff.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", text, re.MULTILINE)

    assert {role: tuple(re.findall(r"`([^`]+)`", cell)) for role, cell in rows if role in ROLES} == dict(ROLES)
