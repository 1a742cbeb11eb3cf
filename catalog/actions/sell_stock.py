"""Let stock that was allocated leave the house."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractUser

from catalog.actions.move_stock import Move, move_stock
from catalog.models import StockMovement
from catalog.stock import Take


def sell_stock(*, takes: Iterable[Take], reference: str, acting_user: AbstractUser | None, at: datetime) -> None:
    """Take allocated units off the shelf for good; the caller sees to it that it happens once.

    Nothing more or less can be sold afterwards. Call it last in a transaction. Raises StockMoved if a level has fewer
    units allocated than leave.
    """
    moves = [
        Move(take.level_id, take.variant_id, take.product_id, on_hand=-take.quantity, allocated=-take.quantity)
        for take in takes
    ]
    move_stock(moves=moves, movement=StockMovement.Type.SALE, reference=reference, acting_user=acting_user, at=at)
