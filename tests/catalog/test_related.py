"""What stands beside a product: bought together, taking the same accessories, or near in price."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.actions import count_together as counting
from catalog.actions.count_together import count_together
from catalog.models import BoughtTogether, CatalogRevision, Product, ProductListing, StockLevel
from catalog.related import share_ports
from tests import factories
from tests.catalog import wiring
from tests.catalog.events import make_event
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


def shelf(*names: str, category: str = "phones", **fields: Any) -> list[Product]:
    place = factories.make_category(category)
    return [factories.make_product(name=name, slug=name, category=place, **fields) for name in names]


def beside(api: APIClient, product: Product) -> list[tuple[str, str]]:
    """The names of the related products, with their reasons."""
    response = api.get(f"/api/products/{product.slug}")
    assert response.status_code == 200
    return [(row["name"], row["reason"]) for row in response.json()["related"]]


def together(count: int, one: Product, *others: Product) -> None:
    count_together(changes={(one.pk, other.pk): count for other in others})


def revision() -> int:
    return CatalogRevision.objects.get().number


def test_what_is_bought_together_comes_first_and_most_often_first(api: APIClient) -> None:
    phone, *_others = shelf("phone", "other")
    case, cable, glass = shelf("case", "cable", "glass", category="accessories", price="90000.00")
    together(2, phone, case)
    together(5, phone, cable)
    together(3, phone, glass)

    found = [("cable", "bought_together"), ("glass", "bought_together"), ("case", "bought_together")]
    assert beside(api, phone) == [*found, ("other", "similar")]
    assert beside(api, case)[0] == ("phone", "bought_together")


def test_a_card_beside_a_product_is_its_card_with_a_reason(api: APIClient) -> None:
    phone, case = shelf("phone", "case")
    together(2, phone, case)

    [related] = api.get("/api/products/phone").json()["related"]

    [card] = [row for row in api.get("/api/products").json()["results"] if row["name"] == "case"]
    assert related == {**card, "reason": "bought_together"}


def test_once_is_chance(api: APIClient) -> None:
    phone, case = shelf("phone", "case")
    before = revision()

    together(1, phone, case)

    assert beside(api, phone) == [("case", "similar")]
    assert revision() == before
    together(1, case, phone)
    assert beside(api, phone) == [("case", "bought_together")]
    assert sorted(BoughtTogether.objects.values_list("product_id", "other_id", "count")) == [
        (phone.pk, case.pk, 2),
        (case.pk, phone.pk, 2),
    ]


def test_what_is_out_of_stock_or_gone_is_passed_over(api: APIClient) -> None:
    phone, *others = shelf("phone", *[f"case-{n}" for n in range(9)])
    for place, other in enumerate(others):
        together(20 - place, phone, other)
    StockLevel.objects.filter(variant__product=others[0]).update(on_hand=0)
    Product.objects.filter(pk=others[2].pk).update(is_published=False)
    refresh_now([others[0].pk, others[2].pk])

    assert beside(api, phone) == [(f"case-{n}", "bought_together") for n in (1, 3, 4, 5, 6, 7)]


def test_six_at_most_none_twice_and_not_itself(api: APIClient) -> None:
    phone = wiring.make_phone()
    others = [wiring.make_phone(f"other-{n}", popularity=n) for n in range(8)]
    together(3, phone, others[7], others[0])
    ProductListing.objects.filter(pk=phone.pk).update(bought_together=f"{phone.pk} {others[7].pk} {others[0].pk}")

    bought = [("Other-7", "bought_together"), ("Other-0", "bought_together")]
    assert beside(api, phone) == [*bought, *((f"Other-{n}", "same_ports") for n in (6, 5, 4, 3))]


def test_the_same_ports_come_before_what_is_only_near_in_price(api: APIClient) -> None:
    """Radios do not count, and what costs more than twice as much does not either."""
    phone = wiring.make_phone(price="1000.00")
    wiring.make_phone("twin", price="2000.00", popularity=1)
    wiring.make_phone("half", price="500.00", popularity=2)
    wiring.make_phone("dear", price="2000.01", popularity=3)
    for name, code in (("old", "lightning"), ("radio", "bluetooth")):
        half = "neither" if code == "bluetooth" else "receptacle"
        other = factories.make_product(name=name, slug=name, popularity=9)
        wiring.give_ports(other, ("Port", code, half, ""), ("Bluetooth", "bluetooth", "neither", ""))
    factories.make_product(name="plain", slug="plain", popularity=4)

    assert beside(api, phone) == [
        *(("Half", "same_ports"), ("Twin", "same_ports")),
        *(("radio", "similar"), ("old", "similar"), ("plain", "similar"), ("Dear", "similar")),
    ]
    assert {reason for _name, reason in beside(api, Product.objects.get(slug="radio"))} == {"similar"}


def test_another_layout_of_the_same_ports_is_found_when_it_comes(api: APIClient) -> None:
    phone = wiring.make_phone()
    other = factories.make_product(name="other", slug="other")
    assert beside(api, phone) == [("other", "similar")]

    wiring.give_ports(other, ("Socket", "usb-c", "receptacle", "usb-5v in 5"))

    assert beside(api, phone) == [("other", "same_ports")]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("abc", "abc", True), ("abc", "ab", True), ("ab", "abcd", False), ("a", "b", False), ("", "", False)],
)
def test_two_thirds_of_the_ports_make_the_same_needs(one: str, other: str, alike: bool) -> None:
    first, second = (frozenset((code, "receptacle") for code in codes) for codes in (one, other))

    assert share_ports(first, second) is share_ports(second, first) is alike  # type: ignore[arg-type]


def test_what_can_be_bought_comes_before_what_cannot(api: APIClient) -> None:
    phone, *_others = shelf("phone", "popular", "plain", stock=5)
    Product.objects.filter(slug="popular").update(popularity=9)
    StockLevel.objects.filter(variant__product__slug="popular").update(on_hand=0)
    refresh_now(Product.objects.values_list("pk", flat=True))

    assert beside(api, phone) == [("plain", "similar"), ("popular", "similar")]


def test_a_page_is_new_when_its_list_is_and_only_then(api: APIClient) -> None:
    phone, case, other = shelf("phone", "case", "other", stock=5)
    first = {name: api.get(f"/api/products/{name}")["ETag"] for name in ("phone", "case", "other")}
    before = revision()

    assert count_together(changes={(phone.pk, case.pk): 2}) == 2

    assert revision() == before + 1
    changed = ProductListing.objects.filter(revision=before + 1).values_list("pk", flat=True)
    assert sorted(changed) == sorted([phone.pk, case.pk])
    for name, status in (("phone", 200), ("case", 200), ("other", 304)):
        assert api.get(f"/api/products/{name}", headers={"if-none-match": first[name]}).status_code == status
    second = api.get("/api/products/phone")["ETag"]
    assert count_together(changes={(phone.pk, case.pk): 7, (phone.pk, other.pk): 1}) == 0
    assert revision() == before + 1
    assert api.get("/api/products/phone", headers={"if-none-match": second}).status_code == 304
    count_together(changes={(case.pk, phone.pk): -9})
    assert api.get("/api/products/phone")["ETag"] == first["phone"]
    assert sorted(BoughtTogether.objects.values_list("count", flat=True)) == [1, 1]


def test_a_listing_that_is_rewritten_keeps_its_list(api: APIClient) -> None:
    phone, case = shelf("phone", "case")
    together(2, phone, case)

    refresh_now([phone.pk, case.pk])
    make_event(products=[phone], percent=10)

    assert beside(api, phone) == [("case", "bought_together")]


def test_counting_anew_forgets_what_was_counted(api: APIClient) -> None:
    phone, case, cable = shelf("phone", "case", "cable")
    together(2, phone, case)

    count_together(changes={(cable.pk, phone.pk): 4}, anew=True)

    assert beside(api, phone) == [("cable", "bought_together"), ("case", "similar")]
    assert beside(api, case)[0][1] == "similar"
    assert BoughtTogether.objects.count() == 2
    count_together(changes={}, anew=True)
    assert not BoughtTogether.objects.exists()
    assert {reason for _name, reason in beside(api, phone)} == {"similar"}


def test_the_number_of_queries_does_not_grow(api: APIClient) -> None:
    phone = wiring.make_phone()

    def queries() -> int:
        factories.make_product()  # another revision, so that no kept answer is given
        api.get("/api/products")
        with CaptureQueriesContext(connection) as captured:
            assert api.get("/api/products/phone").status_code == 200
        return len(captured)

    few = queries()
    others = [wiring.make_phone(f"other-{n}") for n in range(20)]
    together(3, phone, *others)

    assert queries() == few <= 2


def test_many_pairs_are_written_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 50)
    products = [factories.make_product() for _ in range(15)]
    pairs = {(one.pk, other.pk): 2 for one in products for other in products if one.pk < other.pk}

    with CaptureQueriesContext(connection) as captured:
        assert count_together(changes=pairs) == 15

    assert len(captured) <= 20
    assert BoughtTogether.objects.count() == 15 * 14
    listed = ProductListing.objects.get(pk=products[0].pk).bought_together.split()
    assert listed == [str(product.pk) for product in products[:-13:-1]]
