"""Change what is said of a picture, the order of a product's pictures, or take a picture away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractUser

from catalog.actions.add_picture import foreign_variant
from catalog.actions.forget_files import forget_files
from catalog.actions.lock_product import lock_product
from catalog.actions.refresh_listings import refresh_listings
from catalog.models import Product, ProductImage
from catalog.staff_documents import image_document, product_document
from electroports.errors import FieldError, NoSuchRow
from electroports.history import CHANGE, DELETION, record_change
from electroports.preconditions import Precondition
from electroports.snapshots import Changes, snapshot
from electroports.transactions import in_transaction
from electroports.validation import assign, complaints, refuse_if


def change_picture(
    *, image_id: int, changes: Mapping[str, Any], expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    """Write these fields of a picture and return its staff document.

    Raises NoSuchRow, PreconditionFailed if it is not `expected` any more, and InvalidInput; then nothing is written.
    """
    return in_transaction(partial(_change, image_id, changes, expected, acting_user, at))


def _change(
    image_id: int, changes: Mapping[str, Any], expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    image = _locked(image_id)
    before = image_document(image)
    expected.check(before)
    refuse_if(foreign_variant(image.product_id, dict(changes)))
    changed = assign(image, changes)
    refuse_if(complaints(image, fields=changed))
    if not changed:
        return before
    image.save(update_fields=changed)
    _record(image, acting_user, CHANGE, f"Changed {', '.join(changed)} of the picture {image.pk}.", changed)
    refresh_listings(product_ids=[image.product_id], at=at)
    return image_document(image)


def delete_picture(*, image_id: int, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> None:
    """Delete a picture, and its files once that is committed.

    Raises NoSuchRow, and PreconditionFailed if it is not `expected` any more.
    """
    in_transaction(partial(_delete, image_id, expected, acting_user, at))


def _delete(image_id: int, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> None:
    image = _locked(image_id)
    expected.check(image_document(image))
    gone = {"picture": (snapshot(image), None)}
    _record(image, acting_user, DELETION, f"Deleted the picture {image.pk}.", gone)
    forget_files([image])
    image.delete()
    refresh_listings(product_ids=[image.product_id], at=at)


def order_pictures(
    *, product_id: int, image_ids: Sequence[int], expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    """Put all pictures of a product into this order and return the product's staff document.

    Raises NoSuchRow, PreconditionFailed if the product is not `expected` any more, and InvalidInput unless each of its
    pictures is named once.
    """
    return in_transaction(partial(_order, product_id, image_ids, expected, acting_user, at))


def _order(
    product_id: int, image_ids: Sequence[int], expected: Precondition, acting_user: AbstractUser | None, at: datetime
) -> dict[str, Any]:
    lock_product(product_id)
    expected.check(product_document(product_id))
    images = {image.pk: image for image in ProductImage.objects.filter(product=product_id)}
    if sorted(images) != sorted(image_ids):
        message = "Name each picture of the product once."
        refuse_if([FieldError("images", "incomplete", message)])
    moved = [images[pk] for position, pk in enumerate(image_ids) if images[pk].position != position]
    if not moved:
        return product_document(product_id)
    changes: dict[str, tuple[Any, Any]] = {}
    for image in moved:
        changes[f"picture {image.pk}: position"] = (image.position, image_ids.index(image.pk))
        image.position = image_ids.index(image.pk)
    ProductImage.objects.bulk_update(moved, ["position"])
    _record(moved[0], acting_user, CHANGE, "Changed the order of the pictures.", changes)
    refresh_listings(product_ids=[product_id], at=at)
    return product_document(product_id)


def _locked(image_id: int) -> ProductImage:
    """Return a picture whose product is locked until the end of the transaction; raises NoSuchRow."""
    product_id = ProductImage.objects.filter(pk=image_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise NoSuchRow
    lock_product(product_id)
    image: ProductImage | None = ProductImage.objects.select_for_update(of=("self",)).filter(pk=image_id).first()
    if image is None:
        raise NoSuchRow
    return image


def _record(image: ProductImage, acting_user: AbstractUser | None, flag: int, message: str, changes: Changes) -> None:
    product = Product.objects.get(pk=image.product_id)
    record_change(acting_user=acting_user, row=product, flag=flag, message=message, changes=changes)
