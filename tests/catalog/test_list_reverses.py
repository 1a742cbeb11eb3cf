"""The orderings of the lists of products and their reverses, walked both ways."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from catalog.models import Accessory, Product, SoundDevice
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
@factories.listed_together()
def mixed(opened: None) -> None:
    """Five products of each kind, with ties in everything."""
    for n in range(5):
        for model in (Product, Accessory, SoundDevice):
            factories.make_product(model=model, name=f"p{n % 2}", price=f"{100 * (n % 3 + 1)}.00")


@pytest.mark.parametrize("path", ["/api/products", "/api/accessories", "/api/sound-devices"])
@pytest.mark.parametrize("ordering", ["newest", "price", "rating", "name", "popularity"])
@pytest.mark.parametrize("bound", ["", "&min_price=150", "&min_price=1&brand=anker"])
def test_a_reverse_is_walked_both_ways(mixed: None, api: APIClient, path: str, ordering: str, bound: str) -> None:
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
