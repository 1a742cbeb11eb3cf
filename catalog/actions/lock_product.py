"""Make those who change one product wait for each other."""

from collections.abc import Collection, Iterable

from django.utils import timezone

from catalog.bulk import chunks
from catalog.models import Product
from electroports.errors import NoSuchRow


def lock_product(product_id: int) -> None:
    """Lock a product's row until the end of the transaction; raises NoSuchRow.

    Whatever changes a product, its variants, its pictures or its reviews begins so.
    """
    if not lock_products([product_id]):
        raise NoSuchRow


def lock_products(product_ids: Iterable[int]) -> set[int]:
    """Lock the rows of products until the end of the transaction; return the ids of those that are there.

    In the order of their keys, and before the catalogue's revision. What moves stock locks levels before them (see
    `catalog.actions.move_stock`); reviews and variants are locked after them.
    """
    locked: set[int] = set()
    for ids in chunks(sorted(set(product_ids))):
        rows = Product.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        locked.update(rows.values_list("pk", flat=True))
    return locked


def note_change(product_ids: Collection[int]) -> None:
    """Note that something of these products has just changed that is not in their own rows, such as a price.

    Whoever copies the catalogue asks for what changed since (`updated_at`).
    """
    for ids in chunks(sorted(set(product_ids))):
        Product.objects.filter(pk__in=ids).update(updated_at=timezone.now())
