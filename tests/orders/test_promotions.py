"""What each kind of promotion makes of a basket, asked through quotes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Product
from orders.models import Promotion, PromotionUse
from tests.factories import add_variant, listed_together, make_brand, make_category, make_product
from tests.orders import placed
from tests.orders.promoting import coupon, discounts, make_promotion, quoted

pytestmark = pytest.mark.django_db


def of(product: Product, quantity: int = 1) -> dict[str, int]:
    return {"product": product.pk, "quantity": quantity}


def test_percentage(client: APIClient) -> None:
    make_promotion(name="Madaraka", percent=Decimal("12.5"))

    quote = quoted(client, of(make_product(price="999.99")), of(make_product(price="0.50"), 3))

    assert discounts(quote) == ["125.00", "0.19"]  # 125.186… in all, to the cent, shared out
    assert (quote["subtotal"], quote["discount"]) == ("1001.49", "125.19")
    assert [line["total"] for line in quote["items"]] == ["874.99", "1.31"]
    assert (quote["rounding"], quote["total"]) == ("-0.30", "876.00")
    assert quote["promotions"] == [{"code": None, "name": "Madaraka", "amount": "125.19"}]
    assert quote["coupons"] == []


def test_vat_is_of_what_is_left(client: APIClient) -> None:
    make_promotion(percent=Decimal(50))

    quote = quoted(client, of(make_product(price="2320.00")))

    assert (quote["items"][0]["vat"], quote["vat"], quote["total"]) == ("160.00", "160.00", "1160.00")


def test_fixed_amount_is_shared_out_by_value(client: APIClient) -> None:
    make_promotion("fixed_amount", amount=Decimal("100.00"))

    quote = quoted(client, of(make_product(price="200.00")), of(make_product(price="50.00"), 2))

    assert discounts(quote) == ["66.67", "33.33"]
    assert quote["total"] == "200.00"


def test_fixed_amount_makes_no_line_negative(client: APIClient) -> None:
    cheap = make_product(price="40.00")
    make_promotion("fixed_amount", amount=Decimal("100.00"), products=[cheap])

    quote = quoted(client, of(cheap, 2), of(make_product(price="500.00")))

    assert discounts(quote) == ["80.00", "0.00"]
    assert quote["promotions"][0]["amount"] == "80.00"
    assert quote["total"] == "500.00"


def test_buy_two_get_the_cheapest(client: APIClient) -> None:
    make_promotion("buy_x_get_y")
    dear, cheap = make_product(price="300.00"), make_product(price="100.00")

    assert discounts(quoted(client, of(dear, 2))) == ["0.00"]
    assert discounts(quoted(client, of(dear, 2), of(cheap))) == ["0.00", "100.00"]
    assert discounts(quoted(client, of(dear, 5), of(cheap))) == ["300.00", "100.00"]
    assert discounts(quoted(client, of(dear, 3))) == ["300.00"]


def test_buy_one_get_one_at_half(client: APIClient) -> None:
    make_promotion("buy_x_get_y", buy_quantity=1, get_quantity=1, percent=Decimal(50))

    assert discounts(quoted(client, of(make_product(price="99.99"), 3))) == ["50.00"]


def test_the_cheapest_of_equal_units_is_that_of_the_older_variant(client: APIClient) -> None:
    make_promotion("buy_x_get_y", buy_quantity=1)
    older, newer = make_product(price="100.00"), make_product(price="100.00")

    assert discounts(quoted(client, of(newer), of(older))) == ["0.00", "100.00"]
    assert discounts(quoted(client, of(older), of(newer))) == ["100.00", "0.00"]


@pytest.mark.parametrize(("quantity", "discount"), [(1, "0.00"), (2, "10.00"), (4, "20.00"), (5, "100.00")])
def test_tiers(client: APIClient, quantity: int, discount: str) -> None:
    make_promotion("tiered_quantity")

    assert quoted(client, of(make_product(price="100.00"), quantity))["discount"] == discount


def test_tiers_count_units_of_all_that_they_are_about(client: APIClient) -> None:
    one, two, other = (make_product(price="100.00") for _ in range(3))
    make_promotion("tiered_quantity", products=[one, two])

    assert discounts(quoted(client, of(one), of(two), of(other, 4))) == ["5.00", "5.00", "0.00"]


def test_bundle_at_a_price(client: APIClient) -> None:
    phone, case, other = make_product(price="1800.00"), make_product(price="200.00"), make_product(price="10.00")
    make_promotion("bundle_price", products=[phone, case])

    assert discounts(quoted(client, of(phone), of(other))) == ["0.00", "0.00"]
    assert discounts(quoted(client, of(phone), of(case), of(other))) == ["450.00", "50.00", "0.00"]
    assert discounts(quoted(client, of(phone, 2), of(case, 3))) == ["900.00", "100.00"]


def test_bundle_that_costs_less_anyway(client: APIClient) -> None:
    phone, case = make_product(price="900.00"), make_product(price="200.00")
    make_promotion("bundle_price", products=[phone, case])

    quote = quoted(client, of(phone), of(case))

    assert (quote["promotions"], quote["total"]) == ([], "1100.00")


def test_bundle_at_a_discount(client: APIClient) -> None:
    phone, case = make_product(price="1800.00"), make_product(price="200.00")
    make_promotion("percentage", scope="bundle", products=[phone, case])
    make_promotion("fixed_amount", scope="bundle", products=[phone, case], priority=-1)

    quote = quoted(client, of(phone, 2), of(case, 2))

    assert [taken["amount"] for taken in quote["promotions"]] == ["400.00", "200.00"]
    assert quote["total"] == "3400.00"


def test_bundle_takes_the_cheapest_variant(client: APIClient) -> None:
    phone, case = make_product(price="1800.00"), make_product(price="200.00")
    small = add_variant(phone, price=Decimal("1400.00"))
    make_promotion("percentage", scope="bundle", products=[phone, case])
    items = [{"variant": variant_of_price(phone, "1800.00"), "quantity": 1}, {"variant": small.pk, "quantity": 1}]

    assert discounts(quoted(client, *items, of(case))) == ["0.00", "140.00", "20.00"]


def variant_of_price(product: Product, price: str) -> int:
    return int(product.variants.get(price=price).pk)


def test_categories_with_all_below_them_brands_and_products(client: APIClient) -> None:
    audio = make_category("audio")
    below = make_category("earbuds", make_category("headphones", audio))
    deep = make_product(price="100.00", category=below)
    branded = make_product(price="100.00", brand=make_brand("Sony"))
    named, other = make_product(price="100.00"), make_product(price="100.00")
    make_promotion(categories=[audio], brands=[make_brand("Sony")], products=[named])

    quote = quoted(client, of(deep), of(branded), of(named), of(other))

    assert discounts(quote) == ["10.00", "10.00", "10.00", "0.00"]


def test_a_selection_of_nothing_is_of_nothing(client: APIClient) -> None:
    make_promotion(scope="selection")
    make_promotion(scope="bundle")

    assert quoted(client, of(make_product()))["promotions"] == []


def test_what_combines_goes_on_from_what_is_left(client: APIClient) -> None:
    make_promotion(name="Second", percent=Decimal(50))
    make_promotion(name="First", percent=Decimal(10), priority=5)
    coupon("KARIBU", "fixed_amount", amount=Decimal(50), priority=9)

    quote = quoted(client, of(make_product(price="1000.00")), coupon=" karibu ")

    assert [(taken["code"], taken["name"], taken["amount"]) for taken in quote["promotions"]] == [
        (None, "First", "100.00"),
        (None, "Second", "450.00"),
        ("KARIBU", "Karibu", "50.00"),
    ]
    assert quote["total"] == "400.00"


def test_customers_get_what_saves_them_most(client: APIClient) -> None:
    make_promotion(name="Small", percent=Decimal(10))
    make_promotion(name="Alone", percent=Decimal(15), is_exclusive=True)
    product = make_product(price="1000.00")
    assert [taken["name"] for taken in quoted(client, of(product))["promotions"]] == ["Alone"]

    make_promotion(name="More", percent=Decimal(10))

    assert [taken["name"] for taken in quoted(client, of(product))["promotions"]] == ["Small", "More"]


def test_of_exclusive_ones_that_save_as_much_the_one_with_priority_is_taken(client: APIClient) -> None:
    make_promotion(name="Later", is_exclusive=True)
    make_promotion(name="First", is_exclusive=True, priority=1)

    quote = quoted(client, of(make_product()))

    assert [taken["name"] for taken in quote["promotions"]] == ["First"]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"starts_at": timedelta(hours=1)},
        {"ends_at": timedelta(seconds=-1)},
        {"min_spend": Decimal("1000.01")},
    ],
)
def test_what_does_not_hold_takes_nothing_off(client: APIClient, fields: dict[str, Any]) -> None:
    now = timezone.now()
    make_promotion(**{name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()})

    quote = quoted(client, of(make_product(price="1000.00")))

    assert (quote["promotions"], quote["total"]) == ([], "1000.00")


def test_minimum_spend_is_on_what_it_is_about_before_any_promotion(client: APIClient) -> None:
    one, other = make_product(price="500.00"), make_product(price="5000.00")
    make_promotion(name="Half", percent=Decimal(50), priority=9)
    make_promotion(name="Large", products=[one], min_spend=Decimal(1000))

    assert [taken["name"] for taken in quoted(client, of(one), of(other))["promotions"]] == ["Half"]
    assert [taken["name"] for taken in quoted(client, of(one, 2))["promotions"]] == ["Half", "Large"]


def test_an_order_costs_what_its_quote_said_and_keeps_it(client: APIClient) -> None:
    promotion = make_promotion(name="Madaraka")
    item = of(make_product(price="333.33"), 3)
    quote = quoted(client, item)

    order = placed(client, item)
    Promotion.objects.update(name="Jamhuri", percent=Decimal(90))

    assert {name: order[name] for name in ("subtotal", "discount", "rounding", "vat", "total", "promotions")} == {
        name: quote[name] for name in ("subtotal", "discount", "rounding", "vat", "total", "promotions")
    }
    assert discounts(order) == discounts(quote) == ["100.00"]
    assert client.get(f"/api/orders/{order['id']}").json() == order
    use = PromotionUse.objects.get()
    assert (use.promotion, use.order_id, use.amount) == (promotion, order["id"], Decimal("100.00"))
    promotion.refresh_from_db()
    assert promotion.uses == 1


def test_number_of_queries_of_a_quote(client: APIClient) -> None:
    product = make_product(stock=100)
    with listed_together():
        lines = [of(make_product(stock=100)) for _ in range(20)]

    def queries(*items: dict[str, int], **more: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            quoted(client, *items, **more)
        return len(captured.captured_queries)

    none = queries(of(product))
    make_promotion()
    assert queries(of(product)) == none
    for number in range(10):
        make_promotion(products=[product])
        coupon(f"C{number}", brands=[product.brand], first_order_only=True, per_customer_limit=3)
    assert queries(of(product), *lines, coupon="c3") == none + 1


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("percentage", {"percent": None}, {"percent"}),
        ("percentage", {"percent": Decimal(101)}, {"percent"}),
        ("fixed_amount", {"amount": None}, {"amount"}),
        ("fixed_amount", {"amount": Decimal(0)}, {"amount"}),
        ("buy_x_get_y", {"buy_quantity": None, "get_quantity": 0}, {"buy_quantity", "get_quantity"}),
        ("buy_x_get_y", {"scope": "bundle"}, {"scope"}),
        ("tiered_quantity", {"tiers": []}, {"tiers"}),
        ("tiered_quantity", {"tiers": [[5, "10"], [2, "5"]]}, {"tiers"}),
        ("tiered_quantity", {"tiers": [[2, "10"], [5, "5"]]}, {"tiers"}),
        ("tiered_quantity", {"tiers": [[0, "10"]]}, {"tiers"}),
        ("tiered_quantity", {"tiers": [[2, "101"]]}, {"tiers"}),
        ("tiered_quantity", {"tiers": [[n, str(n)] for n in range(1, 22)]}, {"tiers"}),
        ("tiered_quantity", {"tiers": "many"}, {"tiers"}),
        ("tiered_quantity", {"tiers": {"2": "5"}}, {"tiers"}),
        ("bundle_price", {"scope": "everything"}, {"scope"}),
        ("percentage", {"starts_at": timezone.now(), "ends_at": timezone.now() - timedelta(1)}, {"ends_at"}),
        ("percentage", {"uses": 3, "usage_limit": 2}, {"usage_limit"}),
        ("percentage", {"per_customer_limit": 101}, {"per_customer_limit"}),
    ],
)
def test_promotions_that_cannot_be(kind: str, fields: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        make_promotion(kind, **fields)

    assert wrong <= set(refusal.value.error_dict)
    assert not Promotion.objects.exists()


def test_a_code_is_kept_in_one_form_and_given_once() -> None:
    assert coupon(" karibu ").code == "KARIBU"

    with pytest.raises(ValidationError):
        coupon("Karibu")
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.create(name="Again", kind="percentage", percent=1, code="KARIBU")
    assert make_promotion(code="").code is make_promotion(code="  ").code is None


def test_the_database_holds_the_limit() -> None:
    promotion = make_promotion(usage_limit=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(uses=2)
