"""The category tree in the back office."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Category
from tests import factories
from tests.admin.pages import errors_on, read_form, save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


@pytest.fixture
def tree(db: None) -> dict[str, Category]:
    rows: dict[str, Category] = {}
    for slug, parent, position in [
        ("sound", None, 2),
        ("phones", None, 1),
        ("headphones", "sound", 1),
        ("over-ear", "headphones", 2),
        ("in-ear", "headphones", 1),
        ("speakers", "sound", 2),
    ]:
        rows[slug] = Category.objects.create(
            slug=slug, name=slug.title(), parent=rows[parent] if parent else None, position=position
        )
    return rows


def listed(client: Client, **query: str) -> list[tuple[str, int]]:
    rows = client.get(reverse("admin:catalog_category_changelist"), query).context_data["cl"].result_list
    return [(row.slug, row.depth) for row in rows]


def test_list_is_the_tree(office: Client, tree: dict[str, Category]) -> None:
    assert listed(office) == [
        ("phones", 0),
        ("sound", 0),
        ("headphones", 1),
        ("in-ear", 2),
        ("over-ear", 2),
        ("speakers", 1),
    ]


def test_tree_is_read_by_one_query(office: Client, tree: dict[str, Category]) -> None:
    with CaptureQueriesContext(connection) as captured:
        office.get(reverse("admin:catalog_category_changelist"))

    reads = [row["sql"] for row in captured if 'FROM "catalog_category"' in row["sql"] and "COUNT(" not in row["sql"]]
    assert len(reads) == 1


def test_category_is_not_put_below_itself(office: Client, tree: dict[str, Category]) -> None:
    response = save(office, tree["sound"], parent=tree["over-ear"].pk)

    assert "A category cannot lie below itself." in errors_on(response)
    assert Category.objects.get(slug="sound").parent is None


def test_moved_category_takes_its_products_along(office: Client, tree: dict[str, Category]) -> None:
    product = factories.make_product(category=tree["in-ear"])
    below = "/api/products?category=phones"
    assert Client().get(below).json()["count"] == 0

    response = save(office, tree["headphones"], parent=tree["phones"].pk)

    assert response.status_code == 302, errors_on(response)
    assert [row["id"] for row in Client().get(below).json()["results"]] == [product.pk]


def test_renamed_category_is_on_its_products(office: Client, tree: dict[str, Category]) -> None:
    product = factories.make_product(category=tree["in-ear"])

    save(office, tree["in-ear"], name="Earphones")

    assert Client().get(f"/api/products/{product.pk}").json()["category"]["name"] == "Earphones"


def test_product_list_filters_by_subtree(office: Client, tree: dict[str, Category]) -> None:
    inside = factories.make_product(category=tree["in-ear"])
    factories.make_product(category=tree["phones"])
    address = reverse("admin:catalog_product_changelist")

    response = office.get(address, {"under": tree["sound"].pk})

    assert [row.pk for row in response.context_data["cl"].result_list] == [inside.pk]
    assert office.get(address, {"under": "x' OR 1=1"}).headers["Location"].endswith("?e=1")


def test_new_category_appears_in_the_shop_window(office: Client, tree: dict[str, Category]) -> None:
    factories.make_product(category=tree["phones"])
    Client().get("/api/categories")
    address = reverse("admin:catalog_category_add")

    office.post(
        address,
        {**read_form(office, address), "name": "Tablets", "slug": "tablets", "position": "9"},
    )

    roots = [row["name"] for row in Client().get("/api/categories").json()["results"]]
    assert roots == ["Phones", "Sound", "Tablets"]
