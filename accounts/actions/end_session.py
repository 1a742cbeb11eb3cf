"""Sign out of one session."""

from __future__ import annotations

from datetime import datetime

from accounts.actions.end_sessions import end_sessions
from accounts.models import Session
from accounts.tokens import read_refresh_token


def end_session(*, refresh_token: str, at: datetime) -> None:
    """Sign out the session of a refresh token, its access tokens too; raises TokenNotValid if it is forged or expired.

    Any token of the session will do, and a session that is over stays as it is: signing out twice is no error.
    """
    token = read_refresh_token(refresh_token)
    session = Session.objects.filter(pk=token.session_id, user_id=token.user_id)
    end_sessions(sessions=session, reason=Session.EndReason.SIGNED_OUT, at=at)
