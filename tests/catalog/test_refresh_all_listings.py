"""Rewriting the shop window when what all listings depend on has changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from catalog import fingerprint
from catalog.actions import refresh_all_listings as action
from catalog.models import CatalogRevision, Product, ProductListing
from tests import factories
from tests.catalog.catalogue_files import everything, run

pytestmark = pytest.mark.django_db

IDLE = "The listings are up to date.\n"


def refresh(*arguments: str) -> str:
    out, _err, error = run("refresh_listings", *arguments)
    assert error == ""
    return out


def test_release_refreshes_once_and_then_idles() -> None:
    for _ in range(3):
        factories.make_product()

    assert refresh() == "3 products refreshed.\n"
    before = everything()
    assert refresh() == IDLE
    assert everything() == before
    assert refresh("--all") == "3 products refreshed.\n"


@pytest.mark.parametrize(
    ("setting", "value", "column", "part"),
    [
        ("VAT_PERCENT", Decimal(0), "detail", '"vat_amount":"0.00"'),
        ("CURRENCY", "UGX", "card", '"currency":"UGX"'),
        ("LOW_STOCK_THRESHOLD", 50, "card", '"availability":"low_stock"'),
    ],
)
def test_changed_setting_reaches_every_listing(
    settings: Any, setting: str, value: object, column: str, part: str
) -> None:
    for _ in range(2):
        factories.make_product()
    refresh()
    setattr(settings, setting, value)

    assert refresh() == "2 products refreshed.\n"

    assert all(part in getattr(listing, column) for listing in ProductListing.objects.all())
    assert refresh() == IDLE


def test_changed_code_calls_for_a_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_product()
    refresh()
    monkeypatch.setattr(fingerprint, "SOURCES", fingerprint.SOURCES[:-1])

    assert refresh() == "1 product refreshed.\n"


def test_product_that_is_gone_leaves_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action, "BATCH", 2)
    for _ in range(5):
        factories.make_product(stock=None)
    Product.objects.order_by("pk")[0].delete()

    assert refresh("--all") == "5 products refreshed.\n"

    assert ProductListing.objects.filter(is_listed=True).count() == 4


def test_interrupted_refresh_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action, "BATCH", 1)
    for _ in range(3):
        factories.make_product()

    def interrupt(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        action.refresh_all_listings(always=False, progress=interrupt, clock=timezone.now)

    assert CatalogRevision.objects.get().listed_by == ""
    assert refresh() == "3 products refreshed.\n"


def test_shop_without_products_is_up_to_date_afterwards() -> None:
    assert refresh() == "0 products refreshed.\n"
    assert refresh() == IDLE
