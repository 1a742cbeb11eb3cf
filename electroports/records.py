"""Records of what happened: written once, never changed."""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(TypeError):
    """Code tried to change or delete a record of what happened."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Reads of records. Updating and deleting them is refused."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Raise AppendOnlyError."""
        raise AppendOnlyError(f"{self.model.__name__} is append-only.")

    def delete(self) -> NoReturn:
        """Raise AppendOnlyError."""
        raise AppendOnlyError(f"{self.model.__name__} is append-only.")


class AppendOnlyModel(models.Model):
    """A row that is inserted once and then only read."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; raises AppendOnlyError if it exists already."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} is append-only.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise AppendOnlyError."""
        raise AppendOnlyError(f"{type(self).__name__} is append-only.")
