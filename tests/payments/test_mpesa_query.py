"""Asking what became of a prompt: only an answer that says so settles anything."""

from __future__ import annotations

import pytest

from orders.gateways.facts import Outcome, Reason
from orders.gateways.mpesa.codes import RESULTS
from tests.fakes import daraja as fake
from tests.fakes import daraja_http as http
from tests.fakes.daraja import FakeDaraja
from tests.payments.mpesa import AT, begun, charge, gateway_of

# The table of the provider's contract, written down once more: a row that goes missing is noticed.
REASONS = {
    "1": "insufficient_funds",
    "2": "limit_exceeded",
    "3": "limit_exceeded",
    "4": "limit_exceeded",
    "8": "limit_exceeded",
    "17": "repeated_too_soon",
    "1001": "customer_busy",
    "1019": "prompt_expired",
    "1025": "prompt_failed",
    "9999": "prompt_failed",
    "1032": "cancelled_by_customer",
    "1037": "customer_unreachable",
    "2001": "wrong_pin",
    "2028": "provider_refused",
    "SFC_IC0003": "provider_refused",
    "8006": "customer_locked",
}


def test_the_table_of_codes_is_whole() -> None:
    assert {code: reason.value for code, reason in RESULTS.items()} == REASONS


@pytest.mark.parametrize(("code", "reason"), REASONS.items())
def test_every_code_has_its_reason(daraja: FakeDaraja, code: str, reason: str) -> None:
    gateway = gateway_of(daraja)
    asked = gateway.start(charge())
    daraja.prompts[0].result = (code, "in their words")  # type: ignore[assignment]  # the query tells text anyway

    report = gateway.query(begun(asked.provider_reference), at=AT)

    assert (report.outcome, report.reason) == (Outcome.FAILED, reason)
    assert report.detail == f"{code} in their words"


def test_what_is_paid_has_neither_amount_nor_receipt(daraja: FakeDaraja) -> None:
    gateway = gateway_of(daraja)
    asked = gateway.start(charge())
    daraja.act()

    report = gateway.query(begun(asked.provider_reference), at=AT)

    assert (report.outcome, report.reason) == (Outcome.SUCCEEDED, None)
    assert (report.provider_reference, report.amount, report.receipt) == (asked.provider_reference, None, "")


def test_a_code_that_nobody_told_us_of_is_unknown(daraja: FakeDaraja) -> None:
    gateway = gateway_of(daraja)
    asked = gateway.start(charge())
    daraja.settle(daraja.prompts[0], (31337, "Something new"))

    report = gateway.query(begun(asked.provider_reference), at=AT)

    assert (report.outcome, report.reason) == (Outcome.UNKNOWN, Reason.NOT_KNOWN)


@pytest.mark.parametrize(("in_flight", "outcome"), [("4999", Outcome.PENDING), ("500.001.1001", Outcome.UNKNOWN)])
def test_an_open_prompt_is_neither_paid_nor_failed(daraja: FakeDaraja, in_flight: str, outcome: Outcome) -> None:
    daraja.in_flight = in_flight
    gateway = gateway_of(daraja)
    asked = gateway.start(charge())

    report = gateway.query(begun(asked.provider_reference), at=AT)

    assert (report.outcome, report.reason) == (outcome, None)


@pytest.mark.parametrize(
    "fault",
    [
        *(http.ERROR_500, http.INTERNAL, http.SPIKE, http.QUOTA, http.LOCKED, http.WALL),
        *(http.DROPS, http.HALF_AFTER, http.FLOOD_AFTER),
    ],
)
def test_a_question_that_fails_says_nothing_of_the_payment(daraja: FakeDaraja, fault: str) -> None:
    gateway = gateway_of(daraja)
    asked = gateway.start(charge())
    daraja.settle(daraja.prompts[0], fake.PAYS)
    daraja.faults["query"] = [fault]

    report = gateway.query(begun(asked.provider_reference), at=AT)

    assert (report.outcome, report.reason) == (Outcome.UNKNOWN, None)
    assert report.provider_reference == asked.provider_reference
    assert gateway.query(begun(asked.provider_reference), at=AT).outcome is Outcome.SUCCEEDED


def test_an_answer_of_another_prompt_says_nothing(daraja: FakeDaraja, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = gateway_of(daraja)
    asked = gateway.start(charge())
    daraja.act()
    right = daraja._query
    monkeypatch.setattr(
        daraja, "_query", lambda body: http.Reply(200, right(body).body | {"CheckoutRequestID": "ws_2"})
    )

    assert gateway.query(begun(asked.provider_reference), at=AT).outcome is Outcome.UNKNOWN


def test_what_was_never_named_cannot_be_asked_for(daraja: FakeDaraja) -> None:
    assert gateway_of(daraja).query(begun(""), at=AT).outcome is Outcome.UNKNOWN
    assert daraja.asked == []


def test_a_prompt_cannot_be_called_off(daraja: FakeDaraja) -> None:
    gateway = gateway_of(daraja)
    asked = gateway.start(charge())

    assert gateway.terms.can_withdraw is False
    assert gateway.withdraw(begun(asked.provider_reference), at=AT).outcome is Outcome.PENDING
    daraja.act()
    assert gateway.withdraw(begun(asked.provider_reference), at=AT).outcome is Outcome.SUCCEEDED


def test_daraja_keeps_no_list(daraja: FakeDaraja) -> None:
    assert gateway_of(daraja).movements(since=AT, until=AT) is None
