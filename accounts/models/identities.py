"""Who a user is to an identity provider, and the id tokens that have been used up."""

from typing import ClassVar

from django.db import models

from accounts.models.users import User


class ExternalIdentity(models.Model):
    """An account elsewhere whose owner is signed in as `user`. The provider's `subject` is never given to another."""

    class Provider(models.TextChoices):
        """Who vouches for it."""

        GOOGLE = "google", "Google"
        APPLE = "apple", "Apple"

    provider = models.CharField(max_length=10, choices=Provider.choices)
    subject = models.CharField(max_length=255, help_text="The provider's own id of the account.")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    email = models.EmailField(max_length=254, blank=True, help_text="What the provider said when it was linked.")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "external identities"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_of_one_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} ({self.pk})"


class SpentIdentityToken(models.Model):
    """An id token that has signed somebody in: each does so once. Kept until the token would have expired."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
