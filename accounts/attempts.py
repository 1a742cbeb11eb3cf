"""Attempts to show who one is: how many may fail, from where, and for how long nothing is tried afterwards.

Each failure counts at an account and at an address, in the database, so that all processes count together. What a
caller does: `refuse_locked_out`, then the work of judging (a password hash), then `note_failure` or `note_success`,
outside any transaction, for a failure must outlive the error that reports it. Not the arrival of an attempt counts but
its verdict: both notes raise TooManyAttempts if others that were judged meanwhile have locked the door, whatever this
one was worth. So guesses in parallel learn no more than guesses one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from accounts.devices import Device
from accounts.errors import TooManyAttempts
from accounts.limits import Limit
from accounts.models import FailureCount, Session, User
from electroports.sql import PreparedRead, insert_rows

Kind = FailureCount.Kind
Scope = FailureCount.Scope

ADDRESSES_LOOKED_AT = 100  # the newest sessions of a user whose addresses are known ones
TRIES = 100  # to write a counter that others are writing, too: at each try at least one of them gets through
ANY_FAILURES = PreparedRead(
    "SELECT 1 FROM accounts_failurecount WHERE digest IN (%s, %s, %s) LIMIT 1", "text", "text", "text"
)


class Attempt(NamedTuple):
    """Somebody at some address wants to be `account`, which is any text that names it always in the same way.

    `user` is whose account it is, if it is anybody's; an attempt at nobody's is treated alike.
    """

    account: str
    address: str | None = None
    user: User | None = None
    kind: Kind = Kind.PASSWORD


class Counter(NamedTuple):
    """One of the counts that an attempt belongs to, and how many failures it takes."""

    digest: str
    scope: Scope
    kind: Kind
    limit: Limit


def attempt_of(*, user: User | None, identifier: str = "", device: Device, kind: Kind = Kind.PASSWORD) -> Attempt:
    """Return the attempt at the account of `user`; if there is none, at the one that `identifier` would name."""
    account = f"user:{user.pk}" if user else f"unknown:{identifier.strip().lower()}"
    return Attempt(account, device.address, user, kind)


def refuse_locked_out(*, attempt: Attempt, at: datetime) -> None:
    """Raise TooManyAttempts if nothing may be tried now. Where nothing has failed this is one prepared read."""
    if _has_failures(attempt):
        _refuse(_counters(attempt, at=at), at=at)


def note_failure(*, attempt: Attempt, at: datetime) -> None:
    """Count a failure; raises TooManyAttempts, and counts nothing, if the door was locked while this was judged."""
    counters = _counters(attempt, at=at)
    _refuse(counters, at=at)
    for counter in counters:
        _count(counter, attempt.user, at=at)


def note_success(*, attempt: Attempt, at: datetime) -> None:
    """Forget the failures of this origin at this account; to be called before anything is given to whoever succeeded.

    Raises TooManyAttempts if the door was locked while this was judged. Failures of an address at other accounts stay,
    or an account of one's own would be a way to guess on.
    """
    if not _has_failures(attempt):
        return
    counters = _counters(attempt, at=at)
    _refuse(counters, at=at)
    mine = [counter.digest for counter in counters if counter.scope != Scope.ADDRESS]
    FailureCount.objects.filter(digest__in=mine).delete()


def network_of(address: str) -> str:
    """Return what one client has of addresses: an IPv4 address, or the /64 of an IPv6 address."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        mapped: IPv4Address | None = found.ipv4_mapped
        found = mapped or IPv6Address(int(found) >> 64 << 64)
    return str(found)


def digest_of(scope: Scope, kind: Kind, *names: str) -> str:
    """Return the keyed digest under which failures are counted."""
    return salted_hmac("accounts.attempts", "\n".join((scope, kind, *names)), algorithm="sha256").hexdigest()


def account_limit() -> Limit:
    """Return how many failures an account takes. At the longest pause, a day has 96 guesses."""
    longest = timedelta(minutes=settings.LOCKOUT_LONGEST_MINUTES)
    return Limit(settings.LOCKOUT_ACCOUNT_FAILURES, timedelta(minutes=1), longest, timedelta(hours=1))


def address_limit() -> Limit:
    """Return how many failures an address takes: more, and they leak sooner, for many customers may share it."""
    longest = timedelta(minutes=settings.LOCKOUT_LONGEST_MINUTES)
    return Limit(settings.LOCKOUT_ADDRESS_FAILURES, timedelta(minutes=1), longest, timedelta(minutes=2))


def _has_failures(attempt: Attempt) -> bool:
    return ANY_FAILURES.row(*(counter.digest for counter in _all_counters(attempt))) is not None


def _all_counters(attempt: Attempt) -> tuple[Counter, Counter, Counter]:
    """The account for all, the account for one known place, and the address."""
    network = network_of(attempt.address) if attempt.address else ""
    account, kind = attempt.account, attempt.kind
    return (
        Counter(digest_of(Scope.ACCOUNT, kind, account), Scope.ACCOUNT, kind, account_limit()),
        Counter(digest_of(Scope.DEVICE, kind, account, network), Scope.DEVICE, kind, account_limit()),
        Counter(digest_of(Scope.ADDRESS, Kind.ANY, network), Scope.ADDRESS, Kind.ANY, address_limit()),
    )


def _counters(attempt: Attempt, *, at: datetime) -> list[Counter]:
    """The counts that this attempt belongs to."""
    account, device, address = _all_counters(attempt)
    own = device if is_known(attempt, at=at) else account
    return [own, address] if attempt.address and settings.LOCKOUT_ADDRESS_FAILURES else [own]


def is_known(attempt: Attempt, *, at: datetime) -> bool:
    """Tell whether the account's owner has signed in from where this attempt comes from.

    Never for second factors: whoever gets to them knows the password, so a stranger cannot lock the owner out. Asks
    the same of the database for accounts that nobody has, so that the time does not tell them.
    """
    sessions = Session.objects.filter(
        user_id=attempt.user.pk if attempt.user else 0,
        created_at__gt=at - timedelta(days=settings.KNOWN_DEVICE_DAYS),
        address__isnull=False,
    )
    used = sessions.order_by("-created_at").values_list("address", flat=True)[:ADDRESSES_LOOKED_AT]
    known = {network_of(str(address)) for address in used}
    return attempt.kind != Kind.SECOND_FACTOR and bool(attempt.address) and network_of(str(attempt.address)) in known


def _refuse(counters: Iterable[Counter], *, at: datetime) -> None:
    digests = [counter.digest for counter in counters]
    locked = FailureCount.objects.filter(digest__in=digests, locked_until__gt=at)
    if ends := [end for end in locked.values_list("locked_until", flat=True) if end]:
        raise TooManyAttempts(retry_after=max(ends) - at)


def _count(counter: Counter, user: User | None, *, at: datetime) -> None:
    """Add one failure. The UPDATE holds only while the row is the one that was read: none is lost, none overtakes."""
    for _ in range(TRIES):
        row = FailureCount.objects.filter(digest=counter.digest).first()
        if row is None:
            forgotten_at, locked_until = counter.limit.after_failure(at, at=at)
            new = FailureCount(
                digest=counter.digest,
                scope=counter.scope,
                kind=counter.kind,
                user=user if counter.scope != Scope.ADDRESS else None,
                failed_at=at,
                forgotten_at=forgotten_at,
                locked_until=locked_until,
            )
            if insert_rows([new], unless_taken=("digest",)):
                return
            continue
        if row.locked_until and row.locked_until > at:
            raise TooManyAttempts(retry_after=row.locked_until - at)
        forgotten_at, locked_until = counter.limit.after_failure(row.forgotten_at, at=at)
        changes = {"failed_at": at, "forgotten_at": forgotten_at, "locked_until": locked_until}
        if row.forgotten_at <= at:
            changes["told_at"] = None
        same = FailureCount.objects.filter(Q(pk=row.pk) & Q(version=row.version))
        if same.update(version=F("version") + 1, **changes):
            return
    raise TooManyAttempts(retry_after=timedelta(seconds=1))
