"""What stock means to a shopper: one word instead of a number."""

from django.conf import settings
from django.db import models


class Availability(models.TextChoices):
    """What the shop window says of a variant; exact stock is for staff."""

    IN_STOCK = "in_stock", "In stock"
    LOW_STOCK = "low_stock", "Low stock"
    OUT_OF_STOCK = "out_of_stock", "Out of stock"
    PREORDER = "preorder", "Preorder"


def availability_word(available: int) -> Availability:
    """Return the word for `available` units over all active locations; at most LOW_STOCK_THRESHOLD is low."""
    if available <= 0:
        return Availability.OUT_OF_STOCK
    if available <= settings.LOW_STOCK_THRESHOLD:
        return Availability.LOW_STOCK
    return Availability.IN_STOCK
