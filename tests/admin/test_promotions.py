"""Promotions in the back office."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.models import Promotion
from orders.promotion_words import sentence
from tests.factories import make_brand, make_category, make_product
from tests.orders.promoting import coupon, make_promotion

pytestmark = pytest.mark.django_db

ADD = "/admin/orders/promotion/add/"
LIST = "/admin/orders/promotion/"
BLANK = {
    "name": "Karibu",
    "kind": "percentage",
    "percent": "10",
    "scope": "everything",
    "priority": "0",
    "is_active": "on",
}


def complaints(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context_data["adminform"].form.errors.items()}


def test_a_coupon_is_entered(office: Client) -> None:
    category = make_category("audio")

    response = office.post(ADD, {**BLANK, "code": " karibu ", "scope": "selection", "categories": [category.pk]})

    assert response.status_code == 302, complaints(response)
    promotion = Promotion.objects.get()
    assert (promotion.code, promotion.percent, list(promotion.categories.all())) == ("KARIBU", 10, [category])


def test_steps_are_entered_a_line_each(office: Client) -> None:
    steps = {**BLANK, "kind": "tiered_quantity", "percent": "", "tiers": "3: 5\n\n 10 : 12.5 %\n"}

    assert office.post(ADD, steps).status_code == 302

    promotion = Promotion.objects.get()
    assert promotion.tiers == [[3, "5"], [10, "12.5"]]
    page = office.get(reverse("admin:orders_promotion_change", args=[promotion.pk])).content.decode()
    assert "3: 5\n10: 12.5" in page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"percent": ""}, {"percent"}),
        ({"scope": "selection"}, {"scope"}),
        ({"scope": "bundle"}, {"products"}),
        ({"kind": "tiered_quantity", "tiers": "many"}, {"tiers"}),
        ({"kind": "tiered_quantity", "tiers": "²: 5"}, {"tiers"}),
        ({"kind": "tiered_quantity", "tiers": "3: NaN"}, {"tiers"}),
        ({"kind": "tiered_quantity", "tiers": "3: 5\n2: 7"}, {"tiers"}),
        ({"kind": "tiered_quantity"}, {"tiers"}),
        ({"kind": "free"}, {"kind"}),
        ({"code": "x" * 41}, {"code"}),
        ({"usage_limit": "0"}, {"usage_limit"}),
    ],
)
def test_what_is_no_promotion_is_refused(office: Client, fields: dict[str, str], wrong: set[str]) -> None:
    response = office.post(ADD, {**BLANK, **fields})

    assert response.status_code == 200
    assert set(complaints(response)) == wrong
    assert not Promotion.objects.exists()


def test_a_code_that_is_in_use_is_refused(office: Client) -> None:
    coupon("KARIBU")

    assert office.post(ADD, {**BLANK, "code": "karibu"}).status_code == 200
    assert Promotion.objects.count() == 1


def test_saving_leaves_the_count_to_the_orders(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    promotion = coupon(usage_limit=10)
    clean = Promotion.clean

    def count_meanwhile(self: Promotion) -> None:
        clean(self)
        Promotion.objects.filter(pk=promotion.pk).update(uses=3)

    monkeypatch.setattr(Promotion, "clean", count_meanwhile)

    response = office.post(
        reverse("admin:orders_promotion_change", args=[promotion.pk]), {**BLANK, "code": "KARIBU", "name": "Jambo"}
    )

    assert response.status_code == 302, complaints(response)
    promotion.refresh_from_db()
    assert (promotion.name, promotion.uses, promotion.usage_limit) == ("Jambo", 3, None)


@pytest.mark.parametrize("state", Promotion.State.values)
def test_promotions_by_state(office: Client, state: str) -> None:
    now, day = timezone.now(), timedelta(days=1)
    made = {
        "running": make_promotion(starts_at=now - day, ends_at=now + day, usage_limit=2, uses=1),
        "coming": make_promotion(starts_at=now + day),
        "over": make_promotion(ends_at=now - day, usage_limit=1, uses=1),
        "used_up": make_promotion(usage_limit=1, uses=1),
        "off": make_promotion(is_active=False, ends_at=now - day),
    }

    page: Any = office.get(LIST, {"state": state})
    listed = list(page.context_data["cl"].result_list)

    assert listed == [made[state]]
    assert made[state].state(at=now) == state


def test_promotions_are_switched_off_and_on(office: Client) -> None:
    promotion = make_promotion()

    for action, is_active in (("switch_off", False), ("switch_on", True)):
        office.post(LIST, {"action": action, "_selected_action": [promotion.pk]})
        promotion.refresh_from_db()
        assert promotion.is_active == is_active


def test_rules_read_as_sentences() -> None:
    moment = timezone.make_aware(timezone.datetime(2026, 12, 12, 8))
    phone, case = make_product(name="Phone"), make_product(name="Case")
    audio, sony = make_category("audio"), make_brand("Sony")

    rules = [
        make_promotion(),
        coupon("JAMHURI", percent=Decimal("12.5"), starts_at=moment, ends_at=moment + timedelta(1), usage_limit=1000),
        make_promotion("fixed_amount", categories=[audio], brands=[sony], products=[case], min_spend=Decimal(5000)),
        make_promotion("fixed_amount", scope="bundle", products=[phone, case], per_customer_limit=2),
        make_promotion("free_delivery", first_order_only=True, is_exclusive=True),
        make_promotion("free_delivery", brands=[sony]),
        make_promotion("buy_x_get_y"),
        make_promotion("buy_x_get_y", percent=Decimal(50), scope="selection"),
        make_promotion("tiered_quantity", products=[make_product(name=f"P{n}") for n in range(7)]),
        make_promotion("bundle_price", products=[phone, case]),
    ]

    assert [sentence(rule) for rule in rules] == [
        "10 % off everything.",
        (
            "12.5 % off everything, with the code JAMHURI, 1,000 orders in all, "
            "from 12/12/2026 08:00, until 13/12/2026 08:00."
        ),
        "KES 100 off all in Audio and all of Sony and Case, when these come to KES 5,000.",
        "KES 100 off Case, Phone together each time, 2 a customer.",
        "Free delivery, on a first order, with no other promotion.",
        "Free delivery with all of Sony.",
        "Of everything: buy 2, get 1 more free, the cheapest ones.",
        "Of no goods: buy 2, get 1 more at 50 % off, the cheapest ones.",
        "Off P0, P1, P2, P3, P4, 2 more: 5 % from 2 units on, 20 % from 5 units on.",
        "KES 1,500 for Case, Phone together.",
    ]
