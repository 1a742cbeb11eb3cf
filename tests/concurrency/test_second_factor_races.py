"""Second factors that are set up, and codes that are used, by several requests at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.actions import make_recovery_codes as making
from accounts.actions import set_up_second_factor as setting_up
from accounts.actions import spend_code as spending
from accounts.actions.make_recovery_codes import make_recovery_codes
from accounts.actions.spend_code import spend_code
from accounts.errors import SecondFactorWrong, TooManyAttempts
from accounts.models import AccountMessage, RecoveryCode, SecondFactor, User
from accounts.office.second_factor import PENDING
from accounts.secrets import seal
from tests.accounts.otp import SECRET, code_at, give_recovery_code, make_member
from tests.concurrency import Meeting, at_once, tally
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(settings: Any) -> None:
    """A back office that wants a second factor, and whose files are named as they are."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    settings.STAFF_SECOND_FACTOR = True


def spent(member: User, otp: str) -> bool:
    try:
        spend_code(user=member, otp=otp, at=timezone.now())
    except (SecondFactorWrong, TooManyAttempts):
        return False
    return True


def app_code() -> tuple[User, str]:
    return make_member(), code_at()


def recovery_code() -> tuple[User, str]:
    member = make_member()
    return member, give_recovery_code(member)


@pytest.mark.parametrize("make", [app_code, recovery_code])
def test_code_is_good_once(make: Callable[[], tuple[User, str]]) -> None:
    member, otp = make()

    # Fewer wrong ones than lock the door, which would be shut to the right one, too, if that comes last.
    assert sum(at_once(*[partial(spent, member, otp)] * settings.LOCKOUT_ACCOUNT_FAILURES)) == 1


@pytest.mark.parametrize("make", [app_code, recovery_code])
def test_control_a_code_that_is_looked_at_first_is_good_for_all(
    make: Callable[[], tuple[User, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (member, otp), meeting = make(), Meeting(4)

    def look_and_write(*, user: User, code: str, at: Any) -> bool:
        is_unused = (
            RecoveryCode.objects.filter(user=user, used_at=None).exists()
            if "-" in code
            else SecondFactor.objects.filter(pk=user.pk, last_step=0).exists()
        )
        meeting.wait()
        SecondFactor.objects.filter(pk=user.pk).update(last_step=1)
        RecoveryCode.objects.filter(user=user).update(used_at=at)
        return is_unused

    for name in ("use_app_code", "use_recovery_code"):
        monkeypatch.setattr(spending, name, look_and_write)

    assert sum(at_once(*[partial(spent, member, otp)] * 4)) == 4


def set_up_at_once(times: int) -> list[str]:
    """What browsers of one member see, which all set up the same app for the first time at once."""
    member = make_user(is_staff=True)
    browsers = [Client(raise_request_exception=False) for _ in range(times)]
    for browser in browsers:
        browser.force_login(member)
        session = browser.session
        session[PENDING] = seal(SECRET)
        session.save()
    code = pyotp.TOTP(SECRET).now()

    def confirm(browser: Client) -> str:
        answer = browser.post("/admin/second-factor/set-up/", {"code": code})
        return "codes" if b"Recovery codes" in answer.content else str(answer.status_code)

    return at_once(*[partial(confirm, browser) for browser in browsers])


@pytest.mark.usefixtures("office")
def test_of_first_set_ups_at_once_one_is() -> None:
    assert tally(set_up_at_once(6)) == {"302": 5, "codes": 1}
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (1, 10)
    assert AccountMessage.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite no two transactions write at a time.")
@pytest.mark.usefixtures("office")
def test_control_without_the_lock_others_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, make = Meeting(3), SecondFactor.save
    monkeypatch.setattr(setting_up, "lock_signed_in", lambda *, user: user)

    def save_together(row: SecondFactor, **more: Any) -> None:
        meeting.wait()
        make(row, **more)

    monkeypatch.setattr(SecondFactor, "save", save_together)

    assert sorted(set_up_at_once(3)) == ["500", "500", "codes"]


def good_codes_after_pages_at_once(times: int) -> int:
    """How many recovery codes are good when a member has had new ones made so many times at once."""
    member = make_member()
    give_recovery_code(member)
    at_once(*[partial(make_recovery_codes, user=member, at=timezone.now())] * times)
    return RecoveryCode.objects.filter(used_at=None).count()


def test_of_recovery_codes_that_are_made_at_once_ten_are_good() -> None:
    assert good_codes_after_pages_at_once(4) == 10
    assert AccountMessage.objects.filter(kind="recovery_codes_made").count() == 4


@pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite no two transactions write at a time.")
def test_control_without_the_lock_all_of_them_are(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, make = Meeting(2), making.recovery_digest
    monkeypatch.setattr(making, "lock_signed_in", lambda *, user: user)

    def digest_together(user: User, code: str) -> str:
        meeting.wait()  # the codes of before are deleted, and the new ones not written yet
        return make(user, code)

    monkeypatch.setattr(making, "recovery_digest", digest_together)

    assert good_codes_after_pages_at_once(2) == 20
