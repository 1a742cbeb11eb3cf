"""Take back a variant that nobody ever had."""

from datetime import datetime
from functools import partial

from django.contrib.auth.models import AbstractUser
from django.db.models import ProtectedError

from catalog.actions.change_variant import locked_variant
from catalog.actions.forget_files import forget_files
from catalog.actions.lock_product import note_change
from catalog.actions.refresh_listings import refresh_listings
from catalog.errors import InUse
from catalog.staff_documents import variant_document
from electroports.history import DELETION, record_change
from electroports.preconditions import Precondition
from electroports.transactions import in_transaction


def delete_variant(*, variant_id: int, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> None:
    """Delete a variant with its pictures.

    Raises NoSuchRow, PreconditionFailed if it is not `expected` any more, and InUse if it was ordered or ever had
    stock: its movements are the shop's books, and it is taken off the shelf (`is_active`) instead.
    """
    in_transaction(partial(_delete, variant_id, expected, acting_user, at))


def _delete(variant_id: int, expected: Precondition, acting_user: AbstractUser | None, at: datetime) -> None:
    variant = locked_variant(variant_id)
    expected.check(variant_document(variant))
    record_change(acting_user=acting_user, row=variant, flag=DELETION, message="Deleted.")
    forget_files(variant.images.all())
    try:
        variant.delete()
    except ProtectedError as error:
        raise InUse("It has stock, had some, or was ordered. Take it off the shelf instead: is_active.") from error
    note_change([variant.product_id])
    refresh_listings(product_ids=[variant.product_id], at=at)
