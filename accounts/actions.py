"""Every write of this app that is more than a row of the caller's own: registering, sessions, passwords."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, NoReturn
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError

from accounts.errors import AlreadyTaken, InvalidCredentials, TokenNotValid, TokenReused, WrongPassword
from accounts.models import Session, User
from accounts.passwords import refuse_weak_password, user_with_password
from accounts.querysets import SessionQuerySet
from accounts.tokens import RefreshToken

# How long a rotation may be under way before a request with the previous token counts as reuse all the same.
ROTATION_LASTS_AT_MOST = timedelta(minutes=1)


class TokenPair(NamedTuple):
    """What a client holds of a session."""

    access: str
    refresh: str


class SignedIn(NamedTuple):
    """A user with the tokens of a new session."""

    user: User
    access: str
    refresh: str


def register_user(
    *, username: str, email: str, password: str, phone: str = "", user_agent: str = "", at: datetime
) -> SignedIn:
    """Create a customer and sign them in.

    Raises WeakPassword, or AlreadyTaken, which the database decides: of two registrations at once one goes through.
    """
    user = User(username=username, email=User.objects.normalize_email(email), phone=phone, date_joined=at)
    refuse_weak_password(password, user=user, field="password")
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            return SignedIn(user, *start_session(user=user, user_agent=user_agent, at=at))
    except IntegrityError as error:
        raise AlreadyTaken(User.objects.taken(username=user.username, email=user.email)) from error


def sign_in(*, identifier: str, password: str, user_agent: str = "", at: datetime) -> SignedIn:
    """Start a session for the user with that user name or e-mail address; raises InvalidCredentials."""
    user = user_with_password(identifier, password)
    if user is None:
        raise InvalidCredentials
    return SignedIn(user, *start_session(user=user, user_agent=user_agent, at=at))


def start_session(*, user: User, user_agent: str, at: datetime) -> TokenPair:
    """Write a session and return its first tokens.

    The session carries the password version that `user` was read with: if the password changes between the check and
    this insert, the session is dead from the start.
    """
    session_id = uuid4()
    refresh = RefreshToken.for_session(session_id=session_id, user_id=user.pk, at=at)
    insert_session(
        Session(
            id=session_id,
            user=user,
            password_version=user.password_version,
            refresh_jti=refresh.jti,
            user_agent=user_agent,
            created_at=at,
            rotated_at=at,
            expires_at=at + refresh.lifetime,
        )
    )
    return TokenPair(str(refresh.access_token), str(refresh))


def insert_session(session: Session) -> None:
    """Write a new session by a plain INSERT, at a third of what `save` costs: beside a password hash it would show."""
    fields = Session._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(getattr(session, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO accounts_session ({columns}) VALUES ({places})", values)  # noqa: S608


def read_refresh_token(text: str) -> RefreshToken:
    """Return the refresh token that `text` is; raises TokenNotValid. Does not ask the database."""
    try:
        return RefreshToken(text)  # type: ignore[arg-type]  # simplejwt's annotation says Token and means text
    except TokenError as error:
        raise TokenNotValid from error


def rotate_session(*, refresh_token: str, at: datetime) -> TokenPair:
    """Exchange a refresh token for the next pair; `at` is when the request arrived.

    One conditional UPDATE decides which of several parallel requests wins. Raises TokenNotValid or TokenReused. Not to
    be called inside a transaction: what reuse entails has to outlive the error that reports it.
    """
    old = read_refresh_token(refresh_token)
    new = RefreshToken.for_session(session_id=old.session_id, user_id=old.user_id, at=at)
    if not claim_rotation(old=old, new=new, at=at):
        refuse_rotation(old=old, at=at)
    # Only now, with the rotation committed and not yet answered, is it known which requests cannot have known of it:
    # those that arrived before this moment. A time from before the commit would take some of them for thieves.
    Session.objects.filter(pk=old.session_id, refresh_jti=new.jti).update(rotated_at=timezone.now())
    return TokenPair(str(new.access_token), str(new))


def claim_rotation(*, old: RefreshToken, new: RefreshToken, at: datetime) -> bool:
    """Put `new` in the place of `old`; return whether `old` was still the newest token of a live session."""
    session = Session.objects.live(at=at).filter(pk=old.session_id, user_id=old.user_id, refresh_jti=old.jti)
    changes = {
        "refresh_jti": new.jti,
        "rotated_at": at + ROTATION_LASTS_AT_MOST,
        "expires_at": at + new.lifetime,
    }
    return session.update(**changes) == 1


def refuse_rotation(*, old: RefreshToken, at: datetime) -> NoReturn:
    """Raise what a refresh token deserves that was not exchanged.

    Reuse means that two hold the token, one of them a thief, so the session ends (RFC 9700, section 4.14.2). Except
    when this request was on its way before the token was exchanged: that is the same client asking twice.
    """
    session = Session.objects.live(at=at).filter(pk=old.session_id, user_id=old.user_id)
    rotated_at = session.values_list("rotated_at", flat=True).first()
    if rotated_at is None:
        raise TokenNotValid
    if at >= rotated_at:
        end_sessions(Session.objects.filter(pk=old.session_id), reason=Session.EndReason.TOKEN_REUSED, at=at)
    raise TokenReused


def end_session(*, refresh_token: str, at: datetime) -> None:
    """Sign out the session of a refresh token, its access tokens too; raises TokenNotValid if it is forged or expired.

    Any token of the session will do, and a session that is over stays as it is: signing out twice is no error.
    """
    token = read_refresh_token(refresh_token)
    session = Session.objects.filter(pk=token.session_id, user_id=token.user_id)
    end_sessions(session, reason=Session.EndReason.SIGNED_OUT, at=at)


def end_sessions(sessions: SessionQuerySet, *, reason: Session.EndReason, at: datetime) -> int:
    """End those of `sessions` that have not ended; return how many these were."""
    return sessions.filter(ended_at=None).update(ended_at=at, end_reason=reason)


def sign_out_everywhere(*, user: User, at: datetime) -> int:
    """End all of `user`'s sessions, on all devices and in the back office; return how many of the API's these were.

    A sign-in that is under way, its password checked already, comes to nothing too.
    """
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password_version=F("password_version") + 1)
        return end_sessions(user.sessions.all(), reason=Session.EndReason.SIGNED_OUT, at=at)


def change_password(*, user: User, current_password: str, new_password: str, at: datetime) -> None:
    """Give `user` a new password and end all their sessions; raises WrongPassword or WeakPassword.

    The UPDATE holds only while the password is the one that was checked: of two changes at once one goes through.
    """
    if not user.check_password(current_password):
        raise WrongPassword("current_password")
    refuse_weak_password(new_password, user=user, field="new_password")
    checked = User.objects.filter(pk=user.pk, password=user.password)
    hashed = make_password(new_password)  # takes its time, and therefore before the transaction
    with transaction.atomic():
        if not checked.update(password=hashed, password_version=F("password_version") + 1):
            raise WrongPassword("current_password")
        end_sessions(user.sessions.all(), reason=Session.EndReason.PASSWORD_CHANGED, at=at)


def change_profile(*, user: User, changes: Mapping[str, str]) -> User:
    """Write the changed fields of `user`'s own profile; raises AlreadyTaken."""
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(**changes)
    except IntegrityError as error:
        raise AlreadyTaken(["username"]) from error
    for name, value in changes.items():
        setattr(user, name, value)
    return user
