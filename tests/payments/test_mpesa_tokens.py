"""One access token for all processes: each new one kills the one before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, get_ident
from typing import Any

import pytest
from django.db import transaction

from orders.gateways.facts import Outcome, Reason
from orders.gateways.mpesa import tokens as module
from orders.gateways.mpesa.tokens import LEASE, MARGIN, NoToken, Token, shared_token
from orders.models import ProviderToken
from orders.provider_tokens import DatabaseTokens
from tests.concurrency import at_once
from tests.fakes import daraja_http as http
from tests.fakes.daraja import FakeDaraja
from tests.payments.mpesa import AT, begun, charge, gateway_of

pytestmark = pytest.mark.django_db(transaction=True)

BURST = 20
ACCEPTED = "0 Success. Request accepted for processing"
NAME = "mpesa test"


def fetched(daraja: FakeDaraja) -> int:
    """How many tokens the shop has asked for."""
    return [operation for operation, _ in daraja.asked].count("token")


def expire(daraja: FakeDaraja) -> None:
    """Let the kept token be out of date, as after an hour."""
    ProviderToken.objects.update(expires_at=datetime.now(UTC))
    daraja.kill_token()


def keep(value: str, *, expires_at: datetime) -> None:
    tokens = DatabaseTokens()
    claim = tokens.claim(NAME, stale="", at=AT, until=AT + LEASE)
    assert claim
    assert tokens.write(NAME, claim, Token(value, expires_at))


def new_token() -> Token:
    return Token("new", AT + timedelta(hours=1))


def test_payments_at_once_after_expiry_fetch_one_token(daraja: FakeDaraja) -> None:
    gateway = gateway_of(daraja, tokens=DatabaseTokens())
    gateway.start(charge())
    expire(daraja)

    reports = at_once(*[partial(gateway.start, charge())] * BURST)

    assert {report.detail for report in reports} == {ACCEPTED}
    assert len(daraja.prompts) == 1 + BURST
    assert fetched(daraja) == 2


def test_the_first_payments_of_all_fetch_one_token(daraja: FakeDaraja) -> None:
    gateways = [gateway_of(daraja, tokens=DatabaseTokens()) for _ in range(BURST)]  # as many processes

    reports = at_once(*[partial(gateway.start, charge()) for gateway in gateways])

    assert {report.detail for report in reports} == {ACCEPTED}
    assert (fetched(daraja), ProviderToken.objects.count()) == (1, 1)


def test_without_the_claim_everybody_fetches_one(daraja: FakeDaraja, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_needs_one, has_waited = Barrier(BURST), set()

    def claim_unguarded(*_args: Any, **_more: Any) -> str:
        if get_ident() not in has_waited:
            has_waited.add(get_ident())
            everybody_needs_one.wait(timeout=30)
        return "mine"

    monkeypatch.setattr(DatabaseTokens, "claim", claim_unguarded)
    gateway = gateway_of(daraja, tokens=DatabaseTokens())

    at_once(*[partial(gateway.start, charge())] * BURST)

    assert fetched(daraja) >= BURST


def test_a_token_that_dies_in_the_middle_of_a_burst_is_fetched_once(daraja: FakeDaraja) -> None:
    gateway = gateway_of(daraja, tokens=DatabaseTokens())
    gateway.start(charge())
    daraja.faults["submit"] = [""] * 5 + [http.TOKEN_DIES]

    reports = at_once(*[partial(gateway.start, charge())] * BURST)

    assert {report.detail for report in reports} == {ACCEPTED}
    assert len(daraja.prompts) == 1 + BURST  # nobody was asked twice
    assert fetched(daraja) == 2


def test_a_token_that_is_refused_again_is_not_fetched_for_ever(
    daraja: FakeDaraja, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daraja, "_token", lambda _auth: http.Reply(200, {"access_token": "bad", "expires_in": 3599}))

    report = gateway_of(daraja, tokens=DatabaseTokens()).start(charge())

    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PROVIDER_UNAVAILABLE)
    assert (fetched(daraja), daraja.prompts) == (2, [])


@pytest.mark.parametrize("expires_in", ["3599", 3599])
def test_it_is_good_for_an_hour_whether_that_is_text_or_a_number(daraja: FakeDaraja, expires_in: Any) -> None:
    daraja.expires_in = expires_in

    gateway_of(daraja, tokens=DatabaseTokens(), clock=lambda: AT).start(charge())

    assert ProviderToken.objects.get().expires_at == AT + timedelta(seconds=3599)


@pytest.mark.parametrize("fault", [http.ERROR_500, http.DROPS, http.HALF_AFTER, http.SPIKE])
def test_without_a_token_nothing_was_asked(daraja: FakeDaraja, fault: str) -> None:
    daraja.faults["token"] = [fault]
    gateway = gateway_of(daraja, tokens=DatabaseTokens())

    report = gateway.start(charge())

    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PROVIDER_UNAVAILABLE)
    assert daraja.prompts == []
    assert gateway.start(charge()).outcome is Outcome.PENDING  # the claim was dropped: nobody waits for it


def test_keys_that_daraja_does_not_know_are_the_shops_fault(daraja: FakeDaraja) -> None:
    gateway = gateway_of(daraja, tokens=DatabaseTokens(), consumer_secret="another")

    report = gateway.start(charge())

    assert (report.outcome, report.reason) == (Outcome.FAILED, Reason.PROVIDER_REFUSED)
    assert report.detail == "no access token: HTTP 400 400.008.01"
    assert gateway.query(begun("ws_CO_1"), at=AT).outcome is Outcome.UNKNOWN


def test_a_token_is_replaced_before_it_ends() -> None:
    keep("old", expires_at=AT + MARGIN)

    assert shared_token(DatabaseTokens(), NAME, new_token, clock=lambda: AT - timedelta(seconds=1)) == "old"
    assert shared_token(DatabaseTokens(), NAME, new_token, clock=lambda: AT) == "new"


def test_what_somebody_else_has_fetched_meanwhile_is_taken() -> None:
    keep("theirs", expires_at=AT + timedelta(hours=1))

    got = shared_token(DatabaseTokens(), NAME, lambda: pytest.fail("fetched"), clock=lambda: AT, refused="ours")

    assert got == "theirs"


def test_a_claim_is_given_once_and_ends_with_its_lease() -> None:
    tokens = DatabaseTokens()

    first = tokens.claim(NAME, stale="", at=AT, until=AT + LEASE)
    assert first
    assert tokens.claim(NAME, stale="", at=AT + LEASE / 2, until=AT + 2 * LEASE) is None
    second = tokens.claim(NAME, stale="", at=AT + LEASE, until=AT + 2 * LEASE)
    assert second

    # Whoever held it before comes back late: what they have is older, or will soon be refused and replaced.
    assert tokens.write(NAME, first, Token("late", AT)) is False
    assert tokens.read(NAME) is None
    assert tokens.write(NAME, second, new_token()) is True
    assert tokens.claim(NAME, stale="late", at=AT + LEASE, until=AT + 2 * LEASE) is None
    assert tokens.read(NAME) == new_token()


def test_whoever_waits_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    assert DatabaseTokens().claim(NAME, stale="", at=AT, until=AT + LEASE)

    with pytest.raises(NoToken):
        shared_token(DatabaseTokens(), NAME, lambda: pytest.fail("fetched"), clock=lambda: AT)


def test_no_transaction_is_open_while_a_token_is_fetched() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        shared_token(DatabaseTokens(), NAME, lambda: pytest.fail("fetched"), clock=lambda: AT)


def test_accounts_and_hosts_have_tokens_of_their_own(daraja: FakeDaraja) -> None:
    account = gateway_of(daraja)._account
    others = [gateway_of(daraja, **{name: "another"})._account for name in ("consumer_key", "consumer_secret")]

    names = {account.token_name, *(other.token_name for other in others)}
    assert len(names) == 3
    assert all(len(name) <= 80 and "consumer" not in name for name in names)


def test_a_token_tells_itself_to_no_log() -> None:
    assert "new" not in repr(new_token())
