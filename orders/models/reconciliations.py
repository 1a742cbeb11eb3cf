"""How the ledger compared with the books of the providers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Reconciliation(models.Model):
    """One comparison with one provider, over one stretch of time."""

    provider = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField()
    ran_at = models.DateTimeField()
    movements = models.PositiveIntegerField(help_text="Rows of the provider's books.")
    entries = models.PositiveIntegerField(help_text="Rows of the ledger.")
    differences = models.PositiveIntegerField()
    findings = models.JSONField(default=list, help_text="The first differences, each as a sentence.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["provider", "-id"], name="reconciliation_by_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.ran_at:%Y-%m-%d %H:%M}"
