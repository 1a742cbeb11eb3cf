"""What needs a sign-in of the last minutes: changing the e-mail address, erasing the account, and the like."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from rest_framework.request import Request

from accounts.errors import SignInAgain
from accounts.models import Session
from accounts.tokens import AccessToken


def require_recent_sign_in(request: Request, *, at: datetime) -> None:
    """Raise SignInAgain unless the caller's session began within RECENT_SIGN_IN_MINUTES; one query.

    Refreshing tokens does not make a session begin anew.
    """
    since = at - timedelta(minutes=settings.RECENT_SIGN_IN_MINUTES)
    token = request.auth
    if not (
        isinstance(token, AccessToken)
        and Session.objects.filter(pk=token.session_id, created_at__gt=since, created_at__lte=at).exists()
    ):
        raise SignInAgain
