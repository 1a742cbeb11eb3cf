"""The roles of staff: one table, made by a migration, repaired by a command, printed in the documentation."""

from __future__ import annotations

import re
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection

from accounts.actions.sync_roles import sync_roles
from accounts.roles import ADMINISTRATORS, DUTIES, ROLES, names_of, permitted, undecided
from electroports.environment import BASE_DIR
from tests.factories import make_user

pytestmark = pytest.mark.django_db
APPS = ("accounts", "catalog", "orders")
MIGRATION: Any = import_module("orders.migrations.0021_what_roles_may_do")
# What opens an account, or makes whoever has it more than they are.
SECRETS = re.compile(r"accounts\.\w+_(secondfactor|recoverycode|link|phonecode|externalidentity|emailchange)")
RIGHTS = {f"accounts.{verb}_user" for verb in ("add", "change", "delete")}


def names_held(role: str) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def every_name() -> set[str]:
    rows = Permission.objects.filter(content_type__app_label__in=APPS)
    return {f"{app}.{codename}" for app, codename in rows.values_list("content_type__app_label", "codename")}


def migrate(step: Any) -> None:
    """Take a step of the migration on this database."""
    step(apps, SimpleNamespace(connection=connection))


def test_every_permission_is_decided() -> None:
    assert undecided(every_name()) == set(), "give these to a role in accounts/roles.py, or to ADMINISTRATORS there"


def test_table_names_each_permission_once_and_none_that_is_not_there() -> None:
    named = [name for duty in DUTIES for name in duty.permissions] + list(names_of(ADMINISTRATORS))

    assert len(named) == len(set(named))
    assert set(named) - {"auth.view_group"} == every_name()


def test_undecided_finds_what_is_new() -> None:
    assert undecided({"orders.view_order", "orders.view_surprise"}) == {"orders.view_surprise"}


@pytest.mark.parametrize("role", ROLES)
def test_role_has_what_the_table_says(role: str) -> None:
    sync_roles(is_exact=True)

    assert names_held(role) == permitted(role) != set()


def test_no_role_gives_rights_or_shows_secrets() -> None:
    for role in ROLES:
        assert {name for name in permitted(role) if SECRETS.match(name)} == set(), role
        assert permitted(role) & RIGHTS == set(), role
        assert {name for name in permitted(role) if name.split(".")[0] not in APPS} <= {"auth.view_group"}, role


def test_manager_does_what_all_others_do() -> None:
    for role in ROLES:
        assert permitted(role) <= permitted("manager")


def test_command_repairs_and_leaves_what_was_given_by_hand() -> None:
    sync_roles(is_exact=True)
    role = Group.objects.get(name="support")
    by_hand = Permission.objects.get(codename="change_order", content_type__app_label="orders")
    role.permissions.remove(Permission.objects.get(codename="view_order", content_type__app_label="orders"))
    role.permissions.add(by_hand)
    out = StringIO()

    call_command("sync_roles", stdout=out)

    assert out.getvalue() == "Permissions added to roles: 1.\n"
    assert names_held("support") == permitted("support") | {"orders.change_order"}
    call_command("sync_roles", "--exact", stdout=out)
    assert names_held("support") == permitted("support")


def test_migration_makes_roles_and_permissions_on_a_new_database() -> None:
    Group.objects.all().delete()
    Permission.objects.filter(content_type__app_label="orders").delete()

    migrate(MIGRATION.give_permissions)

    for role in ROLES:
        assert names_held(role) == frozen(role)


def test_migration_brings_wider_roles_to_the_table_and_keeps_their_members() -> None:
    sync_roles()
    role = Group.objects.get(name="support")
    role.permissions.add(*Permission.objects.filter(content_type__app_label="orders"))
    member = make_user(is_staff=True)
    member.groups.add(role)

    migrate(MIGRATION.give_permissions)
    assert names_held("support") == frozen("support")
    migrate(MIGRATION.give_permissions)
    assert names_held("support") == frozen("support")

    migrate(MIGRATION.take_permissions)
    assert names_held("support") == set()
    assert member.groups.get() == role
    migrate(MIGRATION.give_permissions)
    assert names_held("support") == frozen("support")


def frozen(role: str) -> set[str]:
    """Return what the migration gives a role."""
    return {f"{app}.{codename}" for app, codename in MIGRATION.names_of(MIGRATION.ROLES[role])}


def test_migrations_know_nothing_of_the_code_of_today() -> None:
    for path in (BASE_DIR / "orders" / "migrations").glob("*roles*.py"):
        assert (
            re.search(r"^(from|import) (accounts|catalog|orders|electroports)", path.read_text(), re.MULTILINE) is None
        )


def test_documentation_has_the_table() -> None:
    text = (BASE_DIR / "docs" / "staff.md").read_text()
    rows = re.findall(r"^\| ([^|`]+?) \| (`[^|]+`) \|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|$", text, re.MULTILINE)
    printed = [
        (
            words,
            tuple(re.findall(r"`([^`]+)`", names)),
            tuple(role for role, mark in zip(ROLES, marks, strict=True) if mark.strip()),
        )
        for words, names, *marks in rows
    ]

    assert printed == [(duty.words, duty.permissions, duty.roles) for duty in DUTIES]
