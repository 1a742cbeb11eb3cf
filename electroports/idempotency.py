"""The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): what is sent again is answered once.

The answer is kept in the transaction of its effect: an effect without its answer, or the other way round, there is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn, TypeVar

import orjson
from django.db import IntegrityError, models

from electroports.errors import DomainError, FieldError, InvalidInput
from electroports.sql import insert_rows
from electroports.transactions import in_transaction

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"  # the header of an answer that was given before
BARE = re.compile(r"[\x20-\x7e]{1,255}")
QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')  # an RFC 8941 string


class IdempotencyKeyReused(DomainError):
    """An Idempotency-Key came a second time, with another body."""

    status = 422
    code = "idempotency_key_reused"


class RequestKey(NamedTuple):
    """What makes two requests the same one: who sends it where, under which key, and (digested) with which body."""

    caller: str
    route: str
    key: str
    body_digest: str


class Answer(NamedTuple):
    """What a request was answered with."""

    status: int
    body: bytes
    is_replay: bool = False


class KeptAnswer(models.Model):
    """The stored answer to a request that carried an Idempotency-Key, written in the transaction of its effect.

    The row is inserted first and filled with the answer last: whoever sends the same key meanwhile waits for it. A
    model of an app has to make (caller, route, key) unique.
    """

    LIFETIME = timedelta(hours=24)

    caller = models.CharField(max_length=80, help_text="The user, or a digest of a guest's contact.")
    route = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.route} {self.key}"

    def is_expired(self, *, at: datetime) -> bool:
        """Tell whether the answer is too old at `at` to be given again."""
        return self.created_at + self.LIFETIME <= at


Kept = TypeVar("Kept", bound=KeptAnswer)


class AlreadyAnswered(Exception):
    """The same request has been answered before: `record` holds what to answer again."""

    def __init__(self, record: KeptAnswer) -> None:
        super().__init__(str(record))
        self.record = record


def read_key(header: str | None) -> str | None:
    """Return the key in the header, quoted or bare, or None without the header; raises InvalidInput."""
    if header is None:
        return None
    quoted = QUOTED.fullmatch(header)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else header
    if not BARE.fullmatch(key):
        message = "Give 1 to 255 printable ASCII characters."
        raise InvalidInput(f"The {HEADER} is not one.", errors=[FieldError(HEADER, "invalid", message)])
    return key


def user_caller(user_id: int) -> str:
    """Return the scope of an account's keys."""
    return f"user:{user_id}"


def body_digest(body: Any) -> str:
    """Return a digest of a decoded JSON body that spaces and the order of its fields do not change."""
    return sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def claim_key(model: type[Kept], *, request_key: RequestKey, at: datetime) -> Kept:
    """Claim the key in the caller's transaction and return the record that is to hold the answer.

    While another transaction has the key, this waits: if that one rolls back, the key is ours. Raises AlreadyAnswered
    after the same request, IdempotencyKeyReused after one with another body. A key older than 24 hours is free again.
    """
    ours = model(**request_key._asdict(), created_at=at)
    while not insert_rows([ours], unless_taken=("caller", "route", "key")):
        theirs = _taken_by(model, request_key)
        if theirs is None:  # swept away since
            continue
        if theirs.is_expired(at=at):
            theirs.delete()
            continue
        _refuse(theirs, request_key)
    return ours


def refuse_answered(model: type[KeptAnswer], *, request_key: RequestKey, at: datetime) -> None:
    """Raise what `claim_key` would for a request whose key is taken, and claim nothing: for what goes before that."""
    theirs = _taken_by(model, request_key)
    if theirs is not None and not theirs.is_expired(at=at):
        _refuse(theirs, request_key)


def _taken_by(model: type[Kept], request_key: RequestKey) -> Kept | None:
    taken = model._default_manager.filter(caller=request_key.caller, route=request_key.route, key=request_key.key)
    return taken.first()


def _refuse(theirs: KeptAnswer, request_key: RequestKey) -> NoReturn:
    if theirs.body_digest != request_key.body_digest:
        raise IdempotencyKeyReused("This Idempotency-Key was sent before with another body. Use a new one.")
    raise AlreadyAnswered(theirs)


def answer_once(
    model: type[KeptAnswer], *, request_key: RequestKey | None, at: datetime, work: Callable[[], Answer]
) -> Answer:
    """Return what `work` answers, done in a transaction; or what it answered before to the same request.

    A refusal that `work` raises is not kept: the key is free again. Where the database says that somebody else has
    written the same at that moment, everything is done once more, and then sees what is there.
    """
    try:
        return in_transaction(partial(_answer, model, request_key, at, work), again_after=(IntegrityError,))
    except AlreadyAnswered as earlier:
        return Answer(earlier.record.status, bytes(earlier.record.body), is_replay=True)


def _answer(
    model: type[KeptAnswer], request_key: RequestKey | None, at: datetime, work: Callable[[], Answer]
) -> Answer:
    record = claim_key(model, request_key=request_key, at=at) if request_key else None
    answer = work()
    if record is not None:
        record.status, record.body = answer.status, answer.body
        record.save(update_fields=["status", "body"])
    return answer
