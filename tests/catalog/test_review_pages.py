"""What docs/reviews.md and docs/wishlist-and-notices.md print is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from catalog.actions.load_demo_reviews import FILE
from catalog.actions.send_notices import BATCH, GIVE_UP_AFTER
from catalog.drawing import DISPLAY_EDGE, THUMBNAIL_EDGE
from catalog.files.reviews import read_reviews
from catalog.models import Notice, Review, Wishlist
from catalog.reviews import ORDERINGS
from electroports.uploads import PICTURE_MAX_BYTES
from tests.contract.document import openapi

DOCS = Path(__file__).resolve().parents[2] / "docs"
REVIEWS, WISHES = ((DOCS / name).read_text() for name in ("reviews.md", "wishlist-and-notices.md"))


@pytest.mark.parametrize("page", [REVIEWS, WISHES])
def test_every_path_is_there(page: str) -> None:
    served = {re.sub(r"\{[^}]*\}", "{}", path) for path in openapi()["paths"]}
    printed = {re.sub(r"\{[^}]*\}", "{}", path) for path in re.findall(r"/api/[a-z{}/ -]*[a-z}]", page)} - {"/api/docs"}

    assert len(printed) >= 3
    assert printed <= served


def test_figures_are_those_of_the_code() -> None:
    assert f"{len(read_reviews(FILE.read_bytes()))} reviews" in REVIEWS
    assert all(f"`{name}`" in REVIEWS for name in ORDERINGS)
    assert f"up to {PICTURE_MAX_BYTES // 2**20} MB" in REVIEWS
    assert f"{DISPLAY_EDGE:,} and {THUMBNAIL_EDGE} pixels" in REVIEWS
    assert Review.MAX_PHOTOS == 5
    assert "five a review" in REVIEWS
    assert f"{Wishlist.MAX_ITEMS} items at most" in WISHES
    assert f"wait for {Notice.MAX_OPEN}" in WISHES
    assert f"for {Notice.KEPT.days} days" in WISHES
    assert f"after {Notice.LEASE.seconds // 60} minutes" in WISHES
    assert (settings.SCHEDULES["catalog.tasks.sweep_notices"], BATCH, GIVE_UP_AFTER) == (5, 100, 50)
