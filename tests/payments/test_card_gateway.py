"""The gateway of cards by itself: amounts, books, what it costs, and what the settings have to be."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.check_refunds import check_refunds
from orders.actions.request_refund import request_refund
from orders.gateways import registry
from orders.gateways.cards import Account, CardGateway, build
from orders.gateways.cards.account import from_units, to_units
from orders.gateways.cards.client import CardClient
from orders.gateways.cards.codes import DECLINES, decline_reason
from orders.gateways.facts import Begun, Charge, Movement, OrderFacts, Outcome, Reason
from tests.factories import make_user
from tests.fakes.daraja_http import ERROR_500
from tests.fakes.stripe_api import PUBLISHABLE_KEY, SECRET_KEY, FakeStripe
from tests.payments import an_order, the_payment
from tests.payments.cards import pay_by_card, work

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
CHARGE = Charge("0b7c", "EP-7K3QXM", Decimal("1500.00"), "KES", "https://shop.example/never-told", AT)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("1500.00", "KES", 150_000),
        ("0.01", "KES", 1),
        ("999999.99", "KES", 99_999_999),
        ("1500.00", "JPY", 1500),
        ("1500.50", "JPY", None),
        ("1.005", "KES", None),
    ],
)
def test_amounts_are_in_the_smallest_unit(amount: str, currency: str, units: int | None) -> None:
    assert to_units(Decimal(amount), currency) == units
    if units is not None:
        assert str(from_units(units, currency)) == amount


def test_it_says_what_it_does_not_take() -> None:
    gateway = CardGateway(Account(SECRET_KEY, PUBLISHABLE_KEY), lambda: pytest.fail("nobody is asked"))
    order = OrderFacts("EP-7K3QXM", Decimal(1500), Decimal(1500), "KES")

    assert gateway.refusal(order, Decimal("1500.50")) is None
    assert gateway.refusal(replace(order, currency="KWD"), Decimal("1.50")) == "Cards do not pay 1.50 KWD."
    assert gateway.refusal(replace(order, currency="JPY"), Decimal("1.50")) == "Cards do not pay 1.50 JPY."
    report = gateway.start(replace(CHARGE, currency="KWD"))
    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PROVIDER_REFUSED)


def test_every_decline_has_a_reason() -> None:
    assert decline_reason({"code": "card_declined", "decline_code": "insufficient_funds"}) == "insufficient_funds"
    assert decline_reason({"code": "expired_card"}) == "card_expired"
    assert decline_reason({"code": "card_declined", "decline_code": "fraudulent"}) == "card_declined"
    assert decline_reason({}) == "card_declined"
    assert Reason.PROVIDER_REFUSED not in DECLINES.values()


def test_the_account_keeps_its_secrets(settings: Any) -> None:
    account = Account("sk_live_1", "pk_live_1", ("whsec_1",))

    assert account.is_live
    assert "sk_live" not in repr(account)
    assert "whsec" not in repr(account)


@pytest.mark.parametrize("listed", ["charges", "refunds"])
@pytest.mark.django_db
def test_the_books_of_a_time(client: APIClient, stripe: FakeStripe, listed: str) -> None:
    order = an_order(client, price="1500.00")
    pay_by_card(client, order)
    stripe.declines()
    stripe.pays()
    work()
    payment = the_payment()
    refund = request_refund(
        payment=payment,
        amount=Decimal(500),
        reason="Broken",
        by_hand=False,
        acting_user=make_user(is_staff=True),
        at=timezone.now(),
    )
    check_refunds(at=timezone.now())
    gateway = build()
    now = datetime.fromtimestamp(int(time.time()), UTC)

    came, went = gateway.movements(since=now - timedelta(minutes=1), until=now + timedelta(minutes=1)) or ()

    charge, given_back = *stripe.charges.values(), *stripe.refunds.values()
    intent = stripe.last()["id"]
    at = [datetime.fromtimestamp(row["created"], UTC) for row in (charge, given_back)]
    assert came == Movement(charge["id"], intent, Decimal("1500.00"), "KES", at[0], str(payment.reference))
    assert went == Movement(given_back["id"], intent, Decimal("-500.00"), "KES", at[1], str(refund.reference))
    assert list(gateway.movements(since=now - timedelta(hours=2), until=now - timedelta(hours=1)) or ()) == []
    stripe.faults[f"{listed}.list"] = [ERROR_500] * 3
    assert gateway.movements(since=now - timedelta(minutes=1), until=now + timedelta(minutes=1)) is None


@pytest.mark.django_db
def test_long_books_come_in_pages_and_have_a_bound(stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(250):
        stripe.charges[f"ch_{number}"] = {
            "id": f"ch_{number}",
            "status": "succeeded",
            "captured": True,
            "amount": 100,
            "amount_captured": 100,
            "currency": "kes",
            "payment_intent": None,
            "metadata": {},
            "created": int(time.time()),
        }
    stripe.parked = set(stripe.charges)
    span = {"since": timezone.now() - timedelta(minutes=5), "until": timezone.now() + timedelta(minutes=5)}

    assert len(list(build().movements(**span) or ())) == 250
    assert [operation for operation, _, _ in stripe.asked].count("charges.list") == 3

    monkeypatch.setattr("orders.gateways.cards.gateway.MOST_MOVEMENTS", 200)
    assert build().movements(**span) is None


def begun(provider_reference: str, **changes: Any) -> Begun:
    """The payment of CHARGE, as the shop remembers it."""
    return replace(
        Begun(CHARGE.reference, provider_reference, CHARGE.amount, "KES", AT, order_number=CHARGE.order_number),
        **changes,
    )


@pytest.mark.django_db
def test_a_key_that_stripe_has_forgotten_makes_no_second_intent(stripe: FakeStripe) -> None:
    gateway = build()
    gateway.start(CHARGE)
    stripe.last()["created"] = int(AT.timestamp()) + 3
    stripe._kept.clear()
    late = AT + timedelta(hours=26)

    found = gateway.query(begun(""), at=late)
    none = gateway.query(begun("", reference="77aa"), at=late)

    assert (found.outcome, found.provider_reference) == (Outcome.PENDING, stripe.last()["id"])
    assert (none.outcome, none.reason) == (Outcome.FAILED, Reason.PROVIDER_UNAVAILABLE)
    assert len(stripe.intents) == 1


@pytest.mark.django_db
def test_what_is_unknown_to_stripe_is_unknown(stripe: FakeStripe) -> None:
    gateway = build()

    assert gateway.query(begun("pi_of_another_account"), at=AT).outcome == Outcome.UNKNOWN
    stripe.intents["pi_new"] = {"id": "pi_new", "status": "a_status_of_next_year", "metadata": {}}
    assert gateway.query(begun("pi_new"), at=AT).outcome == Outcome.UNKNOWN
    stripe.intents["pi_odd"] = {"id": "pi_odd", "status": "succeeded", "amount_received": None}
    assert gateway.query(begun("pi_odd"), at=AT).outcome == Outcome.UNKNOWN


def test_the_library_is_imported_when_a_card_is_asked_for_and_not_before() -> None:
    code = (
        "import os, sys; os.environ['DEBUG'] = 'true'; os.environ['STRIPE_SECRET_KEY'] = 'sk_test_x'\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'electroports.settings'\n"
        "import django; django.setup()\n"
        "import electroports.urls\n"
        "from orders.gateways.registry import enabled_providers, gateway\n"
        "assert 'stripe' in enabled_providers() and gateway('stripe').terms.can_repeat\n"
        "print('stripe' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "False"


def test_it_is_the_library_with_retries(stripe: FakeStripe) -> None:
    client = CardClient(Account(SECRET_KEY, PUBLISHABLE_KEY, api_base=stripe.url))

    assert client._v1._requestor._options.max_network_retries == 2


def test_without_a_key_there_is_no_gateway(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    registry.gateway.cache_clear()

    with pytest.raises(ImproperlyConfigured):
        registry.gateway("stripe")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({}, []),
        ({"STRIPE_WEBHOOK_SECRETS": []}, ["orders.W001"]),
        ({"STRIPE_PUBLISHABLE_KEY": ""}, ["orders.W002"]),
        ({"STRIPE_PUBLISHABLE_KEY": "pk_live_1"}, ["orders.W003"]),
        ({"STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRETS": [], "STRIPE_PUBLISHABLE_KEY": ""}, []),
    ],
)
def test_the_settings_are_looked_at(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLISHABLE_KEY = "sk_test_1", "pk_test_1"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_1"]
    for name, value in changes.items():
        setattr(settings, name, value)

    assert [found.id for found in checks.run_checks() if found.id and found.id.startswith("orders.")] == ids
