"""POST /api/users/login/code and /confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import phone_codes
from accounts.models import AccountMessage, FailureCount, PhoneCode, PhoneCodeCount, Session, User
from electroports.sms import SmsNotSent
from tests.accounts.calls import everything, field_codes, me, refused
from tests.accounts.phones import (
    CODE,
    CONFIRM,
    PHONE,
    ask,
    confirm,
    deliver,
    everything_of_phones,
    forget_pauses,
    sms,
    wrong,
)
from tests.factories import make_user
from tests.fakes.sms import KeepingBackend

__all__ = ["sms"]
pytestmark = pytest.mark.django_db
LONG_AGO = "2025-01-01T00:00:00Z"
Sms = type[KeepingBackend]


def test_unknown_phone_makes_an_account(sms: Sms) -> None:
    response = confirm(ask("0712 345 678"), "0712345678")

    assert response.status_code == 201, response.content
    body = response.json()
    assert body["user"] == me(body["access"]).json()
    assert (body["user"]["phone"], body["user"]["phone_verified"], body["user"]["email"]) == (PHONE, True, "")
    user = User.objects.get()
    assert (user.has_usable_password(), user.role) == (False, "customer")
    assert Session.objects.get().method == "phone_code"
    assert response["Cache-Control"] == "no-store"


def test_verified_phone_signs_in(sms: Sms) -> None:
    wanjiku = make_user(phone=PHONE, phone_verified_at=LONG_AGO)

    response = confirm(ask())

    assert response.status_code == 200
    assert response.json()["user"]["id"] == wanjiku.pk


def test_unverified_phone_signs_nobody_in(sms: Sms) -> None:
    wanjiku = make_user(phone=PHONE)

    response = confirm(ask())

    assert response.status_code == 201
    assert response.json()["user"]["id"] != wanjiku.pk


def test_message_is_bound_to_the_site(sms: Sms, settings: Any) -> None:
    settings.SHOP_URL = "https://shop.example:8443"
    settings.SHOP_NAME = "A shop with a name that is very long, as long as names of shops are hardly ever " * 3

    code = ask()

    (sent,) = sms.sent
    assert sent.to == PHONE
    assert sent.text.endswith(f"\n\n@shop.example #{code}")
    assert len(sent.text) <= 160
    settings.SHOP_NAME = "ElectroPorts & Pins"
    forget_pauses()
    code = ask()
    assert sms.sent[-1].text == (
        f"ElectroPorts & Pins: {code} is your code to sign in. Give it to nobody.\n\n@shop.example #{code}"
    )


def test_code_is_kept_nowhere(sms: Sms) -> None:
    code = ask()

    rows = [*PhoneCode.objects.values(), *AccountMessage.objects.values(), *PhoneCodeCount.objects.values()]
    assert code not in str([{k: v for k, v in row.items() if not k.endswith("_at") and k != "id"} for row in rows])
    assert PHONE not in str(list(PhoneCodeCount.objects.values()))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("sign_up", [True, False])
def test_asking_costs_the_same_for_everybody(
    sms: Sms, settings: Any, known: bool, sign_up: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PHONE_CODES = settings.PHONE_CODES._replace(sign_up=sign_up)
    if known:
        make_user(phone=PHONE, phone_verified_at=LONG_AGO)

    # The windows; in a transaction the older codes, the new one, the message and its job.
    with django_assert_num_queries(7):
        response = APIClient().post(CODE, {"phone": PHONE})

    assert (response.status_code, response.content) == (204, b"")
    deliver()
    assert len(sms.sent) == (1 if known or sign_up else 0)


def test_where_no_accounts_are_made(sms: Sms, settings: Any) -> None:
    code = ask()
    settings.PHONE_CODES = settings.PHONE_CODES._replace(sign_up=False)
    before = everything()

    problem = refused(confirm(code), 400, "code_not_valid")

    assert field_codes(problem) == {("code", "code_not_valid")}
    assert everything() == before


def test_code_is_good_once(sms: Sms) -> None:
    code = ask()
    assert confirm(code).status_code == 201
    before = everything_of_phones()

    refused(confirm(code), 400, "code_not_valid")

    assert everything_of_phones() == before


def test_a_used_code_is_refused_as_none_is(sms: Sms) -> None:
    assert confirm(ask()).status_code == 201
    asked, said = [], []

    for _ in ("used", "none"):
        FailureCount.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            said.append(refused(confirm("123456"), 400, "code_not_valid")["errors"])
        asked.append(len(queries))
        PhoneCode.objects.all().delete()

    assert asked[0] == asked[1]
    assert said[0] == said[1]


def test_newest_code_alone_is_good(sms: Sms) -> None:
    older = ask()
    forget_pauses()
    newer = ask()

    refused(confirm(older), 400, "code_not_valid")

    assert confirm(newer).status_code == 201


def test_five_tries_are_judged(sms: Sms, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 100
    code = ask()
    for _ in range(5):
        refused(confirm(wrong(code)), 400, "code_not_valid")
    before = everything_of_phones()

    refused(confirm(code), 400, "code_not_valid")

    assert everything_of_phones() == before


def test_fifth_try_may_be_right(sms: Sms, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 100
    code = ask()
    for _ in range(4):
        refused(confirm(wrong(code)), 400, "code_not_valid")

    assert confirm(code).status_code == 201


def test_wrong_codes_lock_the_phone(sms: Sms, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 3
    code = ask()
    for _ in range(3):
        refused(confirm(wrong(code)), 400, "code_not_valid")

    refused(confirm(code), 429, "too_many_attempts")

    assert Session.objects.count() == 0


@pytest.mark.parametrize(("minutes", "status"), [(9, 201), (10, 400)])
def test_code_is_good_for_ten_minutes(sms: Sms, minutes: int, status: int) -> None:
    code = ask()
    PhoneCode.objects.update(expires_at=timezone.now() + timedelta(minutes=10 - minutes) - timedelta(milliseconds=1))

    assert confirm(code).status_code == status


def test_code_of_another_phone(sms: Sms) -> None:
    code = ask("+254712000001")
    before = everything()

    refused(confirm(code, "+254712000002"), 400, "code_not_valid")
    refused(confirm("000000", "+254712000003"), 400, "code_not_valid")

    assert everything() == before


def test_disabled_account(sms: Sms) -> None:
    make_user(phone=PHONE, phone_verified_at=LONG_AGO, is_active=False)
    before = everything()

    refused(confirm(ask()), 400, "code_not_valid")

    assert everything() == before


def test_staff_need_more_than_a_phone(sms: Sms, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    make_user(phone=PHONE, phone_verified_at=LONG_AGO, is_staff=True)

    response = confirm(ask())

    assert response.status_code in (401, 403)
    assert response.json()["code"] in ("second_factor_required", "second_factor_not_set_up")
    assert Session.objects.count() == 0
    assert PhoneCode.objects.get().used_at is None  # the same code goes with the second factor


def test_one_code_a_minute(sms: Sms, monkeypatch: pytest.MonkeyPatch) -> None:
    assert APIClient().post(CODE, {"phone": PHONE}).status_code == 204
    before = everything_of_phones()

    response = APIClient().post(CODE, {"phone": "0712 345 678"})

    refused(response, 429, "too_many_codes")
    assert 0 < int(response["Retry-After"]) <= 60
    assert everything_of_phones() == before
    assert APIClient().post(CODE, {"phone": "0712 345 679"}).status_code == 204


@pytest.mark.parametrize(("window", "most"), [("hour", 5), ("day", 10)])
def test_codes_per_phone(sms: Sms, window: str, most: int) -> None:
    others = [other.name for other in phone_codes.PER_PHONE if other.name != window]
    for _ in range(most):
        assert APIClient().post(CODE, {"phone": PHONE}).status_code == 204
        for other in others:
            PhoneCodeCount.objects.filter(key__startswith=f"{other}:").delete()

    refused(APIClient().post(CODE, {"phone": PHONE}), 429, "too_many_codes")


def test_budget_of_the_day(sms: Sms, settings: Any) -> None:
    settings.PHONE_CODES = settings.PHONE_CODES._replace(per_day=2)
    make_user(phone=PHONE, phone_verified_at=LONG_AGO)

    for number in range(4):
        assert APIClient().post(CODE, {"phone": f"+25471200000{number}"}).status_code == 204
    deliver()
    assert len(sms.sent) == 2

    assert confirm(ask(PHONE)).status_code == 200  # whose phone is known is not kept out


@pytest.mark.parametrize("phone", ["+447700900123", "+254202222222", "+12025550123"])
def test_number_that_is_not_served(sms: Sms, phone: str) -> None:
    response = APIClient().post(CODE, {"phone": phone})

    assert response.status_code == 400
    assert {error["field"] for error in response.json()["errors"]} == {"phone"}
    assert (PhoneCode.objects.count(), PhoneCodeCount.objects.count(), AccountMessage.objects.count()) == (0, 0, 0)


def test_provider_that_is_down(sms: Sms) -> None:
    sms.failing[PHONE] = SmsNotSent("down")

    assert APIClient().post(CODE, {"phone": PHONE}).status_code == 204
    deliver()
    assert sms.sent == []
    sms.failing.clear()
    deliver(timezone.now() + timedelta(minutes=2))
    assert len(sms.sent) == 1


def test_late_code_is_not_sent(sms: Sms) -> None:
    assert APIClient().post(CODE, {"phone": PHONE}).status_code == 204

    deliver(timezone.now() + timedelta(minutes=10))

    assert sms.sent == []


@pytest.mark.parametrize(
    ("url", "body", "code", "codes"),
    [
        (CODE, {}, "invalid", {("phone", "required")}),
        (CODE, {"phone": ""}, "invalid", {("phone", "blank")}),
        (CODE, {"phone": "0712"}, "invalid", {("phone", "invalid_phone")}),
        (CODE, {"phone": 712345678}, "invalid", {("phone", "invalid")}),
        (CODE, {"phone": PHONE, "code": "123456"}, "unknown_field", {("code", "unknown_field")}),
        (CONFIRM, {}, "invalid", {("phone", "required"), ("code", "required")}),
        (CONFIRM, {"phone": PHONE, "code": 123456}, "invalid", {("code", "invalid")}),
        (CONFIRM, {"phone": PHONE, "code": "12345a"}, "invalid", {("code", "invalid")}),
        (CONFIRM, {"phone": PHONE, "code": "١٢٣٤٥٦"}, "invalid", {("code", "invalid")}),
        (CONFIRM, {"phone": PHONE, "code": "12345"}, "invalid", {("code", "invalid"), ("code", "min_length")}),
    ],
)
def test_body_that_is_none(
    api: APIClient, url: str, body: dict[str, Any], code: str, codes: set[tuple[str, str]]
) -> None:
    assert field_codes(refused(api.post(url, body), 400, code)) == codes
    assert PhoneCodeCount.objects.count() == 0
