"""Several holders of one mailed link, and the two links of one change, at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import reset_password as resetting
from accounts.actions.answer_resets import answer_resets
from accounts.actions.complete_email_change import complete_email_change
from accounts.links import read_link
from accounts.models import AccountMessage, EmailChange, Link, User
from accounts.views import emails
from tests.accounts.mailing import NEW, begin_change, mailed_token, post
from tests.concurrency import Meeting, at_once, tally
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
HOLDERS = 4


@pytest.fixture
def user() -> Iterator[User]:
    return make_user()


def resets(token: str) -> list[int]:
    def choose(n: int) -> int:
        body = {"token": token, "new_password": f"lantern {n} tree staple"}
        return int(post("password/reset/confirm", body).status_code)

    return at_once(*[partial(choose, n) for n in range(HOLDERS)])


def test_a_link_is_used_once(user: User) -> None:
    token = mailed_token(user, "reset_password")

    assert tally(resets(token)) == {204: 1, 400: HOLDERS - 1}

    user.refresh_from_db()
    assert sum(user.check_password(f"lantern {n} tree staple") for n in range(HOLDERS)) == 1
    assert AccountMessage.objects.filter(kind="password_changed").count() == 1


def test_without_the_guard_it_is_used_again(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token, all_have_read = mailed_token(user, "reset_password"), Meeting(HOLDERS, at_most=5)

    def read_and_use(*, token: str, purpose: Any, at: Any) -> tuple[Link, User]:
        """Read whether it is open, and note that it was used."""
        link = read_link(token=token, purpose=purpose, at=at)
        assert link.user is not None
        return link, link.user

    def read_first(*, token: str, purpose: Any, at: Any) -> Link:
        link = read_link(token=token, purpose=purpose, at=at)
        all_have_read.wait()
        return link

    monkeypatch.setattr(resetting, "take_link", read_and_use)
    monkeypatch.setattr(resetting, "read_link", read_first)

    assert tally(resets(token))[204] > 1


def both(user: User) -> tuple[list[bool], str]:
    """Use both links of a change at once; what each said, and the address after that."""
    approval, confirmation = begin_change(user)

    def use(path: str, token: str) -> bool:
        response = post(path, {"token": token})
        assert response.status_code == 200, response.content
        return bool(response.json()["changed"])

    said = at_once(partial(use, "email/approve", approval), partial(use, "email/confirm", confirmation))
    user.refresh_from_db()
    return said, user.email


def test_of_two_links_at_once_the_last_one_changes_the_address(user: User) -> None:
    said, address = both(user)

    assert (sorted(said), address) == ([False, True], NEW)
    assert EmailChange.objects.get().changed_at is not None


def test_without_the_lock_each_waits_for_the_other(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read = Meeting(2, at_most=5)

    def answer(purpose: Link.Purpose, relation: str, field: str, *, token: str, at: Any) -> bool:
        """Read the change, note the answer, and decide by what was read."""
        link = read_link(token=token, purpose=purpose, at=at)
        change = EmailChange.objects.get(**{relation: link})
        both_have_read.wait()
        setattr(change, field, at)
        change.save(update_fields=[field])
        assert link.user is not None
        return complete_email_change(change=change, user=link.user, at=at)

    approve = partial(answer, Link.Purpose.APPROVE_EMAIL, "approval", "approved_at")
    confirm = partial(answer, Link.Purpose.CONFIRM_EMAIL, "confirmation", "confirmed_at")
    monkeypatch.setattr(emails, "approve_email", approve)
    monkeypatch.setattr(emails, "confirm_email", confirm)

    before = user.email
    said, address = both(user)

    assert (said, address) == ([False, False], before)
    assert EmailChange.objects.get().is_agreed  # and yet nothing was changed


def test_of_two_who_want_one_address_one_gets_it() -> None:
    users = [make_user(), make_user()]
    tokens = [begin_change(owner, verified=False)[1] for owner in users]

    statuses = at_once(*[lambda token=token: post("email/confirm", {"token": token}).status_code for token in tokens])

    assert tally(statuses) == {200: 1, 400: 1}
    assert User.objects.filter(email=NEW).count() == 1


def test_of_many_requests_for_a_new_password_one_is_mailed(user: User) -> None:
    for _ in range(HOLDERS):
        assert post("password/reset", {"email": user.email}).status_code == 204

    at_once(*[partial(answer_resets, at=timezone.now())] * HOLDERS)

    assert AccountMessage.objects.filter(kind="reset_password").count() == 1
    assert Link.objects.count() == 1
