"""M-Pesa is offered once its variables are set, and half of them start nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from electroports.environment import BASE_DIR

ACCOUNT = {
    "MPESA_CONSUMER_KEY": "key",
    "MPESA_CONSUMER_SECRET": "secret",
    "MPESA_SHORTCODE": "174379",
    "MPESA_PASSKEY": "passkey",
}
SHOW = "from electroports import settings; print(settings.PAYMENT_PROVIDERS, settings.MPESA_ALLOWED_IPS)"


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process with these variables alone."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MPESA_", "PAYMENT_"))}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**clean, "DEBUG": "false", **variables},
        cwd=BASE_DIR,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_account_is_offered() -> None:
    assert "['mpesa', 'cash_on_delivery']" in start(**ACCOUNT).stdout


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"MPESA_CONSUMER_KEY": "key"}, "M-Pesa needs MPESA_CONSUMER_KEY"),
        ({"PAYMENT_PROVIDERS": "mpesa"}, "M-Pesa needs MPESA_CONSUMER_KEY"),
        ({**ACCOUNT, "MPESA_ALLOWED_IPS": "safaricom"}, "does not appear to be an IPv4 or IPv6 network"),
    ],
)
def test_half_an_account_starts_nothing(variables: dict[str, str], says: str) -> None:
    started = start(**variables)

    assert started.returncode != 0
    assert says in started.stderr


def test_addresses_and_networks_may_be_allowed() -> None:
    shown = start(MPESA_ALLOWED_IPS="196.201.214.200,196.201.213.0/24").stdout

    assert "['cash_on_delivery'] [IPv4Network('196.201.214.200/32'), IPv4Network('196.201.213.0/24')]" in shown
