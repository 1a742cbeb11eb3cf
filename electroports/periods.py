"""How long the shop keeps what it does not need for ever; docs/privacy.md has all periods with the jobs behind them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

YEAR = timedelta(days=365.25)


class Retention(NamedTuple):
    """The periods. Where one is zero, nothing is deleted."""

    account_messages: timedelta
    order_messages: timedelta
    provider_messages: timedelta
    job_results: timedelta
    consents: timedelta
    guest_data: timedelta
    unused_accounts: timedelta


def retention_periods(env: Callable[[str], Any]) -> Retention:
    """Return the periods, from the environment."""
    return Retention(
        account_messages=timedelta(days=env("ACCOUNT_MESSAGE_DAYS")),
        order_messages=timedelta(days=env("ORDER_MESSAGE_DAYS")),
        provider_messages=timedelta(days=env("PROVIDER_MESSAGE_DAYS")),
        job_results=timedelta(days=env("JOB_RESULT_DAYS")),
        consents=env("CONSENT_YEARS") * YEAR,
        guest_data=env("GUEST_DATA_YEARS") * YEAR,
        unused_accounts=env("UNUSED_ACCOUNT_YEARS") * YEAR,
    )
