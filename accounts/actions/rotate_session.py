"""Exchange a session's refresh token for the next pair of tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn

from django.utils import timezone

from accounts.actions.end_sessions import end_sessions
from accounts.actions.start_session import TokenPair
from accounts.errors import TokenNotValid, TokenReused
from accounts.models import Session
from accounts.tokens import RefreshToken, read_refresh_token

# How long a rotation may be under way before a request with the previous token counts as reuse all the same.
ROTATION_LASTS_AT_MOST = timedelta(minutes=1)


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
        end_sessions(sessions=Session.objects.filter(pk=old.session_id), reason=Session.EndReason.TOKEN_REUSED, at=at)
    raise TokenReused
