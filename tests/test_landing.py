"""The landing page."""

from __future__ import annotations

import re
import shlex
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Accessory, Product, SoundDevice, Variant
from electroports import hot
from orders.models import Order
from tests import factories
from tests.factories import refresh_now

pytestmark = pytest.mark.django_db
BASE = "http://testserver"


@pytest.fixture(autouse=True)
def static_files_without_a_manifest(settings: Any) -> None:
    """Name static files as they are: nobody collects them for a test."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


class Page(HTMLParser):
    """What the tests want to know of a page: its tags with their attributes, its figures and its commands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.commands = [unescape(code) for code in re.findall(r"<pre[^>]*><code>(.*?)</code>", html, re.DOTALL)]
        counts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
        self.counts = {label: int(figure.replace(",", "")) for label, figure in counts}
        self.links = [attributes["href"] for tag, attributes in self.tags if tag == "a"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read_page(**headers: str) -> Page:
    response = Client().get("/", headers=headers)
    assert response.status_code == 200
    return Page(response.content.decode())


def run(command: str, *, base: str = BASE) -> Any:
    """Make the call that a curl command line makes; nothing but -H and -d is known."""
    program, url, *options = shlex.split(command.replace("\\\n", " "))
    assert program == "curl"
    assert url.startswith(f"{base}/")
    given = dict(zip(options[::2], options[1::2], strict=True))
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if "-d" not in given:
        assert given == {}
        return Client().get(path)
    assert given["-H"] == "Content-Type: application/json"
    return Client().post(path, given["-d"], content_type="application/json")


def test_counts_are_those_of_the_shop_window() -> None:
    anker, jbl = factories.make_brand("Anker"), factories.make_brand("JBL")
    factories.make_brand("Idle")
    audio = factories.make_category("audio")
    speakers = factories.make_category("speakers", parent=audio)
    factories.make_category("empty")
    factories.make_product(model=SoundDevice, brand=jbl, category=speakers)
    factories.make_product(model=Accessory, brand=anker, category=factories.make_category("chargers"))
    factories.make_product(brand=anker, category=factories.make_category("phones"), stock=0)
    hidden = factories.make_product(brand=factories.make_brand("Hidden"))
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    refresh_now([hidden.pk])

    page = read_page()

    assert page.counts == {"products": 3, "brands": 2, "categories": 4, "in stock": 2}


def test_counts_follow_the_catalogue() -> None:
    product = factories.make_product()
    assert read_page().counts["products"] == 1

    factories.make_product(stock=0)
    Variant.objects.filter(product=product).update(is_active=False)
    refresh_now([product.pk])

    assert read_page().counts == {"products": 1, "brands": 1, "categories": 1, "in stock": 0}


def test_empty_catalogue_has_a_page_whose_calls_work() -> None:
    page = read_page()

    assert page.counts == {"products": 0, "brands": 0, "categories": 0, "in stock": 0}
    assert [run(command).status_code for command in page.commands] == [200, 200, 201]


def test_calls_work_as_printed() -> None:
    factories.make_product(popularity=9, stock=0)
    factories.make_product(popularity=1)
    popular = factories.make_product(popularity=5, category=factories.make_category("speakers"), price="1160.00")
    sold_out = popular.variants.get()
    sold_out.stock_levels.update(on_hand=0)
    variant = factories.add_variant(popular, price="2320.00", stock=1)
    refresh_now([popular.pk])

    page = read_page()
    listed, read, quoted, put = [run(command) for command in page.commands]

    assert [response.status_code for response in (listed, read, quoted, put)] == [200, 200, 200, 201]
    assert [row["id"] for row in listed.json()["results"]] == [popular.pk]
    assert read.json()["slug"] == popular.slug
    assert [item["variant"] for item in quoted.json()["items"]] == [variant.pk]
    assert quoted.json()["total"] == put.json()["total"] == "2320.00"
    assert len(put.json()["token"]) >= 43
    assert Order.objects.count() == 0


def test_nothing_to_buy_leaves_calls_that_work() -> None:
    product = factories.make_product(stock=0)

    listed, read, registered = [run(command) for command in read_page().commands]

    assert listed.json()["count"] == 0
    assert read.json()["id"] == product.pk
    assert registered.status_code == 201


def test_calls_name_the_address_at_which_the_page_was_asked_for() -> None:
    factories.make_product()

    here, there = read_page(), read_page(host="127.0.0.1:8123")

    assert all(f"{BASE}/api/" in command for command in here.commands)
    assert all("http://127.0.0.1:8123/api/" in command for command in there.commands)
    assert run(there.commands[0], base="http://127.0.0.1:8123").status_code == 200


def test_names_are_escaped() -> None:
    factories.make_product(name="<b>Cable</b> & 'more'")

    body = Client().get("/").content.decode()

    assert "<b>Cable</b>" not in body
    assert "&lt;b&gt;Cable&lt;/b&gt; &amp; &#x27;more&#x27;" in body


def test_links_lead_somewhere() -> None:
    factories.make_product()
    page = read_page()
    links = {link for link in page.links if link and not link.startswith("#")}

    assert {"/api/docs", "/api/schema", "/admin/", "/healthz", "/readyz"} <= links
    for link in links:
        assert Client().get(link).status_code == (302 if link == "/admin/" else 200), link


def test_page_respects_its_content_security_policy() -> None:
    factories.make_product()
    response = Client().get("/")
    policy = response.headers["Content-Security-Policy"]
    page = Page(response.content.decode())

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not [tag for tag, _attributes in page.tags if tag in ("script", "style")]
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag
        if tag in ("link", "img"):
            source = attributes.get("href") or attributes.get("src") or ""
            assert source.startswith(("/", "data:image/")), source


def test_stylesheet_is_there_and_loads_nothing() -> None:
    links = [attributes for tag, attributes in read_page().tags if tag == "link"]
    sheets = [attributes["href"] for attributes in links if attributes["rel"] == "stylesheet"]
    assert sheets == ["/static/catalog/landing.css"]

    css = Path(finders.find("catalog/landing.css")).read_text()

    assert "url(" not in css
    assert "@import" not in css
    assert "prefers-color-scheme: dark" in css


@pytest.mark.parametrize("products", [1, 40])
def test_the_number_of_queries_does_not_depend_on_the_catalogue(products: int) -> None:
    with factories.listed_together():
        for n in range(products):
            brand, category = factories.make_brand(f"Brand{n}"), factories.make_category(f"leaf-{n}")
            factories.make_product(brand=brand, category=category)
    read_page()
    hot.store.clear()

    with CaptureQueriesContext(connection) as cold:
        read_page()
    with CaptureQueriesContext(connection) as kept:
        read_page()

    assert len(cold) == 2  # the revision, and the page of the product that the calls name
    assert len(kept) == 1  # the revision


def test_the_page_is_conditional_and_sets_no_cookie() -> None:
    first = Client().get("/")

    again = Client().get("/", headers={"If-None-Match": first.headers["ETag"]})
    posted = Client().post("/")

    assert again.status_code == 304
    assert not first.cookies
    assert posted.status_code == 405


def test_icon_is_where_browsers_look_for_it() -> None:
    answer = Client().get("/favicon.ico")

    assert answer.status_code == 200
    assert answer["Content-Type"] in ("image/x-icon", "image/vnd.microsoft.icon")
    assert b"".join(answer).startswith(b"\x00\x00\x01\x00")  # type: ignore[arg-type]  # a file, in pieces
