"""What Stripe posts: whose it is, whether it came before, and what is kept of it."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
import stripe as library
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from orders.actions.process_messages import process_messages
from orders.gateways import registry
from orders.gateways.cards.signatures import verify
from orders.gateways.facts import NotGenuine
from orders.models import LedgerEntry, ProviderMessage
from tests.fakes.stripe_api import LOST, WEBHOOK_SECRET, FakeStripe, sign
from tests.payments import an_order, payments, the_payment
from tests.payments.cards import EVENTS, pay_by_card, post_event, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid_quietly(client: APIClient, stripe: FakeStripe) -> bytes:
    """The event of a payment that was made, which was not posted."""
    stripe.modes["payment_intent.succeeded"] = LOST
    pay_by_card(client, an_order(client))
    return stripe.event("payment_intent.succeeded", stripe.pays())


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: "",
        lambda body: "t=1,v1=",
        lambda body: "t=x," + sign(body).split(",")[1],
        lambda body: sign(body).split(",")[1],
        lambda body: sign(body).split(",")[0],
        lambda body: sign(body, secret="whsec_guessed"),
        lambda body: sign(body, secret=""),
        lambda body: sign(body + b" "),
        lambda body: sign(body).replace("v1=", "v0="),
        lambda body: sign(body, at=time.time() - 310),
        lambda body: sign(body, at=time.time() + 310),  # Stripe's own library takes this one
        lambda body: sign(body, at=time.time() - 310) + f",t={int(time.time())}",
        lambda body: "é" + sign(body),
        lambda body: sign(body) + "," + "v1=0," * 1000,
    ],
)
def test_a_forged_event_is_refused_and_not_stored(
    client: APIClient, stripe: FakeStripe, paid_quietly: bytes, caplog: pytest.LogCaptureFixture, forge: Any
) -> None:
    caplog.set_level("WARNING", logger="orders.views.provider_messages")
    stripe.parked = {stripe.last()["latest_charge"]}

    response = Client().post(
        EVENTS, paid_quietly, content_type="application/json", headers={"Stripe-Signature": forge(paid_quietly)}
    )

    assert (response.status_code, response.content) == (400, b"")
    assert not ProviderMessage.objects.exists()
    assert the_payment().status == "pending"
    assert [record.getMessage() for record in caplog.records] == ["forged message of a provider"]


@pytest.mark.parametrize(
    "signed",
    [
        sign,
        lambda body: sign(body, secret="whsec_old"),  # while secrets are changed both are good
        lambda body: sign(body, at=time.time() - 290),
        lambda body: sign(body, at=time.time() + 290),
        lambda body: sign(body) + ",v1=" + "0" * 64 + ",v0=1",
        lambda body: library.WebhookSignature.generate_signature_header(body.decode(), WEBHOOK_SECRET),
    ],
)
def test_a_signed_event_is_believed(client: APIClient, stripe: FakeStripe, paid_quietly: bytes, signed: Any) -> None:
    assert post_event(paid_quietly, signed(paid_quietly)) == 200

    work()

    assert the_payment().status == "succeeded"


def test_the_signature_is_that_of_the_library(stripe: FakeStripe) -> None:
    body = '{"id": "evt_1", "name": "Wanjikũ"}'
    header = library.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)

    verify(body.encode(), header, [WEBHOOK_SECRET], at=timezone.now())

    with pytest.raises(NotGenuine):
        verify(body.encode(), header, [], at=timezone.now())
    assert library.WebhookSignature.verify_header(body, sign(body.encode()), WEBHOOK_SECRET)


def test_what_is_kept_is_what_came(client: APIClient, stripe: FakeStripe, paid_quietly: bytes) -> None:
    header = sign(paid_quietly)

    assert post_event(paid_quietly, header) == 200

    message = ProviderMessage.objects.get()
    assert (bytes(message.body), message.headers) == (paid_quietly, {"Stripe-Signature": header})
    assert (message.provider, message.kind) == ("stripe", "event")
    assert message.event_id == json.loads(paid_quietly)["id"]
    # A worker that comes an hour later believes it still: it was genuine when it came.
    assert process_messages(at=timezone.now() + timedelta(hours=1)) == 1
    assert the_payment().status == "succeeded"


def test_an_event_is_stored_with_few_queries(
    client: APIClient, stripe: FakeStripe, paid_quietly: bytes, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        post_event(paid_quietly, sign(paid_quietly))
    with django_assert_max_num_queries(1):
        post_event(paid_quietly, sign(paid_quietly))
    work()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": "evt_1"}', b'{"id": 7, "data": {"object": {}}}', b"\xff"])
def test_a_signed_event_that_makes_no_sense_is_kept_and_changes_nothing(stripe: FakeStripe, body: bytes) -> None:
    assert post_event(body, sign(body)) == 200
    work()

    message = ProviderMessage.objects.get()
    assert (bytes(message.body), message.status, message.event_id) == (body, "failed", "")


@pytest.mark.parametrize(
    "found",
    [
        {"id": "pi_1", "status": "succeeded", "amount_received": "1", "currency": "kes"},
        {"id": "pi_1", "status": "succeeded", "amount_received": -1, "currency": "kes"},
        {"id": "pi_1", "status": "succeeded", "amount_received": 1, "currency": None},
        {"id": "", "status": "succeeded"},
    ],
)
def test_a_payment_that_makes_no_sense_pays_nothing(stripe: FakeStripe, found: dict[str, Any]) -> None:
    stripe.tell("payment_intent.succeeded", found)
    work()

    assert ProviderMessage.objects.get().status == "failed"
    assert not LedgerEntry.objects.exists()


def test_events_of_no_interest_are_kept_and_done_with(stripe: FakeStripe) -> None:
    stripe.tell("customer.created", {"id": "cus_1"})
    work()

    message = ProviderMessage.objects.get()
    assert (message.status, message.note) == ("processed", "Nothing of interest.")


def test_test_events_pay_nothing_in_a_live_shop(
    client: APIClient, stripe: FakeStripe, paid_quietly: bytes, settings: Any
) -> None:
    body = json.dumps({**json.loads(paid_quietly), "livemode": True}).encode()

    assert post_event(body, sign(body)) == 200
    work()

    assert the_payment().status == "pending"
    stripe.parked = {stripe.last()["latest_charge"]}


def test_a_shop_without_secrets_of_webhooks_believes_nobody(stripe: FakeStripe, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["", " "]
    registry.gateway.cache_clear()

    for secret in ("", " "):
        assert post_event(b"{}", sign(b"{}", secret=secret)) == 400


def test_a_shop_without_cards_has_no_such_address(stripe: FakeStripe, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    registry.gateway.cache_clear()

    assert post_event(b"{}", sign(b"{}")) == 404


@pytest.mark.parametrize("provider", ["mpesa", "bank", "simulator", "nobody"])
def test_no_other_provider_has_events(stripe: FakeStripe, provider: str) -> None:
    assert Client().post(f"/payments/events/{provider}", b"{}", content_type="application/json").status_code == 404


def test_it_takes_posts_of_a_reasonable_size(stripe: FakeStripe) -> None:
    assert Client().get(EVENTS).status_code == 405
    body = b" " * 65 * 1024
    assert post_event(body, sign(body)) == 413
    assert not ProviderMessage.objects.exists()


def test_a_refusal_of_the_provider_is_in_the_words_of_the_shop(client: APIClient, stripe: FakeStripe) -> None:
    order = an_order(client)
    pay_by_card(client, order)
    stripe.last()["last_payment_error"] = {"code": "card_declined", "message": "a\nb" * 500, "decline_code": None}
    stripe.tell("payment_intent.payment_failed", stripe.last())
    work()

    (told,) = payments(client, order)["payments"]
    assert told["reason"] == {
        "code": "card_declined",
        "message": "Your bank declined the card. Ask it why, or pay in another way.",
    }
    assert the_payment().detail.startswith("card_declined a b")
