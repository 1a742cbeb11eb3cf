"""What the job queue does for this app."""

from django.utils import timezone

from accounts.actions import answer_resets as resets
from accounts.actions import forget_answers as forget
from accounts.actions import forget_consents as consents
from accounts.actions import forget_failures as failures
from accounts.actions import forget_phone_codes as codes
from accounts.actions import forget_sessions as sessions
from accounts.actions import forget_spent_tokens as tokens
from accounts.actions.close_unused import close_unused
from accounts.actions.forget_account_messages import forget_account_messages
from accounts.actions.send_account_messages import send_account_messages
from accounts.actions.sweep_audit_trail import sweep_audit_trail as sweep
from accounts.actions.sweep_erasures import sweep_erasures as erasures
from accounts.actions.sweep_invitations import sweep_invitations as invitations
from accounts.actions.tell_of_locks import tell_of_locks as tell
from accounts.actions.warn_unused import note_told, warn_unused
from electroports import retention
from electroports.jobs import enqueue
from electroports.outbox import BATCH


def delete_dead_sessions() -> int:
    """Delete the sessions all of whose tokens have expired; return how many. Ended ones stay until then: for reuse."""
    return sessions.forget_sessions(at=timezone.now())


def forget_spent_tokens() -> int:
    """Forget the id tokens that are too old to sign anybody in; return how many there were."""
    return tokens.forget_spent_tokens(at=timezone.now())


def forget_phone_codes() -> int:
    """Forget codes that expired a day ago, and the counts of windows that are over; return how many codes."""
    return codes.forget_phone_codes(at=timezone.now())


def forget_answers() -> int:
    """Delete stored answers that are too old to be given again; return how many there were."""
    return forget.forget_answers(at=timezone.now())


def answer_resets() -> int:
    """Decide about requests for new passwords, and have a next job decide about the rest; return how many."""
    decided = resets.answer_resets(at=timezone.now())
    if decided >= BATCH:
        enqueue("accounts.tasks.answer_resets")
    return decided


def send_messages() -> int:
    """Send what people are to be told, and have a next job send the rest; return how many these were."""
    sent = send_account_messages(at=timezone.now())
    if sent >= BATCH:
        enqueue("accounts.tasks.send_messages")
    return sent


def sweep_messages() -> int:
    """Decide and send what waits, and forget what was sent long ago; return how many were sent or tried."""
    forget_account_messages(at=timezone.now())
    answer_resets()
    return send_messages()


def sweep_audit_trail() -> int:
    """Delete what the audit trail has kept long enough; return how many entries."""
    return sweep(at=timezone.now())


def tell_of_locks() -> int:
    """Tell the owners of accounts that were locked, once for each time; return how many."""
    return tell(at=timezone.now())


def forget_failures() -> int:
    """Delete the counts of failed sign-ins that are all forgotten; return how many."""
    return failures.forget_failures(at=timezone.now())


def forget_consents() -> int:
    """Delete words about advertising that others took the place of long ago; return how many."""
    return consents.forget_consents(at=timezone.now())


def forget_job_results() -> int:
    """Delete what is known of jobs that ended long ago; return of how many."""
    return retention.forget_job_results(at=timezone.now())


def forget_browser_sessions() -> int:
    """Delete the back office's sessions that have expired; return how many."""
    return retention.forget_browser_sessions(at=timezone.now())


def sweep_erasures() -> int:
    """Forget what came late about people who were erased; return of how many."""
    return erasures(at=timezone.now())


def close_unused_accounts() -> int:
    """Close accounts that nobody uses and whose owners were told so long ago; return how many."""
    note_told()
    return close_unused(at=timezone.now())


def warn_unused_accounts() -> int:
    """Tell whose accounts will be closed, since they do not use them; return how many."""
    note_told()
    return warn_unused(at=timezone.now())


def sweep_invitations() -> int:
    """Delete invitations that came to an end long ago; return how many."""
    return invitations(at=timezone.now())
