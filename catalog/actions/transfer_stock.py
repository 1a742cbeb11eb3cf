"""Carry goods from one place to another."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.move_stock import MAX_ON_HAND, Move, move_stock
from catalog.errors import InvalidAdjustment, StockMoved
from catalog.models import StockLevel, StockMovement, Variant
from electroports.history import record


def transfer_stock(
    *,
    variant_id: int,
    from_location_id: int,
    to_location_id: int,
    quantity: int,
    reference: str,
    acting_user: AbstractUser | None,
    at: datetime,
) -> None:
    """Move `quantity` units of a variant from one location to another, whose stock level is made if there is none.

    Raises InvalidAdjustment, and moves nothing, if that would leave less than is spoken for where they lie.
    """
    if not 0 < quantity <= MAX_ON_HAND or from_location_id == to_location_id:
        raise InvalidAdjustment("Give how many units go to another location: a whole number of at least 1.")
    try:
        with transaction.atomic():
            here = StockLevel.objects.filter(variant_id=variant_id, location_id=from_location_id).first()
            if here is None:
                raise StockMoved
            there, _ = StockLevel.objects.get_or_create(variant_id=variant_id, location_id=to_location_id)
            product_id, sku = Variant.objects.values_list("product_id", "sku").get(pk=variant_id)
            on_hand = move_stock(
                moves=[
                    Move(here.pk, variant_id, product_id, on_hand=-quantity),
                    Move(there.pk, variant_id, product_id, on_hand=quantity),
                ],
                movement=StockMovement.Type.TRANSFER,
                reference=reference[: StockMovement.REFERENCE_LENGTH],
                acting_user=acting_user,
                at=at,
            )
            left, come = on_hand[here.pk], on_hand[there.pk]
            changes = {
                f"on_hand at location #{from_location_id}": (left + quantity, left),
                f"on_hand at location #{to_location_id}": (come - quantity, come),
            }
            told, words = f"Transferred: {reference}", f"{sku} (location #{from_location_id})"
            record(acting_user=acting_user, row=here, changes=changes, message=told, words=words)
    except StockMoved as error:
        raise InvalidAdjustment("Fewer lie there that are not spoken for.") from error
