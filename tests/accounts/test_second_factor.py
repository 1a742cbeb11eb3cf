"""The second factor of staff at the API's log-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import start_session as starting
from accounts.actions.make_recovery_codes import make_recovery_codes
from accounts.actions.set_up_second_factor import set_up_second_factor
from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.actions.start_session import write_session
from accounts.errors import AccountGone
from accounts.models import AccountMessage, RecoveryCode, SecondFactor, Session, User
from accounts.second_factor import matching_step, new_recovery_code, provisioning_uri, use_app_code
from accounts.secrets import seal, unseal
from tests.accounts.calls import me, refused
from tests.accounts.otp import SECRET, code_at, give_recovery_code, make_member
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def log_in(user: User, **more: str) -> Any:
    return APIClient().post("/api/users/login", {"username": user.username, "password": PASSWORD, **more})


def test_code_of_the_app_signs_staff_in() -> None:
    member = make_member()

    response = log_in(member, otp=code_at())

    assert response.status_code == 200, response.content
    assert me(response.json()["access"]).status_code == 200
    assert Session.objects.get().second_factor_at == Session.objects.get().created_at


@pytest.mark.parametrize("more", [{}, {"otp": ""}, {"otp": "  "}])
def test_password_alone_does_not(more: dict[str, str]) -> None:
    member = make_member()

    refused(log_in(member, **more), 401, "second_factor_required")

    assert not Session.objects.exists()


@pytest.mark.parametrize("otp", ["000000", "12345", "1234567", "٠٠٠٠٠٠", "abcd-efgh", "x" * 40])
def test_wrong_code_does_not(otp: str) -> None:
    member = make_member()
    give_recovery_code(member)
    now = int(timezone.now().timestamp()) // 30
    wrong = next(
        f"{n:06d}" for n in range(9) if f"{n:06d}" not in {pyotp.HOTP(SECRET).at(now + s) for s in range(-3, 4)}
    )

    refused(log_in(member, otp=wrong if otp == "000000" else otp), 401, "second_factor_wrong")

    assert not Session.objects.exists()
    assert SecondFactor.objects.get().last_step == 0
    assert RecoveryCode.objects.get().used_at is None


def test_right_code_with_a_wrong_password_is_wrong_and_unused() -> None:
    member = make_member()
    otp = code_at()

    response = APIClient().post("/api/users/login", {"username": member.username, "password": "no", "otp": otp})

    refused(response, 401, "invalid_credentials")
    assert log_in(member, otp=otp).status_code == 200


def test_staff_without_an_app_are_sent_to_the_back_office() -> None:
    member = make_user(is_staff=True)

    refused(log_in(member, otp="123456"), 403, "second_factor_not_set_up")

    assert not Session.objects.exists()


def test_administrators_are_staff_even_without_the_flag() -> None:
    administrator = make_user(is_superuser=True)

    refused(log_in(administrator), 403, "second_factor_not_set_up")


def test_customers_need_none() -> None:
    response = log_in(make_user(), otp="123456")

    assert response.status_code == 200
    assert Session.objects.get().second_factor_at is None


def test_nobody_needs_one_where_it_is_switched_off(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False

    assert log_in(make_user(is_staff=True)).status_code == 200


def test_code_is_good_once() -> None:
    member = make_member()
    otp = code_at()

    assert log_in(member, otp=otp).status_code == 200
    refused(log_in(member, otp=otp), 401, "second_factor_wrong")

    assert Session.objects.count() == 1


def test_code_from_before_the_last_one_is_worthless() -> None:
    member, at = make_member(), timezone.now()

    assert use_app_code(user=member, code=code_at(at, steps=1), at=at)
    assert not use_app_code(user=member, code=code_at(at), at=at)


@pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_may_be_off_by_a_step(steps: int, is_good: bool) -> None:
    member, at = make_member(), timezone.now()

    assert use_app_code(user=member, code=code_at(at, steps=steps), at=at) is is_good


def test_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, SHA-1: the last six digits of its eight."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    vectors = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}

    for seconds, code in vectors.items():
        assert matching_step(secret, code, at=datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_recovery_code_is_good_once_however_it_is_typed() -> None:
    member = make_member()
    code = give_recovery_code(member)

    assert log_in(member, otp=code.upper().replace("-", " ")).status_code == 200
    refused(log_in(member, otp=code), 401, "second_factor_wrong")

    assert Session.objects.count() == 1


def test_recovery_code_is_nobody_elses() -> None:
    code = give_recovery_code(make_member())

    refused(log_in(make_member(), otp=code), 401, "second_factor_wrong")


def test_codes_are_long_and_not_kept_as_they_are() -> None:
    member = make_member()
    code = give_recovery_code(member)

    assert len(code.replace("-", "")) * 5 == 120
    assert new_recovery_code() != new_recovery_code()
    assert code.replace("-", "") not in str(RecoveryCode.objects.values_list().get()).lower()
    assert SECRET not in str(SecondFactor.objects.values_list().get())


def test_secret_outlives_a_change_of_key_and_comes_under_the_new_one(settings: Any) -> None:
    member = make_member()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-that-is-long-enough-for-hs256-to-be-used"
    settings.SECRET_KEY_FALLBACKS = [old]

    assert use_app_code(user=member, code=code_at(), at=timezone.now())

    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(SecondFactor.objects.get().secret) == SECRET


def test_secret_under_a_lost_key_lets_nobody_in(settings: Any) -> None:
    member = make_member()
    code = give_recovery_code(member)
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-hs256-to-be-used"

    refused(log_in(member, otp=code_at()), 401, "second_factor_wrong")
    assert log_in(member, otp=code).status_code == 200


def test_secret_that_was_replaced_meanwhile_is_not_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    member, at = make_member(), timezone.now()

    def replaced(secret: str, code: str, *, at: datetime) -> int | None:
        SecondFactor.objects.update(secret=seal("A" * 32))
        return matching_step(secret, code, at=at)

    monkeypatch.setattr("accounts.second_factor.matching_step", replaced)

    assert not use_app_code(user=member, code=code_at(at), at=at + timedelta())
    assert unseal(SecondFactor.objects.get().secret) == "A" * 32


@pytest.mark.parametrize("is_replacement", [True, False])
def test_whoever_was_signed_out_meanwhile_sets_up_no_app(is_replacement: bool) -> None:
    member = make_member() if is_replacement else make_user(is_staff=True)
    before = [SecondFactor.objects.values_list("secret", flat=True).first(), 0]
    sign_out_everywhere(user=User.objects.get(), at=timezone.now())

    with pytest.raises(AccountGone):
        set_up_second_factor(
            user=member,
            secret="A" * 32,
            code=code_at(secret="A" * 32),
            is_replacement=is_replacement,
            at=timezone.now(),
        )

    assert [SecondFactor.objects.values_list("secret", flat=True).first(), RecoveryCode.objects.count()] == before
    assert not AccountMessage.objects.exists()


def test_whoever_was_signed_out_meanwhile_makes_no_recovery_codes() -> None:
    member = make_member()
    give_recovery_code(member)
    before = list(RecoveryCode.objects.values())
    sign_out_everywhere(user=User.objects.get(), at=timezone.now())

    with pytest.raises(AccountGone):
        make_recovery_codes(user=member, at=timezone.now())

    assert list(RecoveryCode.objects.values()) == before
    assert not AccountMessage.objects.exists()


def test_a_session_of_staff_and_its_entry_are_there_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise ZeroDivisionError

    member = make_member()
    monkeypatch.setattr(starting, "audit_sign_in", fail)

    with pytest.raises(ZeroDivisionError):
        write_session(user=member, at=timezone.now())

    assert not Session.objects.exists()


def test_app_of_nobody_is_no_app() -> None:
    assert not use_app_code(user=make_user(), code=code_at(), at=timezone.now())


def test_apps_are_told_whose_codes_these_are() -> None:
    user = User(username="wanjiku+1")

    assert pyotp.parse_uri(provisioning_uri(user, SECRET)).provisioning_uri() == (
        pyotp.TOTP(SECRET).provisioning_uri(name="wanjiku+1", issuer_name="ElectroPorts & Pins")
    )


def test_guessing_is_locked_out_and_the_right_code_too() -> None:
    member = make_member()

    codes = [log_in(member, otp="zzzz").json()["code"] for _ in range(30)]

    assert codes[0] == "second_factor_wrong"
    assert codes[-1] == "too_many_attempts"
    refused(log_in(member, otp=code_at()), 429, "too_many_attempts")
    assert not Session.objects.exists()
    assert SecondFactor.objects.get().last_step == 0
