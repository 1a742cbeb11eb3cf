"""Make those who change one product wait for each other."""

from collections.abc import Collection

from catalog.bulk import chunks
from catalog.clock import now
from catalog.models import Product
from electroports.errors import NoSuchRow


def lock_product(product_id: int) -> None:
    """Lock a product's row until the end of the transaction; raises NoSuchRow.

    Whatever staff change of a product, its variants or its pictures begins so; what moves stock locks levels before it
    (see `catalog.actions.move_stock`).
    """
    rows = Product.objects.select_for_update(no_key=True).filter(pk=product_id).order_by()
    if not list(rows.values_list("pk")):
        raise NoSuchRow


def note_change(product_ids: Collection[int]) -> None:
    """Note that something of these products has just changed that is not in their own rows, such as a price.

    Whoever copies the catalogue asks for what changed since (`updated_at`).
    """
    for ids in chunks(sorted(set(product_ids))):
        Product.objects.filter(pk__in=ids).update(updated_at=now())
