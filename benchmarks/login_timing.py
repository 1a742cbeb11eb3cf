"""`make login-timing`: whether the time of a refused log-in tells which accounts exist.

Kinds of refusals are called in random order, round by round, in one process on a database of its own. Each kind is
compared with the unknown account of the same round, for machines are now faster and now slower, by Wilcoxon's
signed-rank test (normal approximation, two-sided; one in a hundred for all kinds together, as Bonferroni has it). First
with the real hash, then with none: what is not hashing shows ten times as clearly. The verdict counts what an attacker
could measure: a median of the differences above TELLING.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
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

from django.contrib.auth.hashers import Argon2PasswordHasher, make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actions.sign_in import sign_in  # noqa: E402
from accounts.devices import Device  # noqa: E402
from accounts.errors import InvalidCredentials, TooManyAttempts  # noqa: E402
from accounts.models import FailureCount, Session, User  # noqa: E402

DEVICE = Device("timing", "203.0.113.7")
PASSWORD = "correct horse 42 battery"
WARM_UP = 10  # rounds that do not count
TELLING = (
    0.25  # milliseconds: through the Internet not even a thousand tries show less (Crosby, Wallach and Riedi, 2009)
)
LIKELY = 0.01
IDENTIFIERS = {
    "unknown": "nobody",
    "unknown too": "nobody-else",  # what two kinds that are the same look like
    "unknown address": "nobody@example.com",
    "wrong password": "wanjiku",
    "disabled": "disabled",
    "no usable password": "keyless",
    "phone only": "phone",
    "many sessions": "traveller",
    "staff": "staff",
}


def p_value(differences: Sequence[float]) -> float:
    """Return how likely differences that are as often above zero as below it are so far on one side."""
    ranked = sorted((difference for difference in differences if difference), key=abs)
    n = len(ranked)
    above = sum(rank for rank, difference in enumerate(ranked, 1) if difference > 0)
    z = (above - n * (n + 1) / 4) / sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return erfc(abs(z) / sqrt(2))


def people(at: datetime) -> None:
    """Make an account of each kind."""
    encoded = make_password(PASSWORD)
    for name in ("wanjiku", "disabled", "keyless", "phone", "traveller", "staff"):
        User.objects.create(username=name, email=f"{name}@example.com", password=encoded)
    User.objects.filter(username="disabled").update(is_active=False)
    User.objects.filter(username__in=("keyless", "phone")).update(password=make_password(None))
    User.objects.filter(username="phone").update(email="", phone="+254712345678", phone_verified_at=at)
    User.objects.filter(username="staff").update(is_staff=True)
    started = {"rotated_at": at, "expires_at": at + timedelta(days=30)}
    for name, count in (("wanjiku", 1), ("traveller", 500)):
        owner = User.objects.get(username=name)
        Session.objects.bulk_create(
            Session(
                user=owner, address=f"198.51.100.{number % 250}", created_at=at - timedelta(hours=number), **started
            )
            for number in range(count)
        )


def measure(rounds: int, *, at_most: float) -> dict[str, list[float]]:
    """Return the milliseconds of refused log-ins by kind, of so many rounds, or as many as so many seconds have."""
    times: dict[str, list[float]] = {kind: [] for kind in IDENTIFIERS}
    until = time.perf_counter() + at_most
    for number in range(-WARM_UP, rounds):
        if time.perf_counter() > until and number > 1:
            break
        for kind, identifier in random.sample(list(IDENTIFIERS.items()), len(IDENTIFIERS)):
            at, started = timezone.now(), time.perf_counter()
            try:
                sign_in(identifier=identifier, password=PASSWORD + "?", device=DEVICE, at=at)
            except (InvalidCredentials, TooManyAttempts):
                if number >= 0:
                    times[kind].append((time.perf_counter() - started) * 1000)
    return times


def show(title: str, times: dict[str, list[float]]) -> list[str]:
    """Print a table; return the kinds that tell themselves."""
    reference, telling = times["unknown"], []
    print(f"\n{title}, {len(reference)} rounds\n")
    print("| kind | median ms | beside an unknown account, ms | p |\n|---|---:|---:|---:|")
    print(f"| unknown | {median(reference):.3f} | | |")
    for kind, found in islice(times.items(), 1, None):
        differences = [one - other for one, other in zip(found, reference, strict=True)]
        apart, likely = median(differences), p_value(differences)
        print(f"| {kind} | {median(found):.3f} | {apart:+.3f} | {likely:.3f} |")
        if abs(apart) > TELLING and likely < LIKELY / (len(times) - 1):
            telling.append(f"{title}: {kind} ({apart:+.3f} ms)")
    sys.stdout.flush()
    return telling


@contextmanager
def no_hash() -> Iterator[None]:
    """Let every verification fail at once, so that all else shows."""
    kept: Callable[..., bool] = Argon2PasswordHasher.verify
    Argon2PasswordHasher.verify = lambda *_: False
    try:
        yield
    finally:
        Argon2PasswordHasher.verify = kept


def main() -> None:
    """Measure, print, and say whether anything tells."""
    parser = ArgumentParser(prog="python -m benchmarks.login_timing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=35, help="of each of the three parts, at most")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    people(timezone.now())
    telling = show("Refused (401)", measure(options.rounds, at_most=options.seconds))
    with no_hash():
        telling += show("Refused (401), without the hash", measure(options.rounds, at_most=options.seconds))
    FailureCount.objects.filter(scope="account").update(locked_until=timezone.now() + timedelta(hours=1))
    telling += show("Locked (429)", measure(options.rounds, at_most=options.seconds))
    print(f"\nVerdict: {'the time tells of ' + '; '.join(telling) if telling else 'the time tells nothing'}.")
    sys.exit(1 if telling else 0)


if __name__ == "__main__":
    main()
