"""Lists of products: what is in them, their filters, orderings and pages."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from django.utils.http import urlencode
from rest_framework.test import APIClient

from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.release_stock import release_stock
from catalog.actions.take_stock import take_stock
from catalog.models import Accessory, Brand, Product, SoundDevice, StockLevel, Variant
from catalog.stock import Take
from tests import factories
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


def names(api: APIClient, query: str, path: str = "/api/products") -> list[str]:
    response = api.get(f"{path}?{query}")
    assert response.status_code == 200, (query, response.content)
    body = response.json()
    assert body["count"] == len(body["results"])
    return [row["name"] for row in body["results"]]


def refused_fields(api: APIClient, url: str) -> list[tuple[str, str]]:
    response = api.get(url)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json"), url
    assert response.json()["code"] == "invalid"
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


@pytest.fixture
def shelf(db: None) -> dict[str, Product]:
    """A small shop: three levels of categories, three brands, every kind and condition."""
    audio = factories.make_category("audio", factories.make_category("electronics"))
    headphones, power = (
        factories.make_category("headphones", audio),
        factories.make_category("power_banks", audio.parent),
    )
    phones = factories.make_category("phones")
    nothing = Brand.objects.create(name="Nothing", slug="Nothing_Tech")
    anker, jbl = factories.make_brand("Anker"), factories.make_brand("JBL")
    made = {
        "phone": factories.make_product(name="phone", brand=nothing, category=phones, price="65000.00", stock=3),
        "used": factories.make_product(name="used", brand=nothing, category=phones, price="29999.99", stock=0),
        "bank": factories.make_product(
            name="bank",
            brand=anker,
            category=power,
            price="4500.00",
            model=Accessory,
            accessory_type="power_bank",
            watts="65",
        ),
        "cable": factories.make_product(
            name="cable",
            brand=anker,
            category=audio,
            price="950.50",
            model=Accessory,
            accessory_type="cable",
            watts="100",
            length_m="1.8",
        ),
        "earbuds": factories.make_product(
            name="earbuds",
            brand=jbl,
            category=headphones,
            price="9000.00",
            model=SoundDevice,
            form_factor="true_wireless",
            connectivity=["bluetooth"],
            battery_hours="32",
            noise_cancelling=True,
            microphone=True,
            rating_average=Decimal("4.50"),
            rating_count=12,
        ),
        "studio": factories.make_product(
            name="studio",
            brand=jbl,
            category=headphones,
            price="15000.00",
            model=SoundDevice,
            connectivity=["wired", "usb"],
            rating_average=Decimal("3.25"),
            rating_count=4,
        ),
    }
    Variant.objects.filter(product=made["used"]).update(condition="refurbished")
    factories.add_variant(made["used"], price=Decimal("31000.00"), stock=0, condition="open_box")
    Variant.objects.filter(product=made["earbuds"]).update(compare_at_price=Decimal("11000.00"))
    refresh_now([product.pk for product in made.values()])
    return made


def test_lists_hold_their_kind_newest_first(api: APIClient, shelf: dict[str, Product]) -> None:
    assert names(api, "") == ["studio", "earbuds", "cable", "bank", "used", "phone"]
    assert names(api, "", "/api/accessories") == ["cable", "bank"]
    assert names(api, "", "/api/sound-devices") == ["studio", "earbuds"]


def test_each_filter_keeps_what_answers_to_it(api: APIClient, shelf: dict[str, Product]) -> None:
    everything = ["bank", "cable", "earbuds", "phone", "studio", "used"]
    phones, anker = shelf["phone"].category_id, shelf["cable"].brand_id
    expected = {
        "kind=device": ["phone", "used"],
        "kind=accessory,sound_device": ["bank", "cable", "earbuds", "studio"],
        "category=electronics": ["bank", "cable", "earbuds", "studio"],
        "category=audio": ["cable", "earbuds", "studio"],
        "category=headphones": ["earbuds", "studio"],
        "category=headphones,power_banks": ["bank", "earbuds", "studio"],
        f"category={phones}": ["phone", "used"],
        f"category={phones},electronics": everything,
        "brand=anker": ["bank", "cable"],
        "brand=anker,jbl": ["bank", "cable", "earbuds", "studio"],
        "brand=Nothing_Tech": ["phone", "used"],
        f"brand={anker},Nothing_Tech": ["bank", "cable", "phone", "used"],
        "min_price=29999.99": ["phone", "used"],
        "min_price=30000": ["phone"],
        "max_price=950.5": ["cable"],
        "max_price=950.49": [],
        "min_price=4500&max_price=9000.00": ["bank", "earbuds"],
        "min_price=9000&max_price=4500": [],
        "min_price=0": everything,
        "max_price=0": [],
        "condition=new": ["bank", "cable", "earbuds", "phone", "studio"],
        "condition=refurbished": ["used"],
        "condition=open_box": ["used"],
        "condition=used": [],
        "condition=new,open_box": everything,
        "in_stock=true": ["bank", "cable", "earbuds", "phone", "studio"],
        "in_stock=false": ["used"],
        "on_sale=true": ["earbuds"],
        "on_sale=false": ["bank", "cable", "phone", "studio", "used"],
        "rating=4.5": ["earbuds"],
        "rating=4.51": [],
        "rating=1": ["earbuds", "studio"],
        "accessory_type=cable": ["cable"],
        "accessory_type=cable,power_bank": ["bank", "cable"],
        "accessory_type=hub": [],
        "form_factor=true_wireless": ["earbuds"],
        "connectivity=usb": ["studio"],
        "connectivity=bluetooth,usb": ["earbuds", "studio"],
        "connectivity=2.4ghz": [],
        "noise_cancelling=true": ["earbuds"],
        "noise_cancelling=false": ["studio"],
        "microphone=true": ["earbuds"],
        "min_watts=65": ["bank", "cable"],
        "min_watts=65.01": ["cable"],
        "max_watts=65": ["bank"],
        "min_length=1.8": ["cable"],
        "max_length=1.79": [],
        "min_battery_hours=32": ["earbuds"],
        "min_battery_hours=32.5": [],
        "brand=jbl&connectivity=wired&max_price=15000": ["studio"],
        "category=electronics&brand=anker,jbl&in_stock=true&min_price=4500&on_sale=false": ["bank", "studio"],
        "kind=accessory&noise_cancelling=true": [],
        "min_watts=1&rating=1": [],
    }

    assert {query: sorted(names(api, query)) for query in expected} == expected


def test_typed_filters_work_on_their_own_list(api: APIClient, shelf: dict[str, Product]) -> None:
    assert names(api, "min_watts=70&category=audio", "/api/accessories") == ["cable"]
    assert names(api, "max_length=2&accessory_type=cable,hub", "/api/accessories") == ["cable"]
    assert names(api, "min_battery_hours=10&noise_cancelling=true", "/api/sound-devices") == ["earbuds"]
    assert names(api, "microphone=false&form_factor=over_ear", "/api/sound-devices") == ["studio"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=tablet", "kind"),
        ("kind=", "kind"),
        ("kind=device,", "kind"),
        ("category=nowhere", "category"),
        ("category=2147483648", "category"),
        ("category=phones,nowhere", "category"),
        ("category=", "category"),
        ("brand=nobody", "brand"),
        ("brand=" + ",".join(["anker"] * 21), "brand"),
        ("brand=an%00ker", "brand"),
        ("brand=%ED%A0%80", "brand"),
        ("min_price=-1", "min_price"),
        ("min_price=NaN", "min_price"),
        ("min_price=1e5", "min_price"),
        ("min_price=1.001", "min_price"),
        ("min_price=12345678901", "min_price"),
        ("min_price=%D9%A1", "min_price"),
        ("max_price=", "max_price"),
        ("max_price=Infinity", "max_price"),
        ("condition=broken", "condition"),
        ("in_stock=1", "in_stock"),
        ("in_stock=True", "in_stock"),
        ("on_sale=yes", "on_sale"),
        ("rating=0.99", "rating"),
        ("rating=5.01", "rating"),
        ("rating=good", "rating"),
        ("accessory_type=brick", "accessory_type"),
        ("form_factor=round", "form_factor"),
        ("connectivity=radio", "connectivity"),
        ("noise_cancelling=0", "noise_cancelling"),
        ("microphone=", "microphone"),
        ("min_watts=many", "min_watts"),
        ("max_watts=1e999999", "max_watts"),
        ("min_length=-0.5", "min_length"),
        ("max_length=1,5", "max_length"),
        ("min_battery_hours=%2B3", "min_battery_hours"),
        ("ordering=--newest", "ordering"),
        ("ordering=-", "ordering"),
        ("ordering=-relevance", "ordering"),
        ("ordering=brand", "ordering"),
        ("ordering=price,name", "ordering"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1.0", "page"),
        ("page=1000001", "page"),
        ("page=%C2%B2", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=2147483648", "page_size"),
        ("cursor=", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%F0%9F%94%8C", "cursor"),
        ("page=1&cursor=WyJuZXdlc3QiLDEsMSwwXQ", "cursor"),
    ],
)
def test_a_wrong_value_is_refused_by_name(api: APIClient, query: str, field: str) -> None:
    factories.make_product()

    assert refused_fields(api, f"/api/products?{query}") == [(field, "invalid")]


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/api/products?colour=red", "colour"),
        ("/api/products?Kind=device", "Kind"),
        ("/api/products?limit=10", "limit"),
        ("/api/products?format=json", "format"),
        ("/api/accessories?kind=accessory", "kind"),
        ("/api/accessories?noise_cancelling=true", "noise_cancelling"),
        ("/api/sound-devices?min_watts=5", "min_watts"),
        ("/api/sound-devices?kind=device", "kind"),
    ],
)
def test_an_unknown_parameter_is_refused_by_name(api: APIClient, url: str, field: str) -> None:
    assert refused_fields(api, url) == [(field, "unknown_parameter")]


def test_all_that_is_wrong_is_named_at_once(api: APIClient) -> None:
    fields = refused_fields(api, "/api/products?page=0&rating=9&condition=broken&min_price=x")

    assert sorted(fields) == [(name, "invalid") for name in ("condition", "min_price", "page", "rating")]


def test_a_parameter_given_twice_is_refused(api: APIClient) -> None:
    assert refused_fields(api, "/api/products?brand=anker&brand=jbl") == [("brand", "repeated_parameter")]


def test_each_ordering_breaks_its_ties_by_the_newest_entry(api: APIClient) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "Beta", "price": "200.00", "popularity": 5, "released_on": "2024-01-02"},
        {"name": "alpha", "price": "100.00", "popularity": 5, "released_on": "2024-01-01"},
        {"name": "Écran", "price": "200.00", "popularity": 9, "released_on": "2024-01-02", "rating_average": "4.00"},
        {"name": "beta", "price": "99.99", "popularity": 0, "released_on": "2024-01-03", "rating_average": "4.01"},
        {"name": "ALPHA", "price": "100.00", "popularity": 5, "released_on": "2023-12-31", "rating_average": "4.00"},
    ]
    for row in rows:
        row["rating_average"] = Decimal(row["rating_average"]) if "rating_average" in row else None
        product = factories.make_product(**row)
        product.refresh_from_db()  # its date, from the text
        refresh_now([product.pk])

    assert {ordering: names(api, f"ordering={ordering}") for ordering in ("newest", "price", "-price")} == {
        "newest": ["beta", "Écran", "Beta", "alpha", "ALPHA"],
        "price": ["beta", "ALPHA", "alpha", "Écran", "Beta"],
        "-price": ["Beta", "Écran", "alpha", "ALPHA", "beta"],
    }
    assert {ordering: names(api, f"ordering={ordering}") for ordering in ("rating", "name", "popularity")} == {
        "rating": ["beta", "ALPHA", "Écran", "alpha", "Beta"],
        "name": ["ALPHA", "alpha", "beta", "Beta", "Écran"],
        "popularity": ["Écran", "ALPHA", "alpha", "Beta", "beta"],
    }
    assert names(api, "") == names(api, "ordering=newest")
    for ordering in ("newest", "price", "rating", "name", "popularity"):
        assert names(api, f"ordering=-{ordering}") == names(api, f"ordering={ordering}")[::-1]


def test_a_product_without_a_release_is_as_new_as_its_entry(api: APIClient) -> None:
    factories.make_product(name="old", created_at=datetime(2024, 5, 1, 22, 0, tzinfo=UTC))  # 2 May in Nairobi
    factories.make_product(name="between", released_on=datetime(2024, 5, 2, tzinfo=UTC).date())
    factories.make_product(name="new", created_at=datetime(2024, 5, 3, 12, 0, tzinfo=UTC))
    factories.make_product(name="oldest", created_at=datetime(2024, 5, 1, 20, 0, tzinfo=UTC))

    assert names(api, "") == ["new", "between", "old", "oldest"]


def test_links_keep_the_query_and_lead_on_and_back(api: APIClient) -> None:
    for n in range(5):
        factories.make_product(name=f"p{n}")
    factories.make_product(name="other", brand=factories.make_brand("JBL"))

    first = api.get("/api/products?brand=anker&page_size=2&ordering=name").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()

    assert [[row["name"] for row in page["results"]] for page in (first, second, third)] == [
        ["p0", "p1"],
        ["p2", "p3"],
        ["p4"],
    ]
    assert [page["count"] for page in (first, second, third)] == [5, 5, 5]
    assert (first["previous"], third["next"]) == (None, None)
    assert api.get(second["previous"]).json()["results"] == first["results"]
    assert api.get(third["previous"]).json()["results"] == second["results"]
    parts = urlsplit(first["next"])
    assert (parts.scheme, parts.netloc, parts.path) == ("http", "testserver", "/api/products")
    cursor = parse_qs(parts.query).pop("cursor")
    assert parse_qs(parts.query) == {"brand": ["anker"], "page_size": ["2"], "ordering": ["name"], "cursor": cursor}
    numbered = api.get("/api/products?brand=anker&page_size=2&ordering=name&page=2").json()
    assert (numbered["results"], numbered["next"]) == (second["results"], second["next"])
    assert "page=" not in urlsplit(numbered["next"]).query.replace("page_size=", "")


def test_pages_are_24_rows_long_by_default_and_100_at_most(api: APIClient) -> None:
    for _ in range(25):
        factories.make_product()

    assert len(api.get("/api/products").json()["results"]) == 24
    assert len(api.get("/api/products?page=2").json()["results"]) == 1
    assert len(api.get("/api/products?page_size=100").json()["results"]) == 25


def test_a_page_past_the_last_one_is_not_found(api: APIClient) -> None:
    factories.make_product()

    for query in ("page=2", "page=1000000", "page=2&min_price=1&ordering=name", "page=2&brand=anker&ordering=-price"):
        response = api.get(f"/api/products?{query}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_empty_answer_is_a_list_without_rows(api: APIClient) -> None:
    empty = {"count": 0, "next": None, "previous": None, "results": []}

    assert api.get("/api/products").json() == empty
    assert api.get("/api/products?page=1&ordering=name&min_price=5").json() == empty
    factories.make_product()
    assert api.get("/api/sound-devices").json() == empty
    assert api.get("/api/products?min_price=5000&ordering=rating").json() == empty


@pytest.mark.parametrize(
    "parts",
    [
        [],
        ["newest", 1, 1],
        ["newest", "text", 1, 0],
        ["name", 5, 1, 0],
        ["-name", 5, 1, 0],
        ["-rating", "text", 1, 0],
        ["--name", "text", 1, 0],
        ["newest", 1.5, 1, 0],
        ["newest", True, 1, 0],
        ["newest", 1, None, 0],
        ["newest", 1, 1, 2],
        ["brand", 1, 1, 0],
        [["newest"], 1, 1, 0],
        {"newest": 1},
        "newest",
    ],
)
def test_a_cursor_that_was_never_given_out_is_refused(api: APIClient, parts: Any) -> None:
    cursor = urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    assert refused_fields(api, f"/api/products?{urlencode({'cursor': cursor})}") == [("cursor", "invalid")]


def test_a_cursor_brings_its_ordering_and_refuses_another(api: APIClient) -> None:
    for price in ("300.00", "100.00", "200.00"):
        factories.make_product(price=price, name=price)
    link = api.get("/api/products?ordering=-price&page_size=1").json()["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]

    assert [row["name"] for row in api.get(f"/api/products?cursor={cursor}").json()["results"]] == ["200.00", "100.00"]
    assert refused_fields(api, f"/api/products?cursor={cursor}&ordering=price") == [("cursor", "invalid")]


def test_a_cursor_goes_on_where_its_row_was(api: APIClient) -> None:
    products = {name: factories.make_product(name=name, stock=None) for name in ("a", "b", "c", "d")}
    page = api.get("/api/products?ordering=name&page_size=2").json()

    gone = products["b"].pk
    products["b"].delete()
    refresh_now([gone])
    following = api.get(page["next"]).json()

    assert [row["name"] for row in following["results"]] == ["c", "d"]
    assert [row["name"] for row in api.get(following["previous"]).json()["results"]] == ["a"]


@pytest.mark.parametrize("path", ["/api/products", "/api/accessories", "/api/sound-devices"])
@pytest.mark.parametrize("ordering", ["newest", "price", "rating", "name", "popularity"])
@pytest.mark.parametrize("bound", ["", "&min_price=150", "&min_price=1&brand=anker"])
def test_a_reverse_is_walked_both_ways(api: APIClient, path: str, ordering: str, bound: str) -> None:
    for n in range(5):  # with ties in everything
        for model in (Product, Accessory, SoundDevice):
            factories.make_product(model=model, name=f"p{n % 2}", price=f"{100 * (n % 3 + 1)}.00")
    products = api.get(f"{path}?ordering={ordering}&page_size=100{bound}").json()["results"]

    pages = [api.get(f"{path}?ordering=-{ordering}&page_size=2{bound}").json()]
    while pages[-1]["next"]:
        pages.append(api.get(pages[-1]["next"]).json())
    back = [pages[-1]]
    while back[-1]["previous"]:
        back.append(api.get(back[-1]["previous"]).json())

    assert len(products) >= 3
    assert [row for page in pages for row in page["results"]] == products[::-1]
    assert [row for page in back[::-1] for row in page["results"]] == products[::-1]


@pytest.mark.parametrize("bound", ["", "&min_price=1"])
def test_no_link_leads_to_where_nothing_is_left(api: APIClient, bound: str) -> None:
    products = {name: factories.make_product(name=name) for name in ("a", "b", "c", "d")}
    first = api.get(f"/api/products?ordering=name&page_size=1{bound}").json()
    second = api.get(first["next"]).json()
    last = api.get(api.get(second["next"]).json()["next"]).json()
    assert [row["name"] for row in last["results"]] == ["d"]

    for name in ("a", "d"):
        Product.objects.filter(pk=products[name].pk).update(is_published=False)
    refresh_now([product.pk for product in products.values()])
    second, third = api.get(first["next"]).json(), api.get(last["previous"]).json()

    assert [row["name"] for page in (second, third) for row in page["results"]] == ["b", "c"]
    assert (second["previous"], third["next"]) == (None, None)
    assert None not in (second["next"], third["previous"])


def test_the_price_is_that_of_the_cheapest_variant_that_can_be_bought(api: APIClient) -> None:
    product = factories.make_product(price="500.00", stock=0)
    dear = factories.add_variant(product, price=Decimal("900.00"), stock=2)
    middle = factories.add_variant(product, price=Decimal("700.50"), stock=1, compare_at_price=Decimal("800.00"))
    factories.add_variant(product, price=Decimal("1.00"), stock=9, is_active=False)
    refresh_now([product.pk])

    def shown() -> tuple[str, str | None, bool, str]:
        [row] = api.get("/api/products").json()["results"]
        assert row["price"] == api.get(f"/api/products/{product.pk}").json()["price"]
        return row["price"], row["compare_at_price"], row["on_sale"], row["availability"]

    assert shown() == ("700.50", "800.00", True, "low_stock")
    sell(middle, 1)
    assert shown() == ("900.00", None, False, "low_stock")
    sell(dear, 2)
    assert shown() == ("500.00", None, False, "out_of_stock")  # nothing can be bought: the cheapest of all


def sell(variant: Variant, quantity: int) -> Take:
    """Allocate units as an order does."""
    level = StockLevel.objects.get(variant=variant)
    take = Take(level.pk, variant.pk, variant.product_id, quantity)
    take_stock(takes=[take], reference="EP-1", acting_user=None, at=NOW)
    return take


def test_the_word_for_what_is_left_follows_stock(api: APIClient, settings: Any) -> None:
    settings.LOW_STOCK_THRESHOLD = 5
    product = factories.make_product(stock=7)
    variant = product.variants.get()
    level = StockLevel.objects.get(variant=variant)

    def word() -> tuple[str, list[str], str]:
        [row] = api.get("/api/products").json()["results"]
        page = api.get(f"/api/products/{product.slug}").json()
        buyable = "bought" if api.get("/api/products?in_stock=true").json()["count"] else "not bought"
        assert page["availability"] == row["availability"]
        return row["availability"], [each["availability"] for each in page["variants"]], buyable

    assert word() == ("in_stock", ["in_stock"], "bought")
    sell(variant, 1)
    assert word() == ("in_stock", ["in_stock"], "bought")
    sell(variant, 1)
    assert word() == ("low_stock", ["low_stock"], "bought")
    rest = sell(variant, 5)
    assert word() == ("out_of_stock", ["out_of_stock"], "not bought")
    release_stock(takes=[rest], reference="EP-1", acting_user=None, at=NOW)
    assert word() == ("low_stock", ["low_stock"], "bought")
    adjust_stock(level=level, change=1, reason="found", acting_user=None, at=NOW)
    assert word() == ("in_stock", ["in_stock"], "bought")


def test_stock_counts_over_all_active_locations(api: APIClient) -> None:
    product = factories.make_product(stock=None)
    closed = factories.make_location("OLD")
    closed.is_active = False
    closed.save()
    variant = product.variants.get()
    factories.add_stock(variant, 50, closed)
    refresh_now([product.pk])
    assert api.get("/api/products").json()["results"][0]["availability"] == "out_of_stock"

    factories.add_stock(variant, 3, factories.make_location("NBO"))
    factories.add_stock(variant, 3, factories.make_location("MSA", priority=2))
    refresh_now([product.pk])

    assert api.get("/api/products").json()["results"][0]["availability"] == "in_stock"


def test_a_product_has_the_best_word_of_its_variants(api: APIClient) -> None:
    product = factories.make_product(stock=0)
    factories.add_variant(product, stock=2)
    refresh_now([product.pk])
    assert api.get("/api/products").json()["results"][0]["availability"] == "low_stock"

    factories.add_variant(product, stock=20)
    refresh_now([product.pk])

    assert api.get("/api/products").json()["results"][0]["availability"] == "in_stock"
