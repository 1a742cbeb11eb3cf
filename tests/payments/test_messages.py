"""What providers tell: once, again, late, out of order, and what somebody else made up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from orders import provider_links, tasks
from orders.actions.check_payments import check_payments
from orders.gateways.facts import MessageKind
from orders.models import LedgerEntry, Order, Payment, ProviderMessage
from orders.provider_links import callback_url
from tests.fakes.daraja import FORBIDDEN_IN_URLS
from tests.payments import an_order, deliver, money_rows, payments, simulate, the_payment
from tests.payments.conftest import Sent

pytestmark = pytest.mark.django_db


def test_a_message_pays_the_order(client: APIClient, simulated: list[Sent]) -> None:
    order = an_order(client)
    simulate(client, order, "pays")
    (sent,) = simulated

    response = deliver(sent.url, sent.body, seconds=3)

    assert sent.url.startswith(settings.PUBLIC_URL + "/payments/callbacks/")
    assert (response.status_code, response.json()) == (200, {"ResultCode": 0, "ResultDesc": "Accepted"})
    assert payments(client, order)["payment_status"] == "paid"
    message = ProviderMessage.objects.get()
    assert (message.status, message.next_attempt_at, bytes(message.body)) == ("processed", None, sent.body)


def test_it_is_stored_before_anything_is_done_about_it(client: APIClient, simulated: list[Sent]) -> None:
    simulate(client, an_order(client), "pays")

    Client().post(simulated[0].url.removeprefix(settings.PUBLIC_URL), simulated[0].body, "application/json")

    message = ProviderMessage.objects.get()
    assert (message.status, message.attempts) == ("received", 0)
    assert the_payment().status == "pending"


@pytest.mark.parametrize("outcome", ["repeats_message", "shuffles_messages"])
def test_told_again_or_told_otherwise_afterwards_it_stays_paid_once(
    client: APIClient, simulated: list[Sent], outcome: str
) -> None:
    order = an_order(client)
    simulate(client, order, outcome)
    deliver(simulated[0].url, simulated[0].body, seconds=3)
    before = money_rows()

    for sent in simulated[1:]:
        deliver(sent.url, sent.body, seconds=10)

    assert money_rows() == before
    assert LedgerEntry.objects.count() == 1
    assert payments(client, order)["status"] == "confirmed"


def test_a_success_after_a_failure_counts(client: APIClient, simulated: list[Sent]) -> None:
    order = an_order(client)
    simulate(client, order, "pays_after_failing")
    failed, succeeded = simulated

    deliver(failed.url, failed.body, seconds=3)
    assert payments(client, order)["payments"][0]["status"] == "failed"
    deliver(succeeded.url, succeeded.body, seconds=5)

    assert payments(client, order)["payment_status"] == "paid"


def test_a_success_that_the_provider_denies_is_for_a_person(client: APIClient, simulated: list[Sent]) -> None:
    order = an_order(client)
    simulate(client, order, "fails_wrong_pin")
    (sent,) = simulated
    forged = {**orjson.loads(sent.body), "outcome": "succeeded", "receipt": "SIM12345678", "reason": None}

    deliver(sent.url, orjson.dumps(forged), seconds=5)

    assert payments(client, order)["payment_status"] == "unpaid"
    assert "the provider says" in the_payment().attention
    assert not LedgerEntry.objects.exists()


def test_a_success_that_the_provider_does_not_confirm_yet_is_asked_about_again(
    client: APIClient, simulated: list[Sent]
) -> None:
    order = an_order(client)
    simulate(client, order, "pays", delay=60)
    (sent,) = simulated

    deliver(sent.url, sent.body)  # before it is true

    message = ProviderMessage.objects.get()
    assert (message.status, message.attempts) == ("received", 1)
    assert message.next_attempt_at is not None
    assert payments(client, order)["payment_status"] == "unpaid"
    assert tasks.process_messages() == 0
    deliver(sent.url, b"nothing", seconds=61)
    assert payments(client, order)["payment_status"] == "paid"


def test_one_that_is_never_confirmed_is_left_to_a_person(client: APIClient, simulated: list[Sent]) -> None:
    order = an_order(client)
    simulate(client, order, "hangs")
    sent = {"outcome": "succeeded", "provider_reference": the_payment().provider_reference, "receipt": "SIM1"}
    body = orjson.dumps({**sent, "amount": "1000.00", "reason": None})
    url = simulated_url()
    deliver(url, body)

    for minute in range(1, 8):
        deliver(url, b"nothing", seconds=minute)
        ProviderMessage.objects.filter(status="received").update(next_attempt_at=timezone.now())

    assert "does not confirm" in the_payment().attention
    assert payments(client, order)["payment_status"] == "unpaid"


def simulated_url() -> str:
    return callback_url(MessageKind.PAYMENT, the_payment().reference)


CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    ({"amount": "999.00"}, "999.00 was paid, and 1000.00 was asked for."),
    ({"provider_reference": "sim-pays-2-another"}, "The provider speaks of sim-pays-2-another, not of"),
]


@pytest.mark.parametrize(("change", "why"), CONTRADICTIONS)
def test_what_contradicts_what_was_asked_for_is_for_a_person(
    client: APIClient, simulated: list[Sent], change: dict[str, Any], why: str
) -> None:
    order = an_order(client)
    simulate(client, order, "pays")
    (sent,) = simulated

    deliver(sent.url, orjson.dumps({**orjson.loads(sent.body), **change}), seconds=5)

    assert the_payment().attention.startswith(why)
    assert payments(client, order)["payment_status"] == "unpaid"
    assert not LedgerEntry.objects.exists()


def test_the_receipt_of_another_payment_pays_nothing(client: APIClient, simulated: list[Sent]) -> None:
    first, second = an_order(client), an_order(client)
    simulate(client, first, "pays")
    deliver(simulated[0].url, simulated[0].body, seconds=5)
    simulate(client, second, "pays")
    receipt = orjson.loads(simulated[0].body)["receipt"]
    stolen = {**orjson.loads(simulated[1].body), "receipt": receipt}

    deliver(simulated[1].url, orjson.dumps(stolen), seconds=5)

    assert payments(client, second)["payment_status"] == "unpaid"
    assert Payment.objects.latest("pk").attention == f"The receipt {receipt} is another payment's."


def forged_urls(url: str) -> list[str]:
    """Addresses that are not the right one, each wrong in one thing."""
    path, _, token = url.rpartition("/")
    reference = path.rpartition("/")[2]
    other = str(Payment._meta.get_field("reference").get_default())
    return [
        f"{path}/{token[:-1]}x",
        f"{path}/{token[::-1]}",
        f"{path}/x",
        url.replace(reference, other),
        url.replace("callbacks", "refunds"),
        f"{path}/{provider_links._token('a key of somebody else', MessageKind.PAYMENT, UUID(reference))}",
    ]


def test_a_forged_message_changes_nothing_and_is_logged(
    client: APIClient, simulated: list[Sent], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", logger="orders.views.provider_messages")
    simulate(client, an_order(client), "pays")
    (sent,) = simulated
    before = money_rows()

    for url in forged_urls(sent.url):
        assert deliver(url, sent.body, seconds=10).status_code == 404, url

    assert money_rows() == before
    assert not ProviderMessage.objects.exists()
    assert [record.getMessage() for record in caplog.records] == ["forged message of a provider"] * 6


@pytest.mark.parametrize("kind", [MessageKind.PAYMENT, MessageKind.REFUND])
def test_no_address_holds_a_word_that_providers_refuse(kind: MessageKind) -> None:
    paths = [callback_url(kind, uuid4()).removeprefix(settings.PUBLIC_URL) for _ in range(2000)]

    assert not [path for path in paths for word in FORBIDDEN_IN_URLS if word in path.lower()]


def test_an_address_that_an_older_key_signed_is_still_good(
    client: APIClient, simulated: list[Sent], settings: Any
) -> None:
    order = an_order(client)
    simulate(client, order, "pays", delay=0)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, which is as long as any that is good enough for signing"

    assert deliver(simulated[0].url, simulated[0].body).status_code == 200

    assert Order.objects.get().payment_status == "paid"


def test_the_secret_of_an_address_is_not_logged(
    client: APIClient, simulated: list[Sent], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    simulate(client, an_order(client), "pays")
    (sent,) = simulated
    token = sent.url.rpartition("/")[2]

    deliver(sent.url, sent.body)
    deliver(sent.url[:-1], sent.body)

    paths = [getattr(record, "facts", {}).get("path", "") for record in caplog.records]
    assert [path for path in paths if "/payments/callbacks/" in path and path.endswith("/…")]
    assert not [path for path in paths if token[:-1] in path]


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"\xff", b'{"outcome": "pays"}', b"[" * 1000])
def test_what_makes_no_sense_is_kept_for_a_person_to_read(
    client: APIClient, simulated: list[Sent], body: bytes
) -> None:
    simulate(client, an_order(client), "pays")
    before = money_rows()

    assert deliver(simulated[0].url, body).status_code == 200

    message = ProviderMessage.objects.get()
    assert (message.status, bytes(message.body)) == ("failed", body)
    assert money_rows() == before


def test_what_is_too_long_is_not_stored(client: APIClient, simulated: list[Sent]) -> None:
    simulate(client, an_order(client), "pays")

    assert deliver(simulated[0].url, b"x" * (64 * 1024 + 1)).status_code == 413

    assert not ProviderMessage.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_messages_are_posted(client: APIClient, simulated: list[Sent], method: str) -> None:
    simulate(client, an_order(client), "pays")

    response = getattr(Client(), method)(simulated[0].url.removeprefix(settings.PUBLIC_URL))

    assert response.status_code == 405


def test_a_message_that_fails_is_tried_again_and_given_up_in_the_end(
    client: APIClient, simulated: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_kwargs: Any) -> None:
        raise RuntimeError("a defect")

    order = an_order(client)
    simulate(client, order, "pays", delay=0)
    monkeypatch.setattr("orders.actions.process_message.apply_report", broken)
    deliver(simulated[0].url, simulated[0].body, seconds=3)

    message = ProviderMessage.objects.get()
    assert (message.status, message.note) == ("received", "RuntimeError('a defect')")
    assert message.next_attempt_at is not None
    for _ in range(40):
        ProviderMessage.objects.filter(status="received").update(next_attempt_at=timezone.now())
        tasks.process_messages()
    assert ProviderMessage.objects.get().status == "failed"


def test_a_lost_message_is_found_within_two_minutes(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "loses_message")

    began = the_payment().created_at
    for minute in (1, 2):  # the schedule runs the sweep every minute
        tasks_at(began + timedelta(minutes=minute))

    assert payments(client, order)["payment_status"] == "paid"


def tasks_at(moment: Any) -> None:
    check_payments(at=moment)


def test_a_message_about_an_order_that_is_gone_is_for_a_person(client: APIClient, simulated: list[Sent]) -> None:
    simulate(client, an_order(client), "pays")
    Payment.objects.update(provider="cash_on_delivery")

    deliver(simulated[0].url, simulated[0].body)

    assert ProviderMessage.objects.get().status == "failed"
    assert Order.objects.get().payment_status == "unpaid"


def test_messages_are_kept_for_longer_than_a_year(client: APIClient, simulated: list[Sent]) -> None:
    simulate(client, an_order(client), "pays", delay=0)
    deliver(simulated[0].url, simulated[0].body)
    ProviderMessage.objects.update(received_at=timezone.now() - timedelta(days=399))
    assert tasks.forget_messages() == 0

    ProviderMessage.objects.update(received_at=timezone.now() - timedelta(days=401))

    assert tasks.forget_messages() == 1


def test_a_contradiction_is_not_asked_about(
    client: APIClient, simulated: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(client, an_order(client), "pays", delay=0)
    (sent,) = simulated
    monkeypatch.setattr("orders.gateways.simulator.Simulator.query", lambda *_, **__: pytest.fail("asked"))

    deliver(sent.url, orjson.dumps({**orjson.loads(sent.body), "amount": "1.00"}))

    assert the_payment().attention == "1.00 was paid, and 1000.00 was asked for."
    assert ProviderMessage.objects.get().status == "processed"


def test_a_provider_that_the_shop_has_no_account_with_any_more_is_left_to_people(client: APIClient) -> None:
    order = an_order(client)
    simulate(client, order, "pays")
    Payment.objects.update(provider="stripe", next_check_at=timezone.now())

    assert tasks.check_payments() == 1
    client.post(f"/api/orders/{order['id']}/cancel", {})
    tasks.wind_up_order(order["id"])

    assert (the_payment().status, the_payment().next_check_at is None) == ("pending", False)
