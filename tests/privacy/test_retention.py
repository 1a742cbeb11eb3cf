"""What is kept long enough goes, to the second, and nothing else does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as BrowserSession
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Task

from accounts.actions.close_unused import close_unused
from accounts.actions.forget_account_messages import forget_account_messages
from accounts.actions.forget_consents import forget_consents
from accounts.models import AccountMessage, Consent, EmailChange, Link, PhoneCode, User
from accounts.uses import NOTICE, told, untold, unused_since
from electroports import retention
from electroports.periods import YEAR, Retention
from electroports.schedules import SCHEDULES
from orders.actions.forget_guests import forget_guests
from orders.actions.forget_order_messages import forget_order_messages
from orders.actions.forget_provider_messages import forget_provider_messages
from orders.models import LedgerEntry, Order, OrderMessage, ProviderMessage
from tests.accounts.inviting import make_invitation
from tests.accounts.mailing import begin_change, post, undoing_token
from tests.admin.money import make_order, make_paid, make_payment
from tests.factories import make_user
from tests.privacy.person import MARKS, fill, registered, texts_of_the_database, traces
from tests.privacy.test_commands import guest_order
from tests.privacy.test_declared import HOLDINGS

SECOND = timedelta(seconds=1)
DOC = (Path(__file__).resolve().parents[2] / "docs" / "privacy.md").read_text().partition("### How long")[2]
TABLE, _, REST = DOC.partition("As long as the account:")
NAMES = re.compile(r"`((?:accounts|admin|catalog|django_q|orders|sessions)\.[A-Z]\w+)`")


def test_every_model_with_personal_data_has_a_row_or_lives_as_long_as_the_account() -> None:
    swept, staying = set(NAMES.findall(TABLE)), set(NAMES.findall(REST))

    assert {holding.model for holding in HOLDINGS} <= swept | staying
    assert swept & staying == set()
    assert all(apps.get_model(name) for name in swept | staying)


def test_every_job_of_the_table_is_on_the_schedule_and_every_period_a_setting(settings: Any) -> None:
    jobs = re.findall(r"`(\w+\.tasks\.\w+)` \|$", TABLE, flags=re.MULTILINE)

    assert len(jobs) == len(set(jobs)) > 15
    assert set(jobs) <= set(SCHEDULES)
    assert {name.upper() for name in settings.RETENTION._fields} <= {
        {
            "CONSENT_YEARS": "CONSENTS",
            "GUEST_DATA_YEARS": "GUEST_DATA",
            "JOB_RESULT_DAYS": "JOB_RESULTS",
            "UNUSED_ACCOUNT_YEARS": "UNUSED_ACCOUNTS",
        }.get(name, name.replace("_DAYS", "S"))
        for name in re.findall(r"`([A-Z_]+)`", TABLE)
    }


def message(model: Any, created_at: datetime, **fields: Any) -> Any:
    fields = {"status": "sent", "channel": "email", "recipient": "a@example.com", "give_up_at": created_at, **fields}
    return model.objects.create(created_at=created_at, **fields)


@pytest.mark.django_db
def test_messages_and_links_of_accounts(settings: Any) -> None:
    now, user = timezone.now(), make_user()
    before = now - settings.RETENTION.account_messages
    old = message(AccountMessage, before - SECOND, kind="locked_out", user=user)
    message(AccountMessage, before, kind="locked_out", user=user)
    message(AccountMessage, before - SECOND, kind="locked_out", user=user, status="failed", next_attempt_at=now)
    links = [
        Link.objects.create(purpose="verify_email", user=user, email=user.email, created_at=before, expires_at=moment)
        for moment in (before - SECOND, before)
    ]

    assert forget_account_messages(at=now) == 1

    assert not AccountMessage.objects.filter(pk=old.pk).exists()
    assert AccountMessage.objects.count() == 2
    assert list(Link.objects.all()) == links[1:]
    assert forget_account_messages(at=now) == 0


@pytest.mark.django_db
def test_a_change_of_address_stays_while_it_can_be_undone(settings: Any) -> None:
    settings.RETENTION = settings.RETENTION._replace(account_messages=timedelta(days=3))
    user, now = make_user(email_verified_at=timezone.now()), timezone.now()
    undoing = undoing_token(user)
    unanswered = begin_change(make_user(email_verified_at=now), email="other@example.com")
    assert settings.EMAIL_LINK_LIFETIME + timedelta(days=3) < timedelta(days=6) < settings.EMAIL_UNDO_LIFETIME

    forget_account_messages(at=now + timedelta(days=6))

    assert EmailChange.objects.get().user == user, "what was never answered is gone"
    assert len(unanswered) == 2
    assert set(Link.objects.values_list("user", "purpose")) == {
        (user.pk, purpose) for purpose in ("approve_email", "confirm_email", "undo_email")
    }
    assert post("email/undo", {"token": undoing}).status_code == 204
    assert User.objects.get(pk=user.pk).email == user.email

    forget_account_messages(at=now + timedelta(days=6))

    assert not EmailChange.objects.exists()


@pytest.mark.django_db
def test_a_change_of_address_goes_when_it_cannot_be_undone_any_more(settings: Any) -> None:
    settings.RETENTION = settings.RETENTION._replace(account_messages=timedelta(days=3))
    undoing_token(make_user(email_verified_at=timezone.now()))

    forget_account_messages(at=timezone.now() + settings.EMAIL_UNDO_LIFETIME + timedelta(days=4))

    assert not EmailChange.objects.exists()
    assert not Link.objects.exists()


def plan_of(rows: QuerySet[Any]) -> str:
    """Return how the database would find these rows, in a table that is not empty."""
    table = rows.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.explain()


@pytest.mark.django_db
def test_what_is_looked_for_often_is_found_by_an_index() -> None:
    now = timezone.now()
    AccountMessage.objects.bulk_create(
        AccountMessage(
            kind="locked_out", status="sent", channel="email", recipient=f"{n}", created_at=now, give_up_at=now
        )
        for n in range(2000)
    )
    User.objects.bulk_create(User(username=f"user{n}", email=f"{n}@example.com") for n in range(500))
    PhoneCode.objects.bulk_create(
        PhoneCode(purpose="sign_in", phone="+254719876543", created_at=now, expires_at=now, voided_at=now)
        for _ in range(500)
    )

    codes = PhoneCode.objects.unused(phone="+254719876543", purpose="sign_in")

    assert "account_message_farewell" in plan_of(AccountMessage.objects.farewells().order_by("pk")[:1000])
    assert "user_by_erasure" in plan_of(User.objects.erased_since(now))
    assert "user_by_use" in plan_of(unused_since(now - YEAR).filter(untold(at=now)))
    assert "user_by_warning" in plan_of(unused_since(now - YEAR).filter(told(at=now)))
    assert "phone_code_open" in plan_of(codes.order_by("-created_at")[:1])


@pytest.mark.django_db
def test_messages_of_orders_and_providers(settings: Any) -> None:
    now = timezone.now()
    for age in (SECOND, timedelta(0)):
        message(OrderMessage, now - settings.RETENTION.order_messages - age, kind="confirmed", order=make_order())
        ProviderMessage.objects.create(
            provider="mpesa",
            kind="payment",
            body=b"{}",
            status="processed",
            received_at=now - settings.RETENTION.provider_messages - age,
        )

    assert (forget_order_messages(at=now), forget_provider_messages(at=now)) == (1, 1)
    assert (OrderMessage.objects.count(), ProviderMessage.objects.count()) == (1, 1)
    assert (forget_order_messages(at=now), forget_provider_messages(at=now)) == (0, 0)


@pytest.mark.django_db
def test_the_last_word_on_a_channel_stays_and_the_others_for_a_while(settings: Any) -> None:
    now, user = timezone.now(), make_user()
    period = settings.RETENTION.consents
    said = [
        Consent.objects.create(user=user, channel=channel, is_given=given, source="account", created_at=moment)
        for channel, given, moment in (
            ("email", True, now - 3 * period),
            ("email", False, now - period - SECOND),
            ("email", True, now - period),
            ("sms", True, now - 3 * period),
        )
    ]

    assert forget_consents(at=now) == 1

    assert list(Consent.objects.order_by("pk")) == said[1:]


@pytest.mark.django_db
def test_results_of_jobs_and_visits_of_the_back_office(settings: Any) -> None:
    now = timezone.now()
    for n, success in enumerate((True, False)):
        for age in (SECOND, timedelta(0)):
            stopped = now - settings.RETENTION.job_results - age
            key = f"{n}{age.seconds}".zfill(32)
            Task.objects.create(id=key, name=key, func="x.y", started=stopped, stopped=stopped, success=success)
    for age in (SECOND, timedelta(0)):
        BrowserSession.objects.create(session_key=f"k{age.seconds}", session_data="x", expire_date=now - age)

    assert (retention.forget_job_results(at=now), retention.forget_browser_sessions(at=now)) == (2, 1)
    assert (Task.objects.count(), BrowserSession.objects.count()) == (2, 1)


@pytest.mark.django_db
def test_a_sweep_goes_in_batches_and_stops_in_time() -> None:
    now = timezone.now()
    for n in range(5):
        BrowserSession.objects.create(session_key=f"k{n}", session_data="x", expire_date=now - SECOND)

    assert retention.delete_in_batches(BrowserSession.objects.all(), batch=2, seconds=0) == 0
    assert retention.delete_in_batches(BrowserSession.objects.all(), batch=2) == 5


@pytest.mark.django_db(transaction=True)
def test_an_old_order_of_a_guest_says_no_more_who_bought(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    order = guest_order()
    with transaction.atomic():
        make_paid(order=order, phone="+254719876543", payer=MARKS["payer"], receipt="TKZ9876543")
    Order.objects.filter(pk=order.pk).update(created_at=now - settings.RETENTION.guest_data, status="delivered")
    books = list(LedgerEntry.objects.values_list("amount", "reference"))
    assert forget_guests(at=now) == 0

    assert forget_guests(at=now + SECOND) == 1

    order.refresh_from_db()
    assert (order.contact, order.address, order.note, order.guest_key) == ({}, None, "", "")
    assert {"e-mail", "phone", "payer", "street", "note"} & set(traces(texts_of_the_database())) == set()
    assert list(LedgerEntry.objects.values_list("amount", "reference")) == books
    assert forget_guests(at=now + SECOND) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change", [{"status": "pending"}, {"status": "shipped"}, {"owed": 5}, {"paid": 0}, {"payment": "open"}, {"user": 1}]
)
def test_what_is_not_settled_or_an_accounts_stays(settings: Any, change: dict[str, Any]) -> None:
    now = timezone.now()
    order = guest_order()
    with transaction.atomic():
        make_paid(order=order)
    fields = {"created_at": now - 2 * settings.RETENTION.guest_data, "status": "delivered", **change}
    if fields.pop("payment", None):
        make_payment(order=order)
    if "user" in fields:
        fields["user"] = make_user()
    Order.objects.filter(pk=order.pk).update(**fields)

    assert forget_guests(at=now) == 0
    assert Order.objects.get(pk=order.pk).contact == order.contact


LONG_AGO = timedelta(days=9000)


def old_message() -> None:
    message(AccountMessage, timezone.now() - LONG_AGO, kind="locked_out", user=make_user())


def old_order_message() -> None:
    message(OrderMessage, timezone.now() - LONG_AGO, kind="confirmed", order=make_order())


def old_provider_message() -> None:
    fields = {"provider": "mpesa", "kind": "payment", "body": b"{}", "status": "processed"}
    ProviderMessage.objects.create(**fields, received_at=timezone.now() - LONG_AGO)


def old_job() -> None:
    at = timezone.now() - LONG_AGO
    Task.objects.create(id="old", name="old", func="x.y", started=at, stopped=at, success=True)


def old_word() -> None:
    user, at = make_user(), timezone.now() - LONG_AGO
    for is_given in (True, False):
        Consent.objects.create(user=user, channel="email", is_given=is_given, source="account", created_at=at)


def old_guest() -> None:
    guest_order()
    Order.objects.update(status="expired", created_at=timezone.now() - LONG_AGO)


def old_account() -> None:
    at = timezone.now() - LONG_AGO
    user = make_user(date_joined=at)
    User.objects.filter(pk=user.pk).update(unused_told_at=timezone.now() - NOTICE)


ZERO = {
    "account_messages": (old_message, forget_account_messages),
    "order_messages": (old_order_message, forget_order_messages),
    "provider_messages": (old_provider_message, forget_provider_messages),
    "job_results": (old_job, retention.forget_job_results),
    "consents": (old_word, forget_consents),
    "guest_data": (old_guest, forget_guests),
    "unused_accounts": (old_account, close_unused),
}


def test_every_period_is_tried_with_zero() -> None:
    assert set(ZERO) == set(Retention._fields)


@pytest.mark.django_db
@pytest.mark.parametrize("period", ZERO)
def test_zero_keeps_all(settings: Any, period: str) -> None:
    make, sweep = ZERO[period]
    make()
    periods = settings.RETENTION
    settings.RETENTION = periods._replace(**{period: timedelta(0)})
    before = sorted(texts_of_the_database())

    assert sweep(at=timezone.now()) == 0
    assert sorted(texts_of_the_database()) == before

    settings.RETENTION = periods._replace(unused_accounts=2 * YEAR)
    assert sweep(at=timezone.now()) == 1, "the control: the row is one that the sweep is for"


ANONYMOUS = {f"orders.{name}" for name in ("Order", "OrderEvent", "PromotionUse", "LedgerEntry", "Refund", "Payment")}
OF_THE_ACCOUNT = {"accounts.Consent", "catalog.Notice", "orders.Cart", "orders.CartLine"}  # the rest of these goes


def counts() -> dict[str, int]:
    return {name: apps.get_model(name)._base_manager.count() for name in {*NAMES.findall(TABLE), *NAMES.findall(REST)}}


@pytest.mark.django_db
def test_the_jobs_on_the_schedule_delete_what_the_table_names_and_nothing_that_is_to_stay(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    user, client = registered()
    fill(user, client)
    make_invitation(email="colleague@example.com")
    before, later = counts(), timezone.now() + LONG_AGO
    monkeypatch.setattr(timezone, "now", lambda: later)

    for job in 2 * sorted(SCHEDULES):  # twice: messages that wait are given up first
        import_string(job)()

    after = counts()
    fewer = {name for name, count in before.items() if after[name] < count}
    there = {name for name, count in before.items() if count}
    assert fewer & set(NAMES.findall(REST)) == set()
    assert there & set(NAMES.findall(TABLE)) - ANONYMOUS - OF_THE_ACCOUNT == fewer


@pytest.mark.django_db
def test_a_sweep_that_a_deadlock_ended_begins_again() -> None:
    old_message()
    ended: list[int] = []

    def deadlock_once(_rows: Any) -> None:
        if not ended:
            ended.append(1)
            error = OperationalError("deadlock detected")
            error.__cause__ = FakeDeadlock()
            raise error

    assert retention.delete_in_batches(AccountMessage.objects.all(), before=deadlock_once) == 1
    assert ended
    assert not AccountMessage.objects.exists()


class FakeDeadlock(Exception):
    """What psycopg2 raises, as far as it is looked at."""

    pgcode = "40P01"
