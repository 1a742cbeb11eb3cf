"""Put delivered goods on a shelf."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.move_stock import MAX_ON_HAND, Move, move_stock
from catalog.errors import InvalidAdjustment, StockMoved
from catalog.models import StockLevel, StockMovement, Variant
from electroports.history import record


def receive_stock(
    *,
    variant_id: int,
    location_id: int,
    quantity: int,
    reference: str,
    acting_user: AbstractUser | None,
    at: datetime,
) -> None:
    """Add `quantity` units (at least 1) of a variant at a location, whose stock level is made if there is none.

    `reference` names the delivery note or the file. Raises InvalidAdjustment.
    """
    if not 0 < quantity <= MAX_ON_HAND:
        raise InvalidAdjustment("Give how many units came in: a whole number of at least 1.")
    try:
        with transaction.atomic():
            level, _ = StockLevel.objects.get_or_create(variant_id=variant_id, location_id=location_id)
            product_id, sku = Variant.objects.values_list("product_id", "sku").get(pk=variant_id)
            on_hand = move_stock(
                moves=[Move(level.pk, variant_id, product_id, on_hand=quantity)],
                movement=StockMovement.Type.RECEIPT,
                reference=reference[: StockMovement.REFERENCE_LENGTH],
                acting_user=acting_user,
                at=at,
            )[level.pk]
            changes, words = {"on_hand": (on_hand - quantity, on_hand)}, f"{sku} (location #{location_id})"
            record(acting_user=acting_user, row=level, changes=changes, message=f"Received: {reference}", words=words)
    except StockMoved as error:
        raise InvalidAdjustment("That is more than a shelf can hold.") from error
