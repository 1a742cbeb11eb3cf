"""Give back stock that was taken."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractUser

from catalog.actions.move_stock import Move, move_stock
from catalog.models import StockMovement
from catalog.stock import Take


def release_stock(*, takes: Iterable[Take], reference: str, acting_user: AbstractUser | None, at: datetime) -> None:
    """Undo allocations, so that the units can be sold again; the caller sees to it that it happens once.

    Call it last in a transaction. Raises StockMoved if a level has fewer units allocated than are given back.
    """
    move_stock(
        moves=[Move(take.level_id, take.variant_id, take.product_id, allocated=-take.quantity) for take in takes],
        movement=StockMovement.Type.RELEASE,
        reference=reference,
        acting_user=acting_user,
        at=at,
    )
