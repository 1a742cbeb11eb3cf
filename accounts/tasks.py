"""What the job queue does for this app."""

from django.utils import timezone

from accounts.actions import forget_answers as forget
from accounts.models import Session


def delete_dead_sessions() -> int:
    """Delete the sessions all of whose tokens have expired; return how many. Ended ones stay until then: for reuse."""
    deleted, _ = Session.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted


def forget_answers() -> int:
    """Delete stored answers that are too old to be given again; return how many there were."""
    return forget.forget_answers(at=timezone.now())
