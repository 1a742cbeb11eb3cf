"""Ask to be told when something is in stock again, or costs less; and no longer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from catalog.actions.lock_product import lock_product
from catalog.errors import AlreadyInStock, TooManyNotices
from catalog.models import Notice, ProductListing, StockLevel
from catalog.pricing import CENT, money
from catalog.wishes import Wanted, price_of
from electroports.errors import FieldError, InvalidInput


def ask_for_notice(
    *, customer_id: int, kind: Notice.Kind, wanted: Wanted, target_price: Decimal | None, at: datetime
) -> Notice:
    """Remember that a customer wants this notice, and return it: asked for again it is the same, with the new target.

    Raises NoSuchRow, AlreadyInStock, InvalidInput for a target that is no lower than the price, and TooManyNotices. The
    product is locked as by whatever changes it: what changes at this moment is seen here, or finds the notice.
    """
    with transaction.atomic():
        lock_product(wanted.product_id)
        below = None
        if kind == Notice.Kind.PRICE_DROP:
            below = _price_to_undercut(wanted, target_price, at)
        elif _is_in_stock(wanted):
            raise AlreadyInStock("It is in stock now.")
        asked = {"kind": kind, "customer_id": customer_id}
        open_ones = Notice.objects.open().filter(customer=customer_id)
        same = open_ones.filter(kind=kind, product=wanted.product_id, variant=wanted.variant_id)
        if same.update(below=below, target_price=target_price):
            return _whole(same.values_list("pk", flat=True).first())
        if open_ones.count() >= Notice.MAX_OPEN:
            raise TooManyNotices(f"You wait for {Notice.MAX_OPEN} notices already. Delete some first.")
        notice = Notice.objects.create(
            **asked,
            product_id=wanted.product_id,
            variant_id=wanted.variant_id,
            below=below,
            target_price=target_price,
            created_at=at,
        )
        return _whole(notice.pk)


def forget_notices(*, customer_id: int) -> int:
    """Delete everything that a customer waits for; return how much that was."""
    deleted, _ = Notice.objects.open().filter(customer=customer_id).delete()
    return deleted


def _whole(notice_id: int | None) -> Notice:
    whole: Notice = Notice.objects.select_related("variant").get(pk=notice_id)
    return whole


def _is_in_stock(wanted: Wanted) -> bool:
    if wanted.variant_id is None:
        return ProductListing.objects.filter(pk=wanted.product_id, is_listed=True, in_stock=True).exists()
    return StockLevel.objects.available_by_variant([wanted.variant_id]).get(wanted.variant_id, 0) > 0


def _price_to_undercut(wanted: Wanted, target_price: Decimal | None, at: datetime) -> Decimal:
    """Return the price below which the notice is due; raises InvalidInput."""
    price = price_of(wanted, at=at)
    if target_price is None:
        return price
    if target_price >= price:
        message = f"It costs {money(price)} now. Give less than that."
        raise InvalidInput(
            "The request is not valid: target_price.", errors=[FieldError("target_price", "not_below_price", message)]
        )
    return target_price + CENT
