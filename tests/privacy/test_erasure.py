"""Whoever is erased leaves nothing behind, anywhere, but what the books need, which names nobody."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone
from django_q.models import OrmQ

from accounts import tasks
from accounts.actions.erase_user import erase_user
from accounts.models import AccountMessage, Session, User
from accounts.uses import NOTICE
from catalog.models import Review
from catalog.tasks import delete_files
from electroports.periods import YEAR
from orders.models import LedgerEntry, Order, OrderLine, Payment
from orders.tasks import delete_documents
from tests.privacy.person import MARKS, client_at_home, fill, registered, texts_of_files, texts_of_the_database, traces
from tests.toolkit.problem import problem_in

JOBS = {"catalog.tasks.delete_files": delete_files, "orders.tasks.delete_documents": delete_documents}


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def work() -> None:
    """Do what the worker would do, and empty its queue as it does."""
    for job in OrmQ.objects.order_by("pk"):
        told = job.task
        if told["func"] in JOBS:
            JOBS[told["func"]](*told["args"])
        job.delete()
    tasks.send_messages()
    tasks.sweep_messages()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left() -> None:
    user, client = registered()
    fill(user, client)
    work()
    before = traces(texts_of_the_database())
    assert set(before) == set(MARKS), "the control: all of it was there, and would be found"
    assert {"first name", "last name"} <= set(traces(texts_of_files()))
    books = list(LedgerEntry.objects.values_list("amount", "reference", "kind"))
    lines = list(OrderLine.objects.values_list("sku", "total", "vat"))
    mail.outbox.clear()

    response = client.delete("/api/users/me")
    assert response.status_code == 204, response.content
    work()

    assert traces(texts_of_the_database()) == {}
    assert traces(texts_of_files()) == {}
    assert list(LedgerEntry.objects.values_list("amount", "reference", "kind")) == books
    assert list(OrderLine.objects.values_list("sku", "total", "vat")) == lines
    assert [message.recipients() for message in mail.outbox] == [[MARKS["e-mail"]]]
    assert not AccountMessage.objects.exists()
    row = User.objects.get(pk=user.pk)
    assert (row.is_active, row.username, row.email) == (False, f"erased@{user.pk}", "")
    assert row.erased_at is not None
    assert set(Order.objects.values_list("user", flat=True)) == {user.pk}
    assert list(Review.objects.values_list("author", "author_name", "text")) == [(None, "", "Does what it should.")]
    assert client.get("/api/users/me").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_of_an_account_that_nobody_uses(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RETENTION = settings.RETENTION._replace(unused_accounts=2 * YEAR)
    user, client = registered()
    fill(user, client)
    work()
    later = timezone.now() + 3 * YEAR
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert tasks.delete_dead_sessions() > 1
    assert (tasks.close_unused_accounts(), tasks.warn_unused_accounts()) == (0, 1)
    mail.outbox.clear()
    work()
    assert [message.recipients() for message in mail.outbox] == [[MARKS["e-mail"]]]
    assert {"e-mail", "first name", "street", "payer"} <= set(traces(texts_of_the_database())), "the control"
    books = list(LedgerEntry.objects.values_list("amount", "reference", "kind"))
    monkeypatch.setattr(timezone, "now", lambda: later + NOTICE)

    assert tasks.close_unused_accounts() == 1
    work()

    assert traces(texts_of_the_database()) == {}
    assert traces(texts_of_files()) == {}
    assert list(LedgerEntry.objects.values_list("amount", "reference", "kind")) == books
    assert [message.recipients() for message in mail.outbox] == 2 * [[MARKS["e-mail"]]]
    assert not AccountMessage.objects.exists()
    assert User.objects.filter(pk=user.pk, last_used_at=None, unused_warned_at=None, unused_told_at=None).exists()


@pytest.mark.django_db
def test_the_name_and_the_address_are_free_again() -> None:
    _, client = registered()
    assert client.delete("/api/users/me").status_code == 204

    registered()

    assert User.objects.filter(username=MARKS["user name"]).count() == 1


@pytest.mark.django_db
def test_what_comes_late_goes_with_the_next_sweep() -> None:
    user, client = registered()
    assert client.delete("/api/users/me").status_code == 204
    at = timezone.now()
    times = dict.fromkeys(("created_at", "rotated_at", "last_seen_at", "expires_at"), at)
    device = {"user_agent": MARKS["device"], "address": MARKS["address"]}
    Session.objects.create(user=user, password_version=0, role="customer", refresh_jti=uuid4().hex, **device, **times)
    assert set(traces(texts_of_the_database())) >= {"device", "address"}

    assert tasks.sweep_erasures() == 1
    work()

    assert traces(texts_of_the_database()) == {}
    assert tasks.sweep_erasures() == 1  # nothing changes


@pytest.mark.django_db
def test_a_session_that_began_long_ago_erases_nobody(settings: Any) -> None:
    user, client = registered()
    user.sessions.update(created_at=timezone.now() - timezone.timedelta(minutes=settings.RECENT_SIGN_IN_MINUTES + 1))

    problem_in(client.delete("/api/users/me"), 403, "sign_in_again")
    problem_in(client.get("/api/users/me/export"), 403, "sign_in_again")

    assert User.objects.get(pk=user.pk).email == MARKS["e-mail"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "pending"}, "open_order"),
        ({"status": "shipped"}, "open_order"),
        ({"owed": 5}, "money_owed"),
        ({"paid": 0}, "money_due"),
    ],
)
def test_what_is_open_is_named_and_nothing_changes(change: dict[str, Any], code: str) -> None:
    user, client = registered()
    fill(user, client)
    order = Order.objects.get(status="delivered")
    Order.objects.filter(pk=order.pk).update(**change)
    before = sorted(texts_of_the_database())

    body = problem_in(client.delete("/api/users/me"), 409, "unfinished_business")

    assert [(row["field"], row["code"]) for row in body["errors"]] == [(order.number, code)]
    assert sorted(texts_of_the_database()) == before


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["starting", "pending", "unknown"])
def test_a_payment_under_way_holds_it_up(status: str) -> None:
    user, client = registered()
    fill(user, client)
    Payment.objects.update(status=status)

    body = problem_in(client.delete("/api/users/me"), 409, "unfinished_business")

    assert {row["code"] for row in body["errors"]} == {"open_payment"}
    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.django_db
def test_staff_are_not_erased() -> None:
    user, client = registered()
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.sessions.update(second_factor_at=timezone.now(), role="admin")

    problem_in(client.delete("/api/users/me"), 409, "staff_account")

    assert User.objects.get(pk=user.pk).email == MARKS["e-mail"]


@pytest.mark.django_db
def test_a_copy_has_everything() -> None:
    user, client = registered()
    fill(user, client)

    response = client.get("/api/users/me/export")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    copy = iter([("copy", response.content.decode())])
    assert set(traces(copy)) == set(MARKS)
    held = response.json()
    assert [row["number"] for row in held["orders"]["order"]] == list(Order.objects.values_list("number", flat=True))[
        ::-1
    ]
    assert len(held["orders"]["payment"]) == len(held["catalog"]["wishlist"]) == len(held["accounts"]["address"]) == 1
    assert user.password not in response.content.decode()
    assert "refresh_jti" not in response.content.decode()


@pytest.mark.django_db
def test_a_copy_has_nothing_of_others() -> None:
    user, client = registered()
    fill(user, client)
    access = (
        client_at_home()
        .post(
            "/api/users/register", {"username": "other", "email": "o@example.com", "password": "staple 7 tree lantern"}
        )
        .json()["access"]
    )

    copy = client_at_home(access).get("/api/users/me/export")

    assert set(traces(iter([("copy", copy.content.decode())]))) == {
        "address",
        "device",
        "first name",
    }  # their own device
    assert copy.json()["orders"] == {name: [] for name in copy.json()["orders"]}


@pytest.mark.django_db
def test_an_erasure_that_is_done_again_changes_nothing() -> None:
    user, client = registered()
    fill(user, client)
    version = User.objects.get(pk=user.pk).password_version
    erase_user(user=user, at=timezone.now())
    work()
    before, row = sorted(texts_of_the_database()), User.objects.values().get(pk=user.pk)
    assert row["password_version"] == version + 1

    assert tasks.sweep_erasures() == 1
    erase_user(user=user, at=timezone.now())

    assert User.objects.values().get(pk=user.pk) == row
    assert sorted(texts_of_the_database()) == before
