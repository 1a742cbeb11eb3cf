"""What the tests of mailed links have in common."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.change_email import change_email
from accounts.actions.send_account_messages import send_account_messages
from accounts.links import link_token, make_link
from accounts.models import AccountMessage, EmailChange, Link, User
from tests.factories import PASSWORD

TOKEN = re.compile(r"\b[0-9a-f]{32}\.[\w-]{43}(?![\w-])")
NEW = "new@example.com"
BETTER = "staple 7 tree lantern"


def post(path: str, body: Any = None, **headers: str) -> Any:
    return APIClient(headers=headers).post(f"/api/users/{path}", body)


def delivered(recipient: str, **later: float) -> list[str]:
    """Send what is due; the tokens of the mails to somebody, of those without one its subject, oldest first."""
    send_account_messages(at=timezone.now() + timedelta(**later))
    found = []
    for sent in mail.outbox:
        if recipient in sent.to:
            token = TOKEN.search(str(sent.body))
            found.append(token[0] if token else str(sent.subject))
    return found


def as_before(user: User, *, verified: bool) -> User:
    """Let `user`, in the database, have the address that the object has, and no mail of the last hour."""
    AccountMessage.objects.filter(user=user).delete()
    verified_at = timezone.now() if verified else None
    User.objects.filter(pk=user.pk).update(email=user.email, email_verified_at=verified_at)
    return User.objects.get(pk=user.pk)


def mailed_token(user: User, purpose: str) -> str:
    """The token of a new link of that purpose, as it would be mailed."""
    at = timezone.now()
    if purpose in ("approve_email", "confirm_email"):
        user = as_before(user, verified=True)
        change_email(user=user, email=NEW, current_password=PASSWORD, at=at)
        change = EmailChange.objects.select_related("approval", "confirmation").get(
            user=user, changed_at=None, withdrawn_at=None
        )
        link = change.approval if purpose == "approve_email" else change.confirmation
        assert link is not None
        return link_token(link)
    lifetime = timedelta(hours=1)
    return link_token(make_link(purpose=Link.Purpose(purpose), user=user, email=user.email, lifetime=lifetime, at=at))


def begin_change(user: User, email: str = NEW, *, verified: bool = True) -> tuple[str, str]:
    """Begin a change of address; the tokens at the old address and at the new one."""
    at = timezone.now()
    user = as_before(user, verified=verified)
    change_email(user=user, email=email, current_password=PASSWORD, at=at)
    approving = delivered(user.email)[-1:] if verified else [""]
    return approving[0], delivered(email)[-1]


def undoing_token(user: User) -> str:
    """Change the address of `user`; the token with which it is taken back."""
    old = user.email
    approving, confirming = begin_change(user)
    for path, token in (("email/approve", approving), ("email/confirm", confirming)):
        assert post(path, {"token": token}).status_code == 200
    return delivered(old)[-1]
