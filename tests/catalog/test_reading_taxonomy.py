"""The tree of categories and the brands, with how many products each has in the window."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Brand, Category, Product
from catalog.revision import next_revision
from electroports.pagination import encode_cursor
from tests import factories
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


def counts(api: APIClient, path: str) -> dict[str, int]:
    found: dict[str, int] = {}
    todo = api.get(path).json()["results"]
    while todo:
        row = todo.pop()
        found[row["slug"]] = row["product_count"]
        todo += row.get("children", [])
    return found


def test_categories_are_a_tree_that_counts_what_is_below(api: APIClient) -> None:
    audio = Category.objects.create(slug="audio", name="Audio", position=2, description="Sound")
    phones = Category.objects.create(slug="phones", name="Phones", position=1)
    speakers = Category.objects.create(slug="speakers", name="Speakers", parent=audio)
    head = Category.objects.create(slug="headphones", name="Headphones", parent=audio)
    deep = Category.objects.create(slug="in-ear", name="In-ear", parent=head)
    for category in (audio, speakers, deep, deep):
        factories.make_product(category=category)
    factories.make_product(category=deep, is_published=False)

    body = api.get("/api/categories").json()

    def node(category: Category, count: int, *children: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": category.pk,
            "name": category.name,
            "slug": category.slug,
            "description": category.description,
            "product_count": count,
            "children": list(children),
        }

    heads = node(head, 2, node(deep, 2))
    tree = [node(phones, 0), node(audio, 4, heads, node(speakers, 1))]
    assert body == {"count": 2, "next": None, "previous": None, "results": tree}
    for key in ("headphones", head.pk):
        assert api.get(f"/api/categories/{key}").json() == heads


def test_brands_come_by_name_with_their_counts(api: APIClient) -> None:
    zagg = Brand.objects.create(slug="zagg", name="ZAGG", description="Glass")
    factories.make_product()
    factories.make_product()
    factories.make_product(brand=zagg, stock=0)

    body = api.get("/api/brands").json()

    anker = Brand.objects.get(slug="anker")
    rows = [
        {"id": anker.pk, "name": "Anker", "slug": "anker", "description": "", "product_count": 2},
        {"id": zagg.pk, "name": "ZAGG", "slug": "zagg", "description": "Glass", "product_count": 1},
    ]
    assert body == {"count": 2, "next": None, "previous": None, "results": rows}
    for key in ("zagg", zagg.pk):
        assert api.get(f"/api/brands/{key}").json() == rows[1]


def test_counts_follow_what_is_listed(api: APIClient) -> None:
    products = [factories.make_product() for _ in range(3)]
    jbl, cables = factories.make_brand("JBL"), factories.make_category("cables")
    next_revision()
    assert counts(api, "/api/brands") == {"anker": 3, "jbl": 0}
    assert counts(api, "/api/categories") == {"chargers": 3, "cables": 0}

    Product.objects.filter(pk=products[0].pk).update(brand=jbl, category=cables)
    Product.objects.filter(pk=products[1].pk).update(is_published=False)
    refresh_now([product.pk for product in products])

    assert counts(api, "/api/brands") == {"anker": 1, "jbl": 1}
    assert counts(api, "/api/categories") == {"chargers": 1, "cables": 1}


def test_a_moved_category_takes_its_products_along(api: APIClient) -> None:
    audio, power = factories.make_category("audio"), factories.make_category("power")
    cables = factories.make_category("cables", audio)
    factories.make_product(category=cables)
    assert api.get("/api/products?category=audio").json()["count"] == 1

    cables.parent = power
    cables.save()
    next_revision()

    assert counts(api, "/api/categories") == {"audio": 0, "power": 1, "cables": 1}
    assert api.get("/api/products?category=audio").json()["count"] == 0
    assert api.get("/api/products?category=power").json()["count"] == 1


def test_a_ring_of_categories_does_not_stop_the_shop(api: APIClient) -> None:
    first = factories.make_category("first")
    second = factories.make_category("second", first)
    factories.make_product(category=second)
    Category.objects.filter(pk=first.pk).update(parent=second)  # two people moving categories at once can make one
    next_revision()

    assert api.get("/api/products?category=first").json()["count"] == 1
    assert api.get("/api/products?category=second").json()["count"] == 1
    assert api.get("/api/categories").json()["count"] == 0


def test_digits_mean_an_id(api: APIClient) -> None:
    anker = factories.make_brand("Anker")
    other = Brand.objects.create(name="Digits", slug=str(anker.pk))
    number = Brand.objects.create(name="360", slug="99360")
    factories.make_product(brand=anker, name="by Anker")
    factories.make_product(brand=other, name="by the other")
    factories.make_product(brand=number, name="by 360")

    def brands(word: str) -> list[str]:
        return [row["name"] for row in api.get(f"/api/products?brand={word}").json()["results"]]

    assert (brands(str(anker.pk)), brands(str(other.pk)), brands("99360")) == (
        ["by Anker"],
        ["by the other"],
        ["by 360"],
    )
    assert api.get(f"/api/brands/{anker.pk}").json()["name"] == "Anker"


@pytest.mark.parametrize("path", ["/api/brands/anker", "/api/categories/chargers"])
def test_one_row_takes_no_parameters(api: APIClient, path: str) -> None:
    factories.make_product()
    assert api.get(path).status_code == 200

    response = api.get(f"{path}?page=1")

    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [("page", "unknown_parameter")]


def slugs(page: dict[str, Any]) -> list[str]:
    return [row["slug"] for row in page["results"]]


@pytest.fixture
def seven(db: None) -> list[str]:
    """The slugs of seven brands by name, and of seven roots by place and name, each with one category below it."""
    names = ["Aukey", "baseus", "Belkin", "iQOO", "JBL", "ugreen", "ZAGG"]
    for place in (5, 0, 3, 6, 1, 4, 2):
        name = names[place]
        Brand.objects.create(name=name, slug=name.lower())
        root = Category.objects.create(name=name, slug=name.lower(), position=place // 3)
        Category.objects.create(name=f"Below {name}", slug=f"below-{name.lower()}", parent=root)
    return [name.lower() for name in names]


@pytest.mark.parametrize("path", ["/api/brands", "/api/categories"])
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 100])
def test_a_list_is_walked_both_ways(api: APIClient, seven: list[str], path: str, size: int) -> None:
    there = [api.get(f"{path}?page_size={size}").json()]
    while there[-1]["next"]:
        there.append(api.get(there[-1]["next"]).json())
    back = [there[-1]]
    while back[-1]["previous"]:
        back.append(api.get(back[-1]["previous"]).json())

    assert [slug for page in there for slug in slugs(page)] == seven
    assert [page["results"] for page in back[::-1]] == [page["results"] for page in there]
    assert {page["count"] for page in there + back} == {7}
    assert (there[0]["previous"], there[-1]["next"]) == (None, None)
    numbered = [api.get(f"{path}?page_size={size}&page={n}").json() for n in range(1, len(there) + 1)]
    assert [page["results"] for page in numbered] == [page["results"] for page in there]
    assert [(page["next"], page["previous"]) for page in numbered] == [
        (page["next"], page["previous"]) for page in there
    ]
    past = api.get(f"{path}?page_size={size}&page={len(there) + 1}")
    assert (past.status_code, past.json()["code"]) == (404, "not_found")


def test_a_root_is_whole_on_its_page(api: APIClient, seven: list[str]) -> None:
    rows = api.get("/api/categories?page_size=2&page=2").json()["results"]

    assert [[row["slug"], *slugs({"results": row["children"]})] for row in rows] == [
        [slug, f"below-{slug}"] for slug in seven[2:4]
    ]


def test_a_page_has_24_rows_by_default(api: APIClient) -> None:
    Brand.objects.bulk_create(Brand(name=f"b{n}", slug=f"b{n}") for n in range(25))
    Category.objects.bulk_create(Category(name=f"c{n}", slug=f"c{n}") for n in range(25))

    for path in ("/api/brands", "/api/categories"):
        assert len(api.get(path).json()["results"]) == 24
        assert len(api.get(f"{path}?page=2").json()["results"]) == 1
        assert len(api.get(f"{path}?page_size=100").json()["results"]) == 25


@pytest.mark.parametrize("path", ["/api/brands", "/api/categories"])
def test_rows_that_come_and_go_shift_nothing(api: APIClient, seven: list[str], path: str) -> None:
    first = api.get(f"{path}?page_size=3").json()
    Category.objects.filter(parent__slug="belkin").delete()
    for model in (Brand, Category):
        model.objects.filter(slug="belkin").delete()
        model.objects.create(slug="aaa", name="AAA")
    next_revision()

    following = api.get(first["next"]).json()

    assert (following["count"], slugs(following)) == (7, seven[3:6])
    assert slugs(api.get(following["previous"]).json()) == ["aaa", "aukey", "baseus"]


@pytest.mark.parametrize("path", ["/api/brands", "/api/categories"])
@pytest.mark.parametrize(
    "parts",
    [["after"], ["after", 1], ["after", []], ["after", ["a"]], ["after", [1, 1]], ["after", ["a", "b"]],
     ["after", [True, "a", 1]], ["after", [1, "a", 1.5]],
     ["sideways", ["a", 1]], ["after", ["a", 1], 1], [["after"], 1]],
)  # fmt: skip
def test_a_cursor_that_was_never_given_out_is_refused(
    api: APIClient, seven: list[str], path: str, parts: list[Any]
) -> None:
    response = api.get(f"{path}?cursor={encode_cursor(*parts)}")

    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [("cursor", "invalid")]
