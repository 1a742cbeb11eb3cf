"""Attempts to show who one is: how many may fail, from where, and for how long nothing is tried afterwards.

Each failure counts at an account and at an address, in the database, so that all processes count together. What a
caller does: `refuse_locked_out`, then the work of judging (a password hash), then `note_failure` or `note_success`,
outside any transaction, for a failure must outlive the error that reports it. Not the arrival of an attempt counts but
its verdict: both notes raise TooManyAttempts if others that were judged meanwhile have locked the door, whatever this
one was worth. So guesses in parallel learn no more than guesses one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.audit import audit_refusal
from accounts.devices import Device
from accounts.errors import TooManyAttempts
from accounts.known_devices import is_known_device
from accounts.limits import Limit
from accounts.models import AuditEntry, FailureCount, Session, User
from electroports.sql import PreparedRead, insert_rows

Kind = FailureCount.Kind
Scope = FailureCount.Scope

ADDRESSES_LOOKED_AT = 20  # the newest sessions of a user whose addresses are known ones
NOWHERE = "::"  # an address that no client has
TRIES = 100  # to write a counter that others are writing, too: at each try at least one of them gets through
ANY_FAILURES = PreparedRead(
    "SELECT 1 FROM accounts_failurecount WHERE digest IN (%s, %s, %s, %s) LIMIT 1", *["text"] * 4
)


@dataclass(eq=False)
class Attempt:
    """Somebody at some address wants to be `account`, which is any text that names it always in the same way.

    `user` is whose account it is, if it is anybody's; an attempt at nobody's is treated alike. `token` is what the
    device was given at an earlier sign-in, as it says. `counters` are looked up once, when somebody wants to know.
    """

    account: str
    address: str | None = None
    user: User | None = None
    kind: Kind = Kind.PASSWORD
    token: str = ""
    counters: list[Counter] | None = None


class Counter(NamedTuple):
    """One of the counts that an attempt belongs to, and how many failures it takes."""

    digest: str
    scope: Scope
    kind: Kind
    limit: Limit


def attempt_of(*, user: User | None, identifier: str = "", device: Device, kind: Kind = Kind.PASSWORD) -> Attempt:
    """Return the attempt at the account of `user`; if there is none, at the one that `identifier` would name."""
    account = f"user:{user.pk}" if user else f"unknown:{User.objects.normalize_email(identifier)}"
    return Attempt(account, device.address, user, kind, device.token)


def refuse_locked_out(*, attempt: Attempt, at: datetime) -> None:
    """Raise TooManyAttempts if nothing may be tried now. Where nothing has failed this is one prepared read."""
    if _has_failures(attempt):
        _refuse(_counters(attempt, at=at), at=at)


def note_failure(*, attempt: Attempt, at: datetime) -> None:
    """Count a failure; raises TooManyAttempts if the door was locked while this was judged.

    Then nothing is counted; but if the lock comes in between, the first counter has the failure and the second has not.
    """
    counters = _counters(attempt, at=at)
    _refuse(counters, at=at)
    *others, last = counters
    for counter in others:
        _count(counter, attempt.user, at=at)
    with transaction.atomic():  # one commit, for one more would take time where there is something to write
        _count(last, attempt.user, at=at)
        audit_refusal(user=attempt.user, message=f"Wrong: {attempt.kind.label}.")


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
    account, kind = attempt.account, attempt.kind
    network = network_of(attempt.address) if attempt.address else ""
    return (
        ANY_FAILURES.row(
            digest_of(Scope.ACCOUNT, kind, account),
            digest_of(Scope.DEVICE, kind, account, f"address {network}"),
            digest_of(Scope.DEVICE, kind, account, f"token {attempt.token}"),
            digest_of(Scope.ADDRESS, Kind.ANY, network),
        )
        is not None
    )


def _counters(attempt: Attempt, *, at: datetime) -> list[Counter]:
    """The counts that this attempt belongs to: its account's, or that of one known place, and its address's."""
    if attempt.counters is None:
        attempt.counters = _find_counters(attempt, at=at)
    return attempt.counters


def _find_counters(attempt: Attempt, *, at: datetime) -> list[Counter]:
    account, kind = attempt.account, attempt.kind
    place = _known_place(attempt, at=at)
    scope = Scope.ACCOUNT if place is None else Scope.DEVICE
    own = (account,) if place is None else (account, place)
    counters = [Counter(digest_of(scope, kind, *own), scope, kind, account_limit())]
    if attempt.address and settings.LOCKOUT_ADDRESS_FAILURES:
        digest = digest_of(Scope.ADDRESS, Kind.ANY, network_of(attempt.address))
        counters.append(Counter(digest, Scope.ADDRESS, Kind.ANY, address_limit()))
    return counters


def _known_place(attempt: Attempt, *, at: datetime) -> str | None:
    """Return from which of the owner's places this comes: a device or an address that they have signed in with before.

    None for any other, and for second factors: whoever gets to them knows the password, so a stranger cannot lock the
    owner out. Places of the present password alone, for a thief may have signed in with the one before. Asks the same
    of the database for accounts that nobody has, so that the time does not tell them.
    """
    sessions = Session.objects.filter(
        user_id=attempt.user.pk if attempt.user else 0,
        password_version=attempt.user.password_version if attempt.user else 0,
        created_at__gt=at - timedelta(days=settings.KNOWN_DEVICE_DAYS),
        address__isnull=False,
    )
    newest = sessions.order_by("-created_at").values_list("address", flat=True)[:ADDRESSES_LOOKED_AT]
    used = [*newest, *_office_addresses(attempt, at=at)]
    nowhere = [NOWHERE] * (2 * ADDRESSES_LOOKED_AT - len(used))  # reading addresses takes time, however few there are
    known = {network_of(str(address)) for address in used + nowhere}
    if attempt.kind == Kind.SECOND_FACTOR:
        return None
    if is_known_device(attempt.token, user=attempt.user, at=at):
        return f"token {attempt.token}"
    network = network_of(attempt.address) if attempt.address else ""
    return f"address {network}" if network in known else None


def _office_addresses(attempt: Attempt, *, at: datetime) -> Iterable[str]:
    """The addresses of the owner's newest sign-ins as staff: the back office's leave no session but in the trail."""
    sign_ins = AuditEntry.objects.filter(
        person_id=attempt.user.pk if attempt.user else 0,
        action=AuditEntry.Action.SIGNED_IN,
        at__gt=at - timedelta(days=settings.KNOWN_DEVICE_DAYS),
        address__isnull=False,
    )
    addresses: Iterable[str] = sign_ins.order_by("-pk").values_list("address", flat=True)[:ADDRESSES_LOOKED_AT]
    return addresses


def _refuse(counters: Iterable[Counter], *, at: datetime) -> None:
    digests = [counter.digest for counter in counters]
    locked = FailureCount.objects.filter(digest__in=digests, locked_until__gt=at)
    if ends := [end for end in locked.values_list("locked_until", flat=True) if end]:
        raise TooManyAttempts(retry_after=max(ends) - at)


def _count(counter: Counter, user: User | None, *, at: datetime) -> None:
    """Add one failure; raises TooManyAttempts if there is a lock by now.

    Each write holds only while the row is as it was read: no failure is lost, and none overtakes a lock.
    """
    for _ in range(TRIES):
        row = FailureCount.objects.filter(digest=counter.digest).first()
        if row is not None and row.locked_until and row.locked_until > at:
            raise TooManyAttempts(retry_after=row.locked_until - at)
        if _write_failure(counter, row, user, at=at):
            return
    raise TooManyAttempts(retry_after=timedelta(seconds=1))


def _write_failure(counter: Counter, row: FailureCount | None, user: User | None, *, at: datetime) -> bool:
    """Write one failure more than `row` has; return False if others have written since it was read."""
    forgotten_at, locked_until = counter.limit.after_failure(row.forgotten_at if row else at, at=at)
    changes = {"failed_at": at, "forgotten_at": forgotten_at, "locked_until": locked_until}
    if row is None:
        owner = user if counter.scope != Scope.ADDRESS else None
        names = {"digest": counter.digest, "scope": counter.scope, "kind": counter.kind, "user": owner}
        return insert_rows([FailureCount(**names, **changes)], unless_taken=("digest",))
    if row.forgotten_at <= at:  # another episode, of which the owner has not been told
        changes["told_at"] = None
    same = FailureCount.objects.filter(pk=row.pk, version=row.version)
    return same.update(version=row.version + 1, **changes) == 1
