"""Note that a session is used."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import OperationalError
from django.db.models import Q

from accounts.devices import Device
from accounts.lifetimes import STAFF_SEEN_EVERY
from accounts.models import Session

logger = logging.getLogger(__name__)


def note_use(*, session_id: UUID, device: Device, at: datetime) -> None:
    """Write down when and from where a session was last used; of many calls at once a single one writes.

    A database that cannot write just now refuses no read for it: the next call tries again.
    """
    unseen = Q(last_seen_at=None) | Q(last_seen_at__lte=at - STAFF_SEEN_EVERY)
    session = Session.objects.filter(unseen, pk=session_id, ended_at=None)
    try:
        session.update(last_seen_at=at, address=device.address)
    except OperationalError as error:
        logger.warning("use of a session not noted", extra={"facts": {"error": str(error)}})
