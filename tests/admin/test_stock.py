"""Stock in the back office: it moves by two forms, each of which writes the movement that explains it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalog.models import StockLevel, StockMovement, Variant
from tests import factories
from tests.admin.pages import change_page, messages_after, read_form, save, sign_in_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


@pytest.fixture
def level(db: None) -> StockLevel:
    """Ten units, of which three are held for orders."""
    level = factories.make_product().variants.get().stock_levels.get()
    StockLevel.objects.filter(pk=level.pk).update(allocated=3)
    level.refresh_from_db()
    return level


def adjust_page(level: StockLevel) -> str:
    return reverse("admin:catalog_stocklevel_adjust", args=[level.pk])


RECEIVE_PAGE = "admin:catalog_stocklevel_receive"


def counters(level: StockLevel) -> tuple[int, int, int]:
    """Return units on hand, units allocated, and the number of movements."""
    return (*StockLevel.objects.values_list("on_hand", "allocated").get(pk=level.pk), level.movements.count())


@pytest.mark.parametrize(("change", "left"), [("5", 15), ("-7", 3), ("+1", 11)])
def test_adjustment_writes_who_and_why(office: Client, boss: User, level: StockLevel, change: str, left: int) -> None:
    response = office.post(adjust_page(level), {"change": change, "reason": "Counted again"})

    assert response.headers["Location"] == change_page(level)
    assert counters(level) == (left, 3, 2)
    movement = StockMovement.objects.latest("pk")
    assert movement.type == "adjustment"
    assert (movement.on_hand_change, movement.allocated_change) == (left - 10, 0)
    assert (movement.reference, movement.acting_user) == ("Counted again", boss)
    assert "Counted again" in messages_after(office, response)[0]


def test_adjustment_below_what_is_held_is_refused_in_words(office: Client, level: StockLevel) -> None:
    response = office.post(adjust_page(level), {"change": "-8", "reason": "Stolen"})

    assert response.status_code == 200
    assert messages_after(office, response) == [
        "That would leave less on hand than is spoken for, or more than a shelf can hold."
    ]
    assert response.context_data["form"]["reason"].value() == "Stolen"
    assert counters(level) == (10, 3, 1)


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ("0", "Counted", "change"),
        ("", "Counted", "change"),
        ("1.5", "Counted", "change"),
        ("99999999999999999999", "Counted", "change"),
        ("1", "", "reason"),
        ("1", "x" * 61, "reason"),
        ("1", "a\x00b", "reason"),
    ],
)
def test_wrong_adjustment_is_named(office: Client, level: StockLevel, change: str, reason: str, field: str) -> None:
    response = office.post(adjust_page(level), {"change": change, "reason": reason})

    assert response.status_code == 200
    assert list(response.context_data["form"].errors) == [field]
    assert counters(level) == (10, 3, 1)


def test_adjusting_what_is_not_there_is_404(office: Client, level: StockLevel) -> None:
    for key in (level.pk + 1, "x", "99999999999999999999"):
        address = reverse("admin:catalog_stocklevel_adjust", args=[key])
        assert office.post(address, {"change": "1", "reason": "Counted"}).status_code == 404


def test_counters_are_never_edited_by_hand(office: Client, level: StockLevel) -> None:
    assert office.post(change_page(level), {"on_hand": "99", "allocated": "0"}).status_code == 403
    assert office.post(reverse("admin:catalog_stocklevel_add"), {"on_hand": "99"}).status_code == 403
    assert office.post(reverse("admin:catalog_stocklevel_delete", args=[level.pk]), {"post": "yes"}).status_code == 403
    assert counters(level) == (10, 3, 1)


def test_product_page_does_not_move_stock(office: Client, level: StockLevel) -> None:
    sent = {"catalog-stocklevel-0-on_hand": "99", "catalog-stocklevel-0-id": level.pk, "name": "Renamed"}

    response = save(office, level.variant.product, **sent)

    assert response.status_code == 302
    assert counters(level) == (10, 3, 1)


def test_movements_are_read_only(office: Client, level: StockLevel) -> None:
    movement = level.movements.get()

    assert office.post(change_page(movement), {"on_hand_change": "99"}).status_code == 403
    address = reverse("admin:catalog_stockmovement_delete", args=[movement.pk])
    assert office.post(address, {"post": "yes"}).status_code == 403
    assert level.movements.get().on_hand_change == 10


def test_receiving_makes_the_level_and_explains_it(office: Client, boss: User, level: StockLevel) -> None:
    shop = factories.make_location("MSA", priority=2)
    variant = level.variant
    sent = {"variant": variant.pk, "location": shop.pk, "quantity": "40", "reference": "DN 1204"}

    response = office.post(reverse(RECEIVE_PAGE), sent)

    made = StockLevel.objects.get(location=shop)
    assert response.headers["Location"] == change_page(made)
    assert (made.variant, made.on_hand, made.allocated) == (variant, 40, 0)
    movement = made.movements.get()
    assert (movement.type, movement.on_hand_change) == ("receipt", 40)
    assert (movement.reference, movement.acting_user) == ("DN 1204", boss)


def test_receiving_more_of_the_same_adds_up(office: Client, level: StockLevel) -> None:
    sent = {"variant": level.variant_id, "location": level.location_id, "quantity": "1", "reference": "DN 7"}

    office.post(reverse(RECEIVE_PAGE), sent)

    assert counters(level) == (11, 3, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [("quantity", "0"), ("quantity", "-1"), ("quantity", "9999999999"), ("variant", "999999"), ("location", "")],
)
def test_wrong_receipt_is_named(office: Client, level: StockLevel, field: str, value: str) -> None:
    sent = {"variant": level.variant_id, "location": level.location_id, "quantity": "1", "reference": "DN 7"}

    response = office.post(reverse(RECEIVE_PAGE), {**sent, field: value})

    assert response.status_code == 200
    assert list(response.context_data["form"].errors) == [field]
    assert counters(level) == (10, 3, 1)


def test_variant_page_leads_to_its_receipt(office: Client, level: StockLevel) -> None:
    variant: Variant = level.variant

    response = office.get(reverse("admin:catalog_variant_receive", args=[variant.pk]))
    values = read_form(office, response.headers["Location"])

    assert values["variant"] == [str(variant.pk)]


def test_adjustment_reaches_the_shop_window(office: Client, level: StockLevel) -> None:
    product = level.variant.product

    office.post(adjust_page(level), {"change": "-7", "reason": "Water damage"})

    assert Client().get(f"/api/products/{product.pk}").json()["availability"] == "out_of_stock"


def test_closed_location_sells_nothing(office: Client, level: StockLevel) -> None:
    product = level.variant.product

    response = save(office, level.location, is_active=[])

    assert response.status_code == 302
    assert Client().get(f"/api/products/{product.pk}").json()["availability"] == "out_of_stock"


@pytest.mark.parametrize("by", ["sku", "reference"])
def test_movements_are_found_by_sku_and_reference(office: Client, level: StockLevel, by: str) -> None:
    movement = StockMovement.objects.create(
        level=level, type="adjustment", on_hand_change=1, reference="EP-7K3QXM", created_at=timezone.now()
    )
    factories.make_product()
    asked = {"sku": level.variant.sku.lower(), "reference": "EP-7K3QXM"}

    response: Any = office.get(reverse("admin:catalog_stockmovement_changelist"), {"q": asked[by]})

    found = [row.pk for row in response.context_data["cl"].result_list]
    assert found == ([movement.pk] if by == "reference" else [movement.pk, level.movements.earliest("pk").pk])


def test_looking_at_stock_does_not_let_one_move_it(level: StockLevel) -> None:
    client = sign_in_with("catalog.view_stocklevel", "catalog.view_variant")

    assert client.get(change_page(level)).status_code == 200
    assert client.post(adjust_page(level), {"change": "1", "reason": "x"}).status_code == 403
    assert client.post(reverse(RECEIVE_PAGE), {}).status_code == 403
    assert counters(level) == (10, 3, 1)


@pytest.mark.parametrize(
    ("word", "found"), [("none", ["empty"]), ("low", ["low"]), ("enough", ["full"]), ("held", ["low"])]
)
def test_levels_are_filtered_by_what_is_left(office: Client, word: str, found: list[str]) -> None:
    for name, on_hand, allocated in [("empty", 0, 0), ("low", 5, 1), ("full", 6, 0)]:
        variant = factories.make_product(stock=None).variants.get()
        Variant.objects.filter(pk=variant.pk).update(sku=name)
        level = factories.add_stock(variant, on_hand)
        StockLevel.objects.filter(pk=level.pk).update(allocated=allocated)

    response = office.get(reverse("admin:catalog_stocklevel_changelist"), {"left": word})

    assert [row.variant.sku for row in response.context_data["cl"].result_list] == found
