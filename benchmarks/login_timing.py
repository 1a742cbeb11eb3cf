"""`make login-timing`: whether the time of a refused log-in tells which accounts exist.

Kinds of refusals are called in random order, round by round, in one process on a database of its own, with the real
hash. Each kind is compared with an unknown account by the Mann-Whitney U test (normal approximation, two-sided), and
the difference of the medians is printed: what an attacker would have to see through the noise of a network.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from math import erfc, sqrt
from secrets import token_hex
from statistics import median

os.environ.update(
    DEBUG="false",
    SECRET_KEY=token_hex(32),
    DJANGO_SETTINGS_MODULE="electroports.settings",
    DATABASE_URL=os.environ.get("TIMING_DATABASE_URL", f"sqlite:///{tempfile.mkdtemp()}/timing.sqlite3"),
    LOCKOUT_ACCOUNT_FAILURES="1000000",
    LOCKOUT_ADDRESS_FAILURES="1000000",
    LOG_LEVEL="ERROR",
)

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actions.sign_in import sign_in  # noqa: E402
from accounts.devices import Device  # noqa: E402
from accounts.errors import InvalidCredentials, TooManyAttempts  # noqa: E402
from accounts.models import FailureCount, User  # noqa: E402

DEVICE = Device("timing", "203.0.113.7")
PASSWORD = "correct horse 42 battery"


def p_value(first: Sequence[float], second: Sequence[float]) -> float:
    """Return how likely samples of one distribution differ so much in their ranks; times are never equal."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(first), len(second)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return erfc(abs(z) / sqrt(2))


def people() -> dict[str, str]:
    """Make an account of each kind; return the identifiers by the kinds' names."""
    call_command("migrate", verbosity=0)
    for name in ("wanjiku", "disabled", "keyless"):
        User.objects.create_user(name, f"{name}@example.com", None if name == "keyless" else PASSWORD)
    User.objects.filter(username="disabled").update(is_active=False)
    sign_in(identifier="wanjiku", password=PASSWORD, device=Device("timing", "198.51.100.4"), at=timezone.now())
    return {
        "unknown": "nobody",
        "unknown too": "nobody-else",  # what two kinds that are the same look like
        "wrong password": "wanjiku",
        "disabled": "disabled",
        "no usable password": "keyless",
    }


def measure(kinds: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of refused log-ins by kind; the first rounds, which warm up, do not count."""
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(-10, rounds):
        for kind, identifier in random.sample(list(kinds.items()), len(kinds)):
            at, started = timezone.now(), time.perf_counter()
            try:
                sign_in(identifier=identifier, password=PASSWORD + "?", device=DEVICE, at=at)
            except (InvalidCredentials, TooManyAttempts):
                if number >= 0:
                    times[kind].append((time.perf_counter() - started) * 1000)
    return times


def show(title: str, times: dict[str, list[float]]) -> None:
    """Print a table."""
    reference = times["unknown"]
    print(f"\n{title}\n\n| kind | median ms | beside an unknown account, ms | p |\n|---|---:|---:|---:|")
    for kind, found in times.items():
        beside = f"{median(found) - median(reference):+.3f} | {p_value(reference, found):.3f}"
        print(f"| {kind} | {median(found):.3f} | {beside if found is not reference else '| '} |")


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(prog="python -m benchmarks.login_timing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    options = parser.parse_args()
    kinds = people()
    show("Refused (401)", measure(kinds, options.rounds))
    FailureCount.objects.filter(scope="account").update(locked_until=timezone.now() + timedelta(hours=1))
    show("Locked (429)", measure(kinds, options.rounds))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
