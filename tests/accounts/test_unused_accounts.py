"""Accounts that nobody uses are closed, after a mail by which whoever wants to can keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import tasks
from accounts.actions import close_unused as closing
from accounts.actions import warn_unused as warning
from accounts.actions.close_unused import close_unused
from accounts.actions.forget_sessions import forget_sessions
from accounts.actions.note_use import note_use
from accounts.actions.send_account_messages import send_account_messages
from accounts.actions.warn_unused import note_told, warn_unused
from accounts.devices import UNKNOWN_DEVICE
from accounts.models import AccountMessage, Session, User
from accounts.uses import NOTICE, NOTICE_HOLDS
from electroports.periods import YEAR
from orders.models import Order, Payment
from tests.accounts.calls import everything
from tests.accounts.phones import PHONE
from tests.accounts.unused import CUT, DAY, NOW, SECOND, close_all, is_open, session_of, tell, unused
from tests.admin.money import make_order, make_payment
from tests.factories import PASSWORD, make_user
from tests.privacy.test_commands import guest_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_years(settings: Any) -> None:
    settings.RETENTION = settings.RETENTION._replace(unused_accounts=2 * YEAR)
    settings.SHOP_URL = "https://shop.example.com"


def warnings() -> list[str]:
    return list(AccountMessage.objects.filter(kind="account_unused").values_list("recipient", flat=True))


def test_the_owner_is_told_once_what_will_happen_and_how_to_keep_the_account() -> None:
    user = unused(email_verified_at=None)

    assert [tell(), tell(), tell(at=NOW + 29 * DAY)] == [1, 0, 0]

    (sent,) = mail.outbox
    day = timezone.localtime(NOW + NOTICE)
    assert sent.to == [user.email]
    assert "for 2 years" in sent.body
    assert f"before {day.day} {day:%B %Y}" in sent.body
    assert "https://shop.example.com" in sent.body
    assert User.objects.get(pk=user.pk).unused_told_at == NOW
    assert timedelta(days=30) + AccountMessage.TRIED_FOR == NOTICE, "a month is left to whoever gets it last"


def test_then_it_is_closed_and_not_a_second_before() -> None:
    user = unused()
    tell()
    mail.outbox.clear()
    before = everything()
    assert close_unused(at=NOW + NOTICE - SECOND) == 0
    assert everything() == before

    assert [close_unused(at=NOW + NOTICE), close_unused(at=NOW + NOTICE)] == [1, 0]
    send_account_messages(at=NOW + NOTICE)

    row = User.objects.get(pk=user.pk)
    assert (row.username, row.email, row.is_active, row.erased_at) == (f"erased@{user.pk}", "", False, NOW + NOTICE)
    assert (row.last_used_at, row.unused_warned_at, row.unused_told_at) == (None, None, None)
    assert [sent.to for sent in mail.outbox] == [[user.email]]
    assert "as nobody had used it for 2 years" in mail.outbox[0].body


def test_without_a_warning_nothing_is_closed() -> None:
    unused()
    before = everything()

    assert close_unused(at=NOW + 10 * YEAR) == 0

    assert everything() == before


def registered(user: User) -> None:
    User.objects.filter(pk=user.pk).update(date_joined=CUT)


def in_the_office(user: User) -> None:
    User.objects.filter(pk=user.pk).update(last_login=CUT)


def remembered(user: User) -> None:
    User.objects.filter(pk=user.pk).update(last_used_at=CUT)


def refreshed(user: User) -> None:
    session_of(user, seen=None, rotated=CUT)


def seen(user: User) -> None:
    session = session_of(user, seen=CUT - 2 * DAY, rotated=CUT - 3 * DAY)
    note_use(session_id=session.pk, device=UNKNOWN_DEVICE, at=CUT)


def ended(user: User) -> None:
    session_of(user, seen=CUT, rotated=CUT - 3 * DAY)
    Session.objects.update(ended_at=CUT)


def bought(user: User) -> None:
    order = make_order(user=user)
    Order.objects.filter(pk=order.pk).update(created_at=CUT, status="cancelled")


def bought_as_a_guest(user: User) -> None:
    order = guest_order()
    User.objects.filter(pk=user.pk).update(email=order.contact["email"], email_verified_at=CUT - DAY)
    Order.objects.filter(pk=order.pk).update(created_at=CUT, status="cancelled")


USES = [registered, in_the_office, remembered, refreshed, seen, ended, bought, bought_as_a_guest]


@pytest.mark.parametrize("use", USES)
def test_whoever_uses_it_in_whatever_way_keeps_it(use: Callable[[User], None]) -> None:
    user = unused()
    use(user)

    assert (close_all(), warnings()) == (0, [])
    assert is_open(user)


@pytest.mark.parametrize("use", USES)
def test_the_control_a_second_earlier(use: Callable[[User], None], settings: Any) -> None:
    user = unused()
    use(user)
    settings.RETENTION = settings.RETENTION._replace(unused_accounts=2 * YEAR - SECOND)

    assert close_all() == 1
    assert not is_open(user)


def test_what_orders_know_is_asked_once() -> None:
    user = unused()
    bought(user)

    warn_unused(at=NOW)

    assert User.objects.get(pk=user.pk).last_used_at == CUT
    with CaptureQueriesContext(connection) as asked:
        warn_unused(at=NOW)
    assert len(asked) == 1


def test_signing_in_after_the_warning_keeps_it() -> None:
    user = unused()
    tell()
    answer = APIClient().post("/api/users/login", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 200

    assert close_unused(at=NOW + NOTICE) == 0
    forget_sessions(at=NOW + 100 * DAY)
    assert not Session.objects.exists()
    assert close_unused(at=NOW + NOTICE_HOLDS) == 0

    assert is_open(user)
    again = User.objects.get(pk=user.pk).last_used_at + 2 * YEAR + SECOND  # type: ignore[operator]
    assert close_unused(at=again + NOTICE) == 0, "the first warning does not count any more"
    assert tell(at=again) == 1
    assert (close_unused(at=again + NOTICE - SECOND), close_unused(at=again + NOTICE)) == (0, 1)


def test_a_mail_that_is_late_is_not_sent_to_whoever_was_quicker() -> None:
    user = unused()
    warn_unused(at=NOW)
    session_of(user, seen=None, rotated=NOW + DAY, expires=NOW + 30 * DAY)

    send_account_messages(at=NOW + 2 * DAY)

    assert mail.outbox == []
    assert AccountMessage.objects.get().status == "skipped"


@pytest.mark.parametrize(
    "fields",
    [
        {"is_staff": True},
        {"is_superuser": True},
        {"is_staff": True, "is_superuser": True},
        {"is_active": False},
        {"email": ""},
        {"email": "", "phone": PHONE},
        {"email": "", "phone": PHONE, "phone_verified_at": CUT - DAY},
        {"phone": PHONE, "phone_verified_at": CUT - DAY},
    ],
    ids=str,
)
def test_who_is_not_touched(fields: dict[str, Any]) -> None:
    unused(**fields)
    before = everything()

    assert close_all() == 0
    assert everything() == before

    User.objects.update(unused_told_at=NOW)
    if fields.keys() & {"is_staff", "is_superuser", "is_active"}:
        before = everything()
        assert close_unused(at=NOW + NOTICE) == 0
        assert everything() == before


UNFINISHED: list[dict[str, Any]] = [{"status": "pending"}, {"status": "shipped"}, {"owed": 5}, {"payment": "pending"}]


@pytest.mark.parametrize("change", UNFINISHED, ids=str)
def test_unfinished_business_waits(change: dict[str, Any]) -> None:
    user = unused()
    order = make_order(user=user)
    fields = {"status": "cancelled", "created_at": CUT - DAY, **change}
    if fields.pop("payment", None):
        make_payment(order=order)
    Order.objects.filter(pk=order.pk).update(**fields)

    assert (close_all(), warnings()) == (0, []), "not even told"
    User.objects.update(unused_told_at=NOW)
    before = everything()
    assert close_unused(at=NOW + NOTICE) == 0
    assert everything() == before

    Order.objects.update(status="cancelled", owed=0)
    Payment.objects.update(status="failed")
    assert close_unused(at=NOW + NOTICE) == 1
    assert not is_open(user)


def test_a_warning_of_long_ago_is_given_again() -> None:
    user = unused()
    tell()
    late = NOW + NOTICE_HOLDS + SECOND

    assert close_unused(at=late) == 0
    assert is_open(user)
    assert tell(at=late) == 1
    assert close_unused(at=late + NOTICE) == 1


def test_one_account_that_cannot_be_closed_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    odd, other = unused(date_joined=CUT - DAY), unused()
    tell()
    erase = closing.erase_held

    def fail(**told: Any) -> None:
        if told["user"] == odd:
            raise ValueError("an odd row")
        erase(**told)

    monkeypatch.setattr(closing, "erase_held", fail)

    assert close_unused(at=NOW + NOTICE) == 1
    assert (is_open(odd), is_open(other)) == (True, False)
    assert "could not be closed" in caplog.text


def test_a_sweep_may_be_stopped_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    users = [unused() for _ in range(3)]
    tell()
    erase = closing.erase_held

    def stop(**told: Any) -> None:
        erase(**told)
        if told["user"] == users[1]:
            raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(closing, "erase_held", stop)
        with pytest.raises(KeyboardInterrupt):
            close_unused(at=NOW + NOTICE)
    assert [is_open(user) for user in users] == [False, True, True]

    assert close_unused(at=NOW + NOTICE) == 2


def test_one_sweep_tells_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warning, "MOST_TOLD", 2)
    for _ in range(3):
        unused()

    assert [warn_unused(at=NOW), warn_unused(at=NOW), warn_unused(at=NOW)] == [2, 1, 0]
    assert len(set(warnings())) == 3


def test_it_takes_as_many_queries_for_each_however_many_others_there_are() -> None:
    def queries(work: Callable[..., int], at: Any, expected: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert work(at=at) == expected
        return len(asked)

    def told_and_closed(how_many: int) -> tuple[int, int]:
        for _ in range(how_many):
            unused()
        told = queries(warn_unused, NOW, how_many)
        send_account_messages(at=NOW)
        note_told()
        return told, queries(close_unused, NOW + NOTICE, how_many)

    told, closed = told_and_closed(1)
    for _ in range(30):
        make_user()

    assert told_and_closed(3) == (1 + 3 * (told - 1), 1 + 3 * (closed - 1))


def test_the_jobs_note_who_was_told() -> None:
    now = timezone.now()
    told, untold = (make_user(date_joined=now - 3 * YEAR) for _ in range(2))
    User.objects.filter(pk=told.pk).update(unused_told_at=now - NOTICE)

    assert tasks.close_unused_accounts() == 1
    assert tasks.warn_unused_accounts() == 1
    assert (is_open(told), is_open(untold), warnings()) == (False, True, [untold.email])

    tasks.send_messages()
    tasks.close_unused_accounts()

    assert User.objects.get(pk=untold.pk).unused_told_at is not None
