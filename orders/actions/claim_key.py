"""Answer requests that carry the same Idempotency-Key once."""

from datetime import datetime

from electroports.sql import insert_rows
from orders.errors import IdempotencyKeyReused
from orders.idempotency import RequestKey
from orders.models import IdempotencyRecord


class AlreadyAnswered(Exception):
    """The same request has been answered before: `record` holds what to answer again."""

    def __init__(self, record: IdempotencyRecord) -> None:
        super().__init__(str(record))
        self.record = record


def claim_key(*, request_key: RequestKey, at: datetime) -> IdempotencyRecord:
    """Claim the key in the caller's transaction and return the record that is to hold the answer.

    While another transaction has the key, this waits: if that one rolls back, the key is ours. Raises AlreadyAnswered
    after the same request, IdempotencyKeyReused after one with another body. A key older than 24 hours is free again.
    """
    ours = IdempotencyRecord(**request_key._asdict(), created_at=at)
    while not insert_rows([ours], unless_taken=("caller", "route", "key")):
        theirs = IdempotencyRecord.objects.filter(
            caller=request_key.caller, route=request_key.route, key=request_key.key
        ).first()
        if theirs is None:  # swept away since
            continue
        if theirs.is_expired(at=at):
            theirs.delete()
            continue
        if theirs.body_digest != request_key.body_digest:
            raise IdempotencyKeyReused("This Idempotency-Key was sent before with another body. Use a new one.")
        raise AlreadyAnswered(theirs)
    return ours
