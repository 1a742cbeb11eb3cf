"""Jobs of the catalogue."""

from __future__ import annotations

import logging
from hashlib import blake2b
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.actions import forget_answers as forget
from catalog.actions import forget_files
from catalog.actions import refresh_late_listings as late_listings
from catalog.actions.mark_due_notices import mark_due_notices
from catalog.actions.refresh_listings import refresh_listings
from catalog.actions.send_notices import BATCH, forget_sent_notices, send_notices
from catalog.bulk import chunks
from catalog.drawing import DISPLAY_EDGE, THUMBNAIL_EDGE
from catalog.models import Product, ProductImage, TaxClass
from catalog.pictures import PictureRefused, decode_upload, make_rendition
from electroports.jobs import enqueue

logger = logging.getLogger(__name__)
EDGES = {"display": DISPLAY_EDGE, "thumbnail": THUMBNAIL_EDGE}
EVENT_BATCH = 5_000  # products a job; it has two minutes
LISTING_BATCH = 500  # products a transaction
STEM_PART = 50  # characters; a file's name with its folder has 100


def make_renditions(image_id: int) -> None:
    """Make the display and thumbnail renditions of an uploaded picture and refresh its product's listing.

    Idempotent: file names follow from the original's content, and renditions that are there are kept. Nothing
    happens, but for a line in the log, if the picture is gone, or is none that can be shown.
    """
    image = ProductImage.objects.filter(pk=image_id).first()
    if image is None:
        return
    original = str(image.original)
    try:
        with default_storage.open(original) as stream:
            data = stream.read()
    except FileNotFoundError:
        logger.warning("picture lost", extra={"facts": {"image": image_id, "file": original}})
        return
    stem = f"{PurePosixPath(original).stem[:STEM_PART]}-{blake2b(data, digest_size=5).hexdigest()}"
    names = {rendition: f"products/{rendition}/{stem}.webp" for rendition in EDGES}
    is_made = all(str(getattr(image, rendition)) == name for rendition, name in names.items())
    if is_made and all(map(default_storage.exists, names.values())):
        return
    try:
        picture = decode_upload(data)
    except PictureRefused as refused:
        logger.warning("picture refused", extra={"facts": {"image": image_id, "code": refused.code}})
        return
    for rendition, name in names.items():
        if not default_storage.exists(name):
            names[rendition] = default_storage.save(name, ContentFile(make_rendition(picture, edge=EDGES[rendition])))
    with transaction.atomic():
        # Not if the picture was replaced meanwhile: that one has a job of its own.
        if ProductImage.objects.filter(pk=image_id, original=original).update(**names):
            refresh_listings(product_ids=[image.product_id], at=timezone.now())


def delete_files(names: list[str]) -> None:
    """Delete files that no picture has any more."""
    forget_files.delete_files(names=names)


def forget_answers() -> int:
    """Delete stored answers that are too old to be given again; return how many there were."""
    return forget.forget_answers(at=timezone.now())


def look_at_notices(product_ids: list[int]) -> int:
    """Send what customers wait for on these products, which have just changed; return how many notices came due."""
    due = mark_due_notices(product_ids=product_ids, at=timezone.now())
    if due:
        send_due_notices()
    return due


def send_due_notices() -> int:
    """Send a batch of the notices that are due, and have a next job send the rest; return how many these were."""
    sent = send_notices(at=timezone.now())
    if sent == BATCH:
        enqueue("catalog.tasks.send_due_notices")
    return sent


def sweep_notices() -> int:
    """Look at every notice: prices fall at the begin of a sale without a write, and mail servers come back."""
    due = mark_due_notices(product_ids=None, at=timezone.now())
    send_due_notices()
    forget_sent_notices(at=timezone.now())
    return due


def refresh_taxed_listings(tax_class_id: int, after: int = 0) -> None:
    """Rewrite the pages that show the VAT of a class; past EVENT_BATCH products another job goes on.

    Those of the default class are the products without one. A class that was the default is written with the one that
    took its place: its own products have not changed.
    """
    is_default = TaxClass.objects.filter(pk=tax_class_id, is_default=True).exists()
    concerned = Q(tax_class=tax_class_id) | Q(tax_class=None) if is_default else Q(tax_class=tax_class_id)
    rows = Product.objects.filter(concerned, pk__gt=after).order_by("pk").values_list("pk", flat=True)
    product_ids = list(rows[:EVENT_BATCH])
    for ids in chunks(product_ids, LISTING_BATCH):
        refresh_listings(product_ids=ids, at=timezone.now())
    if len(product_ids) == EVENT_BATCH:
        enqueue("catalog.tasks.refresh_taxed_listings", tax_class_id, product_ids[-1])


def refresh_late_listings() -> None:
    """Write the listings that have not taken in a sale event as it is now: those of a large one that was saved.

    It begins with what is still to do, so it may run twice and at the same time; past EVENT_BATCH products another job
    goes on.
    """
    if late_listings.refresh_late_listings(clock=timezone.now, limit=EVENT_BATCH):
        enqueue("catalog.tasks.refresh_late_listings")
