"""Correct what lies on a shelf: counted, lost, broken, found."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.move_stock import MAX_ON_HAND, Move, move_stock
from catalog.errors import InvalidAdjustment, StockMoved
from catalog.models import StockLevel, StockMovement
from electroports.history import record


def adjust_stock(
    *, level: StockLevel, change: int, reason: str, acting_user: AbstractUser | None, at: datetime
) -> None:
    """Change the units on hand at `level` by `change` (either sign), with the movement that says who and why.

    Raises InvalidAdjustment, and changes nothing, if that would leave less than is allocated, or is no change.
    """
    if not 0 < abs(change) <= MAX_ON_HAND:
        raise InvalidAdjustment("Give by how many units the stock changes: a whole number that is not 0.")
    try:
        with transaction.atomic():
            on_hand = move_stock(
                moves=[Move(level.pk, level.variant_id, level.variant.product_id, on_hand=change)],
                movement=StockMovement.Type.ADJUSTMENT,
                reference=reason[: StockMovement.REFERENCE_LENGTH],
                acting_user=acting_user,
                at=at,
            )[level.pk]
            changes = {"on_hand": (on_hand - change, on_hand)}
            words = f"{level.variant.sku} (location #{level.location_id})"
            record(acting_user=acting_user, row=level, changes=changes, message=reason, words=words)
    except StockMoved as error:
        raise InvalidAdjustment(
            "That would leave less on hand than is spoken for, or more than a shelf can hold."
        ) from error
