"""Who counts as told that their account will be closed: whoever was sent the mail, and has not used it since."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend

from accounts.actions import close_unused as closing
from accounts.actions.change_user import change_user
from accounts.actions.close_unused import close_unused
from accounts.actions.send_account_messages import send_account_messages
from accounts.actions.warn_unused import note_told, warn_unused
from accounts.models import AccountMessage, User
from accounts.uses import NOTICE
from electroports.periods import YEAR
from tests.accounts.mailing import BETTER, mailed_token, post
from tests.accounts.unused import DAY, NOW, SECOND, is_open, tell, unused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_years(settings: Any) -> None:
    settings.RETENTION = settings.RETENTION._replace(unused_accounts=2 * YEAR)


def refuse(*_: Any) -> int:
    raise ConnectionRefusedError


@pytest.mark.parametrize("what", ["open", "send_messages"])
@pytest.mark.parametrize("is_forgotten", [True, False])
def test_whoever_was_sent_nothing_was_not_told(monkeypatch: pytest.MonkeyPatch, what: str, is_forgotten: bool) -> None:
    user = unused()
    with monkeypatch.context() as down:
        down.setattr(EmailBackend, what, refuse)
        tell()
        for days in (3, 8):
            send_account_messages(at=NOW + days * DAY)
    assert AccountMessage.objects.get().status == "dead"
    if is_forgotten:
        AccountMessage.objects.all().delete()

    for days in (37, 100, 300):
        note_told()
        assert close_unused(at=NOW + days * DAY) == 0
    assert is_open(user)

    assert tell(at=NOW + 300 * DAY) == 1
    assert (close_unused(at=NOW + 300 * DAY + NOTICE - SECOND), close_unused(at=NOW + 300 * DAY + NOTICE)) == (0, 1)


def test_whose_mail_waits_is_not_told_again_and_not_closed() -> None:
    user = unused()
    warn_unused(at=NOW)
    note_told()

    assert warn_unused(at=NOW + 7 * DAY) == 0
    assert close_unused(at=NOW + NOTICE) == 0
    assert is_open(user)


@pytest.mark.parametrize("change", [{"is_active": True}, {"email": "n@example.com"}, {"is_staff": False}], ids=str)
def test_what_staff_do_with_an_account_begins_the_period_anew(change: dict[str, Any]) -> None:
    user = unused(**({"is_active": False} if "is_active" in change else {"is_staff": "is_staff" in change}))
    User.objects.filter(pk=user.pk).update(unused_warned_at=NOW, unused_told_at=NOW)

    change_user(user=user, changes=change, at=NOW + 36 * DAY)

    assert close_unused(at=NOW + 60 * DAY) == 0
    assert (tell(at=NOW + 60 * DAY), is_open(user)) == (0, True)


@pytest.mark.parametrize("purpose", ["reset_password", "verify_email"])
def test_a_mailed_link_is_a_use(purpose: str) -> None:
    user = unused(email_verified_at=None)
    tell()
    token = mailed_token(user, purpose)
    path = {"reset_password": "password/reset/confirm", "verify_email": "email/verify"}[purpose]
    more = {"new_password": BETTER} if purpose == "reset_password" else {}

    assert post(path, {"token": token, **more}).status_code in (200, 204)

    assert close_unused(at=NOW + NOTICE) == 0
    assert is_open(user)


def test_a_clock_that_was_ahead_has_told_nobody() -> None:
    user = unused()
    User.objects.filter(pk=user.pk).update(unused_warned_at=NOW + 90 * DAY, unused_told_at=NOW + 90 * DAY)

    assert close_unused(at=NOW + NOTICE) == 0
    assert tell() == 1


def test_a_use_after_the_mail_makes_it_void_however_short_the_period(settings: Any) -> None:
    settings.RETENTION = settings.RETENTION._replace(unused_accounts=60 * DAY)
    user = unused()
    tell()
    User.objects.filter(pk=user.pk).update(last_used_at=NOW + DAY)

    assert close_unused(at=NOW + 70 * DAY) == 0
    assert is_open(user)


def test_a_mail_to_the_address_before_is_not_sent_and_tells_nobody() -> None:
    user, other = unused(), unused()
    warn_unused(at=NOW)
    User.objects.filter(pk=user.pk).update(email="n@example.com")

    send_account_messages(at=NOW)
    User.objects.filter(pk=other.pk).update(email="o@example.com")

    assert sorted(AccountMessage.objects.values_list("status", flat=True)) == ["sent", "skipped"]
    assert note_told() == 0


def test_whoever_is_told_anew_meanwhile_is_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    user, hold = unused(), closing.hold_unused
    tell()

    def told_anew(**asked: Any) -> User | None:
        User.objects.update(unused_told_at=NOW + NOTICE)
        return hold(**asked)

    monkeypatch.setattr(closing, "hold_unused", told_anew)

    assert close_unused(at=NOW + NOTICE) == 0
    assert is_open(user)
