"""Take stock for an order."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractUser

from catalog.actions.move_stock import Move, move_stock
from catalog.models import StockMovement
from catalog.stock import Take


def take_stock(*, takes: Iterable[Take], reference: str, acting_user: AbstractUser | None, at: datetime) -> None:
    """Allocate units at their levels; raises StockMoved, and takes nothing, if any level has too few by now.

    Call it last in a transaction, and roll that back on StockMoved.
    """
    move_stock(
        moves=[Move(take.level_id, take.variant_id, take.product_id, allocated=take.quantity) for take in takes],
        movement=StockMovement.Type.ALLOCATION,
        reference=reference,
        acting_user=acting_user,
        at=at,
    )
