"""Draw the pictures of products that have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from hashlib import blake2b

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from catalog.actions.refresh_listings import refresh_listings
from catalog.bulk import chunks
from catalog.drawing import SIZE, DrawnPicture, PictureOrder, draw_all
from catalog.models import Product, ProductImage, Variant

BATCH = 32
FOLDERS = ("original", "display", "thumbnail")
SLUG_PART = 50  # characters; a file's name with its folder has 100


def draw_pictures(
    *,
    slugs: Collection[str],
    progress: Callable[[int, int], None],
    clock: Callable[[], datetime],
    processes: int | None = None,
) -> int:
    """Draw a picture for each of these products without one, or whose drawn one is lost; return how many were drawn.

    Committed every few pictures, so that whoever is interrupted goes on from there; `progress` is told how many of
    how many are done, and `clock` tells the time of each batch. File names follow from what is drawn.
    """
    missing = {product.slug: product for product in _without_picture(slugs)}
    colours = _colours([product.pk for product in missing.values()])
    orders = [
        PictureOrder(slug, product.name, product.brand.name, product.category.slug, colours.get(product.pk))
        for slug, product in missing.items()
    ]
    done = 0
    for batch in chunks(draw_all(orders, processes=processes), BATCH):
        _keep([(missing[drawn.slug], drawn) for drawn in batch], at=clock())
        done += len(batch)
        progress(done, len(orders))
    return done


def _without_picture(slugs: Collection[str]) -> list[Product]:
    products = Product.objects.filter(slug__in=slugs).select_related("brand", "category").order_by("pk")
    pictures: dict[int, list[ProductImage]] = defaultdict(list)
    for picture in ProductImage.objects.filter(product__slug__in=slugs):
        pictures[picture.product_id].append(picture)
    files = frozenset(f"products/{folder}/{name}" for folder in FOLDERS for name in _stored(folder))
    return [
        product
        for product in products
        if not pictures[product.pk]
        or any(_is_drawn(product, picture) and _is_lost(picture, files) for picture in pictures[product.pk])
    ]


def _stored(folder: str) -> list[str]:
    try:
        return default_storage.listdir(f"products/{folder}")[1]
    except FileNotFoundError:
        return []


def _is_drawn(product: Product, picture: ProductImage) -> bool:
    return str(picture.original).startswith(f"products/original/drawn-{product.slug[:SLUG_PART]}-")


def _is_lost(picture: ProductImage, files: frozenset[str]) -> bool:
    return not {str(picture.original), str(picture.display), str(picture.thumbnail)} <= files


def _colours(product_ids: Collection[int]) -> dict[int, str]:
    """Return the colour of each product's first variant that has one."""
    colours: dict[int, str] = {}
    variants = Variant.objects.filter(product_id__in=product_ids).order_by("position", "pk")
    for product_id, options in variants.values_list("product_id", "options"):
        for name, value in options:
            if name == "Colour":
                colours.setdefault(product_id, value)
    return colours


def _keep(drawn: Iterable[tuple[Product, DrawnPicture]], *, at: datetime) -> None:
    """Store the files, then write their rows: a row never points to a file that is not there."""
    rows: list[ProductImage] = []
    for product, picture in drawn:
        name = f"drawn-{product.slug[:SLUG_PART]}-{blake2b(picture.display, digest_size=5).hexdigest()}.webp"
        rows.append(
            ProductImage(
                product=product,
                original=_store("original", name, picture.display),
                display=_store("display", name, picture.display),
                thumbnail=_store("thumbnail", name, picture.thumbnail),
                alt=product.name,
                width=SIZE,
                height=SIZE,
            )
        )
    ids = [row.product_id for row in rows]
    with transaction.atomic():
        ProductImage.objects.filter(product_id__in=ids, original__startswith="products/original/drawn-").delete()
        ProductImage.objects.bulk_create(rows)
        refresh_listings(product_ids=ids, at=at)


def _store(folder: str, name: str, data: bytes) -> str:
    path = f"products/{folder}/{name}"
    return path if default_storage.exists(path) else default_storage.save(path, ContentFile(data))
