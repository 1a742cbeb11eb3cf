"""What somebody would try who wants more rights than they have: whoever tries it, nobody's rights change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import Invitation, SecondFactor, User
from accounts.roles import ROLES
from tests.accounts.inviting import PAGE, make_invitation, token_of
from tests.factories import PASSWORD, make_user
from tests.security.test_pages import Browsers, browser_of, browsers
from tests.security.world import World

__all__ = ["browsers"]
pytestmark = pytest.mark.django_db
WHO = ("other", *ROLES, "unproven")
NEW = "staple 7 tree lantern"
EVERYTHING = {"is_superuser": "on", "is_staff": "on", "is_active": "on"}

Attempt = Callable[[World, Client, User], Any]  # with one's browser, as oneself


def rights() -> dict[str, Any]:
    """Everything that decides who may do what, and who gets in."""
    fields = ("is_staff", "is_superuser", "is_active", "password", "email", "email_verified_at", "phone")
    return {
        "users": {
            user.pk: (
                [getattr(user, name) for name in fields],
                sorted(user.groups.values_list("pk", flat=True)),
                sorted(user.user_permissions.values_list("pk", flat=True)),
            )
            for user in User.objects.all()
        },
        "roles": {
            role.pk: (role.name, sorted(role.permissions.values_list("pk", flat=True))) for role in Group.objects.all()
        },
        "factors": sorted(SecondFactor.objects.values_list("user_id", flat=True)),
        "invitations": {
            one.pk: (one.email, one.is_administrator, one.revoked_at, sorted(one.roles.values_list("pk", flat=True)))
            for one in Invitation.objects.all()
        },
    }


def page(user: Any, rest: str = "change") -> str:
    return f"/admin/accounts/user/{user.pk}/{rest}/"


def admin_of(world: World) -> User:
    admin = world.callers["admin"].user
    assert admin is not None
    return admin


def colleague(world: World) -> User:
    manager = world.callers["manager"].user
    assert manager is not None
    return manager


def manager_role() -> Group:
    return Group.objects.get(name="manager")


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    """What the form of a user sends."""
    names = ("username", "email", "phone", "first_name", "last_name")
    empty = {"sessions-TOTAL_FORMS": "0", "sessions-INITIAL_FORMS": "0"}
    return {**{name: getattr(user, name) for name in names}, "is_active": "on", **empty, **changes}


def invite(browser: Client, **entered: Any) -> Any:
    return browser.post("/admin/accounts/invitation/add/", {"email": "friend@example.com", **entered})


PASSWORDS = {"password1": NEW, "password2": NEW, "usable_password": "true"}
IN_THE_OFFICE: dict[str, Attempt] = {
    "makes oneself an administrator": lambda world, browser, me: browser.post(page(me), form_of(me, **EVERYTHING)),
    "gives oneself a role": lambda world, browser, me: browser.post(
        page(me), form_of(me, is_staff="on", groups=[manager_role().pk])
    ),
    "gives oneself permissions": lambda world, browser, me: browser.post(
        page(me), form_of(me, is_staff="on", user_permissions=["1", "2", "3"])
    ),
    "makes a customer an administrator": lambda world, browser, me: browser.post(
        page(world.callers["owner"].user), form_of(world.callers["owner"].user or me, **EVERYTHING)
    ),
    "takes an administrator's address": lambda world, browser, me: browser.post(
        page(admin_of(world)), form_of(admin_of(world), **EVERYTHING, email="mine@example.com")
    ),
    "gives an administrator a password": lambda world, browser, me: browser.post(
        page(admin_of(world), "password"), PASSWORDS
    ),
    "gives a colleague a password": lambda world, browser, me: browser.post(
        page(make_user(is_staff=True), "password"), PASSWORDS
    ),
    "takes an administrator's app away": lambda world, browser, me: browser.post(
        page(admin_of(world), "reset-second-factor"), {"reason": "They lost it, I swear."}
    ),
    "deletes an administrator": lambda world, browser, me: browser.post(
        page(admin_of(world), "delete"), {"post": "yes"}
    ),
    "deletes administrators from the list": lambda world, browser, me: browser.post(
        "/admin/accounts/user/",
        {"action": "delete_selected", "_selected_action": [str(admin_of(world).pk)], "post": "yes"},
    ),
    "erases an administrator": lambda world, browser, me: browser.post(
        page(admin_of(world), "erase-person"), {"reason": "They asked for it.", "typed": admin_of(world).username}
    ),
    "creates a user": lambda world, browser, me: browser.post(
        "/admin/accounts/user/add/", {"username": "friend", "email": "f@example.com", **PASSWORDS, **EVERYTHING}
    ),
    "widens a role": lambda world, browser, me: browser.post(
        f"/admin/auth/group/{manager_role().pk}/change/", {"name": "manager", "permissions": ["1", "2"]}
    ),
    "makes a role": lambda world, browser, me: browser.post(
        "/admin/auth/group/add/", {"name": "mine", "permissions": ["1"]}
    ),
    "deletes a role": lambda world, browser, me: browser.post(
        f"/admin/auth/group/{manager_role().pk}/delete/", {"post": "yes"}
    ),
    "invites an administrator": lambda world, browser, me: invite(browser, is_administrator="on"),
    "invites to a role with permissions beyond all": lambda world, browser, me: invite(browser, roles=["987654321"]),
    "withdraws an administrator's invitation": lambda world, browser, me: browser.post(
        f"/admin/accounts/invitation/{of_administrator(world).pk}/withdraw/", {}
    ),
    "has an administrator's invitation sent again": lambda world, browser, me: browser.post(
        f"/admin/accounts/invitation/{of_administrator(world).pk}/resend/", {}
    ),
    "accepts an invitation to somebody else": lambda world, browser, me: browser.post(
        PAGE, {"token": token_of(of_administrator(world))[:-2] + "xx", "accept": "yes", "password": PASSWORD}
    ),
    "sets up an app in an administrator's place": lambda world, browser, me: browser.post(
        "/admin/second-factor/set-up/", {"user": admin_of(world).pk, "code": "000000"}
    ),
}
IN_A_PROFILE: dict[str, Any] = {
    "is_staff": True,
    "is_superuser": True,
    "role": "admin",
    "groups": [1],
    "roles": ["manager"],
    "user_permissions": [1],
    "permissions": ["accounts.change_user"],
    "id": 1,
    "password": NEW,
    "email_verified": True,
    "email_verified_at": "2026-01-01T00:00:00Z",
    "second_factor": False,
}
WHEN_REGISTERING = {"is_staff": True, "is_superuser": True, "role": "admin", "groups": [1]}


def of_administrator(world: World) -> Invitation:
    """An invitation to become one, which is an administrator's."""
    open_one = Invitation.objects.filter(email="boss-to-be@example.com").first()
    return open_one or make_invitation(
        email="boss-to-be@example.com", by=admin_of(world), is_administrator=True, hours=2
    )


def test_the_attempts_are_ones_that_an_administrator_succeeds_with(world: World, browsers: Browsers) -> None:
    """The control: the forms are filled in as they have to be."""
    of_administrator(world)
    boss, me = browsers["admin"], admin_of(world)
    succeeds = (
        "gives a colleague a password",
        "makes a customer an administrator",
        "creates a user",
        "widens a role",
        "makes a role",
        "invites an administrator",
        "withdraws an administrator's invitation",
        "deletes a role",
    )

    for name in succeeds:
        before = rights()
        response = IN_THE_OFFICE[name](world, boss, me)
        assert response.status_code == 302, (name, response.content[-500:])
        assert rights() != before, name


@pytest.mark.parametrize("who", WHO)
def test_nobody_rises_in_the_back_office(world: World, who: str) -> None:
    of_administrator(world)
    make_user(is_staff=True)
    browser, me = browser_of(world, who), world.callers[who].user
    assert me is not None

    for name, attempt in IN_THE_OFFICE.items():
        before = rights()
        response = attempt(world, browser, me)
        grown = rights()
        for pk in set(grown["users"]) - set(before["users"]):  # whom the attempt made to have somebody to act upon
            assert not grown["users"].pop(pk)[0][1], name
        assert grown == before, name
        assert response.status_code in (200, 302, 400, 403, 404), name
        if response.status_code == 302:
            assert "/admin/" in response["Location"], name


@pytest.mark.parametrize("who", WHO)
def test_nobody_rises_over_the_api(world: World, who: str) -> None:
    api, before = world.callers[who].api, rights()
    friend = {"username": "friend", "email": "friend@example.com", "password": NEW}

    for name, value in IN_A_PROFILE.items():
        assert api.patch("/api/users/me", {name: value}).status_code in (400, 401, 403), name
    for name, value in WHEN_REGISTERING.items():
        assert api.post("/api/users/register", {**friend, name: value}).status_code in (400, 401, 403), name

    assert rights() == before


@pytest.mark.parametrize("role", ROLES)
def test_nobody_invites_to_more_than_they_have(world: World, browsers: Browsers, role: str) -> None:
    """A manager may invite to what managers can do; the others invite nobody."""
    wider = Group.objects.create(name=f"auditors of {role}")
    wider.permissions.set(Group.objects.get(name="manager").permissions.all())
    wider.permissions.add(*_rights_of_nobody())
    before = rights()

    response = invite(browsers[role], roles=[wider.pk])

    assert response.status_code == (200 if role == "manager" else 403)
    assert rights() == before


def _rights_of_nobody() -> list[Any]:
    """The permissions that administrators alone have."""
    return list(Permission.objects.exclude(group__name="manager").filter(codename="change_user"))
