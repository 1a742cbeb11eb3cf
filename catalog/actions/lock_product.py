"""Make those who change one product wait for each other."""

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
