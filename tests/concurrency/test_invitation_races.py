"""Several holders of one invitation, and those who withdraw it, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.actions import join_staff_as_customer as joining
from accounts.actions.invite_member import invite_member
from accounts.actions.join_staff import join_staff
from accounts.actions.revoke_invitation import revoke_invitation
from accounts.devices import UNKNOWN_DEVICE
from accounts.links import read_link
from accounts.models import AuditEntry, Invitation, Link, User
from electroports.errors import DomainError
from tests.accounts.inviting import NEW_PASSWORD, make_boss, make_invitation, token_of
from tests.concurrency import Meeting, at_once
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)
HOLDERS = 3


@pytest.fixture(autouse=True)
def roles(transactional_db: None) -> None:
    Group.objects.get_or_create(name="catalogue")


@pytest.fixture(autouse=True)
def room_for_all(settings: Any) -> None:
    """Let all of them hash: how many may is for other tests."""
    settings.HASHES_WAITING = HOLDERS


def went_through(call: Callable[[], Any]) -> bool:
    """Whether the shop did not refuse it."""
    try:
        call()
    except DomainError:
        return False
    return True


def both(*calls: Callable[[], Any]) -> list[bool]:
    return at_once(*[partial(went_through, call) for call in calls])


def promotions() -> list[bool]:
    customer = make_user(email_verified_at=timezone.now())
    token = token_of(make_invitation(email=customer.email))
    at = timezone.now()
    join = partial(joining.join_staff_as_customer, token=token, password=PASSWORD, device=UNKNOWN_DEVICE, at=at)
    return both(*[join] * HOLDERS)


def check_and_wait_at(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody go on to the promotion before the passwords of all are checked."""
    checked: Any = joining.check_credentials

    def check_and_wait(**entered: Any) -> User:
        user: User = checked(**entered)
        meeting.wait()
        return user

    monkeypatch.setattr(joining, "check_credentials", check_and_wait)


def joining_with(token: str, username: str) -> Callable[[], User]:
    names = {"first_name": "Wanjiku", "last_name": "Kamau", "username": username}
    return partial(join_staff, token=token, password=NEW_PASSWORD, **names, at=timezone.now())


def deeds() -> int:
    return AuditEntry.objects.filter(message__startswith="Accepted invitation").count()


def test_a_customer_is_promoted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    check_and_wait_at(Meeting(HOLDERS), monkeypatch)

    assert sorted(promotions()) == [False] * (HOLDERS - 1) + [True]

    assert deeds() == 1


def test_without_the_guard_the_customer_is_promoted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    check_and_wait_at(Meeting(HOLDERS), monkeypatch)

    def read_only(*, token: str, purpose: Any, at: Any) -> Link:
        """Take the link for unused, as all had read it."""
        Link.objects.update(used_at=None)
        return read_link(token=token, purpose=purpose, at=at)

    def standing(link: Link) -> tuple[Invitation, User]:
        """Take the customer for one, as all had read them."""
        invitation = Invitation.objects.get(link=link)
        user = User.objects.get(email=invitation.email)
        user.password_version = 0
        return invitation, user

    monkeypatch.setattr(joining, "use_link", read_only)
    monkeypatch.setattr(joining, "standing", standing)

    promotions()

    assert deeds() > 1


def test_of_new_members_one_joins() -> None:
    token = token_of(make_invitation())

    done = both(*[joining_with(token, f"member{n}") for n in range(HOLDERS)])

    assert sorted(done) == [False] * (HOLDERS - 1) + [True]
    assert User.objects.filter(username__startswith="member").count() == 1


def test_withdrawing_and_accepting_do_not_both_happen() -> None:
    boss = make_boss()
    invitation = make_invitation(by=boss)
    withdraw = partial(revoke_invitation, invitation=invitation, acting_user=boss, at=timezone.now())

    is_withdrawn, is_in = both(withdraw, joining_with(token_of(invitation), "member"))

    assert is_withdrawn != is_in
    assert User.objects.filter(username="member").exists() is is_in


def test_of_two_invitations_to_one_address_one_is_made() -> None:
    role = Group.objects.get(name="catalogue")
    invite = partial(invite_member, email="a@example.com", roles=[role], acting_user=make_boss(), at=timezone.now())

    assert sorted(both(invite, invite)) == [False, True]

    assert Invitation.objects.count() == 1
