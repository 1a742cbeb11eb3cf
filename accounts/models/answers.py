"""Answers to requests that may be sent again."""

from typing import ClassVar

from django.db import models

from electroports.idempotency import KeptAnswer


class AccountAnswer(KeptAnswer):
    """The stored answer to a write of somebody's account that carried an Idempotency-Key."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="account_answer_key_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created_at"], name="account_answer_by_creation")]
