"""Coupons: which are taken, why others are not, and that an order is never sold without what one promised."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from orders.basket import REFUSALS, BasketRequest, WantedItem, fill_basket
from orders.models import Order, Promotion, PromotionUse
from orders.pricing import Reason
from tests.factories import make_product, make_user
from tests.orders import CONTACT, by_rider, client_of, everything, field_codes, place, placed, refused
from tests.orders.promoting import answer, coupon, make_promotion, quoted

pytestmark = pytest.mark.django_db

OTHER = {**CONTACT, "email": "otieno@example.com", "phone": "0722000000"}


def item(price: str = "1000.00") -> dict[str, int]:
    return {"product": make_product(price=price, stock=100).pk, "quantity": 1}


def uses(promotion: Promotion) -> int:
    promotion.refresh_from_db()
    return promotion.uses


def refusal(client: APIClient, *items: dict[str, int], **more: Any) -> str:
    """Why an order is refused for its coupon; nothing is written."""
    before = everything()
    ((field, code),) = field_codes(refused(place(client, *items, **more), 400, "invalid"))
    assert field == "coupon"
    assert everything() == before
    return code


@pytest.mark.parametrize("typed", ["KARIBU", "karibu", "  Karibu\t".rstrip() + " "])
def test_a_coupon_however_it_is_typed(client: APIClient, typed: str) -> None:
    promotion = coupon("KARIBU")
    wanted = item()

    quote = quoted(client, wanted, coupon=typed)

    assert answer(quote) is None
    assert quote["promotions"] == [{"code": "KARIBU", "name": "Karibu", "amount": "100.00"}]
    assert quote["total"] == "900.00"
    assert uses(promotion) == 0
    order = placed(client, wanted, coupon=typed)
    assert (order["total"], order["promotions"]) == ("900.00", quote["promotions"])
    assert uses(promotion) == 1


def test_without_its_code_it_is_not_taken(client: APIClient) -> None:
    coupon("KARIBU")

    quote = quoted(client, item())

    assert (quote["promotions"], quote["coupons"], quote["total"]) == ([], [], "1000.00")


HOUR = timedelta(hours=1)
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("coupon_unknown", {"is_active": False}),
    ("coupon_not_started", {"starts_at": HOUR}),
    ("coupon_expired", {"ends_at": -HOUR}),
    ("coupon_expired", {"starts_at": -2 * HOUR, "ends_at": -HOUR, "usage_limit": 1, "uses": 1}),
    ("coupon_min_spend", {"min_spend": Decimal("1000.01")}),
    ("coupon_not_applicable", {"scope": "selection"}),
    ("coupon_not_applicable", {"scope": "bundle"}),
    ("coupon_not_applicable", {"kind": "buy_x_get_y"}),
    ("coupon_not_applicable", {"kind": "tiered_quantity"}),
    ("coupon_needs_delivery", {"kind": "free_delivery"}),
]


@pytest.mark.parametrize(("reason", "fields"), REFUSED)
def test_why_a_coupon_is_not_taken(client: APIClient, reason: str, fields: dict[str, Any]) -> None:
    now = timezone.now()
    values = {name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    promotion = coupon("KARIBU", **values)
    wanted = item()

    quote = quoted(client, wanted, coupon="karibu")

    assert answer(quote) == reason
    assert (quote["promotions"], quote["total"]) == ([], "1000.00")
    assert refusal(client, wanted, coupon="karibu") == reason
    Promotion.objects.filter(pk=promotion.pk).update(uses=0)  # there are no orders behind it


def test_a_coupon_that_nobody_gave_out(client: APIClient) -> None:
    wanted = item()

    assert answer(quoted(client, wanted, coupon="karibu")) == "coupon_unknown"
    assert refusal(client, wanted, coupon="karibu") == "coupon_unknown"


def test_a_coupon_that_others_have_used_up(client: APIClient) -> None:
    promotion = coupon(usage_limit=2)
    wanted = item()
    for _ in range(2):
        placed(client_of(make_user()), wanted, coupon="karibu")

    assert answer(quoted(client, wanted, coupon="karibu")) == "coupon_used_up"
    assert refusal(client, wanted, coupon="karibu") == "coupon_used_up"
    assert uses(promotion) == 2


def test_a_customer_uses_it_as_often_as_they_may(client: APIClient) -> None:
    promotion = coupon(per_customer_limit=2)
    wanted = item()
    for _ in range(2):
        placed(client, wanted, coupon="karibu")

    assert answer(quoted(client, wanted, coupon="karibu")) == "coupon_used_by_you"
    assert refusal(client, wanted, coupon="karibu") == "coupon_used_by_you"
    placed(client_of(make_user()), wanted, coupon="karibu")
    assert uses(promotion) == 3
    assert list(PromotionUse.objects.order_by("pk").values_list("slot", flat=True)) == [1, 2, 1]


@pytest.mark.parametrize(
    "contact",
    [CONTACT, {**OTHER, "email": CONTACT["email"].upper()}, {**OTHER, "phone": "+254 712 345 678"}],
)
def test_a_guest_is_known_by_e_mail_and_by_phone(api: APIClient, contact: dict[str, str]) -> None:
    coupon(per_customer_limit=1)
    wanted = item()
    placed(api, wanted, coupon="karibu", contact=CONTACT)

    assert answer(quoted(api, wanted, coupon="karibu")) is None  # who asks has not said who they are
    assert answer(quoted(api, wanted, coupon="karibu", contact=contact)) == "coupon_used_by_you"
    assert refusal(api, wanted, coupon="karibu", contact=contact) == "coupon_used_by_you"
    placed(api, wanted, coupon="karibu", contact=OTHER)


def test_a_guest_with_the_address_of_an_account_is_that_customer(api: APIClient) -> None:
    user = make_user(email="wanjiku@example.com")
    coupon(per_customer_limit=1)
    wanted = item()
    placed(client_of(user), wanted, coupon="karibu")

    assert refusal(api, wanted, coupon="karibu", contact={**OTHER, "email": "Wanjiku@example.com"}) == (
        "coupon_used_by_you"
    )


def test_accounts_may_share_a_phone() -> None:
    coupon(per_customer_limit=1)
    wanted = item()

    for _ in range(2):
        placed(client_of(make_user(phone="+254712345678")), wanted, coupon="karibu")


def test_a_first_order(client: APIClient) -> None:
    promotion = coupon(first_order_only=True)
    wanted = item()
    assert answer(quoted(client, wanted, coupon="karibu")) is None

    placed(client, wanted)

    assert answer(quoted(client, wanted, coupon="karibu")) == "coupon_first_order_only"
    assert refusal(client, wanted, coupon="karibu") == "coupon_first_order_only"
    Order.objects.get()
    client.post(f"/api/orders/{Order.objects.get().pk}/cancel")
    placed(client, wanted, coupon="karibu")
    assert answer(quoted(client, wanted, coupon="karibu")) == "coupon_used_by_you"
    assert uses(promotion) == 1


def test_a_first_order_of_a_guest(api: APIClient) -> None:
    coupon(first_order_only=True)
    wanted = item()
    placed(api, wanted, contact=CONTACT)

    assert refusal(api, wanted, coupon="karibu", contact={**OTHER, "email": CONTACT["email"]}) == (
        "coupon_first_order_only"
    )
    account = client_of(make_user(email=CONTACT["email"]))
    assert refusal(account, wanted, coupon="karibu") == "coupon_first_order_only"
    placed(api, wanted, coupon="karibu", contact=OTHER)


def test_a_coupon_that_saves_less_than_what_stands_alone(client: APIClient) -> None:
    make_promotion(name="Alone", percent=Decimal(15), is_exclusive=True)
    coupon(percent=Decimal(10))
    wanted = item()

    quote = quoted(client, wanted, coupon="karibu")

    assert answer(quote) == "coupon_not_combinable"
    assert [taken["name"] for taken in quote["promotions"]] == ["Alone"]
    assert refusal(client, wanted, coupon="karibu") == "coupon_not_combinable"


def test_a_coupon_that_stands_alone_takes_the_place_of_others(client: APIClient) -> None:
    make_promotion(percent=Decimal(10))
    coupon(percent=Decimal(20), is_exclusive=True)

    quote = quoted(client, item(), coupon="karibu")

    assert answer(quote) is None
    assert [(taken["code"], taken["amount"]) for taken in quote["promotions"]] == [("KARIBU", "200.00")]


def test_what_a_customer_types_is_bounded(client: APIClient) -> None:
    wanted = item()

    for typed in ("", "   ", "x" * 41, "a\nb", 7, None, ["KARIBU"]):
        assert client.post("/api/orders/quote", {"items": [wanted], "coupon": typed}).status_code == 400, typed
    assert answer(quoted(client, wanted, coupon="ß" * 40)) == "coupon_unknown"
    assert answer(quoted(client, wanted, coupon="' OR 1=1 --")) == "coupon_unknown"


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_a_use_comes_back_once_with_the_order(client: APIClient, end: str) -> None:
    promotion = coupon(usage_limit=1, per_customer_limit=1)
    automatic = make_promotion()
    wanted = item()
    order = placed(client, wanted, coupon="karibu")
    assert (uses(promotion), uses(automatic)) == (1, 1)

    for status in (200, 409) if end == "cancelled" else ():
        assert client.post(f"/api/orders/{order['id']}/cancel").status_code == status
    Order.objects.filter(status="pending").update(expires_at=timezone.now())
    for _ in range(2):
        call_command("expire_orders", stdout=StringIO())

    assert Order.objects.get().status == end
    assert (uses(promotion), uses(automatic)) == (0, 0)
    assert not PromotionUse.objects.filter(released_at=None).exists()
    ended = client.get(f"/api/orders/{order['id']}").json()
    assert (ended["total"], ended["promotions"]) == (order["total"], order["promotions"])
    placed(client, wanted, coupon="karibu")
    assert uses(promotion) == 1


def test_the_lowest_slot_that_is_free_is_taken(client: APIClient) -> None:
    coupon(per_customer_limit=2)
    wanted = item()
    first, second = (placed(client, wanted, coupon="karibu") for _ in range(2))
    client.post(f"/api/orders/{first['id']}/cancel")

    third = placed(client, wanted, coupon="karibu")

    live = PromotionUse.objects.filter(released_at=None).order_by("order_id").values_list("order_id", "slot")
    assert list(live) == [(second["id"], 2), (third["id"], 1)]
    assert refusal(client, wanted, coupon="karibu") == "coupon_used_by_you"


def test_sent_twice_a_coupon_is_used_once(client: APIClient) -> None:
    promotion = coupon(usage_limit=1)
    body = {"items": [item()], "coupon": "karibu"}
    key = {"Idempotency-Key": "k1"}

    first, second = (client.post("/api/orders/create", body, headers=key) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert uses(promotion) == 1


def test_free_delivery(db: None) -> None:
    coupon("BURE", "free_delivery", min_spend=Decimal(500))
    product = make_product(price="1000.00")
    delivery = by_rider({0: "348.00", 2000: "0.00"})

    def basket(quantity: int, **more: Any) -> Any:
        wanted = [WantedItem(product.pk, None, quantity)]
        return fill_basket(BasketRequest(wanted=wanted, at=timezone.now(), **more)).price

    charged = basket(1, delivery=delivery).totals
    assert (charged.delivery, charged.delivery_vat) == (Decimal("348.00"), Decimal("48.00"))
    assert (charged.vat, charged.total) == (Decimal("185.93"), Decimal("1348.00"))
    free = basket(1, delivery=delivery, coupons=["bure"])
    assert (free.totals.delivery, free.totals.delivery_vat, free.totals.total) == (0, 0, Decimal("1000.00"))
    assert [(taken.rule.code, taken.amount) for taken in free.applied] == [("BURE", Decimal("348.00"))]
    assert free.totals.discount == 0
    assert [answer.reason for answer in basket(2, delivery=delivery, coupons=["bure"]).coupons] == [
        "coupon_not_applicable"
    ]
    assert [answer.reason for answer in basket(1, coupons=["bure"]).coupons] == ["coupon_needs_delivery"]


def test_delivery_is_by_the_value_of_the_goods_after_discounts(db: None) -> None:
    product = make_product(price="1000.00")
    delivery = by_rider({0: "300.00", 1000: "0.00"})
    wanted = [WantedItem(product.pk, None, 1)]
    request = BasketRequest(wanted=wanted, at=timezone.now(), delivery=delivery)
    assert fill_basket(request).price.totals.delivery == 0

    make_promotion("fixed_amount", amount=Decimal("0.01"))

    totals = fill_basket(request).price.totals
    assert (totals.delivery, totals.rounding, totals.total) == (300, Decimal("0.01"), 1300)


def test_every_reason_has_its_words() -> None:
    page = (Path(__file__).parents[2] / "docs" / "promotions.md").read_text()

    assert set(re.findall(r"`(coupon_[a-z_]+)`", page)) == set(REFUSALS) == set(Reason)
