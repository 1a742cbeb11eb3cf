"""What somebody agreed to, as the API shows it, and the link in every advertisement that ends it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, User
from electroports.addresses import parse_id

SALT = "accounts.marketing.unsubscribe"


class Subscription(NamedTuple):
    """Whose consent on which channel a link ends."""

    user_id: int
    channel: str


def consents_document(user: User) -> dict[str, Any]:
    """Return of each channel whether the user agreed, since when, and to which words; one query."""
    newest = Consent.objects.newest(user_id=user.pk)
    return {channel: _said(newest.get(channel), address_of(user, channel)) for channel in Consent.Channel.values}


def _said(row: Consent | None, address: str) -> dict[str, Any]:
    if row is None:
        return {"given": False, "changed_at": None, "wording": ""}
    holds = row.is_given and row.address == address != ""
    return {"given": holds, "changed_at": timezone.localtime(row.created_at).isoformat(), "wording": row.wording}


def address_of(user: User, channel: str) -> str:
    """Return where a user is reached on a channel."""
    return user.email if channel == Consent.Channel.EMAIL else user.phone


def recipients(channel: str) -> QuerySet[User]:
    """Return the users who may be sent marketing on a channel, by one query: the only list that may be mailed.

    Their last word is yes, it was about the address that they have now, and they have shown that it is theirs.
    """
    field = "email" if channel == Consent.Channel.EMAIL else "phone"
    last = Consent.objects.filter(user=OuterRef("pk"), channel=channel).order_by("-pk")
    proven = User.objects.filter(is_active=True, **{f"{field}_verified_at__isnull": False}).exclude(**{field: ""})
    said = proven.alias(last_word=Subquery(last.values("is_given")[:1]), agreed_to=Subquery(last.values("address")[:1]))
    return said.filter(last_word=True, agreed_to=F(field))


def unsubscribe_url(*, user_id: int, channel: str) -> str:
    """Return the whole address of the page where this user, and nobody else, ends marketing on a channel."""
    token = Signer(salt=SALT).sign(f"{user_id}.{channel}")
    return settings.PUBLIC_URL + reverse("stop-marketing", args=[token])


def unsubscribe_headers(*, user_id: int) -> dict[str, str]:
    """Return the headers of a marketing mail by which mail programs offer to unsubscribe (RFC 8058)."""
    url = unsubscribe_url(user_id=user_id, channel=Consent.Channel.EMAIL)
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def subscription_of(token: str) -> Subscription | None:
    """Return what a link ends; None for one that the shop did not sign. It never expires."""
    try:
        user_id, _, channel = Signer(salt=SALT).unsign(token).partition(".")
    except BadSignature:
        return None
    number = parse_id(user_id)
    return Subscription(number, channel) if number is not None and channel in Consent.Channel.values else None
