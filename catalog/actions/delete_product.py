"""Take back a product that nobody ever had."""

from datetime import datetime
from functools import partial

from django.contrib.auth.models import AbstractUser
from django.db.models import ProtectedError

from catalog.actions.forget_files import forget_files
from catalog.actions.lock_product import lock_product
from catalog.actions.refresh_listings import refresh_listings
from catalog.errors import InUse
from catalog.models import Product
from catalog.staff_documents import product_document
from electroports.history import DELETION, record_change
from electroports.preconditions import Precondition
from electroports.snapshots import diff
from electroports.transactions import in_transaction


def delete_product(*, product_id: int, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> None:
    """Delete a product with its variants and pictures.

    Raises NoSuchRow, PreconditionFailed if it is not `expected` any more, and InUse if any of it was ordered or ever
    had stock: then it is taken out of the shop window (`is_published`) instead.
    """
    in_transaction(partial(_delete, product_id, expected, acting_user, at))


def _delete(product_id: int, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> None:
    lock_product(product_id)
    document = product_document(product_id)
    expected.check(document)
    product = Product.objects.get(pk=product_id)
    gone = diff(document, None)
    record_change(acting_user=acting_user, row=product, flag=DELETION, message="Deleted.", changes=gone)
    forget_files(product.images.all())
    try:
        product.delete()
    except ProtectedError as error:
        raise InUse("It has stock, had some, or was ordered. Unpublish it instead: is_published.") from error
    refresh_listings(product_ids=[product_id], at=at)
