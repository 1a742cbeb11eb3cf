"""Searching the lists: what is found, in which order, and how a query that is wrong in details is understood."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Accessory, Product, SearchDocument, SearchSynonym, SearchWord, SoundDevice
from catalog.revision import next_revision
from catalog.search import searching
from catalog.search.synonyms import Synonyms
from catalog.window import window
from tests import factories
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db


def make(name: str, *, brand: str = "Samsung", category: str = "phones", **fields: Any) -> Any:
    return factories.make_product(
        name=name, brand=factories.make_brand(brand), category=factories.make_category(category), **fields
    )


def means(term: str, meaning: str, *, both_ways: bool = False) -> None:
    SearchSynonym.objects.create(term=term, means=meaning, both_ways=both_ways)
    next_revision()


def search(api: APIClient, text: str, *, path: str = "/api/products", **filters: str) -> dict[str, Any]:
    response = api.get(path, {"search": text, **filters})
    assert response.status_code == 200, response.content
    return dict(response.json())


def names(api: APIClient, text: str, **filters: str) -> list[str]:
    return [row["name"] for row in search(api, text, **filters)["results"]]


@pytest.fixture
@factories.listed_together()
def shop(db: None) -> None:
    make("Galaxy S24 Ultra", popularity=90)
    make("Galaxy S24", popularity=80)
    make("Galaxy A15", popularity=95)
    make("iPhone 15 Pro", brand="Apple", popularity=99)
    make("WH-1000XM5", brand="Sony", category="headphones", model=SoundDevice, popularity=70)
    make("Café Speaker", brand="Bose", category="speakers", model=SoundDevice, popularity=60)
    make("65 W Charger", brand="Anker", category="chargers", model=Accessory, popularity=50)
    make(
        "PowerCore", brand="Anker", category="power banks", model=Accessory, accessory_type="power_bank", popularity=40
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("galaxy", "Galaxy A15"),
        ("GALAXY s24", "Galaxy S24 Ultra"),
        ("samsung galaxy s24 ultra", "Galaxy S24 Ultra"),
        ("gal s2", "Galaxy S24 Ultra"),
        ("galaxys24", "Galaxy S24 Ultra"),
        ("samsng galaxy", "Galaxy A15"),
        ("iphnoe 15 pro", "iPhone 15 Pro"),
        ("iphone15pro", "iPhone 15 Pro"),
        ("ihpone15", "iPhone 15 Pro"),
        ("wh1000xm5", "WH-1000XM5"),
        ("WH-1000 XM5", "WH-1000XM5"),
        ("wh 1000 xm5", "WH-1000XM5"),
        ("cafe", "Café Speaker"),
        ("CAFÉ", "Café Speaker"),
        ("65w", "65 W Charger"),
        ("65 w", "65 W Charger"),
        ("powerbank", "PowerCore"),
        ("power banks", "PowerCore"),
        ("headphnes sony", "WH-1000XM5"),
    ],
)
def test_what_comes_first(api: APIClient, shop: None, text: str, first: str) -> None:
    assert names(api, text)[0] == first


def test_every_word_must_match(api: APIClient, shop: None) -> None:
    assert names(api, "galaxy charger") == []
    assert names(api, "anker charger") == ["65 W Charger"]


def test_exact_comes_before_beginning_and_name_before_description(api: APIClient) -> None:
    make("Nova Cable", description="For a dock.", popularity=9)
    make("Docking Station", popularity=5)
    make("Dock", popularity=1)
    make("Dock Mini", popularity=2)

    assert names(api, "dock") == ["Dock Mini", "Dock", "Nova Cable", "Docking Station"]


def test_few_letters_begin_no_word_of_a_description(api: APIClient) -> None:
    make("Nova", description="Comes with wireless charging.")

    assert names(api, "wire") == ["Nova"]
    assert names(api, "wi") == names(api, "wir") == []


def test_specifications_skus_options_and_typed_fields_are_searched(api: APIClient) -> None:
    product = make("Buds", specs=[["Water resistance", "IPX7"]], model=SoundDevice)
    product.variants.update(sku="BUD-77-BLK", options=[["Colour", "Midnight"]], condition="refurbished")
    refresh_now([product.pk])

    for text in ("ipx7", "water resistance", "BUD-77-BLK", "bud77blk", "midnight", "refurbished", "bluetooth"):
        assert names(api, text) == ["Buds"], text


def test_the_answer_says_what_was_corrected(api: APIClient, shop: None) -> None:
    assert search(api, "  samsng   galxy ")["search"] == {
        "query": "samsng galxy",
        "corrected": "samsung galaxy",
        "corrections": [
            {"written": "samsng", "meant": "samsung"},
            {"written": "galxy", "meant": "galaxy"},
        ],
    }
    assert search(api, "ihpone15")["search"]["corrected"] == "iphone 15"
    assert search(api, "galaxy")["search"] == {"query": "galaxy", "corrected": None, "corrections": []}
    assert search(api, "zzzzqqqq") == {
        "count": 0,
        "next": None,
        "previous": None,
        "search": {"query": "zzzzqqqq", "corrected": None, "corrections": []},
        "results": [],
    }
    assert "search" not in api.get("/api/products").json()


def test_words_that_are_there_but_never_together_are_doubted(api: APIClient) -> None:
    make("Bose Speaker", brand="Bose")
    make("Base Plate", brand="Anker")

    answer = search(api, "base speaker")

    assert [row["name"] for row in answer["results"]] == ["Bose Speaker"]
    assert answer["search"]["corrected"] == "bose speaker"


def test_a_correct_word_is_never_corrected(api: APIClient, shop: None) -> None:
    make("Galaxy Galaxi", popularity=1)

    assert names(api, "galaxi") == ["Galaxy Galaxi"]
    assert search(api, "galaxi")["search"]["corrected"] is None


def test_synonyms_hold_at_once_and_one_way_or_both(api: APIClient, shop: None) -> None:
    assert names(api, "simu") == []
    means("simu", "phone, phones")
    means("kipaza sauti", "speaker")
    means("earphones", "headphones", both_ways=True)

    assert names(api, "simu")[0] == "iPhone 15 Pro"
    assert names(api, "simu samsung")[0] == "Galaxy A15"
    assert names(api, "kipaza sauti") == ["Café Speaker"]
    assert names(api, "kipaza-sauti bose") == ["Café Speaker"]
    assert names(api, "earphone sony") == ["WH-1000XM5"]
    assert names(api, "smu")[0] == "iPhone 15 Pro"  # misspelt itself

    SearchSynonym.objects.filter(term="simu").update(is_active=False)
    next_revision()

    assert names(api, "simu") == []


def test_synonyms_are_read_anew_only_where_they_changed(
    api: APIClient, shop: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    means("simu", "galaxy")
    names(api, "simu")
    made: list[int] = []

    def counted(rows: Any) -> Synonyms:
        made.append(len(rows))
        return Synonyms(rows)

    monkeypatch.setattr(searching, "Synonyms", counted)
    refresh_now(list(Product.objects.values_list("pk", flat=True)))

    assert names(api, "simu")
    assert made == []
    means("spika", "speaker")
    assert names(api, "spika") == ["Café Speaker"]
    assert made == [2]


def test_words_that_say_nothing_are_ignored_beside_others(api: APIClient, shop: None) -> None:
    means("ya", "")

    assert names(api, "galaxy ya samsung")[0] == "Galaxy A15"
    assert names(api, "ya") == []


def test_a_changed_product_is_found_by_its_new_words_at_once(api: APIClient, shop: None) -> None:
    assert names(api, "galaxy a15") == ["Galaxy A15"]
    assert names(api, "nebula") == []
    product = Product.objects.get(name="Galaxy A15")

    Product.objects.filter(pk=product.pk).update(name="Nebula A15")
    refresh_now([product.pk])

    assert names(api, "galaxy a15") == []
    assert names(api, "nebula") == names(api, "neb") == names(api, "nebulla") == ["Nebula A15"]

    Product.objects.filter(pk=product.pk).update(is_published=False)
    refresh_now([product.pk])

    assert names(api, "nebula") == []
    assert not SearchDocument.objects.filter(pk=product.pk).exists()


def test_many_changes_at_once_are_found(api: APIClient, shop: None) -> None:
    assert names(api, "quasar") == []
    brand, category = factories.make_brand("Quasar"), factories.make_category("phones")
    ids = [factories.make_product(brand=brand, category=category, stock=None).pk for _ in range(3)]
    Product.objects.filter(pk__in=ids).update(name="Renamed")
    refresh_now(list(Product.objects.values_list("pk", flat=True)))

    assert search(api, "quasar")["count"] == 3
    assert search(api, "quasar renamed")["count"] == 3


def test_lists_of_a_kind_and_filters_narrow_a_search(api: APIClient, shop: None) -> None:
    assert names(api, "anker", path="/api/accessories") == ["65 W Charger", "PowerCore"]
    assert names(api, "anker", path="/api/sound-devices") == []
    assert names(api, "sony", path="/api/sound-devices") == ["WH-1000XM5"]
    assert names(api, "galaxy", min_price="5000") == []
    assert names(api, "galaxy", max_price="5000", in_stock="true", brand="samsung")[0] == "Galaxy A15"
    assert names(api, "galaxy", rating="4") == []


def test_other_orderings_order_a_search(api: APIClient, shop: None) -> None:
    assert names(api, "galaxy", ordering="name") == ["Galaxy A15", "Galaxy S24", "Galaxy S24 Ultra"]
    assert names(api, "galaxy", ordering="-name", min_price="1") == ["Galaxy S24 Ultra", "Galaxy S24", "Galaxy A15"]
    assert names(api, "galaxy", ordering="relevance") == names(api, "galaxy")


def test_relevance_without_a_search_is_popularity(api: APIClient, shop: None) -> None:
    relevance = api.get("/api/products", {"ordering": "relevance"}).json()["results"]

    assert relevance == api.get("/api/products", {"ordering": "popularity"}).json()["results"]


@pytest.mark.parametrize("ordering", ["relevance", "price", "-name"])
def test_walking_shows_every_answer_once(api: APIClient, ordering: str) -> None:
    for n in range(9):
        make(f"Orbit {n}" if n % 2 else f"Orbital {n}", popularity=n // 3, price=f"{100 * n + 1}.00")
    whole = names(api, "orbit", ordering=ordering)
    assert len(whole) == 9

    paged = [
        name for page in range(1, 6) for name in names(api, "orbit", ordering=ordering, page_size="2", page=str(page))
    ]
    walked, url = [], f"/api/products?search=orbit&page_size=2&ordering={ordering}"
    while url:
        answer = api.get(url).json()
        assert (answer["count"], answer["search"]["query"]) == (9, "orbit")
        walked += [row["name"] for row in answer["results"]]
        last, url = url, answer["next"]
    back, url = [], api.get(last).json()["previous"]
    while url:
        answer = api.get(url).json()
        back = [row["name"] for row in answer["results"]] + back
        url = answer["previous"]

    assert paged == walked == whole
    assert back == whole[:8]
    assert api.get("/api/products", {"search": "orbit", "page": "2", "page_size": "9"}).status_code == 404


def test_a_cursor_of_a_search_is_for_searches(api: APIClient, shop: None) -> None:
    following = search(api, "galaxy", page_size="1")["next"]
    cursor = following.split("cursor=")[1]

    for params in ({"cursor": cursor}, {"cursor": cursor, "search": "galaxy", "ordering": "price"}):
        response = api.get("/api/products", params)
        assert response.status_code == 400
        assert [error["field"] for error in response.json()["errors"]] == ["cursor"]


@pytest.mark.parametrize("text", ["", "   ", " \t"])
def test_a_blank_search_asks_for_nothing(api: APIClient, shop: None, text: str) -> None:
    answer = search(api, text)

    assert answer["count"] == 8
    assert "search" not in answer


HOSTILE = [
    "'", '"', "\\", "';--", "\" OR 1=1", "a*", "*", "NEAR(a b)", "galaxy AND", "NOT galaxy", "a:b", "-galaxy",
    "^galaxy",     "galaxy & !phone | (x", "<->", ":*", "%s %d %(x)s", "{}[]", "???", "🎧🔌",
    "\u202egalaxy", "سماعة", "हेडफोन", "手机",
    "ﬁ ½ ² ™", "a" * 200, "a " * 100, "s24+" * 50, "\u0301" * 50, "ʼn ß İ",
    "\ufeff", "\ud7ff\ue000", "nsamsung", "0" * 200,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_queries_are_only_words(api: APIClient, shop: None, text: str) -> None:
    assert isinstance(search(api, text)["count"], int)


def test_words_in_any_script_are_found(api: APIClient) -> None:
    make("سماعة JBL")
    make("हेडफोन Sony")

    assert names(api, "سماعة") == ["سماعة JBL"]
    assert names(api, "हेडफोन") == ["हेडफोन Sony"]


@pytest.mark.parametrize(("text", "code"), [("a" * 201, "invalid"), ("a" * 10_000, "invalid"), ("a\x00b", "invalid")])
def test_refused_queries(api: APIClient, text: str, code: str) -> None:
    response = api.get("/api/products", {"search": text})

    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [("search", code)]


def queries(api: APIClient, text: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        search(api, text)
    return len(captured)


def test_number_of_queries_does_not_grow(api: APIClient, shop: None) -> None:
    def asked() -> list[int]:
        window._reset()
        api.get("/api/products")
        return [queries(api, text) for text in ("galaxy", "galxy", "galaxy", "samsung galaxy")]

    few = asked()
    with factories.listed_together():
        for n in range(50):
            make(f"Galaxy M{n}")

    # The revision each time. Then synonyms and words; the wrong word, the vocabulary; nothing, as it is kept; words.
    assert asked() == few == [3, 3, 1, 2]


def test_a_change_that_changes_no_word_writes_no_document(shop: None) -> None:
    ids = list(Product.objects.values_list("pk", flat=True))

    with CaptureQueriesContext(connection) as captured:
        refresh_now(ids)

    assert [query["sql"] for query in captured if "search" in query["sql"] and "SELECT" not in query["sql"]] == []


def test_the_vocabulary_has_words_once_and_no_numbers(shop: None) -> None:
    words = set(SearchWord.objects.values_list("word", flat=True))

    assert {"galaxy", "samsung", "cafe", "headphones"} <= words
    assert not [word for word in words if any(character.isdigit() for character in word)]
