"""Close every way into an account but the e-mail address and the password."""

from __future__ import annotations

from accounts.audit import audit_own
from accounts.models import ExternalIdentity, User


def forget_other_ways(*, user: User) -> None:
    """Have no phone and no account elsewhere open that of `user` any more, in the caller's transaction.

    For when it has just turned out whose account it is: what was set up before may be somebody else's way back in. A
    phone goes from the profile, too, verified or not: whoever wrote it down may not have been its owner.
    """
    identities = ExternalIdentity.objects.filter(user=user)
    gone: dict[str, tuple[str, str]] = {"phone": (user.phone, "")} if user.phone else {}
    gone |= {str(provider): ("linked", "") for provider in identities.values_list("provider", flat=True)}
    user.phone, user.phone_verified_at = "", None
    user.save(update_fields=["phone", "phone_verified_at"])
    identities.delete()
    audit_own(user=user, changes=gone, message="Other ways in were forgotten.")
