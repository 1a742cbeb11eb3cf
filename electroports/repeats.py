"""Calls that may be sent again: with an Idempotency-Key they are answered once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from electroports.idempotency import (
    HEADER,
    REPLAYED,
    Answer,
    KeptAnswer,
    RequestKey,
    answer_once,
    body_digest,
    read_key,
    user_caller,
)
from electroports.preconditions import tag_of
from electroports.rendering import dump_json


class RepeatableCalls:
    """Lets calls of a viewset, made by somebody who is signed in, be sent again; put it before the viewset's own bases.

    An app says in `kept_answers` where the answers to requests with an Idempotency-Key are kept. The actions in
    `tagged` answer with an ETag.
    """

    kept_answers: ClassVar[type[KeptAnswer]]
    tagged: ClassVar[frozenset[str]] = frozenset()

    def answer(self, request: Request, work: Callable[[], Any], *, status: int = 201, sent: Any = None) -> HttpResponse:
        """Do `work` in a transaction and answer with the document that it returns, once for an Idempotency-Key.

        `sent` stands for what was sent, if that is no JSON.
        """
        key = read_key(request.headers.get(HEADER))
        action = str(getattr(self, "action", ""))
        request_key = key and RequestKey(
            user_caller(request.user.pk or 0),
            f"{type(self).__name__}.{action}"[:80],
            key,
            body_digest([request.path, request.data if sent is None else sent]),
        )
        answer = answer_once(
            self.kept_answers,
            request_key=request_key or None,
            at=timezone.now(),
            work=lambda: Answer(status, dump_json(work())),
        )
        response = HttpResponse(answer.body, "application/json", answer.status)
        if action in self.tagged:
            response.headers["ETag"] = tag_of(answer.body)
        if answer.is_replay:
            response.headers[REPLAYED] = "true"
        return response
