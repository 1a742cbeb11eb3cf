"""Access tokens of providers, which all processes share."""

from typing import ClassVar

from django.db import models


class ProviderToken(models.Model):
    """One token of a provider's account, good for an hour at most, and who is fetching the next one.

    `name` tells apart accounts and hosts without telling their keys. Nobody reads these rows but the gateways.
    """

    name = models.CharField(max_length=80)
    value = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name"], name="provider_token_unique"),
        ]

    def __str__(self) -> str:
        return self.name
