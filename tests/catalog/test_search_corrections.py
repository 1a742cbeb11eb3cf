"""What a query is corrected to, and what it is not: unfinished words, pieces of words, models that are not there."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from catalog.models import SearchSynonym, SearchWord, SoundDevice
from catalog.revision import next_revision
from tests import factories
from tests.catalog.test_search import make, names, search

pytestmark = pytest.mark.django_db


@pytest.fixture
@factories.listed_together()
def shop(db: None) -> None:
    make("Galaxy S24", popularity=80)
    make("Gallery Stand", brand="Anker", category="stands", popularity=70)
    make("iPhone 15 Pro", brand="Apple", popularity=99)
    make("iPhone 15 Pro Max", brand="Apple", popularity=98)
    make("MX Master", brand="Logitech", category="mice", popularity=60)
    make("WH-1000XM5", brand="Sony", category="headphones", model=SoundDevice, specs=[["Drivers", "4"]])
    make("Tour One", brand="JBL", category="headphones", model=SoundDevice, specs=[["Bluetooth", "version 5"]])


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("samsn", "samsung"),
        ("samsng", "samsung"),
        ("galx", "galaxy"),
        ("gaxla", None),  # two errors: it begins no word
        ("galx samsung", None),  # a word with others behind it is finished
        ("headpones", "headphones"),
        ("headphoness", "headphones"),
        ("iphone 15 pro mx", "iphone 15 pro max"),
        ("iphone 15 pro xm", None),
        ("mx", None),
        ("mx master", None),
    ],
)
def test_what_is_corrected(api: APIClient, shop: None, text: str, corrected: str | None) -> None:
    assert search(api, text)["search"]["corrected"] == corrected


def test_what_is_typed_is_suggested_with_an_error_in_it(api: APIClient, shop: None) -> None:
    answer = api.get("/api/products/suggest", {"q": "galx"}).json()

    assert answer["corrected"] == "galaxy"
    assert [row["name"] for row in answer["products"]] == ["Galaxy S24"]
    assert names(api, "iphone 15 pro mx") == ["iPhone 15 Pro Max"]


def test_a_word_is_not_corrected_to_a_mere_piece_of_it(api: APIClient, shop: None) -> None:
    make("Cha Bei Tea Set", brand="Anker", category="sets")
    SearchSynonym.objects.create(term="chaja", means="galaxy")
    next_revision()

    assert search(api, "chaj")["search"]["corrected"] == "chaja"
    assert search(api, "betri")["search"]["corrected"] is None


def test_pieces_of_skus_are_no_words_to_correct_to(api: APIClient) -> None:
    product = make("Lamp", popularity=1)
    product.variants.update(sku="LMP-BEIG-BLK")
    factories.refresh_now([product.pk])

    assert not SearchWord.objects.filter(word__in=("lmp", "beig", "blk")).exists()
    assert names(api, "beig") == ["Lamp"]
    assert names(api, "beigg") == []


@pytest.mark.parametrize("text", ["wh1000xm4", "WH-1000XM4", "wh 1000 xm4", "sony wh1000xm4", "iphone 16", "iphone16"])
def test_a_model_that_the_shop_does_not_have_is_not_there(api: APIClient, shop: None, text: str) -> None:
    answer = search(api, text)

    assert (answer["count"], answer["search"]["corrected"]) == (0, None)


@pytest.mark.parametrize(
    ("text", "first"),
    [("wh1000xm5", "WH-1000XM5"), ("ihpone15promax", "iPhone 15 Pro Max"), ("bluetooth5", "Tour One")],
)
def test_numbers_of_a_model_are_in_its_name_or_beside_what_they_say(
    api: APIClient, shop: None, text: str, first: str
) -> None:
    assert names(api, text)[0] == first
