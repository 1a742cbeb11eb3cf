"""Give a product a picture more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from catalog.actions.lock_product import lock_product
from catalog.actions.refresh_listings import refresh_listings
from catalog.models import Product, ProductImage
from catalog.staff_documents import image_document
from electroports.errors import DOES_NOT_EXIST, FieldError
from electroports.history import ADDITION, record_change
from electroports.jobs import enqueue
from electroports.snapshots import snapshot
from electroports.validation import refuse_if


def add_picture(
    *,
    product_id: int,
    data: bytes,
    extension: str,
    values: dict[str, Any],
    acting_user: AbstractUser | None,
    at: datetime,
) -> dict[str, Any]:
    """Keep a picture of a product, made ready by `catalog.pictures.keep_upload`, and return its staff document.

    It stands after the others unless `values` say where; its renditions are made by a job. Raises NoSuchRow, and
    InvalidInput for a variant of another product; then nothing is kept.
    """
    with transaction.atomic():
        lock_product(product_id)
        product = Product.objects.get(pk=product_id)
        refuse_if(foreign_variant(product_id, values))
        last = ProductImage.objects.filter(product=product).aggregate(last=Max("position"))["last"]
        image = ProductImage(
            product=product,
            variant_id=values.get("variant"),
            alt=values["alt"],
            position=values.get("position", 0 if last is None else last + 1),
        )
        image.original = ContentFile(data, f"{product.slug[:50]}.{extension}")
        image.save(force_insert=True)
        try:
            enqueue("catalog.tasks.make_renditions", image.pk)
            record_change(
                acting_user=acting_user,
                row=product,
                flag=ADDITION,
                message=f"Added the picture {image.pk}.",
                changes={"picture": (None, snapshot(image))},
            )
            refresh_listings(product_ids=[product_id], at=at)
        except BaseException:
            image.original.delete(save=False)
            raise
        return image_document(image)


def foreign_variant(product_id: int, values: dict[str, Any]) -> list[FieldError]:
    """Return an error if `values` name a variant that is none of the product's."""
    variant = values.get("variant")
    if variant is None or Product.objects.filter(pk=product_id, variants=variant).exists():
        return []
    return [FieldError("variant", DOES_NOT_EXIST, "The product has no such variant.")]
