"""Start a session: what every way of signing in ends with."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import connection, transaction

from accounts.actions.check_second_factor import check_second_factor
from accounts.actions.end_outnumbered import end_outnumbered
from accounts.actions.hold_account import HELD
from accounts.audit import audit_sign_in
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import InvalidCredentials
from accounts.models import AuditEntry, Session, User
from accounts.tokens import RefreshToken


class TokenPair(NamedTuple):
    """What a client holds of a session."""

    access: str
    refresh: str


class SignedIn(NamedTuple):
    """A user with the tokens of a new session."""

    user: User
    access: str
    refresh: str


def start_session(
    *,
    user: User,
    device: Device = UNKNOWN_DEVICE,
    method: Session.Method = Session.Method.PASSWORD,
    otp: str = "",
    at: datetime,
) -> TokenPair:
    """Start a session of somebody who has shown who they are; return its first tokens.

    Staff show a second factor, too: `otp`, which is not good again. Raises SecondFactorRequired, SecondFactorWrong,
    SecondFactorNotSetUp or TooManyAttempts; InvalidCredentials if the account was erased meanwhile.
    """
    second_factor_at = check_second_factor(user=user, otp=otp, device=device, at=at)
    return write_session(user=user, device=device, method=method, second_factor_at=second_factor_at, at=at)


def write_session(
    *,
    user: User,
    device: Device = UNKNOWN_DEVICE,
    method: Session.Method = Session.Method.PASSWORD,
    second_factor_at: datetime | None = None,
    at: datetime,
) -> TokenPair:
    """Write a session and return its first tokens.

    The session carries the password version and the role that `user` was read with: if either changes between the
    check and this insert, the session is dead from the start. If the account was erased or disabled meanwhile, there is
    none, and InvalidCredentials is raised. Of staff, the entry in the audit trail is written in one transaction with
    it; a customer's log-in has no entry, and is spared the statements of one.
    """
    with transaction.atomic() if user.has_rights else nullcontext():
        refresh = _write(user, device, method, second_factor_at, at)
    return TokenPair(str(refresh.access_token), str(refresh))


def _write(
    user: User, device: Device, method: Session.Method, second_factor_at: datetime | None, at: datetime
) -> RefreshToken:
    session_id = uuid4()
    refresh = RefreshToken.for_session(session_id=session_id, user_id=user.pk, at=at)
    is_written = insert_session(
        Session(
            id=session_id,
            user=user,
            password_version=user.password_version,
            role=user.role,
            refresh_jti=refresh.jti,
            method=method,
            second_factor_at=second_factor_at,
            user_agent=device.user_agent,
            address=device.address,
            created_at=at,
            last_seen_at=at,
            rotated_at=at,
            expires_at=at + refresh.lifetime,
        )
    )
    if not is_written:
        raise InvalidCredentials
    audit_sign_in(user=user, action=AuditEntry.Action.SIGNED_IN, message=f"API, by {Session.Method(method).label}.")
    end_outnumbered(user=user, at=at)
    return refresh


def insert_session(session: Session) -> bool:
    """Write a new session if its account is still there; return whether it is. At a third of what `save` costs.

    One statement looks and writes. While an erasure has the account's row, it waits, as `hold_account` does, and then
    finds nobody; an erasure that comes later finds the session.
    """
    fields = Session._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(getattr(session, field.attname), connection) for field in fields]
    statement = f"INSERT INTO accounts_session ({columns}) SELECT {places} {HELD[connection.vendor]}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, session.user_id])
        return bool(cursor.rowcount == 1)
