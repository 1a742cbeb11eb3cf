"""What the environment says of cards, as a process that starts sees it."""

from __future__ import annotations

from tests.payments.test_mpesa_settings import start


def test_a_key_offers_cards() -> None:
    assert "['stripe', 'cash_on_delivery']" in start(STRIPE_SECRET_KEY="sk_test_1").stdout


def test_cards_without_a_key_start_nothing() -> None:
    started = start(PAYMENT_PROVIDERS="stripe")

    assert started.returncode != 0
    assert "Cards need STRIPE_SECRET_KEY" in started.stderr
