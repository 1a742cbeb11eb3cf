"""`make faults`: kill processes and the database in the middle of orders and payments, and check what must be true.

python -m tests.faults [--db postgres|sqlite] [--kills 200] [--seed N]
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import TemporaryPostgres, free_port

SECONDS = 300  # that the kills of checkouts may take in all


def environment(url: str, daraja_url: str) -> dict[str, str]:
    """The variables of the shop: as in production, without throttles, for all clients have one address."""
    from tests.fakes import daraja

    scopes = ("LOGIN", "REGISTER", "TOKEN", "ORDERS", "PAYMENTS", "CART", "DEFAULT")
    return {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "electroports.settings",
        "DEBUG": "false",
        "SECRET_KEY": "faults-key-that-is-long-enough-for-hs256-and-more-of-it",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "false",
        "LOG_LEVEL": "CRITICAL",
        "PUBLIC_URL": "https://shop.example.co.ke",
        "ORDER_HOLD_MINUTES": "600",
        "PAYMENT_PROVIDERS": "mpesa,cash_on_delivery",
        "MPESA_CONSUMER_KEY": daraja.KEY,
        "MPESA_CONSUMER_SECRET": daraja.SECRET,
        "MPESA_SHORTCODE": daraja.SHORTCODE,
        "MPESA_PASSKEY": daraja.PASSKEY,
        "MPESA_BASE_URL": daraja_url,
        "PYTHONWARNINGS": "ignore",
        **{f"THROTTLE_{scope}": "" for scope in scopes},
    }


def run(options: Namespace) -> None:
    """Hurt a shop on one database."""
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    print(f"faults on {options.db}, seed {seed}", flush=True)
    with ExitStack() as stack:
        postgres = stack.enter_context(TemporaryPostgres(durable=True)) if options.db == "postgres" else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="electroports-faults-")))
        url = postgres.url if postgres else f"sqlite:///{folder / 'shop.sqlite3'}"
        os.environ.update(environment(url, "http://127.0.0.1:1"))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        hurt(stack, postgres, random.Random(seed), options.kills)


def hurt(stack: ExitStack, postgres: TemporaryPostgres | None, chance: random.Random, kills: int) -> None:
    """Run every scenario."""
    from tests.faults import scenarios
    from tests.faults.shop import web

    daraja = scenarios.DeadlyDaraja()
    stack.enter_context(daraja)
    os.environ["MPESA_BASE_URL"] = daraja.base_url
    from django.conf import settings

    settings.MPESA_BASE_URL = daraja.base_url
    shop = stack.enter_context(web(free_port(), 3))
    daraja.shop, daraja.chance = shop, chance

    def tell(name: str, scenario: Callable[[], str]) -> None:
        started = time.monotonic()
        told = scenario()
        print(f"  {name}: {told}; {time.monotonic() - started:.0f} s", flush=True)

    tell(
        "web killed at checkout",
        lambda: scenarios.kill_the_web_at_checkout(shop, chance, kills=kills, seconds=SECONDS),
    )
    tell(
        "web killed between the provider's answer and the commit",
        lambda: scenarios.kill_the_web_between_answer_and_commit(shop, daraja, rounds=max(kills // 10, 3)),
    )
    tell("expiry against payment", lambda: scenarios.expire_while_it_is_paid(rounds=max(kills // 5, 5)))
    if postgres is not None:
        tell("database stopped at once", lambda: scenarios.stop_the_database(shop, postgres, rounds=3))


def main() -> None:
    """Run what the command line asks for."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int)
    run(parser.parse_args(sys.argv[1:]))


if __name__ == "__main__":
    main()
