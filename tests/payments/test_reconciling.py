"""Comparing the ledger with a provider's books."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from accounts.models import User
from orders import tasks
from orders.actions import reconcile_payments as module
from orders.actions.reconcile_payments import reconcile_payments
from orders.actions.request_refund import request_refund
from orders.actions.send_refund import send_refund
from orders.gateways.facts import Movement
from orders.models import Payment, Reconciliation
from orders.reconciling import Booked, Stretch, compare
from tests.factories import make_user
from tests.payments import an_order, payments, simulate, the_payment

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.get_default_timezone())
DAY = Stretch(NOON - timedelta(hours=12), NOON + timedelta(hours=12))


def moved(receipt: str, amount: str, at: datetime = NOON) -> Movement:
    return Movement(receipt=receipt, provider_reference="", amount=Decimal(amount), currency="KES", at=at)


def booked(receipt: str, amount: str, at: datetime = NOON) -> Booked:
    return Booked(frozenset({receipt}), Decimal(amount), at, f"receipt {receipt}")


def test_both_sides_agree() -> None:
    movements = [moved("A", "100.00"), moved("B", "-30.00")]

    assert list(compare(movements, [booked("A", "100.00"), booked("B", "-30.00")], DAY)) == []


def test_what_only_one_side_has() -> None:
    assert list(compare([moved("A", "100.00")], [booked("B", "50.00")], DAY)) == [
        "The provider has 100.00 under A, and the ledger does not.",
        "The ledger has 50.00 (receipt B), and the provider does not.",
    ]


def test_another_amount() -> None:
    assert list(compare([moved("A", "100.00")], [booked("A", "10.00")], DAY)) == [
        "A: the provider has 100.00, and the ledger 10.00."
    ]


def test_what_came_is_not_what_went_back_under_the_same_name() -> None:
    found = list(compare([moved("A", "100.00"), moved("A", "-100.00")], [booked("A", "100.00")], DAY))

    assert found == ["The provider has -100.00 under A, and the ledger does not."]


@pytest.mark.parametrize("at", [DAY.since + timedelta(minutes=5), DAY.until - timedelta(minutes=5)])
def test_near_the_edges_neither_side_is_missed(at: datetime) -> None:
    assert list(compare([moved("A", "1.00", at)], [booked("B", "1.00", at)], DAY)) == []
    assert len(list(compare([moved("A", "1.00", at)], [booked("A", "2.00", at)], DAY))) == 1


def run(**options: object) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("reconcile_payments", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_ledger_against_books(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")
    cashier: User = make_user(is_staff=True)
    at = timezone.now()
    refund = request_refund(
        payment=the_payment(), amount=Decimal(300), reason="Broken.", by_hand=False, acting_user=cashier, at=at
    )
    send_refund(refund_id=refund.pk, at=at)
    refund.refresh_from_db()
    receipt = the_payment().receipt
    right = [moved(receipt, "1000.00", at), moved(refund.receipt, "-300.00", at)]
    stretch = {"since": at - timedelta(hours=5), "until": at + timedelta(hours=5), "at": at}

    agreed = reconcile_payments(provider="simulator", movements=right, **stretch)
    differing = reconcile_payments(provider="simulator", movements=right[:1], **stretch)

    assert agreed is not None
    assert differing is not None
    assert (agreed.movements, agreed.entries, agreed.differences) == (2, 2, 0)
    assert (differing.movements, differing.differences) == (1, 1)
    assert differing.findings == [f"The ledger has -300.00 (refund {refund.pk}), and the provider does not."]
    Reconciliation.objects.filter(pk=differing.pk).delete()  # or the invariant would be broken


@pytest.mark.django_db
def test_a_success_that_was_missed_is_found(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays", delay=0)
    Payment.objects.update(status="failed", reason="prompt_expired", is_live=False, next_check_at=None)

    assert "lists nothing by itself" in run(provider="simulator")

    assert payments(client, order)["payment_status"] == "paid"


@pytest.mark.django_db
def test_every_provider_has_a_job_and_a_time_of_its_own(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order(client)
    simulate(client, order, "pays", delay=0)
    Payment.objects.update(status="failed", reason="prompt_expired", is_live=False, next_check_at=None)
    OrmQ.objects.all().delete()

    assert tasks.reconcile_payments() == 2

    jobs = [(job.func(), job.args()) for job in OrmQ.objects.order_by("pk")]
    assert jobs == [("orders.tasks.reconcile_provider", (name,)) for name in ("simulator", "cash_on_delivery")]
    monkeypatch.setattr(module, "ASK_SECONDS", -1)  # none is left, as where a provider hangs
    tasks.reconcile_provider("simulator")
    assert payments(client, order)["payment_status"] == "unpaid"
    monkeypatch.setattr(module, "ASK_SECONDS", 40)
    tasks.reconcile_provider("simulator")
    assert payments(client, order)["payment_status"] == "paid"


STATEMENT = """Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance
{receipt},{at:%Y-%m-%d %H:%M:%S},Pay Bill from 2547****678,Completed,"1,000.00",,1000.00
{other},{at:%Y-%m-%d %H:%M:%S},Pay Bill from 2547****679,Completed,50.00,,1050.00
"""


@pytest.mark.django_db
def test_a_statement_of_the_portal(client: APIClient, tmp_path: Path) -> None:
    order = an_order(client)
    simulate(client, order, "pays_at_once")
    at = timezone.now() - timedelta(hours=2)
    Payment.objects.update(provider="mpesa", created_at=at)
    path = tmp_path / "statement.csv"
    path.write_text(STATEMENT.format(receipt="SKR1AB2CDE", other="SKR1AB2CDF", at=timezone.localtime(at)))

    with pytest.raises(CommandError, match=r"2 difference\(s\)"):
        run(statement=path)

    found = Reconciliation.objects.get()
    assert (found.provider, found.movements) == ("mpesa", 2)
    found.delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"provider": "nobody"}, "There is no provider nobody."),
        ({"since": "yesterday"}, "yesterday is no day"),
        ({"since": "2026-02-30"}, "2026-02-30 is no day"),
        ({"since": "2100-01-01"}, "in the future"),
        ({"statement": Path("nowhere.csv")}, "nowhere.csv"),
        ({"statement": Path("x.csv"), "provider": "simulator"}, "A statement is M-Pesa's."),
    ],
)
def test_what_the_command_refuses(options: dict[str, object], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(**options)

    assert not Reconciliation.objects.exists()


@pytest.mark.django_db
def test_a_provider_without_its_variables_is_told_in_words() -> None:
    with pytest.raises(CommandError, match="For M-Pesa, set MPESA_CONSUMER_KEY"):
        call_command("reconcile_payments", provider="mpesa")
