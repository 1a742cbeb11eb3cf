"""Stock that moves by hand: adjustments and receipts; and the history that every movement leaves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.receive_stock import receive_stock
from catalog.actions.release_stock import release_stock
from catalog.errors import InvalidAdjustment, StockMoved
from catalog.models import CatalogRevision, ProductListing, StockLevel, StockMovement
from catalog.pricing import Tax
from catalog.stock import Availability, ShelfItem, ShelfLevel, Take, availability_word, full_name, plan_takes
from tests.factories import make_location, make_product
from tests.orders import everything, level_of, placed, variant_of

pytestmark = pytest.mark.django_db


PRICE = Decimal(10)


@pytest.mark.parametrize(
    ("available", "word"),
    [
        (-1, "out_of_stock"),
        (0, "out_of_stock"),
        (1, "low_stock"),
        (5, "low_stock"),
        (6, "in_stock"),
        (10**9, "in_stock"),
    ],
)
def test_availability_word(available: int, word: str) -> None:
    assert availability_word(available) == Availability(word)


@pytest.mark.parametrize(
    ("variant", "condition", "name"),
    [
        ("", "new", "Phone"),
        ("Black", "new", "Phone (Black)"),
        ("", "used", "Phone (used)"),
        ("Black", "open_box", "Phone (Black, open box)"),
    ],
)
def test_full_name(variant: str, condition: str, name: str) -> None:
    assert full_name("Phone", variant, condition) == name


@pytest.mark.parametrize(
    ("available", "quantity", "takes"),
    [
        ([5], 5, [(0, 5)]),
        ([5], 6, []),
        ([], 1, []),
        ([2, 9], 3, [(1, 3)]),
        ([9, 9], 3, [(0, 3)]),
        ([2, 2, 2], 5, [(0, 2), (1, 2), (2, 1)]),
        ([0, 2, 3], 4, [(1, 2), (2, 2)]),
        ([2, 2], 5, []),
    ],
)
def test_plan_takes(available: list[int], quantity: int, takes: list[tuple[int, int]]) -> None:
    levels = [ShelfLevel(level_id, units) for level_id, units in enumerate(available)]
    item = ShelfItem(
        variant_id=7,
        product_id=8,
        sku="S",
        name="N",
        price=PRICE,
        regular_price=PRICE,
        event=None,
        brand_id=1,
        category_id=1,
        tax=Tax("standard", None),
        usual_tax=Tax("standard", None),
        levels=levels,
    )

    assert plan_takes(item, quantity) == [Take(level_id, 7, 8, units) for level_id, units in takes]


def test_adjustment_is_explained(shopper: User) -> None:
    level = level_of(make_product(stock=10))

    adjust_stock(level=level, change=-3, reason="Broken in transport", acting_user=shopper, at=timezone.now())

    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (7, 0)
    movement = StockMovement.objects.latest("pk")
    assert (movement.type, movement.on_hand_change, movement.allocated_change) == ("adjustment", -3, 0)
    assert (movement.reference, movement.acting_user) == ("Broken in transport", shopper)


@pytest.mark.parametrize("change", [0, -7, -(2**31), 2**31 - 1, 2**31, 2**63])
def test_impossible_adjustments(client: APIClient, change: int) -> None:
    product = make_product(stock=10)
    placed(client, {"product": product.pk, "quantity": 4})
    before = everything()

    with pytest.raises(InvalidAdjustment):
        adjust_stock(level=level_of(product), change=change, reason="", acting_user=None, at=timezone.now())

    assert everything() == before


def test_adjustment_down_to_what_is_allocated(client: APIClient) -> None:
    product = make_product(stock=10)
    placed(client, {"product": product.pk, "quantity": 4})

    adjust_stock(level=level_of(product), change=-6, reason="Counted", acting_user=None, at=timezone.now())

    assert level_of(product).available == 0
    assert '"availability":"out_of_stock"' in ProductListing.objects.get().card


def test_receipt_adds_to_a_level() -> None:
    level = level_of(make_product(stock=10))
    before = CatalogRevision.objects.get().number

    receive(level, 5)

    level.refresh_from_db()
    assert (level.on_hand, StockMovement.objects.latest("pk").type) == (15, "receipt")
    assert CatalogRevision.objects.get().number == before


def test_receipt_at_a_new_place_makes_the_level() -> None:
    product = make_product(stock=None)
    place = make_location("MSA", 2)
    assert '"availability":"out_of_stock"' in ProductListing.objects.get().card

    receive(StockLevel(variant=variant_of(product), location=place), 2)

    assert level_of(product).on_hand == 2
    assert '"availability":"low_stock"' in ProductListing.objects.get().card


@pytest.mark.parametrize("quantity", [0, -1, 2**31 - 1, 2**31])
def test_impossible_receipts(quantity: int) -> None:
    level = level_of(make_product(stock=10))
    new = StockLevel(variant=level.variant, location=make_location("MSA", 2))
    before = everything()

    with pytest.raises(InvalidAdjustment):
        receive(level, quantity)
    if not 0 < quantity < 2**31:
        with pytest.raises(InvalidAdjustment):
            receive(new, quantity)

    assert everything() == before


def receive(level: StockLevel, quantity: int) -> None:
    receive_stock(
        variant_id=level.variant_id,
        location_id=level.location_id,
        quantity=quantity,
        reference="delivery note 17",
        acting_user=None,
        at=timezone.now(),
    )


def test_more_than_is_allocated_is_not_released() -> None:
    product = make_product(stock=10)
    level = level_of(product)
    before = everything()
    takes = [Take(level.pk, level.variant_id, product.pk, 1)]

    with pytest.raises(StockMoved), transaction.atomic():
        release_stock(takes=takes, reference="EP-AAAAAA", acting_user=None, at=timezone.now())

    assert everything() == before


def test_movements_are_append_only() -> None:
    level = level_of(make_product(stock=10))
    movement = StockMovement.objects.get(level=level)
    before = StockMovement.objects.values().get(level=level)

    with pytest.raises(TypeError):
        movement.save()
    with pytest.raises(TypeError):
        movement.delete()
    with pytest.raises(TypeError):
        StockMovement.objects.filter(pk=movement.pk).update(on_hand_change=1)
    with pytest.raises(TypeError):
        StockMovement.objects.filter(pk=movement.pk).delete()
    with pytest.raises(TypeError):
        level.movements.all().delete()
    assert StockMovement.objects.values().get(level=level) == before


def test_what_had_stock_is_not_deleted() -> None:
    product = make_product(stock=10)
    level = level_of(product)
    before = everything()

    for row in (level, level.variant, level.location, product):
        with pytest.raises(ProtectedError):
            row.delete()

    assert everything() == before
