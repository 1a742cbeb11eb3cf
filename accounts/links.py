"""What is mailed of a link: its id, signed for its purpose. SECRET_KEY_FALLBACKS are good here, too."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from accounts.errors import LinkNotValid
from accounts.models import Link, User

Purpose = Link.Purpose


def link_token(link: Link) -> str:
    """Return what the holder of `link` sends back. Made when the mail is, and stored nowhere."""
    return _signer(link.purpose).sign(link.pk.hex)


def make_link(*, purpose: Purpose, user: User | None, email: str, lifetime: timedelta, at: datetime) -> Link:
    """Write a new link."""
    version = None if user is None else user.password_version
    return Link.objects.create(
        purpose=purpose,
        user=user,
        email=email,
        password_version=version,
        created_at=at,
        expires_at=at + lifetime,
    )


def read_link(*, token: str, purpose: Purpose, at: datetime) -> Link:
    """Return the open link of a token, with its user, without using it; raises LinkNotValid."""
    found = Link.objects.open(at=at).filter(pk=_link_id(token, purpose), purpose=purpose).select_related("user").first()
    if found is None:
        raise LinkNotValid
    return found


# What dies with the password that it was made under: so does what somebody began who should not have been signed in.
UNTIL_NEXT_PASSWORD = (Purpose.RESET_PASSWORD, Purpose.APPROVE_EMAIL, Purpose.CONFIRM_EMAIL)


def fits(link: Link, user: User | None) -> bool:
    """Tell whether a user, as they are now, is still the one that a link was made for."""
    if link.purpose in (Purpose.VERIFY_EMAIL, Purpose.RESET_PASSWORD) and (user is None or user.email != link.email):
        return False
    if link.purpose in UNTIL_NEXT_PASSWORD and (user is None or user.password_version != link.password_version):
        return False
    return user is None or user.is_active


def is_still_good(link: Link, *, at: datetime) -> bool:
    """Tell whether a link, read with its user, would still do what it is for: whether it is worth mailing."""
    is_needed = link.purpose != Purpose.VERIFY_EMAIL or (link.user is not None and not link.user.email_verified)
    return is_needed and link.is_open(at=at) and fits(link, link.user)


def use_link(*, token: str, purpose: Purpose, at: datetime) -> Link:
    """Return the open link of a token, which is used from then on; raises LinkNotValid.

    To be called in the transaction of what the link is for: of two holders at once one goes through, and a link whose
    purpose failed is open again.
    """
    link = read_link(token=token, purpose=purpose, at=at)
    if not Link.objects.open(at=at).filter(pk=link.pk).update(used_at=at):
        raise LinkNotValid
    link.used_at = at
    return link


def void_links(*, user: User, purposes: tuple[Purpose, ...], at: datetime) -> int:
    """Make a user's open links for these purposes worthless; return how many there were."""
    return Link.objects.open(at=at).filter(user=user, purpose__in=purposes).update(voided_at=at)


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"accounts.link.{purpose}", sep=".")


def _link_id(token: str, purpose: Purpose) -> UUID:
    try:
        return UUID(hex=_signer(purpose).unsign(token))
    except (BadSignature, ValueError) as error:
        raise LinkNotValid from error
