"""Giving money back: a reversal is asked for once, and told by callback."""

from __future__ import annotations

import pytest

from orders.gateways.facts import MessageKind, Outcome
from orders.gateways.mpesa import MpesaGateway
from tests.fakes import daraja as fake
from tests.fakes import daraja_http as http
from tests.fakes.daraja import FakeDaraja, keep
from tests.payments.mpesa import AT, charge, gateway_of, repayment


@pytest.fixture
def told(daraja: FakeDaraja) -> list[tuple[str, bytes]]:
    """The callbacks that went out: address and body."""
    sent: list[tuple[str, bytes]] = []

    def deliver(url: str, message: bytes) -> tuple[int, bytes]:
        sent.append((url, message))
        return 200, b"{}"

    daraja.deliver = deliver
    return sent


def paid(daraja: FakeDaraja, gateway: MpesaGateway) -> str:
    """The receipt of a payment of 1,500 KES."""
    gateway.start(charge())
    daraja.act()
    return daraja.ledger[-1].receipt


def test_a_reversal_is_accepted_and_then_told(daraja: FakeDaraja, told: list[tuple[str, bytes]]) -> None:
    gateway = gateway_of(daraja)
    receipt = paid(daraja, gateway)

    asked = gateway.refund(repayment(receipt))
    assert (asked.outcome, asked.receipt) == (Outcome.PENDING, "")
    assert asked.provider_reference
    daraja.act()

    url, message = told[-1]
    assert url == "https://shop.example.co.ke/payments/refunds/77aa/secret"
    (notification,) = gateway.read_message(MessageKind.REFUND, message, {}, at=AT)
    assert notification.refund is not None
    assert notification.refund.outcome is Outcome.SUCCEEDED
    assert notification.refund.provider_reference == asked.provider_reference
    assert notification.refund.receipt == daraja.ledger[-1].receipt
    assert daraja.balance() == 0


def test_a_part_can_go_back(daraja: FakeDaraja, told: list[tuple[str, bytes]]) -> None:
    gateway = gateway_of(daraja)

    gateway.refund(repayment(paid(daraja, gateway), "400.00"))
    daraja.act()

    assert daraja.balance() == 1100


@pytest.mark.parametrize(
    ("fate", "outcome"),
    [(fake.ALREADY_REVERSED, Outcome.UNKNOWN), (fake.BAD_ID, Outcome.FAILED), ("9", Outcome.UNKNOWN)],
)
def test_a_reversal_may_not_go_through(
    daraja: FakeDaraja, told: list[tuple[str, bytes]], fate: str, outcome: Outcome
) -> None:
    gateway = gateway_of(daraja)
    receipt = paid(daraja, gateway)
    daraja.reversals[receipt] = fate
    asked = gateway.refund(repayment(receipt))
    daraja.act()

    (notification,) = gateway.read_message(MessageKind.REFUND, told[-1][1], {}, at=AT)

    assert notification.refund is not None
    assert (notification.refund.outcome, notification.refund.receipt) == (outcome, "")
    assert notification.provider_reference == asked.provider_reference
    assert daraja.balance() == 1500


@pytest.mark.parametrize("fate", [fake.TIMES_OUT, fake.TIMES_OUT_AFTER])
def test_a_queue_that_times_out_says_nothing(daraja: FakeDaraja, told: list[tuple[str, bytes]], fate: str) -> None:
    gateway = gateway_of(daraja)
    receipt = paid(daraja, gateway)
    daraja.reversals[receipt] = fate
    gateway.refund(repayment(receipt))
    daraja.act()

    url, message = told[-1]
    assert url == "https://shop.example.co.ke/payments/refunds/77aa/secret/timeout"
    (notification,) = gateway.read_message(MessageKind.REFUND_TIMEOUT, message, {}, at=AT)

    assert notification.refund is not None
    assert notification.refund.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("fault", "outcome", "reversed_"),
    [
        (http.SPIKE, Outcome.FAILED, False),
        (http.ERROR_500, Outcome.UNKNOWN, False),
        (http.DROPS, Outcome.UNKNOWN, False),
        (http.HALF_AFTER, Outcome.UNKNOWN, True),
        (http.ERROR_500_AFTER, Outcome.UNKNOWN, True),
    ],
)
def test_a_lost_answer_is_no_second_reversal(
    daraja: FakeDaraja, told: list[tuple[str, bytes]], fault: str, outcome: Outcome, reversed_: bool
) -> None:
    gateway = gateway_of(daraja)
    receipt = paid(daraja, gateway)
    daraja.faults["reverse"] = [fault]

    report = gateway.refund(repayment(receipt))
    daraja.act()

    assert report.outcome is outcome
    assert daraja.balance() == (0 if reversed_ else 1500)


def test_what_cannot_be_reversed_is_not_asked_for(daraja: FakeDaraja) -> None:
    gateway, without = gateway_of(daraja), gateway_of(daraja, initiator="")

    assert gateway.refund(repayment("")).outcome is Outcome.FAILED
    assert gateway.refund(repayment("SAF0000001", "10.50")).outcome is Outcome.FAILED
    assert without.refund(repayment("SAF0000001")).outcome is Outcome.FAILED
    assert (gateway.terms.can_refund, without.terms.can_refund) == (True, False)
    assert daraja.asked == []


def test_asking_for_a_reversal_tells_nothing(daraja: FakeDaraja) -> None:
    report = gateway_of(daraja).query_refund(repayment("SAF0000001", provider_reference="AG_1"), at=AT)

    assert (report.outcome, report.provider_reference) == (Outcome.UNKNOWN, "AG_1")


def test_a_reversal_goes_to_the_till_that_was_paid() -> None:
    with FakeDaraja(till=fake.TILL, deliver=keep) as daraja:
        gateway = gateway_of(daraja)
        report = gateway.refund(repayment(paid(daraja, gateway)))

    assert report.outcome is Outcome.PENDING
