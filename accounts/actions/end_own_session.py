"""Sign a device out from another one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.actions.end_sessions import end_sessions
from accounts.models import Session, User
from electroports.errors import NoSuchRow


def end_own_session(*, user: User, session_id: UUID, at: datetime) -> None:
    """End one of `user`'s live sessions; raises NoSuchRow for one that is over, or another's."""
    session = Session.objects.live(at=at).filter(pk=session_id, user=user)
    if not end_sessions(sessions=session, reason=Session.EndReason.SIGNED_OUT, at=at):
        raise NoSuchRow
