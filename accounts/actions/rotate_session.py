"""Exchange a session's refresh token for the next pair of tokens."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.actions.end_sessions import end_sessions
from accounts.actions.start_session import TokenPair
from accounts.actions.tell_user import tell_user
from accounts.devices import UNKNOWN_DEVICE, Device
from accounts.errors import TokenNotValid, TokenReused
from accounts.models import Session, User
from accounts.models.messages import MessageKind
from accounts.tokens import AccessToken, RefreshToken, read_refresh_token

logger = logging.getLogger(__name__)


def rotate_session(*, refresh_token: str, device: Device = UNKNOWN_DEVICE, at: datetime) -> TokenPair:
    """Exchange a refresh token for the next pair; `at` is when the request arrived.

    One conditional UPDATE decides which of several parallel requests makes the next refresh token; the others are
    given the same one. Raises TokenNotValid, TokenExpired or TokenReused. Not to be called inside a transaction: what
    reuse entails has to outlive the error that reports it.
    """
    old = read_refresh_token(refresh_token)
    new = RefreshToken.for_session(session_id=old.session_id, user_id=old.user_id, at=at)
    if not claim_rotation(old=old, new=new, device=device, at=at):
        new = made_before(old=old, at=at)
    access = AccessToken.for_session(session_id=old.session_id, user_id=old.user_id, at=at)
    return TokenPair(str(access), str(new))


def claim_rotation(*, old: RefreshToken, new: RefreshToken, device: Device, at: datetime) -> bool:
    """Put `new` in the place of `old`; return whether `old` was still the newest token of a live session."""
    session = Session.objects.live(at=at).filter(pk=old.session_id, user_id=old.user_id, refresh_jti=old.jti)
    changes = {
        "refresh_jti": new.jti,
        "previous_jti": old.jti,
        "rotated_at": at,
        "last_seen_at": at,
        "address": device.address,
        "expires_at": at + new.lifetime,
    }
    return session.update(**changes) == 1


def made_before(*, old: RefreshToken, at: datetime) -> RefreshToken:
    """Return the refresh token that `old` was just exchanged for; raises TokenReused or TokenNotValid.

    Within REFRESH_REUSE_SECONDS that is the same client asking twice: two tabs, or an answer that was lost. It gets
    the very token that was made then, put together again from the session's row, so that all who ask go on with one.
    Else two hold the token, one of them a thief, and the session ends (RFC 9700, section 4.14.2); except when the
    request was on its way before that exchange: whoever that is gets nothing, and nobody is signed out for it.
    """
    session = Session.objects.live(at=at).filter(pk=old.session_id, user_id=old.user_id)
    found = session.values_list("refresh_jti", "previous_jti", "rotated_at").first()
    if found is None:
        raise TokenNotValid
    newest, previous, rotated_at = found
    if old.jti == previous and at < rotated_at + timedelta(seconds=settings.REFRESH_REUSE_SECONDS):
        return RefreshToken.for_session(session_id=old.session_id, user_id=old.user_id, jti=newest, at=rotated_at)
    if at > rotated_at:
        end_for_reuse(old, at=at)
    raise TokenReused


def end_for_reuse(old: RefreshToken, *, at: datetime) -> None:
    """End the session of a token that two hold, and tell its owner, once."""
    with transaction.atomic():
        sessions = Session.objects.filter(pk=old.session_id)
        if not end_sessions(sessions=sessions, reason=Session.EndReason.TOKEN_REUSED, at=at):
            return  # another call with such a token was quicker
        owner = User.objects.get(pk=old.user_id)
        tell_user(kind=MessageKind.TOKEN_REUSED, to=owner.email, user=owner, at=at)
    logger.warning("refresh token reused", extra={"facts": {"session": str(old.session_id)}})
