"""Let the files of pictures go that are no longer shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.files.storage import default_storage
from django.db.models import Q

from catalog.models import ProductImage
from electroports.jobs import enqueue

FILES = ("original", "display", "thumbnail")


def forget_files(images: Iterable[ProductImage]) -> None:
    """Have the files of these pictures deleted once the caller's transaction, which deletes the rows, has committed."""
    names = {str(getattr(image, name)) for image in images for name in FILES} - {""}
    if names:
        enqueue("catalog.tasks.delete_files", sorted(names))


def delete_files(*, names: Collection[str]) -> None:
    """Delete those of these files that no picture has. One that is gone already is none too many."""
    kept = set()
    for row in ProductImage.objects.filter(_any_of(names)).values_list(*FILES):
        kept.update(row)
    for name in sorted(set(names) - kept):
        default_storage.delete(name)


def _any_of(names: Collection[str]) -> Q:
    return Q(original__in=names) | Q(display__in=names) | Q(thumbnail__in=names)
