"""Reusable reads of codes to phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import PhoneCode  # noqa: F401 (the linter overlooks QuerySet["PhoneCode"])


class PhoneCodeQuerySet(models.QuerySet["PhoneCode"]):
    """Reads of codes to phones."""

    def unused(self, *, phone: str, purpose: str) -> PhoneCodeQuerySet:
        """Codes to a phone that were neither used nor replaced: those that the index phone_code_open has."""
        return self.filter(phone=phone, purpose=purpose, used_at=None, voided_at=None)
